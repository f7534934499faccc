"""The change agreed in a visit: read, refused, kept, carried to the next visit, and shown with its days."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.urls import reverse

from clinical.actions.replay import replay
from clinical.forms.consultation import ConsultationForm
from clinical.forms.consultation_start import MOST_DAYS_SINCE_CHANGE, starting_record, today_at
from clinical.models import Consultation
from clinical.snapshots import record_of
from clinical.views.change_words import agreed_words, change_words
from clinical.what_matters import what_matters
from tests import factories
from tests.clinical.typed import typed

pytestmark = pytest.mark.django_db
DAY = date(2026, 12, 1)


@pytest.fixture
def patient(doctor):
    return factories.patient(doctor)


def form_of(patient, **fields):
    return ConsultationForm(patient, today=factories.VISIT_DAY, data=typed(**fields), placing=True)


def test_change_is_read(patient):
    form = form_of(patient, change_plan="taper", change_on="2026-12-01")
    assert form.is_valid(), form.problems
    assert (form.record.change_plan, form.record.change_on) == ("taper", DAY)


def test_no_change_is_the_default(patient):
    form = form_of(patient)
    assert form.is_valid()
    assert (form.record.change_plan, form.record.change_on) == ("", None)


def test_change_without_a_day_is_kept(patient):
    form = form_of(patient, change_plan="quit")
    assert form.is_valid()
    assert (form.record.change_plan, form.record.change_on) == ("quit", None)


REFUSED = {
    "a day without a change": ({"change_on": "2026-12-01"}, "id_change_plan", "choose taper or stop"),
    "no day": ({"change_plan": "quit", "change_on": "soon"}, "id_change_on", "Enter a day"),
    "the wrong year": ({"change_plan": "quit", "change_on": "2062-12-01"}, "id_change_on", "Check the year"),
    "another change": ({"change_plan": "rehab"}, "id_change_plan", "not one of the available choices"),
}


@pytest.mark.parametrize(("fields", "field_id", "words"), REFUSED.values(), ids=REFUSED)
def test_change_is_refused_at_the_field(patient, fields, field_id, words):
    form = form_of(patient, **fields)
    assert not form.is_valid()
    assert [problem.field_id for problem in form.problems] == [field_id]
    assert words in form.problems[0].message


def test_visit_keeps_the_change_and_its_record_says_it(client, doctor, patient):
    client.force_login(doctor)
    address = reverse("clinical:consultation_new", args=[patient.pk])
    answer = client.post(address, typed(change_plan="quit", change_on="2026-12-01", do="save"))
    assert answer.status_code == 302
    stored = Consultation.objects.get()
    assert (stored.change_plan, stored.change_on) == ("quit", DAY)
    shown = client.get(reverse("clinical:consultation_review", args=[stored.pk])).content.decode()
    assert "Stopping agreed: Tue 1 Dec 2026" in shown


def test_list_shows_hazards_with_medicines_and_days(client, doctor, patient):
    client.force_login(doctor)
    fields = {"change_plan": "quit", "change_on": "2026-12-01", "medicine-0-entered": "quetiapine 100 mg"}
    shown = client.post(reverse("clinical:what_matters", args=[patient.pk]), typed(**fields)).content.decode()
    assert "Stopping agreed: Tue 1 Dec 2026 (11 days after this visit)" in shown
    assert "<strong>quetiapine.</strong>" in shown
    assert "Tue 1 Dec to Tue 15 Dec" in shown
    assert "What these dates rest on" in shown
    assert "Kratom is to be stopped: what it does to this medicine may wear off" in shown


def test_list_without_a_change_says_nothing_of_one(client, doctor, patient):
    client.force_login(doctor)
    shown = client.post(reverse("clinical:what_matters", args=[patient.pk]), typed()).content.decode()
    assert "agreed:" not in shown


def test_every_withdrawal_rule_on_the_page_says_what_its_cut_point_is(client, doctor, patient):
    client.force_login(doctor)
    fields = {"kratom-0-amount": "15", "pregnant": "yes"}
    shown = client.post(reverse("clinical:what_matters", args=[patient.pk]), typed(**fields)).content.decode()
    why = shown.split('id="withdrawal-why"')[1].split("</details>")[0]
    assert why.count("<li>") == why.count("Cut-point")
    assert "Cut-point: our judgement." in why
    assert "Cut-point from the sources named." in why
    assert "Based on small surveys and case reports." in shown
    assert "8 to 72 hours" in shown
    assert 'id="red-flags"' in shown


@pytest.mark.parametrize(
    ("days", "stands"), [(0, True), (MOST_DAYS_SINCE_CHANGE, True), (MOST_DAYS_SINCE_CHANGE + 1, False)]
)
def test_next_visit_starts_from_the_change_until_it_is_long_past(doctor, patient, days, stands):
    today = today_at(doctor.practice)
    agreed = today - timedelta(days=days)
    record = factories.visit(visit_on=agreed, change_plan="quit", change_on=agreed)
    factories.draft(doctor, patient, record)
    carried, _last = starting_record(patient, today)
    assert (carried.change_plan == "quit", carried.change_on == agreed) == (stands, stands)


def test_signed_visit_with_a_change_reads_and_replays_as_it_was(client, doctor, patient):
    record = factories.visit("naltrexone 50 mg", change_plan="quit", change_on=factories.VISIT_DAY + timedelta(days=4))
    signed = factories.signed_visit(doctor, patient, record)
    assert record_of(signed).change_plan == "quit"
    assert signed.signed_run.result["change"]["kind"] == "quit"
    assert [one.is_equal for one in replay(run=signed.signed_run.pk)] == [True]
    client.force_login(doctor)
    shown = client.get(reverse("clinical:consultation", args=[signed.pk])).content.decode()
    assert "Stopping agreed: Tue 24 Nov 2026" in shown


WORDS = [
    ("quit", 5, "Stopping agreed: Tue 1 Dec 2026 (5 days after this visit)"),
    ("taper", 0, "Taper agreed: Tue 1 Dec 2026 (the day of this visit)"),
    ("quit", -1, "Stopping agreed: Tue 1 Dec 2026 (1 day before this visit)"),
    ("taper", None, "Taper agreed: day not set"),
]


@pytest.mark.parametrize(("kind", "days", "heading"), WORDS)
def test_change_in_words(kind, days, heading):
    change = {"kind": kind, "days_until": days, "hazards": []}
    found = change_words(change, DAY - timedelta(days=days or 0))
    assert found.heading == heading
    assert bool(found.no_day) is (days is None)


def test_windows_without_a_day_are_counted(patient):
    record = replace(factories.visit("quetiapine 100 mg"), change_plan="quit")
    shown = what_matters(patient, record)
    lines = change_words(shown.result["change"], record.visit_on).lines
    assert {"days 0 to 3", "days 0 to 14", "days 1 to 3; day 7; day 14; day 28"} <= {line.days for line in lines}


def test_no_change_in_words():
    assert change_words(None, DAY) is None
    assert agreed_words("", None) == "No change of kratom use agreed."
