"""Writes on a visit: open, save, discard, answer, amend."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinical.actions.audit import note
from clinical.actions.people import note_conditions
from clinical.models import Consultation, FollowUp, KratomUseRow, MedicationTaken, Patient, User
from clinical.permissions import check, check_can_amend, check_can_change
from clinical.records import VisitRecord

PLAIN_FIELDS = (
    "visit_on", "asked", "past_withdrawal", "opioid_use_disorder", "dose_on_waking", "dose_at_night",
    "doses_to_avoid_symptoms", "failed_quits", "cows", "plan",
)  # fmt: skip


class ChangedByAnother(Exception):
    """The draft was saved by somebody else since this page was opened; nothing was overwritten."""


@transaction.atomic
def record_consultation(*, patient: Patient, by: User, record: VisitRecord) -> Consultation:
    """Open a draft visit with everything typed so far."""
    check(by, "write_charts")
    consultation = Consultation(patient=patient, created_by=by, **_plain_values(record))
    consultation.save(force_insert=True)
    _store_rows(consultation, record)
    _store_on_patient(patient, record, by)
    note(by=by, act="created", record=consultation, patient=patient)
    return consultation


@transaction.atomic
def save_consultation(*, consultation: Consultation, by: User, record: VisitRecord, seen_version: int) -> Consultation:
    """Replace the draft with what was typed.

    Raises `RecordClosed` when it is signed and `ChangedByAnother` when `seen_version` is not the stored one.
    """
    locked = Consultation.objects.select_for_update().get(pk=consultation.pk)
    check_can_change(by, locked)
    if locked.version != seen_version:
        raise ChangedByAnother(_("Somebody saved this draft after you opened it."))
    for name, value in _plain_values(record).items():
        setattr(locked, name, value)
    locked.version += 1
    locked.saved_at = timezone.now()
    locked.save()
    locked.kratom_uses.all().delete()
    locked.medications.all().delete()
    _store_rows(locked, record)
    _store_on_patient(locked.patient, record, by)
    note(by=by, act="changed", record=locked, patient=locked.patient)
    return locked


@transaction.atomic
def discard_draft(*, consultation: Consultation, by: User) -> None:
    """Remove a draft that was never screened for signing. Signed visits cannot be removed."""
    check_can_change(by, consultation)
    note(by=by, act="discarded", record=consultation, patient=consultation.patient)
    consultation.delete()


@transaction.atomic
def amend_consultation(*, consultation: Consultation, by: User, reason: str) -> Consultation:
    """Open a new draft that names the signed visit it corrects and starts from what that visit said."""
    from clinical.snapshots import record_of

    check_can_amend(by, consultation)
    record = record_of(consultation)
    draft = Consultation(
        patient=consultation.patient, created_by=by, amends=consultation, amend_reason=reason, **_plain_values(record)
    )
    draft.save(force_insert=True)
    _store_rows(draft, record)
    note(by=by, act="amended", record=consultation, patient=consultation.patient)
    note(by=by, act="created", record=draft, patient=consultation.patient)
    return draft


@transaction.atomic
def finish_follow_up(*, follow_up: FollowUp, by: User) -> None:
    """Mark a follow-up as done, once."""
    check(by, "write_charts")
    if follow_up.done_at is None:
        follow_up.done_at, follow_up.done_by = timezone.now(), by
        follow_up.save(update_fields=("done_at", "done_by"))
        note(by=by, act="done", record=follow_up, patient=follow_up.patient)


def _plain_values(record: VisitRecord) -> dict[str, Any]:
    values = {name: getattr(record, name) for name in PLAIN_FIELDS}
    return {**values, "phq9": list(record.phq9) if record.phq9 else None}


def _store_rows(consultation: Consultation, record: VisitRecord) -> None:
    KratomUseRow.objects.bulk_create(
        KratomUseRow(
            consultation=consultation, position=position, **{name: getattr(use, name) for name in use.__slots__}
        )
        for position, use in enumerate(record.uses)
    )
    MedicationTaken.objects.bulk_create(
        MedicationTaken(
            consultation=consultation,
            position=position,
            chosen_id=medication.chosen,
            **{name: getattr(medication, name) for name in medication.__slots__ if name != "chosen"},
        )
        for position, medication in enumerate(record.medications)
    )


def _store_on_patient(patient: Patient, record: VisitRecord, by: User) -> None:
    """Conditions, pregnancy and breastfeeding belong to the patient and outlive the visit."""
    if (patient.pregnant, patient.breastfeeding) != (record.pregnant, record.breastfeeding):
        patient.pregnant, patient.breastfeeding = record.pregnant, record.breastfeeding
        patient.save(update_fields=("pregnant", "breastfeeding"))
    note_conditions(patient=patient, conditions=record.conditions, by=by)
