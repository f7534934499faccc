"""Answers given beside the record: only as read, saved at once, and what they bring about."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinical.actions.consultation import save_consultation
from clinical.actions.plan import add_to_plan
from clinical.actions.screening import answer_flag, run_screening
from clinical.models import AuditEvent, FlagAnswer, FollowUp
from clinical.permissions import AUDITOR, PRACTICE_ADMIN, REFERENCE_EDITOR, RecordClosed
from clinical.standing import basis_of
from clinical.views.plan_lines import plan_lines
from clinical.what_matters import what_matters_in
from tests import factories
from tests.clinical.typed import fields_in

SOON = timezone.localdate() + timedelta(days=9)


@pytest.fixture
def desk(doctor) -> Client:
    client = Client()
    client.force_login(doctor)
    return client


@pytest.fixture
def draft(doctor):
    return factories.draft(doctor, record=factories.visit("tramadol 50 mg", "sertraline"))


def shown_flag(draft, about="tramadol") -> tuple[dict, str]:
    shown = what_matters_in(draft)
    flag = next(flag for flag in shown.result["flags"] if flag["about"] == about)
    return flag, basis_of(flag, shown.facts)


def typed_page(desk, draft) -> dict[str, str]:
    return fields_in(desk.get(reverse("clinical:consultation", args=[draft.pk]))).values


def answered(desk, draft, *, by, about="tramadol", **fields):
    flag, basis = shown_flag(draft, about)
    data = {"rule": flag["rule"], "about": about, "seen": basis, "answer": "counsel", **fields}
    address = reverse("clinical:answer_one", args=[draft.pk])
    return desk.post(address, data, headers={"X-Typed-By": str(by.pk), "HX-Request": "true"})


def test_answer_stores_what_was_shown_once_for_each_state_of_the_record(desk, doctor, draft):
    first = answered(desk, draft, by=doctor)
    answered(desk, draft, by=doctor, answer="refer")

    assert first.status_code == 200
    assert draft.runs.count() == 1
    assert list(draft.answers.values_list("answer", flat=True)) == ["counsel", "refer"]
    assert AuditEvent.objects.filter(act="answered", patient=draft.patient).count() == 2
    told = first.json()
    assert "Counsel the patient" in told["answer"]
    assert str(doctor) in told["answer"]
    assert ["answer tramadol tramadol", f"Tramadol: counsel the patient ({doctor})"] in told["plan"]
    assert "Tramadol" not in told["open"]


def test_answer_to_what_is_not_what_was_read_is_refused_and_nothing_is_kept(desk, doctor, draft):
    response = answered(desk, draft, by=doctor, seen="0" * 32)

    assert (response.status_code, response.json()["state"]) == (409, "changed")
    assert not draft.answers.exists()
    assert not draft.runs.exists()


def test_answer_to_a_concern_that_went_is_refused(desk, doctor, draft):
    flag, basis = shown_flag(draft)
    save_consultation(consultation=draft, by=doctor, record=factories.visit("sertraline"), seen_version=draft.version)
    data = {"rule": flag["rule"], "about": "tramadol", "seen": basis, "answer": "stop"}

    response = desk.post(reverse("clinical:answer_one", args=[draft.pk]), data, headers={"X-Typed-By": str(doctor.pk)})

    assert (response.status_code, response.json()["state"]) == (409, "changed")
    assert not FlagAnswer.objects.filter(consultation=draft).exists()


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"answer": "will-monitor", "follow_up_on": SOON.isoformat()}, "note"),
        ({"answer": "will-monitor", "note": "drowsiness"}, "follow_up_on"),
        ({"answer": "refer", "follow_up_on": "2020-01-01"}, "follow_up_on"),
        ({"answer": "", "note": ""}, "answer"),
        ({"answer": "ignore"}, "answer"),
    ],
    ids=["no-what", "no-when", "day-gone", "nothing-chosen", "unknown-word"],
)
def test_incomplete_answer_is_refused_with_its_field(desk, doctor, draft, fields, name):
    response = answered(desk, draft, by=doctor, **fields)

    assert response.status_code == 422
    assert list(response.json()["errors"]) == [name]
    assert not draft.answers.exists()


def test_signed_visit_takes_no_answer(desk, doctor):
    visit = factories.signed_visit(doctor, record=factories.visit("tramadol 50 mg"))
    before = visit.answers.count()

    response = answered(desk, visit, by=doctor)

    assert (response.status_code, response.json()["state"]) == (409, "closed")
    assert visit.answers.count() == before


def test_another_person_signed_in_meanwhile_answers_nothing(desk, doctor, draft):
    response = answered(desk, draft, by=factories.clinician(doctor.practice))

    assert (response.status_code, response.json()["state"]) == (403, "other-person")
    assert not draft.answers.exists()


@pytest.mark.parametrize("role", [REFERENCE_EDITOR, AUDITOR, PRACTICE_ADMIN])
def test_answering_is_refused_to_other_roles(doctor, draft, role):
    person = factories.person(role, of=doctor.practice)
    client = Client()
    client.force_login(person)

    assert answered(client, draft, by=person).status_code == 403
    assert not draft.answers.exists()


def test_visit_of_another_practice_is_not_found(draft):
    stranger = factories.clinician()
    client = Client()
    client.force_login(stranger)

    assert answered(client, draft, by=stranger).status_code == 404


def test_changed_answer_takes_its_open_task_back_and_a_finished_one_stays(doctor, draft):
    run_screening(consultation=draft, by=doctor)
    which = {"consultation": draft, "by": doctor, "rule": "tramadol", "about": "tramadol"}
    answer_flag(**which, answer="will-monitor", note_text="drowsiness", follow_up_on=SOON)
    first = FollowUp.objects.get(consultation=draft)
    answer_flag(**which, answer="refer", follow_up_on=SOON)

    assert not FollowUp.objects.filter(pk=first.pk).exists()
    assert AuditEvent.objects.filter(act="withdrawn", record_key=str(first.pk)).count() == 1
    second = FollowUp.objects.get(consultation=draft)
    assert (second.owner, second.due_on, second.from_answer.answer) == (doctor, SOON, "refer")
    assert second.why.startswith("Tramadol: ")
    second.done_at, second.done_by = timezone.now(), doctor
    second.save()
    answer_flag(**which, answer="stop")
    assert FollowUp.objects.get(consultation=draft) == second


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("stop", "Tramadol: stop one of them"),
        ("not-taking", "Tramadol: not taken any more, correct the list"),
        ("patient-declines", "Tramadol: patient prefers not to change; counsel on what could happen"),
        ("need-info", "Tramadol: still open, more information needed"),
        ("later", "Tramadol: still open, no time today"),
    ],
)
def test_plan_says_what_was_answered_and_by_whom(doctor, draft, answer, words):
    run = run_screening(consultation=draft, by=doctor)
    stored = answer_flag(consultation=draft, by=doctor, rule="tramadol", about="tramadol", answer=answer)

    lines = plan_lines(draft, run.result["flags"], {("tramadol", "tramadol"): stored})

    assert [line.text for line in lines] == [f"{words} ({doctor})"]


@pytest.mark.parametrize("answer", ["need-info", "later"])
def test_answer_put_off_stays_among_what_is_open(desk, doctor, draft, answer):
    told = answered(desk, draft, by=doctor, answer=answer).json()

    assert "Tramadol" in told["open"]
    assert 'Before signing:</strong> <a href="#answer-tramadol-tramadol"' not in told["open"]


def test_plan_takes_lines_up_without_touching_what_stands(desk, doctor, draft):
    run = run_screening(consultation=draft, by=doctor)
    answer_flag(consultation=draft, by=doctor, rule="tramadol", about="tramadol", answer="stop")
    add_to_plan(consultation=draft, by=doctor, lines=["Wants to sleep."])
    page = desk.get(reverse("clinical:consultation_review", args=[draft.pk])).content.decode()
    assert "From the answers, not in the plan yet" in page

    for _twice in range(2):
        desk.post(reverse("clinical:take_up", args=[draft.pk]), {"run": run.pk})

    draft.refresh_from_db()
    assert draft.plan == f"Wants to sleep.\nTramadol: stop one of them ({doctor})"
    page = desk.get(reverse("clinical:consultation_review", args=[draft.pk])).content.decode()
    assert "From the answers, not in the plan yet" not in page


def test_plan_of_a_signed_visit_takes_nothing_up(doctor):
    visit = factories.signed_visit(doctor)

    with pytest.raises(RecordClosed):
        add_to_plan(consultation=visit, by=doctor, lines=["more"])


def test_live_list_shows_answers_of_the_draft_until_what_they_rest_on_changes(desk, doctor, draft):
    answered(desk, draft, by=doctor)
    address = reverse("clinical:what_matters", args=[draft.patient.pk])
    data = typed_page(desk, draft)
    desk.post(address, data)

    page = desk.post(address, data).content.decode()

    assert "Counsel the patient" in page
    assert 'data-answered="counsel"' in page
    changed = desk.post(address, {**data, "kratom-0-amount": "9"}).content.decode()
    assert 'data-answered="counsel"' not in changed
    assert "Asked again:" in changed


def test_live_list_of_a_saved_draft_stays_within_its_queries(desk, doctor, draft, django_assert_max_num_queries):
    factories.signed_visit(doctor, draft.patient, factories.visit("tramadol 50 mg"))
    address, data = reverse("clinical:what_matters", args=[draft.patient.pk]), typed_page(desk, draft)
    desk.post(address, data)

    with django_assert_max_num_queries(8):
        desk.post(address, data)
