"""Writes of asking about suicide: what was asked, with what, and what was done. Nothing recorded is changed."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from clinical.actions.audit import note
from clinical.actions.held import held
from clinical.inquiry import is_due
from clinical.models import Consultation, FollowUp, SuicideInquiry, User
from clinical.permissions import check_can_change


class InquiryIncomplete(ValueError):
    """An inquiry says with what, what came out and what was done."""


class SuicideInquiryMissing(Exception):
    """PHQ-9 item 9 is above zero and nobody recorded that suicide was asked about."""

    def __init__(self) -> None:
        super().__init__(_("Ask directly about suicide and record it before signing: item 9 is above “not at all”."))


@transaction.atomic
def record_suicide_inquiry(
    *, consultation: Consultation, by: User, screen: str, outcome: str, done: str, contact_on: date | None = None
) -> SuicideInquiry:
    """Record that suicide was asked about in a draft. A day of contact becomes a follow-up of the one who asked.

    Raises `RecordClosed` when signed, `InquiryIncomplete` without screen or deed, `ValueError` for another outcome.
    """
    locked = held(consultation=consultation)
    check_can_change(by, locked)
    if not screen.strip() or not done.strip():
        raise InquiryIncomplete(_("Say what was asked with and what was done."))
    stored = SuicideInquiry.objects.create(
        consultation=locked, screen=screen, outcome=SuicideInquiry.Outcome(outcome), done=done.strip(), by=by
    )
    if contact_on:
        what = _("Contact after asking about suicide")
        FollowUp.objects.create(patient=locked.patient, consultation=locked, due_on=contact_on, what=what, owner=by)
    note(by=by, act="asked", record=stored, patient=locked.patient)
    return stored


def check_asked(*, consultation: Consultation) -> None:
    """Raise `SuicideInquiryMissing` where item 9 asks for an inquiry that this visit does not have."""
    if is_due(consultation):
        raise SuicideInquiryMissing
