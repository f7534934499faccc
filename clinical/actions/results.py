"""Writes on results: enter them, strike one out. A result is never changed and never removed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinical.actions.audit import note
from clinical.models import Patient, Result, User
from clinical.permissions import check
from clinical.screening.monitoring_knowledge import ResultKind


class NotAResult(ValueError):
    """An entry that cannot be a result; the message says what to do."""


class StruckAlready(Exception):
    """Somebody struck the result out before."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One result as typed: a number in a unit, with the laboratory's upper limit where known, or a word."""

    kind: str
    value: float | None = None
    unit: str = ""
    word: str = ""
    upper_limit: float | None = None


@transaction.atomic
def record_results(
    *,
    patient: Patient,
    by: User,
    entries: Iterable[Entry],
    measured_on: date,
    today: date,
    kinds: Iterable[ResultKind],
) -> list[Result]:
    """Keep every entry or none.

    Raises `NotAResult` for a day to come or before birth, an unknown kind, a number without its unit or beyond what
    can be, a word its kind does not have. An upper limit may be missing: screening then names what it cannot assess.
    """
    check(by, "write_charts")
    if not patient.born_on <= measured_on <= today:
        raise NotAResult(_("The day lies before birth or in the future."))
    known = {kind.code: kind for kind in kinds}
    kept = []
    for entry in entries:
        _refuse_impossible(entry, known.get(entry.kind))
        row = Result.objects.create(patient=patient, entered_by=by, measured_on=measured_on, **_columns(entry))
        note(by=by, act="created", record=row, patient=patient)
        kept.append(row)
    if not kept:
        raise NotAResult(_("Enter at least one result."))
    return kept


def _columns(entry: Entry) -> dict:
    return {name: getattr(entry, name) for name in Entry.__slots__}


def _refuse_impossible(entry: Entry, kind: ResultKind | None) -> None:
    if kind is None:
        raise NotAResult(_("No such kind of result."))
    if (entry.value is None) == (not entry.word):
        raise NotAResult(_("Enter a number or a word for %(kind)s.") % {"kind": kind.label})
    if entry.word and entry.word not in kind.words:
        raise NotAResult(_("No such word for %(kind)s.") % {"kind": kind.label})
    if entry.value is None:
        return
    unit = next((one for one in kind.units if one.unit == entry.unit), None)
    if unit is None:
        raise NotAResult(_("Choose the unit of %(kind)s.") % {"kind": kind.label})
    for number in (entry.value, entry.upper_limit):
        if number is not None and not unit.least <= number <= unit.most:
            raise NotAResult(_("This number is not plausible for %(kind)s.") % {"kind": kind.label})


@transaction.atomic
def strike_result(*, result: Result, by: User, reason: str) -> Result:
    """Strike a result out with a reason; it stays readable. Raises `NotAResult` without one, `StruckAlready`."""
    check(by, "write_charts")
    if not reason.strip():
        raise NotAResult(_("Say why the result is struck out."))
    locked = Result.objects.select_for_update(of=("self",)).select_related("patient__practice").get(pk=result.pk)
    if locked.struck_at is not None:
        raise StruckAlready(_("This result was struck out meanwhile."))
    locked.struck_by, locked.struck_at, locked.struck_reason = by, timezone.now(), reason.strip()
    locked.save(update_fields=("struck_by", "struck_at", "struck_reason"))
    note(by=by, act="struck out", record=locked, patient=locked.patient)
    return locked
