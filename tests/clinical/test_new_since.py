"""On top of a repeat visit: what came in since the last signed one, each line from its source, in few queries."""

import html
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from clinical.actions.consultation import amend_consultation
from clinical.actions.diary import Dose, store_diary, take_back_diary
from clinical.actions.results import Entry, record_results, strike_result
from clinical.forms.consultation_start import starting_record, today_at
from clinical.models import FollowUp
from clinical.snapshots import in_force
from clinical.views.new_since import _law
from tests import factories
from tests.clinical import publishing
from tests.clinical.typed import fields_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def last(doctor):
    return factories.signed_visit(doctor, record=factories.visit("amoxicillin 500 mg"))


@pytest.fixture
def opened(client, doctor, last):
    def read() -> str:
        client.force_login(doctor)
        answer = client.get(reverse("clinical:consultation_new", args=[last.patient_id]))
        return " ".join(html.unescape(answer.content.decode()).split())

    return read


def result_of(last, by, value=80.0):
    today = today_at(last.patient.practice)
    kinds = in_force().knowledge.monitoring.kinds
    entries = [Entry(kind="alt", value=value, unit="U/L", upper_limit=40.0)]
    return record_results(patient=last.patient, by=by, entries=entries, measured_on=today, today=today, kinds=kinds)


def task_of(last, by, days: int, what: str) -> FollowUp:
    due = today_at(last.patient.practice) + timedelta(days=days)
    return FollowUp.objects.create(patient=last.patient, consultation=last, due_on=due, what=what, owner=by)


def test_nothing_new_is_said_as_looked_for_and_not_found(opened):
    words = opened()
    assert "Looked for since the visit of 20 Nov 2026 and not found" in words
    assert "New since the visit" not in words


def test_first_visit_has_no_such_line(client, doctor):
    client.force_login(doctor)
    answer = client.get(reverse("clinical:consultation_new", args=[factories.patient(doctor).pk]))
    assert "new-since" not in answer.content.decode()


def test_rule_published_since_is_told_though_nobody_looked_at_the_worklist(opened):
    publishing.new_rule("new-one", "amoxicillin")
    words = opened()
    assert "new major concern, amoxicillin" in words
    assert "Reference version 1 then, 2 now." in words
    assert reverse("clinical:evidence", args=["new-one"]) in words


def test_result_task_and_diary_each_have_a_line(opened, last, doctor):
    result_of(last, doctor)
    task_of(last, doctor, -1, "Ring about the liver tests")
    task_of(last, doctor, 1, "Not due yet")
    dose = Dose(taken_at=datetime(2026, 11, 21, 14, tzinfo=UTC), product="leaf_powder")
    store_diary(patient=last.patient, by=doctor, digest="a", time_zone="America/Chicago", doses=(dose,))
    words = opened()
    assert "New since the visit of 20 Nov 2026: 3 things" in words
    assert "80 U/L" in words
    assert "Ring about the liver tests, due" in words
    assert "Not due yet" not in words
    assert "1 dose noted" in words


def test_what_was_struck_out_or_taken_back_is_not_news(opened, last, doctor):
    [row] = result_of(last, doctor)
    strike_result(result=row, by=doctor, reason="other patient")
    dose = Dose(taken_at=timezone.now(), product="leaf_powder")
    kept = store_diary(patient=last.patient, by=doctor, digest="a", time_zone="America/Chicago", doses=(dose,))
    take_back_diary(kept=kept, by=doctor)
    assert "and not found" in opened()


def test_law_that_is_another_now_is_told_from_what_to_what():
    def legal(label, place="Memphis", age=None):
        return {"place": place, "rulings": [{"substance_label": "Kratom leaf", "label": label, "min_age": age}]}

    def words(then, now):
        return [line.words for line in _law(then, now)]

    assert words(legal("Lawful"), legal("Lawful")) == []
    assert words(legal("Lawful"), legal("Not lawful")) == ["Kratom leaf: was “Lawful”, now “Not lawful”"]
    assert words(legal("Lawful"), legal("Lawful", age=21)) == [
        "Kratom leaf: was “Lawful”, now “Lawful, minimum age 21”"
    ]
    assert words(legal("Lawful"), legal("Lawful", place="Akron")) == ["home was Memphis, now Akron"]
    assert words({"problem": "no address"}, legal("Lawful")) == []


def test_many_lines_stand_folded_and_ask_no_more_often(opened, last, doctor, django_assert_max_num_queries):
    opened()
    task_of(last, doctor, -1, "Ring 0")
    with django_assert_max_num_queries(26) as few:
        assert '<details class="kc-new" id="new-since" open>' in opened()
    for number in range(1, 9):
        task_of(last, doctor, -1, f"Ring {number}")
    with django_assert_max_num_queries(len(few)):
        assert '<details class="kc-new" id="new-since">' in opened()


@pytest.fixture
def again(client, doctor, last):
    """A repeat visit that was saved, opened once more."""
    client.force_login(doctor)
    new = reverse("clinical:consultation_new", args=[last.patient_id])
    values = fields_in(client.get(new)).values

    def read(**changes) -> str:
        if not last.patient.consultations.filter(signed_at=None).exists():
            client.post(new, {**values, "do": "save"})
        draft = reverse("clinical:consultation", args=[last.patient.consultations.get(signed_at=None).pk])
        answer = client.post(draft, {**values, **changes, "do": "save"}) if changes else client.get(draft)
        return " ".join(html.unescape(answer.content.decode()).split())

    return read


def test_draft_opened_again_still_tells_what_is_new(again, last, doctor):
    assert "Looked for since the visit of 20 Nov 2026 and not found" in again()
    task_of(last, doctor, -1, "Ring the patient")
    assert "New since the visit of 20 Nov 2026: 1 thing" in again()
    refused = again(visit_on="soon")
    assert "New since the visit of 20 Nov 2026: 1 thing" in refused
    assert "kc-repeat" in refused


def test_correction_and_signed_visit_tell_nothing_new(client, doctor, last):
    client.force_login(doctor)
    second = factories.signed_visit(doctor, of=last.patient, record=starting_record(last.patient, last.visit_on)[0])
    correction = amend_consultation(consultation=second, by=doctor, reason="Dose read wrongly")
    for visit in (second, correction):
        assert "new-since" not in client.get(reverse("clinical:consultation", args=[visit.pk])).content.decode()


def test_draft_opened_again_asks_no_more_often_for_more_news(again, last, doctor, django_assert_max_num_queries):
    again()
    task_of(last, doctor, -1, "Ring 0")
    with django_assert_max_num_queries(26) as few:
        again()
    for number in range(1, 9):
        task_of(last, doctor, -1, f"Ring {number}")
    with django_assert_max_num_queries(len(few)):
        again()
