"""Writes of the review: the photograph, the answers, the signature."""

from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from clinical.actions.consultation import save_consultation
from clinical.actions.people import update_patient
from clinical.actions.reference import publish
from clinical.actions.screening import (
    AnswerIncomplete,
    FlagsUnanswered,
    ScreeningOutOfDate,
    answer_flag,
    answers_of,
    run_screening,
    sign_consultation,
    unanswered,
)
from clinical.models import Answer, Consultation, FlagAnswer, FollowUp, InteractionRule, ScreeningRun
from clinical.permissions import ROLES, RecordClosed
from clinical.snapshots import current_version
from tests import factories
from tests.clinical.stored import events, everything

pytestmark = pytest.mark.django_db

TRAMADOL = {"rule": "tramadol", "about": "tramadol"}


@pytest.fixture
def draft(doctor):
    return factories.draft(doctor, record=factories.visit("tramadol 50 mg", "zzzz unknown pill"))


@pytest.fixture
def run(draft, doctor):
    return run_screening(consultation=draft, by=doctor)


def answer_all(run, by):
    for flag in unanswered(run.result["flags"], {}):
        answer_flag(consultation=run.consultation, by=by, rule=flag["rule"], about=flag["about"], answer="counsel")


def test_run_keeps_facts_words_and_reference_version(run):
    stored = ScreeningRun.objects.get(pk=run.pk)
    assert stored.reference_version == current_version() > 0
    assert [taken["entered"] for taken in stored.facts["taken"]] == ["tramadol 50 mg", "zzzz unknown pill"]
    flag = next(f for f in stored.result["flags"] if f["rule"] == "tramadol")
    rule = InteractionRule.objects.get(code="tramadol", closed_at=None)
    assert (flag["title"], flag["action"], flag["certainty"]) == (rule.title, rule.action, rule.certainty)
    assert "zzzz unknown pill" in [gap["what"] for gap in stored.result["not_assessed"]]
    assert {ruling["decided_by"] for ruling in stored.legal["rulings"]} == {"US-TN"}


def test_run_stores_its_flags_in_the_order_shown(run):
    rows = list(run.flags.values_list("rule", "about", "severity", "certainty", "rule_revision"))
    shown = [(f["rule"], f["about"], f["severity"], f["certainty"], f["revision"]) for f in run.result["flags"]]
    assert rows == shown
    assert ("screened", "screeningrun", []) in events(patient=run.consultation.patient)


def test_run_of_an_unchanged_record_is_the_same_run(run, doctor):
    before = everything()
    assert run_screening(consultation=run.consultation, by=doctor) == run
    assert everything() == before


def test_run_after_a_change_of_the_record_is_a_new_one(run, doctor):
    visit = factories.visit("tramadol 50 mg", "fluoxetine")
    save_consultation(consultation=run.consultation, by=doctor, record=visit, seen_version=1)
    assert run_screening(consultation=run.consultation, by=doctor) != run
    assert run.consultation.runs.count() == 2


def test_run_of_a_signed_visit_is_refused(doctor):
    signed = factories.signed_visit(doctor)
    with pytest.raises(RecordClosed):
        run_screening(consultation=signed, by=doctor)


@pytest.mark.parametrize("role", [role for role in ROLES if role != "Clinician"])
def test_run_answer_and_signature_by_other_roles_are_refused(role, run, doctor):
    by = factories.person(role, of=doctor.practice)
    before = everything()
    with pytest.raises(PermissionDenied):
        run_screening(consultation=run.consultation, by=by)
    with pytest.raises(PermissionDenied):
        answer_flag(consultation=run.consultation, by=by, answer="stop", **TRAMADOL)
    with pytest.raises(PermissionDenied):
        sign_consultation(consultation=run.consultation, by=by, run=run)
    assert everything() == before


@pytest.mark.parametrize("answer", [answer for answer in Answer if answer != Answer.WILL_MONITOR])
def test_each_answer_is_stored_with_who(answer, run, doctor):
    answer_flag(consultation=run.consultation, by=doctor, answer=answer.value, note_text="told the patient", **TRAMADOL)
    stored = FlagAnswer.objects.get()
    assert (stored.answer, stored.note, stored.answered_by) == (answer.value, "told the patient", doctor)
    assert not FollowUp.objects.exists()
    assert events(record="flaganswer") == [("answered", "flaganswer", [])]


def test_answer_that_does_not_exist_is_refused(run, doctor):
    with pytest.raises(ValueError, match="nonsense"):
        answer_flag(consultation=run.consultation, by=doctor, answer="nonsense", **TRAMADOL)
    assert not FlagAnswer.objects.exists()


def test_monitoring_becomes_a_follow_up_of_the_one_who_answers(run, doctor):
    what = "sedation and breathing, " * 12  # as long as a note may be
    due = date(2026, 12, 1)
    answer_flag(
        consultation=run.consultation,
        by=doctor,
        answer="will-monitor",
        note_text=what.strip(),
        follow_up_on=due,
        **TRAMADOL,
    )
    task = FollowUp.objects.get()
    assert (task.what, task.due_on, task.owner, task.patient) == (what.strip(), due, doctor, run.consultation.patient)


@pytest.mark.parametrize(
    ("note_text", "follow_up_on"),
    [("", None), ("sedation", None), ("", date(2026, 12, 1)), ("   ", date(2026, 12, 1))],
    ids=["neither", "what only", "when only", "blank"],
)
def test_monitoring_without_what_or_when_is_refused(note_text, follow_up_on, run, doctor):
    before = everything()
    with pytest.raises(AnswerIncomplete):
        answer_flag(
            consultation=run.consultation,
            by=doctor,
            answer="will-monitor",
            note_text=note_text,
            follow_up_on=follow_up_on,
            **TRAMADOL,
        )
    assert everything() == before


def test_monitoring_without_what_is_refused_by_the_database_too(run, doctor):
    answer = FlagAnswer(consultation=run.consultation, answered_by=doctor, answer="will-monitor", **TRAMADOL)
    with pytest.raises(IntegrityError, match="monitoring_says_what_and_when"), transaction.atomic():
        answer.save()


def test_follow_up_with_another_answer_is_named_after_the_flag(run, doctor):
    answer_flag(consultation=run.consultation, by=doctor, answer="refer", follow_up_on=date(2026, 12, 1), **TRAMADOL)
    assert "tramadol" in FollowUp.objects.get().what


def test_latest_answer_counts_and_the_earlier_stays(run, doctor):
    for answer in ("later", "stop"):
        answer_flag(consultation=run.consultation, by=doctor, answer=answer, **TRAMADOL)
    assert answers_of(run.consultation)["tramadol", "tramadol"].answer == "stop"
    assert FlagAnswer.objects.count() == 2


def test_answer_to_a_signed_visit_is_refused(doctor):
    signed = factories.signed_visit(doctor)
    before = everything()
    with pytest.raises(RecordClosed):
        answer_flag(consultation=signed, by=doctor, answer="stop", **TRAMADOL)
    assert everything() == before


def test_sign_closes_the_visit(run, doctor):
    answer_all(run, doctor)
    signed = sign_consultation(consultation=run.consultation, by=doctor, run=run)
    stored = Consultation.objects.get(pk=signed.pk)
    assert (stored.signed_by, stored.signed_run, stored.is_signed) == (doctor, run, True)
    assert events(patient=stored.patient)[-1] == ("signed", "consultation", [])


def test_sign_with_an_unanswered_act_now_flag_is_refused_and_names_it(run, doctor):
    with pytest.raises(FlagsUnanswered) as refused:
        sign_consultation(consultation=run.consultation, by=doctor, run=run)
    assert ("tramadol", "tramadol") in [(flag["rule"], flag["about"]) for flag in refused.value.flags]
    assert {flag["severity"] for flag in refused.value.flags} <= {"contraindicated", "major"}
    assert not Consultation.objects.get(pk=run.consultation_id).is_signed


def test_sign_needs_no_answer_to_lesser_flags(doctor):
    draft = factories.draft(doctor, record=factories.visit("amlodipine"))
    run = run_screening(consultation=draft, by=doctor)
    assert {flag["severity"] for flag in run.result["flags"]} <= {"moderate", "minor"}
    assert run.result["flags"]
    assert sign_consultation(consultation=draft, by=doctor, run=run).is_signed


def change_record(run, doctor):
    visit = replace(factories.visit("tramadol 50 mg"), visit_on=factories.VISIT_DAY)
    save_consultation(consultation=run.consultation, by=doctor, record=visit, seen_version=1)


def change_reference(run, doctor):
    publish(by=None, reason="a rule was revised")


def change_address(run, doctor):
    update_patient(
        patient=run.consultation.patient,
        by=doctor,
        values={"zip_code": "", "city": "Denver", "county": "Denver", "state": "CO"},
        conditions=(),
    )


def change_pregnancy(run, doctor):
    update_patient(patient=run.consultation.patient, by=doctor, values={"pregnant": True}, conditions=())


def change_condition(run, doctor):
    update_patient(patient=run.consultation.patient, by=doctor, values={}, conditions=("seizure_disorder",))


@pytest.mark.parametrize(
    "change", [change_record, change_reference, change_address, change_pregnancy, change_condition]
)
def test_sign_of_a_run_that_is_out_of_date_is_refused(change, run, doctor):
    answer_all(run, doctor)
    change(run, doctor)
    before = everything()
    with pytest.raises(ScreeningOutOfDate):
        sign_consultation(consultation=run.consultation, by=doctor, run=run)
    assert everything() == before


def test_sign_with_the_run_of_another_visit_is_refused(run, doctor):
    twin = factories.draft(doctor, run.consultation.patient, factories.visit("tramadol 50 mg", "zzzz unknown pill"))
    with pytest.raises(ScreeningOutOfDate):
        sign_consultation(consultation=twin, by=doctor, run=run)


def test_sign_twice_is_refused_and_the_first_signature_stays(run, doctor):
    answer_all(run, doctor)
    colleague = factories.clinician(of=doctor.practice)
    sign_consultation(consultation=run.consultation, by=doctor, run=run)
    before = everything()
    with pytest.raises(RecordClosed):
        sign_consultation(consultation=run.consultation, by=colleague, run=run)
    assert everything() == before


def test_later_wording_of_a_rule_leaves_a_signed_visit_as_shown(doctor):
    signed = factories.signed_visit(doctor)
    shown = signed.signed_run.result
    rule = InteractionRule.objects.get(code="tramadol", closed_at=None)
    rule.closed_at = rule.opened_at
    rule.save()
    publish(by=None, reason="tramadol withdrawn")
    assert ScreeningRun.objects.get(pk=signed.signed_run_id).result == shown
    again = run_screening(consultation=factories.draft(doctor, signed.patient), by=doctor)
    assert "tramadol" not in [flag["rule"] for flag in again.result["flags"]]


WRITES = {
    "run_screening": lambda doctor, run: run_screening(consultation=other_draft(run), by=doctor),
    "answer_flag": lambda doctor, run: answer_flag(
        consultation=run.consultation,
        by=doctor,
        answer="will-monitor",
        note_text="sedation",
        follow_up_on=date(2026, 12, 1),
        **TRAMADOL,
    ),
    "sign_consultation": lambda doctor, run: sign_consultation(consultation=run.consultation, by=doctor, run=run),
}


def other_draft(run):
    return run.consultation.patient.consultations.exclude(pk=run.consultation_id).get()


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_write_whose_audit_fails_leaves_nothing(write, doctor, run, nothing_kept_without_audit):
    answer_all(run, doctor)
    factories.draft(doctor, run.consultation.patient)
    with nothing_kept_without_audit():
        write(doctor, run)
