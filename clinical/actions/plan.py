"""The write that puts lines into the plan of a draft without its page: what stands there is never touched."""

from django.db import transaction
from django.utils import timezone

from clinical.actions.audit import note
from clinical.actions.held import held
from clinical.models import Consultation, User
from clinical.permissions import check_can_change


@transaction.atomic
def add_to_plan(*, consultation: Consultation, by: User, lines: list[str]) -> Consultation:
    """Put lines after the plan as it stands now, those it holds already left out. Raises `RecordClosed` when signed."""
    locked = held(consultation=consultation)
    check_can_change(by, locked)
    text = locked.plan.rstrip()
    stands = {line.strip() for line in text.splitlines()}
    fresh = [line for line in dict.fromkeys(lines) if line not in stands]
    if not fresh:
        return locked
    locked.plan = "\n".join([*([text] if text else []), *fresh])
    locked.version += 1
    locked.saved_at, locked.saved_by = timezone.now(), by
    locked.save(update_fields=("plan", "version", "saved_at", "saved_by"))
    note(by=by, act="changed", record=locked, patient=locked.patient, changed=("plan",))
    return locked
