"""Writes on a visit: open, save, discard, amend, follow up."""

from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from clinical.actions.consultation import (
    AmendmentNeedsReason,
    ChangedByAnother,
    DraftWasReviewed,
    amend_consultation,
    discard_draft,
    finish_follow_up,
    record_consultation,
    save_consultation,
)
from clinical.actions.screening import answer_flag, run_screening
from clinical.models import AuditEvent, Consultation, FollowUp
from clinical.permissions import ROLES, RecordClosed
from clinical.records import InstrumentRecord, MedicationRecord
from clinical.snapshots import record_of
from tests import factories
from tests.clinical.stored import events, everything

pytestmark = pytest.mark.django_db

EVERYTHING_TYPED = factories.visit(
    uses=(factories.leaf(brand="River", stopped=False), factories.leaf(product="7oh", amount=15.0, unit="mg_7oh")),
    medications=(
        MedicationRecord("tramadol 50 mg prn", phase="settled", started_on=date(2025, 1, 1), route="oral"),
        MedicationRecord("alcohol", kind="other"),
        MedicationRecord("5-HTP", chosen="5-hydroxytryptophan", stopped_on=date(2026, 11, 1)),
    ),
    conditions=("major_depression",),
    pregnant=False,
    breastfeeding=True,
    past_withdrawal="moderate",
    opioid_use_disorder="past",
    dose_on_waking=True,
    dose_at_night=False,
    doses_to_avoid_symptoms=True,
    failed_quits=2,
    phq9=(1, 1, 2, 0, 0, 1, 0, 0, 0),
    instruments=(InstrumentRecord("phq9", (1, 1, 2, 0, 0, 1, 0, 0, 0), 1, 5, "mild"),),
    cows=6,
    plan="Taper over eight weeks.",
)


@pytest.fixture
def patient(doctor):
    return factories.patient(doctor)


def test_record_consultation_keeps_everything_typed(doctor, patient):
    stored = record_consultation(patient=patient, by=doctor, record=EVERYTHING_TYPED)
    assert record_of(Consultation.objects.get(pk=stored.pk)) == EVERYTHING_TYPED
    assert ("created", "consultation", []) in events(patient=patient, by=doctor)


def test_record_consultation_with_nothing_but_the_day(doctor, patient):
    empty = factories.visit(asked="not_asked", uses=())
    assert record_of(record_consultation(patient=patient, by=doctor, record=empty)) == empty


@pytest.mark.parametrize("role", [role for role in ROLES if role != "Clinician"])
def test_record_consultation_by_other_roles_is_refused(role, doctor, patient):
    by = factories.person(role, of=doctor.practice)
    before = everything()
    with pytest.raises(PermissionDenied):
        record_consultation(patient=patient, by=by, record=EVERYTHING_TYPED)
    assert everything() == before


def test_save_replaces_the_draft_and_counts_the_version(doctor, patient):
    draft = factories.draft(doctor, patient)
    saved = save_consultation(consultation=draft, by=doctor, record=EVERYTHING_TYPED, seen_version=1)
    assert record_of(Consultation.objects.get(pk=draft.pk)) == EVERYTHING_TYPED
    assert saved.version == 2
    assert saved.saved_at > draft.created_at


def test_save_audits_names_of_what_changed(doctor, patient):
    draft = record_consultation(patient=patient, by=doctor, record=EVERYTHING_TYPED)
    changed = replace(EVERYTHING_TYPED, plan="Taper over ten weeks.", cows=None, medications=())
    save_consultation(consultation=draft, by=doctor, record=changed, seen_version=1)
    assert events(record="consultation")[-1] == ("changed", "consultation", ["cows", "medications", "plan"])
    assert "Taper" not in str(AuditEvent.objects.values())


def test_save_after_somebody_else_saved_is_refused_and_overwrites_nothing(doctor, patient):
    draft = factories.draft(doctor, patient)
    colleague = factories.clinician(of=doctor.practice)
    save_consultation(consultation=draft, by=colleague, record=EVERYTHING_TYPED, seen_version=1)
    before = everything()
    with pytest.raises(ChangedByAnother):
        save_consultation(consultation=draft, by=doctor, record=factories.visit("sertraline"), seen_version=1)
    assert everything() == before


def test_save_of_a_signed_visit_is_refused(doctor, patient):
    signed = factories.signed_visit(doctor, patient)
    before = everything()
    with pytest.raises(RecordClosed):
        save_consultation(consultation=signed, by=doctor, record=EVERYTHING_TYPED, seen_version=signed.version)
    assert everything() == before


def test_visit_opens_and_ends_conditions_of_the_patient(doctor, patient):
    draft = record_consultation(patient=patient, by=doctor, record=EVERYTHING_TYPED)
    other = replace(EVERYTHING_TYPED, conditions=("seizure_disorder",), pregnant=True)
    save_consultation(consultation=draft, by=doctor, record=other, seen_version=1)
    patient.refresh_from_db()
    rows = {row.condition_id: row.ended_at for row in patient.has_conditions.all()}
    assert rows["major_depression"] is not None
    assert rows["seizure_disorder"] is None
    assert patient.pregnant is True


def test_discard_removes_a_draft_and_keeps_the_event(doctor, patient):
    draft = factories.draft(doctor, patient)
    discard_draft(consultation=draft, by=doctor)
    assert not patient.consultations.exists()
    assert events(patient=patient)[-1] == ("discarded", "consultation", [])


def test_discard_of_a_reviewed_draft_is_refused(doctor, patient):
    draft = factories.draft(doctor, patient)
    run_screening(consultation=draft, by=doctor)
    before = everything()
    with pytest.raises(DraftWasReviewed):
        discard_draft(consultation=draft, by=doctor)
    assert everything() == before


def test_discard_of_an_answered_draft_is_refused(doctor, patient):
    draft = factories.draft(doctor, patient)
    run_screening(consultation=draft, by=doctor)
    answer_flag(consultation=draft, by=doctor, rule="tramadol", about="tramadol", answer="stop")
    with pytest.raises(DraftWasReviewed):
        discard_draft(consultation=draft, by=doctor)


def test_discard_of_a_signed_visit_is_refused(doctor, patient):
    signed = factories.signed_visit(doctor, patient)
    with pytest.raises(RecordClosed):
        discard_draft(consultation=signed, by=doctor)
    assert patient.consultations.count() == 1


def test_amend_opens_a_draft_that_says_what_it_corrects(doctor, patient):
    signed = factories.signed_visit(doctor, patient, record=EVERYTHING_TYPED)
    draft = amend_consultation(consultation=signed, by=doctor, reason=" wrong dose ")
    assert (draft.amends, draft.amend_reason, draft.is_signed) == (signed, "wrong dose", False)
    assert record_of(draft) == EVERYTHING_TYPED
    assert record_of(Consultation.objects.get(pk=signed.pk)) == EVERYTHING_TYPED
    assert [event[:2] for event in events(patient=patient)[-2:]] == [
        ("amended", "consultation"),
        ("created", "consultation"),
    ]


def test_amend_of_a_draft_is_refused(doctor, patient):
    with pytest.raises(RecordClosed):
        amend_consultation(consultation=factories.draft(doctor, patient), by=doctor, reason="wrong dose")


def test_amend_twice_is_refused(doctor, patient):
    signed = factories.signed_visit(doctor, patient)
    amend_consultation(consultation=signed, by=doctor, reason="wrong dose")
    before = everything()
    with pytest.raises(RecordClosed):
        amend_consultation(consultation=signed, by=doctor, reason="wrong day")
    assert everything() == before


@pytest.mark.parametrize("reason", ["", "   "])
def test_amend_without_a_reason_is_refused(reason, doctor, patient):
    signed = factories.signed_visit(doctor, patient)
    with pytest.raises(AmendmentNeedsReason):
        amend_consultation(consultation=signed, by=doctor, reason=reason)
    assert patient.consultations.count() == 1


@pytest.fixture
def follow_up(doctor, patient):
    draft = factories.draft(doctor, patient)
    return FollowUp.objects.create(
        patient=patient, consultation=draft, due_on=date(2026, 12, 1), what="liver tests", owner=doctor
    )


def test_finish_follow_up_says_who_and_when(doctor, follow_up):
    finish_follow_up(follow_up=follow_up, by=doctor)
    follow_up.refresh_from_db()
    assert follow_up.done_by == doctor
    assert follow_up.done_at is not None
    assert events(record="followup") == [("done", "followup", [])]


def test_finish_follow_up_twice_keeps_the_first(doctor, follow_up):
    colleague = factories.clinician(of=doctor.practice)
    finish_follow_up(follow_up=follow_up, by=doctor)
    before = everything()
    finish_follow_up(follow_up=follow_up, by=colleague)
    assert everything() == before


def test_finish_follow_up_by_an_auditor_is_refused(doctor, follow_up):
    with pytest.raises(PermissionDenied):
        finish_follow_up(follow_up=follow_up, by=factories.person("Auditor", of=doctor.practice))


WRITES = {
    "record_consultation": lambda doctor, draft, signed, task: record_consultation(
        patient=draft.patient, by=doctor, record=EVERYTHING_TYPED
    ),
    "save_consultation": lambda doctor, draft, signed, task: save_consultation(
        consultation=draft, by=doctor, record=EVERYTHING_TYPED, seen_version=1
    ),
    "discard_draft": lambda doctor, draft, signed, task: discard_draft(consultation=draft, by=doctor),
    "amend_consultation": lambda doctor, draft, signed, task: amend_consultation(
        consultation=signed, by=doctor, reason="wrong dose"
    ),
    "finish_follow_up": lambda doctor, draft, signed, task: finish_follow_up(follow_up=task, by=doctor),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_write_whose_audit_fails_leaves_nothing(write, doctor, nothing_kept_without_audit):
    signed = factories.signed_visit(doctor)
    draft = factories.draft(doctor)
    task = FollowUp.objects.create(
        patient=signed.patient, consultation=signed, due_on=date(2026, 12, 1), what="liver tests", owner=doctor
    )
    with nothing_kept_without_audit():
        write(doctor, draft, signed, task)
