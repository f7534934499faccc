"""A page that saves itself while it is typed into: what can be read goes into the draft, the rest is kept as typed."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from clinical.actions.consultation import record_consultation, save_consultation
from clinical.models import Consultation, DraftText, Patient, User
from clinical.records import VisitRecord

Typed = Mapping[str, list[str]]


@transaction.atomic
def save_while_typing(
    *,
    patient: Patient,
    consultation: Consultation | None,
    key: UUID,
    by: User,
    record: VisitRecord,
    seen_version: int,
    unread: Typed | None,
    carried_over: Iterable[str] = (),
) -> Consultation:
    """Save what could be read of a page, opening the draft where there is none.

    `unread` is every field as typed, where something of it could not be read; None takes away what was kept before.
    Raises as `record_consultation` and `save_consultation` do, and then keeps nothing.
    """
    if consultation is None:
        begun = {"record": record, "carried_over": carried_over}
        saved = record_consultation(patient=patient, by=by, key=key, while_typing=True, **begun)
    else:
        saved = save_consultation(
            consultation=consultation, by=by, record=record, seen_version=seen_version, while_typing=True
        )
    keep_text(consultation=saved, by=by, unread=unread)
    return saved


def keep_text(*, consultation: Consultation, by: User, unread: Typed | None) -> None:
    """Keep the fields of a draft as typed, or let go of them once all was read. Part of the save that calls it."""
    if unread is None:
        DraftText.objects.filter(consultation=consultation).delete()
        return
    values = {"fields": dict(unread), "by": by, "saved_at": timezone.now()}
    DraftText.objects.update_or_create(consultation=consultation, defaults=values)
