"""One jurisdiction's rows and pending changes on a line of time, for reading and for drawing. Asks no table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from legal.models import Disagreement, PendingChange, StatusPeriod
from legal.periods import BOTH, Substance


class Standing(TextChoices):
    """Where an entry stands on the day it is read. A word for each, since no bar speaks alone."""

    PAST = "past", _("Past")
    NOW = "now", _("In force today")
    AHEAD = "ahead", _("Ahead")
    REPLACED = "replaced", _("Replaced, no longer counts")
    PENDING = "pending", _("Pending, not law")
    SETTLED = "settled", _("Was pending, settled")


@dataclass(frozen=True, slots=True)
class Entry:
    """A row or a pending change, its standing, and its bar in per cent of the line; no bar without any day."""

    row: StatusPeriod | None
    change: PendingChange | None
    standing: Standing
    is_disputed: bool = False
    left: str = ""
    width: str = ""


@dataclass(frozen=True, slots=True)
class TimeLine:
    """All entries, oldest first, what has no day last; the years written along the line, and where today is on it."""

    entries: tuple[Entry, ...]
    years: tuple[tuple[int, str], ...]
    today: str


def time_line(
    rows: Sequence[StatusPeriod],
    changes: Sequence[PendingChange],
    disputes: Sequence[Disagreement],
    today: date,
) -> TimeLine:
    """Every row ever held, replaced ones too, and every pending change, settled ones too: none is left out."""
    span = _span(rows, changes, today)
    dated = [(_begins(row), 0, _entry(row, disputes, span, today)) for row in rows]
    dated += [(_day_of(change) or date.max, 1, _pending(change, span)) for change in changes]
    dated.sort(key=lambda one: one[:2])
    return TimeLine(tuple(entry for _day, _kind, entry in dated), _years(span), _at(today, span))


def _span(rows: Sequence[StatusPeriod], changes: Sequence[PendingChange], today: date) -> tuple[date, date]:
    """Whole years around every known day, with a year to spare on both sides for ends that are not known."""
    days = [day for row in rows for day in (row.valid_from, row.valid_until) if day]
    days += [day for day in map(_day_of, changes) if day]
    return date(min([today, *days]).year - 1, 1, 1), date(max([today, *days]).year + 2, 1, 1)


def _entry(row: StatusPeriod, disputes: Sequence[Disagreement], span: tuple[date, date], today: date) -> Entry:
    first, last = row.valid_from or span[0], row.valid_until or span[1]
    disputed = row.superseded_at is None and any(_is_about(one, row.substance) for one in disputes)
    left, right = _share(first, span), _share(last, span)
    # A row of a few days stays wide enough to be seen.
    return Entry(row, None, _standing(row, today), disputed, f"{left:.2f}", f"{max(right - left, 0.8):.2f}")


def _pending(change: PendingChange, span: tuple[date, date]) -> Entry:
    standing = Standing.PENDING if change.settled_at is None else Standing.SETTLED
    day = _day_of(change)
    return Entry(None, change, standing, left=_at(day, span) if day else "")


def _standing(row: StatusPeriod, today: date) -> Standing:
    if row.superseded_at is not None:
        return Standing.REPLACED
    if row.valid_from and row.valid_from > today:
        return Standing.AHEAD
    return Standing.PAST if row.valid_until and row.valid_until <= today else Standing.NOW


def _is_about(dispute: Disagreement, substance: str) -> bool:
    """Whether an open dispute touches a row of this substance; one that names none touches all."""
    if dispute.settled_at is not None:
        return False
    either = {dispute.substance, substance}
    return "" in either or len(either) == 1 or (BOTH in either and Substance.DERIVATIVES not in either)


def _begins(row: StatusPeriod) -> date:
    return row.valid_from or date.min


def _day_of(change: PendingChange) -> date | None:
    return change.became_on or change.expected_on


def _years(span: tuple[date, date]) -> tuple[tuple[int, str], ...]:
    """About six years written along the line."""
    step = max((span[1].year - span[0].year) // 6, 1)
    return tuple((year, _at(date(year, 1, 1), span)) for year in range(span[0].year + 1, span[1].year, step))


def _at(day: date, span: tuple[date, date]) -> str:
    return f"{_share(day, span):.2f}"


def _share(day: date, span: tuple[date, date]) -> float:
    """How far along the line, in per cent."""
    return 100 * ((day - span[0]) / timedelta(days=1)) / (span[1] - span[0]).days
