"""Writes on a patient's diary: a file read in whole, or taken back whole."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinical.actions.audit import note
from clinical.models import DiaryDose, DiaryImport, Patient, User
from clinical.permissions import check


class ReadAlready(ValueError):
    """This very file stands in the diary of this patient; nothing was stored."""


class NothingToStore(ValueError):
    """No dose was given; an empty file is not kept."""


@dataclass(frozen=True, slots=True)
class Dose:
    """One dose to store; `taken_at` is an instant with its zone."""

    taken_at: datetime
    product: str
    as_written: str = ""
    amount: float | None = None
    unit: str = ""


@transaction.atomic
def store_diary(*, patient: Patient, by: User, digest: str, time_zone: str, doses: tuple[Dose, ...]) -> DiaryImport:
    """Keep all doses of one file together. Raises `ReadAlready` for the same file, `NothingToStore` without a dose."""
    check(by, "write_charts")
    if not doses:
        raise NothingToStore(_("No row can be stored."))
    try:
        with transaction.atomic():
            kept = DiaryImport.objects.create(
                patient=patient, by=by, file_digest=digest, time_zone=time_zone, rows=len(doses)
            )
    except IntegrityError as refused:
        if "diary_file_read_once" not in str(refused):
            raise
        raise ReadAlready(_("This file was read already. Take that reading back first, if it was wrong.")) from refused
    DiaryDose.objects.bulk_create(
        DiaryDose(read_from=kept, **{name: getattr(dose, name) for name in dose.__slots__}) for dose in doses
    )
    note(by=by, act="created", record=kept, patient=patient, changed=("doses",))
    return kept


@transaction.atomic
def take_back_diary(*, kept: DiaryImport, by: User) -> DiaryImport:
    """Mark a file as taken back, once: its doses no longer count, and who did it first stays."""
    check(by, "write_charts")
    locked = DiaryImport.objects.select_for_update(of=("self",)).select_related("patient__practice").get(pk=kept.pk)
    if locked.taken_back_at is None:
        locked.taken_back_at, locked.taken_back_by = timezone.now(), by
        locked.save(update_fields=("taken_back_at", "taken_back_by"))
        note(by=by, act="taken back", record=locked, patient=locked.patient)
    return locked
