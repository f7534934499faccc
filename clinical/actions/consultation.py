"""Writes on a visit: open, save, discard, answer, amend."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinical.actions import unrecognised
from clinical.actions.audit import differences, note, note_while_typing
from clinical.actions.held import held
from clinical.actions.instruments import store_instruments
from clinical.actions.people import note_conditions
from clinical.models import Consultation, DraftText, FollowUp, KratomUseRow, MedicationTaken, Patient, User
from clinical.permissions import RecordClosed, check, check_can_amend, check_can_change
from clinical.records import VisitRecord
from clinical.snapshots import HISTORY_TOLD, record_of

PLAIN_FIELDS = (
    "visit_on", "asked", "past_withdrawal", "opioid_use_disorder", "dose_on_waking", "dose_at_night",
    "doses_to_avoid_symptoms", "failed_quits", "cows", "plan", *HISTORY_TOLD,
)  # fmt: skip


class ChangedByAnother(Exception):
    """The draft was saved by somebody else since this page was opened; nothing was overwritten."""


class DraftWasReviewed(RecordClosed):
    """What was shown and answered in this draft is kept, so the draft cannot be removed."""


class AmendmentNeedsReason(ValueError):
    """An amendment says why, or it is not opened."""


@transaction.atomic
def record_consultation(
    *,
    patient: Patient,
    by: User,
    record: VisitRecord,
    key: UUID | None = None,
    carried_over: Iterable[str] = (),
    while_typing: bool = False,
) -> Consultation:
    """Open a draft visit with everything typed so far; `carried_over` are the rows its page began with.

    `key` is the one its page was made with: the same page sent twice raises `IntegrityError` instead of a second visit.
    `while_typing` is a save nobody asked for: a name half typed is then not counted as one not recognised.
    """
    check(by, "write_charts")
    values = {"carried_over": list(carried_over), **_plain_values(record)}
    consultation = Consultation(id=key or uuid4(), patient=patient, created_by=by, **values)
    consultation.save(force_insert=True)
    _store_rows(consultation, record)
    store_instruments(consultation=consultation, record=record, is_new=True)
    _store_on_patient(patient, record, by)
    note(by=by, act="created", record=consultation, patient=patient)
    if not while_typing:
        unrecognised.count_when_stored(consultation=consultation, record=record)
    return consultation


@transaction.atomic
def save_consultation(
    *, consultation: Consultation, by: User, record: VisitRecord, seen_version: int, while_typing: bool = False
) -> Consultation:
    """Replace the draft with what was typed; `while_typing` as above, and noted once a sitting for each field.

    Raises `RecordClosed` when it is signed and `ChangedByAnother` when `seen_version` is not the stored one.
    """
    locked = held(consultation=consultation)
    check_can_change(by, locked)
    if locked.version != seen_version:
        raise ChangedByAnother(_("Somebody saved this draft after you opened it."))
    changed = differences(asdict(record_of(locked)), asdict(record))
    for name, value in _plain_values(record).items():
        setattr(locked, name, value)
    locked.version += 1
    locked.saved_at, locked.saved_by = timezone.now(), by
    locked.save()
    locked.kratom_uses.all().delete()
    locked.medications.all().delete()
    _store_rows(locked, record)
    store_instruments(consultation=locked, record=record, is_new=False)
    _store_on_patient(locked.patient, record, by)
    noted = note_while_typing if while_typing else note
    noted(by=by, act="changed", record=locked, patient=locked.patient, changed=changed)
    if not while_typing:
        DraftText.objects.filter(consultation=locked).delete()
        unrecognised.count_when_stored(consultation=locked, record=record)
    return locked


@transaction.atomic
def discard_draft(*, consultation: Consultation, by: User) -> None:
    """Remove a draft. Raises `RecordClosed` when signed, `DraftWasReviewed` when a run or answer is kept of it."""
    locked = held(consultation=consultation)
    check_can_change(by, locked)
    if locked.runs.exists() or locked.answers.exists() or locked.suicide_inquiries.exists():
        raise DraftWasReviewed(_("This draft was reviewed already. What was shown is kept, so it stays."))
    note(by=by, act="discarded", record=locked, patient=locked.patient)
    locked.delete()


@transaction.atomic
def amend_consultation(*, consultation: Consultation, by: User, reason: str) -> Consultation:
    """Open a new draft that names the signed visit it corrects and starts from what that visit said.

    Raises `RecordClosed` unless this is the latest signed version, `AmendmentNeedsReason` without a reason.
    """
    signed = held(consultation=consultation)
    check_can_amend(by, signed)
    if not reason.strip():
        raise AmendmentNeedsReason(_("Say what is wrong in the signed visit."))
    record = record_of(signed)
    draft = Consultation(
        patient=signed.patient,
        created_by=by,
        amends=signed,
        amend_reason=reason.strip(),
        names_counted=signed.names_counted,
        carried_over=signed.carried_over,
        **_plain_values(record),
    )
    draft.save(force_insert=True)
    _store_rows(draft, record)
    store_instruments(consultation=draft, record=record, is_new=True)
    note(by=by, act="amended", record=signed, patient=signed.patient)
    note(by=by, act="created", record=draft, patient=signed.patient)
    return draft


@transaction.atomic
def finish_follow_up(*, follow_up: FollowUp, by: User) -> None:
    """Mark a follow-up as done, once. Who did it first stays."""
    check(by, "write_charts")
    locked = FollowUp.objects.select_for_update(of=("self",)).select_related("patient__practice").get(pk=follow_up.pk)
    if locked.done_at is None:
        locked.done_at, locked.done_by = timezone.now(), by
        locked.save(update_fields=("done_at", "done_by"))
        note(by=by, act="done", record=locked, patient=locked.patient)


def _plain_values(record: VisitRecord) -> dict[str, Any]:
    values = {name: getattr(record, name) for name in PLAIN_FIELDS}
    lists = {name: list(getattr(record, name)) for name in ("declined", "harms", "co_use_denied")}
    return {**values, **lists, "phq9": list(record.phq9) if record.phq9 else None}


def _stored(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _store_rows(consultation: Consultation, record: VisitRecord) -> None:
    KratomUseRow.objects.bulk_create(
        KratomUseRow(
            consultation=consultation,
            position=position,
            **{name: _stored(getattr(use, name)) for name in use.__slots__},
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
    """Conditions, pregnancy and breastfeeding belong to the patient and outlive the visit.

    Where the record says what its page had shown, only what the writer changed is stored: a colleague's note made
    meanwhile stays.
    """
    seen = record.health_seen
    changed = [
        name
        for name in ("pregnant", "breastfeeding")
        if getattr(record, name) != getattr(seen or patient, name) and getattr(record, name) != getattr(patient, name)
    ]
    for name in changed:
        setattr(patient, name, getattr(record, name))
    if changed:
        patient.save(update_fields=changed)
    note_conditions(patient=patient, conditions=record.conditions, seen=seen and seen.conditions, by=by)
