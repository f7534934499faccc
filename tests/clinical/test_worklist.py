"""What waits for one clinician, and the desk of those who keep the reference data."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinical.actions.consultation import amend_consultation
from clinical.actions.screening import answer_flag, run_screening, sign_consultation, unanswered
from clinical.forms.consultation_start import today_at
from clinical.lists import MOST_TASKS
from clinical.models import AuditEvent, FollowUp
from clinical.permissions import ROLES
from tests import factories

pytestmark = pytest.mark.django_db

WORKLIST = reverse("clinical:worklist")


@pytest.fixture
def signed_in(client, doctor):
    client.force_login(doctor)
    return client


def follow_up(doctor, days: int, what: str = "liver tests", **values) -> FollowUp:
    draft = factories.draft(doctor)
    due = today_at(doctor.practice) + timedelta(days=days)
    return FollowUp.objects.create(
        **{"patient": draft.patient, "consultation": draft, "due_on": due, "what": what, "owner": doctor, **values}
    )


def done_at(task: FollowUp) -> str:
    return reverse("clinical:follow_up_done", args=[task.pk])


def words_of(client) -> str:
    answer = client.get(WORKLIST)
    assert answer.status_code == 200
    return answer.content.decode()


def test_worklist_signed_out_asks_to_sign_in(client):
    assert client.get(WORKLIST).url.startswith(reverse("account_login"))


@pytest.mark.parametrize("role", ROLES)
def test_worklist_of_each_role(role, client):
    client.force_login(factories.person(role))
    words = words_of(client)
    keeps_reference = role in {"Reference editor", "Reference reviewer"}
    assert ("Reference desk" in words) is keeps_reference
    assert ("Nothing is waiting for you." in words) is not keeps_reference
    assert ("Register a patient" in words) is (role == "Clinician")


def test_worklist_shows_own_drafts_and_signed_visits_only(signed_in, doctor):
    colleague = factories.clinician(of=doctor.practice)
    factories.draft(doctor, factories.patient(doctor, name="Mine Draft"))
    factories.signed_visit(doctor, factories.patient(doctor, name="Mine Signed"))
    factories.draft(colleague, factories.patient(doctor, name="Theirs Draft"))
    words = words_of(signed_in)
    assert "Mine Draft" in words
    assert "Mine Signed" in words
    assert "Theirs Draft" not in words


def test_follow_ups_come_soonest_first_and_say_what_is_overdue(signed_in, doctor):
    follow_up(doctor, 3, "call about sleep")
    follow_up(doctor, -2, "liver tests")
    follow_up(doctor, 0, "due on the day itself")
    words = words_of(signed_in)
    positions = [words.index(text) for text in ("liver tests", "due on the day itself", "call about sleep")]
    assert positions == sorted(positions)
    assert words.count(">overdue<") == 1
    assert "3, 1 overdue" in words


def test_practice_admin_sees_everybodys_follow_ups_and_whose_they_are(client, doctor):
    follow_up(doctor, -2)
    follow_up(factories.clinician(), -2, "of another practice")
    client.force_login(factories.person("Practice admin", of=doctor.practice))
    words = words_of(client)
    assert "liver tests" in words
    assert str(doctor) in words
    assert "of another practice" not in words


def test_clinician_does_not_see_follow_ups_of_a_colleague(signed_in, doctor):
    follow_up(factories.clinician(of=doctor.practice), -2)
    assert "liver tests" not in words_of(signed_in)


def test_signed_amendment_is_told_apart(signed_in, doctor):
    signed = factories.signed_visit(doctor)
    amended = amend_consultation(consultation=signed, by=doctor, reason="wrong dose")
    run = run_screening(consultation=amended, by=doctor)
    for flag in unanswered(run.result["flags"], {}):
        answer_flag(consultation=amended, by=doctor, rule=flag["rule"], about=flag["about"], answer="counsel")
    sign_consultation(consultation=amended, by=doctor, run=run)
    assert words_of(signed_in).count("amendment") == 1


def test_follow_up_done_is_gone_and_says_who(signed_in, doctor):
    task = follow_up(doctor, -2)
    answer = signed_in.post(done_at(task))
    assert answer.status_code == 302
    assert answer.url == WORKLIST
    task.refresh_from_db()
    assert task.done_by == doctor
    assert "liver tests" not in words_of(signed_in)
    assert AuditEvent.objects.filter(act="done", by=doctor).count() == 1


def test_follow_up_done_by_reading_only_is_refused(client, doctor):
    task = follow_up(doctor, -2)
    client.force_login(factories.person("Auditor", of=doctor.practice))
    assert client.post(done_at(task)).status_code == 403


def test_follow_up_of_another_practice_does_not_exist(client, doctor):
    task = follow_up(doctor, -2)
    client.force_login(factories.clinician())
    assert client.post(done_at(task)).status_code == 404
    task.refresh_from_db()
    assert task.done_at is None


def test_follow_up_done_takes_a_post(signed_in, doctor):
    task = follow_up(doctor, -2)
    assert signed_in.get(done_at(task)).status_code == 405


def test_follow_up_done_signed_out_asks_to_sign_in(client, doctor):
    assert client.post(done_at(follow_up(doctor, 1))).url.startswith(reverse("account_login"))


def test_worklist_takes_as_many_queries_for_many_as_for_few(signed_in, doctor):
    def taken() -> int:
        with CaptureQueriesContext(connection) as queries:
            words_of(signed_in)
        return len(queries)

    follow_up(doctor, 1)
    factories.signed_visit(doctor)
    taken()
    few = taken()
    for day in range(10):
        follow_up(doctor, day - 5)
        factories.signed_visit(doctor)
    assert taken() == few <= 8


def test_worklist_shows_own_follow_ups_and_on_request_those_of_the_practice(signed_in, doctor):
    colleague = factories.clinician(doctor.practice)
    follow_up(doctor, 1, "liver tests of mine")
    follow_up(doctor, -1, "ecg of theirs", owner=colleague)
    follow_up(factories.clinician(), 1, "of another practice")
    assert "ecg of theirs" not in words_of(signed_in)
    shown = signed_in.get(f"{WORKLIST}?of=practice").content.decode()
    assert "liver tests of mine" in shown
    assert "ecg of theirs" in shown
    assert str(colleague) in shown
    assert "of another practice" not in shown


def test_worklist_leads_to_changing_a_follow_up(signed_in, doctor):
    task = follow_up(doctor, 1)
    address = reverse("clinical:monitoring", args=[task.patient_id])
    assert f'href="{address}#follow-up-{task.pk}"' in words_of(signed_in)


def test_worklist_shows_drafts_of_colleagues_and_whose_they_are_on_request(signed_in, doctor):
    colleague = factories.clinician(of=doctor.practice)
    factories.draft(colleague, factories.patient(doctor, name="Theirs Draft"))
    stranger = factories.clinician()
    factories.draft(stranger, factories.patient(stranger, name="Elsewhere Draft"))
    shown = signed_in.get(f"{WORKLIST}?of=practice").content.decode()
    assert "Theirs Draft" in shown
    assert str(colleague) in shown
    assert "Elsewhere Draft" not in shown


def test_worklist_longer_than_it_shows_says_so(signed_in, doctor):
    for day in range(MOST_TASKS):
        follow_up(doctor, day)
    assert f"the first {MOST_TASKS}" in words_of(signed_in)
