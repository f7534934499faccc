"""Writes of rating instruments: one row for each that was answered completely, with the revision of its words."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from clinical.actions.audit import note
from clinical.actions.held import held
from clinical.instruments import ON_THE_VISIT, Words, instruments_in_force
from clinical.models import Consultation, InstrumentTaken, User
from clinical.permissions import check_can_change
from clinical.records import InstrumentRecord, VisitRecord
from clinical.screening.instruments import Score, score

HOURS_IN_A_DAY = 24


class InstrumentIncomplete(ValueError):
    """Items are open; `missing` are their codes. A partial total would be wrong, so nothing is stored."""

    def __init__(self, missing: tuple[str, ...]):
        super().__init__(_("Items without an answer: %(items)s.") % {"items": ", ".join(missing)})
        self.missing = missing


class UnknownInstrument(ValueError):
    """No instrument of this code is in force."""


@transaction.atomic
def take_instrument(
    *, consultation: Consultation, by: User, code: str, answers: tuple[int | None, ...]
) -> InstrumentTaken:
    """Store one instrument of a draft, in place of what was stored of it.

    Raises `RecordClosed` when signed, `UnknownInstrument`, `InstrumentIncomplete`, and `ValueError` for an answer that
    the item does not have.
    """
    locked = held(consultation=consultation)
    check_can_change(by, locked)
    words = instruments_in_force().get(code)
    if words is None:
        raise UnknownInstrument(code)
    row = _row(locked, words, answers, words.revision, _days_since_last_use(locked.kratom_uses.all()))
    locked.instruments.filter(instrument=code).delete()
    row.save(force_insert=True)
    note(by=by, act="scored", record=row, patient=locked.patient)
    return row


@transaction.atomic
def remove_instrument(*, consultation: Consultation, by: User, code: str) -> None:
    """Take an instrument out of a draft again. Raises `RecordClosed` when signed."""
    locked = held(consultation=consultation)
    check_can_change(by, locked)
    row = locked.instruments.filter(instrument=code).first()
    if row:
        note(by=by, act="removed", record=row, patient=locked.patient)
        row.delete()


def store_instruments(*, consultation: Consultation, record: VisitRecord, is_new: bool) -> None:
    """Store what the record holds, inside the transaction of the visit. What has its own page stays as it is.

    PHQ-9 answers that came without their instrument are stored as one, so that every score says when it was taken.
    """
    taken = {one.instrument: one for one in _with_phq9(record)}
    if not is_new:
        consultation.instruments.filter(instrument__in={*ON_THE_VISIT, *taken}).delete()
    if not taken:
        return
    known, days = instruments_in_force(), _days_since_last_use(record.uses)
    InstrumentTaken.objects.bulk_create(
        _row(consultation, known[code], one.answers, one.version or known[code].revision, days)
        for code, one in taken.items()
        if code in known
    )


def stand_in_tier(*, consultation: Consultation, tier: str) -> None:
    """Note with each instrument of a visit that is being signed the withdrawal tier it was taken in."""
    consultation.instruments.update(tier=tier)


def _with_phq9(record: VisitRecord) -> Iterable[InstrumentRecord]:
    if record.phq9 and all(one.instrument != "phq9" for one in record.instruments):
        yield InstrumentRecord("phq9", record.phq9)
    yield from record.instruments


def _row(
    consultation: Consultation, words: Words, answers: tuple[int | None, ...], version: int, days: float | None
) -> InstrumentTaken:
    found = _scored(words, answers, consultation.patient.sex)
    return InstrumentTaken(
        consultation=consultation,
        instrument=words.code,
        version=version,
        answers=list(answers),
        total=found.total,
        band=found.band.code if found.band else "",
        days_since_last_use=days,
    )


def _scored(words: Words, answers: tuple[int | None, ...], sex: str) -> Score:
    found = score(words.core, answers, sex=sex or None)
    if found.missing or None in answers:
        opened = tuple(item.code for item, answer in zip(words.core.items, answers, strict=True) if answer is None)
        raise InstrumentIncomplete(opened)
    return found


def _days_since_last_use(uses: Iterable) -> float | None:
    """Days since kratom of any kind was last taken, where it is known of every product."""
    hours = [use.hours_since_last_use for use in uses]
    return None if not hours or None in hours else min(hours) / HOURS_IN_A_DAY
