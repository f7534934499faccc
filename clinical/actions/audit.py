"""One audit event with each write, in the same transaction. Names fields that changed, never what they hold."""

from collections.abc import Iterable
from contextvars import ContextVar
from datetime import timedelta
from typing import Any

from django.db import models
from django.utils import timezone

from clinical.models import AuditEvent, Patient, Practice, User

# The address the present request came from; set by middleware, empty in commands.
request_address: ContextVar[str | None] = ContextVar("request_address", default=None)


def note(
    *,
    by: User | None,
    act: str,
    record: models.Model,
    patient: Patient | None = None,
    practice: Practice | None = None,
    changed: Iterable[str] = (),
) -> AuditEvent:
    """Store who did what to which record. Raises whatever the database raises: the write then fails with it."""
    return AuditEvent.objects.create(
        by=by,
        practice=practice or (patient.practice if patient else getattr(by, "practice", None)),
        act=act,
        record=record._meta.model_name,
        record_key=str(record.pk),
        patient=patient,
        address=request_address.get(),
        changed=sorted(changed),
    )


# A page saves itself every few seconds: within this time one person's change of one field is noted once.
SITTING = timedelta(minutes=30)


def note_while_typing(
    *, by: User, act: str, record: models.Model, patient: Patient, changed: Iterable[str]
) -> AuditEvent | None:
    """As `note`, but only for fields that this person was not noted for in this sitting; None where all were."""
    events = AuditEvent.objects.filter(
        by=by, act=act, record=record._meta.model_name, record_key=str(record.pk), at__gt=timezone.now() - SITTING
    )
    noted = {name for names in events.values_list("changed", flat=True) for name in names}
    fresh = set(changed) - noted
    return note(by=by, act=act, record=record, patient=patient, changed=fresh) if fresh else None


def note_chart_opened(*, patient: Patient, by: User) -> None:
    """Reading is recorded too."""
    note(by=by, act="opened", record=patient, patient=patient)


def note_exported(*, practice: Practice, by: User | None) -> None:
    """Answers of a practice left as a file. `by` is empty for a command run on the server."""
    note(by=by, act="exported", record=practice, practice=practice)


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Names of the fields whose values differ."""
    return [name for name in after if before.get(name) != after[name]]
