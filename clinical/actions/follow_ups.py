"""Writes on follow-ups: plan one for a check, give one another day or owner. Finishing is with the visit's actions."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from clinical.actions.audit import note
from clinical.models import Consultation, FollowUp, FollowUpChange, Patient, User
from clinical.permissions import check


class NotBooked(ValueError):
    """A follow-up that cannot be booked or moved like this; the message says what to do."""


class DoneMeanwhile(Exception):
    """Somebody finished the follow-up before it was moved."""


@transaction.atomic
def plan_check(
    *,
    consultation: Consultation,
    by: User,
    owner: User,
    due_on: date,
    today: date,
    code: str,
    what: str,
    why: str,
    who_says: str,
) -> FollowUp:
    """Book a check as a dated follow-up of the patient, with why and who says so.

    Raises `NotBooked` for a visit that is not signed, an owner of another practice, a day gone by, or a check that is
    planned already.
    """
    check(by, "write_charts")
    patient = consultation.patient
    if not consultation.is_signed:
        raise NotBooked(_("Follow-ups belong to a signed visit. Sign the visit first."))
    _refuse(owner, due_on, today, patient.practice_id)
    Patient.objects.select_for_update().get(pk=patient.pk)  # two at once: the second sees the first
    if patient.follow_ups.filter(check_code=code, done_at=None).exists():
        raise NotBooked(_("This check is planned already."))
    row = FollowUp.objects.create(
        patient=patient,
        consultation=consultation,
        owner=owner,
        due_on=due_on,
        what=what,
        check_code=code,
        why=why,
        who_says=who_says,
    )
    note(by=by, act="created", record=row, patient=patient)
    return row


@transaction.atomic
def move_follow_up(*, follow_up: FollowUp, by: User, owner: User, due_on: date, today: date, reason: str) -> FollowUp:
    """Give an open follow-up another day, another owner or both; what it was stays on record with the reason.

    Raises `NotBooked` without a reason or without a change, `DoneMeanwhile` when it was finished.
    """
    check(by, "write_charts")
    rows = FollowUp.objects.select_for_update(of=("self",)).select_related("patient__practice", "owner")
    locked = rows.get(pk=follow_up.pk)
    if locked.done_at is not None:
        raise DoneMeanwhile(_("This follow-up was finished meanwhile."))
    if not reason.strip():
        raise NotBooked(_("Say why it is changed."))
    before = {"due_on": locked.due_on, "owner": locked.owner}
    changed = [name for name, value in {"due_on": due_on, "owner": owner}.items() if before[name] != value]
    if not changed:
        raise NotBooked(_("Choose another day or another owner."))
    # An overdue one may go to somebody else without a new day.
    _refuse(owner, due_on if "due_on" in changed else today, today, locked.patient.practice_id)
    FollowUpChange.objects.create(
        follow_up=locked, due_before=locked.due_on, owner_before=locked.owner, reason=reason.strip(), by=by
    )
    locked.due_on, locked.owner = due_on, owner
    locked.save(update_fields=("due_on", "owner"))
    note(by=by, act="changed", record=locked, patient=locked.patient, changed=changed)
    return locked


def _refuse(owner: User, due_on: date, today: date, practice_id: UUID) -> None:
    if owner.practice_id != practice_id:
        raise NotBooked(_("The owner must be of this practice."))
    if due_on < today:
        raise NotBooked(_("Choose today or a later day."))
