"""Antidepressants over several visits: what was started, stopped or written differently. Doses are not interpreted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from clinical.screening.course_facts import LineSeen, VisitSeen
from clinical.screening.facts import Phase

START, STOP, REWRITTEN = "start", "stop", "rewritten"


@dataclass(frozen=True, slots=True)
class MedicineChange:
    """One change. `is_dated` False: noticed in the visit of that day, it happened at or before it."""

    day: date
    kind: str
    substance: str
    before: str = ""
    after: str = ""
    is_dated: bool = False


@dataclass(frozen=True, slots=True)
class Taking:
    """One antidepressant from the first day known to the last visit that listed it; `stopped_on` None: still listed."""

    substance: str
    since: date
    listed_until: date
    stopped_on: date | None
    changes: tuple[MedicineChange, ...]


def medicine_changes(visits: Iterable[VisitSeen], antidepressants: frozenset[str]) -> tuple[MedicineChange, ...]:
    """What differs between one visit and the next, substance by substance. The first visit only tells given days.

    A medicine only planned is not taken yet. Another spelling of the same line is told as rewritten, in both wordings.
    """
    found: list[MedicineChange] = []
    before: dict[str, str] | None = None
    for visit in sorted(visits, key=lambda one: one.day):
        now = _taken(visit, antidepressants)
        lines = _lines_by_substance(visit, antidepressants)
        for substance in sorted(now.keys() | (before or {}).keys() | lines.keys()):
            change = _change(visit, substance, before, now, lines.get(substance, ()))
            if change and change not in found:
                found.append(change)
        before = now
    return tuple(sorted(found, key=lambda change: (change.day, change.substance)))


def _change(
    visit: VisitSeen,
    substance: str,
    before: dict[str, str] | None,
    now: dict[str, str],
    lines: tuple[LineSeen, ...],
) -> MedicineChange | None:
    was, is_now = (before or {}).get(substance, ""), now.get(substance, "")
    if is_now and not was:
        started = max((line.started_on for line in lines if line.started_on), default=None)
        if before is None and started is None:
            return None  # taken already when first seen
        return MedicineChange(started or visit.day, START, substance, "", is_now, started is not None)
    if not is_now:
        stopped = max((line.stopped_on for line in lines if line.stopped_on), default=None)
        if not was and (stopped is None or before is not None):
            return None  # told already, or never listed as taken
        return MedicineChange(stopped or visit.day, STOP, substance, was, "", stopped is not None)
    if _plain(was) != _plain(is_now):
        return MedicineChange(visit.day, REWRITTEN, substance, was, is_now)
    return None


def _lines_by_substance(visit: VisitSeen, antidepressants: frozenset[str]) -> dict[str, tuple[LineSeen, ...]]:
    found: dict[str, list[LineSeen]] = {}
    for line in visit.lines:
        for substance in antidepressants.intersection(line.substances):
            found.setdefault(substance, []).append(line)
    return {substance: tuple(lines) for substance, lines in found.items()}


def _taken(visit: VisitSeen, antidepressants: frozenset[str]) -> dict[str, str]:
    """What was taken on the day, as written; several lines of one substance side by side."""
    found = {}
    for substance, lines in _lines_by_substance(visit, antidepressants).items():
        written = sorted(line.entered.strip() for line in lines if _is_taken(line, visit.day))
        if written:
            found[substance] = " + ".join(written)
    return found


def _is_taken(line: LineSeen, day: date) -> bool:
    if line.stopped_on is not None and line.stopped_on <= day:
        return False
    return line.phase not in (Phase.PLANNED, Phase.STOPPED)


def _plain(written: str) -> str:
    return " ".join(written.casefold().split())


def takings(visits: Iterable[VisitSeen], antidepressants: frozenset[str]) -> tuple[Taking, ...]:
    """One row for each antidepressant, in the order first listed; a break in between shows as its changes."""
    ordered = sorted(visits, key=lambda one: one.day)
    changes = medicine_changes(ordered, antidepressants)
    first: dict[str, date] = {}
    last: dict[str, date] = {}
    for visit in ordered:
        for substance in _taken(visit, antidepressants):
            first.setdefault(substance, visit.day)
            last[substance] = visit.day
    rows = []
    for substance in first:
        own = tuple(change for change in changes if change.substance == substance)
        since = min([first[substance], *(change.day for change in own if change.kind == START)])
        stopped = next((change.day for change in reversed(own) if change.kind != REWRITTEN), None)
        is_over = bool(own) and _last_start_or_stop(own) == STOP
        rows.append(Taking(substance, since, last[substance], stopped if is_over else None, own))
    return tuple(rows)


def _last_start_or_stop(changes: tuple[MedicineChange, ...]) -> str:
    return next((change.kind for change in reversed(changes) if change.kind != REWRITTEN), "")
