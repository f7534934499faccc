"""One audit event with each write, in the same transaction. Names fields that changed, never what they hold."""

from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any

from django.db import models

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


def note_chart_opened(*, patient: Patient, by: User) -> None:
    """Reading is recorded too."""
    note(by=by, act="opened", record=patient, patient=patient)


def note_exported(*, practice: Practice, by: User | None) -> None:
    """Answers of a practice left as a file. `by` is empty for a command run on the server."""
    note(by=by, act="exported", record=practice, practice=practice)


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Names of the fields whose values differ."""
    return [name for name in after if before.get(name) != after[name]]
