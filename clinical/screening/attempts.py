"""Changes of kratom use over several visits: when one began, how it went on, and when use was recorded again.

A change agreed on is a plan; it counts from its day unless a visit before that day put something else in its place.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from clinical.screening.course_facts import TaperSeen, VisitSeen

TAPER, QUIT, STOP, USE, TAPER_END = "taper", "quit", "stop", "use", "taper_end"


@dataclass(frozen=True, slots=True)
class Mark:
    """One dated event. `is_dated` False: only the last use on record is known, the day of stopping is not."""

    day: date
    kind: str
    is_dated: bool = True
    is_planned: bool = False


@dataclass(frozen=True, slots=True)
class Attempt:
    """One change of use from its first day. `stopped_on` and `ended_on` (use again, or taper given up) may be open."""

    started_on: date
    kind: str
    stopped_on: date | None = None
    ended_on: date | None = None


class _Event(NamedTuple):
    """On one day what a visit says of use comes before a change that begins: the use was before it."""

    day: date
    order: int
    kind: str
    last_use_on: date | None = None
    is_dated: bool = True
    plans_taper: bool = False


def marks_of(visits: Iterable[VisitSeen], tapers: Iterable[TaperSeen]) -> tuple[Mark, ...]:
    """Everything to mark on a time line: planned changes, tapers begun and ended, stops, use recorded again."""
    known = _in_order(visits)
    last_seen = known[-1].day if known else date.min
    events = [event for event in _events(known, tuple(tapers)) if event.kind != USE]
    again = [Mark(attempt.ended_on, USE) for attempt in attempts_of(known, tapers) if _was_use_again(attempt, tapers)]
    found = {Mark(e.day, e.kind, e.is_dated, e.kind in (TAPER, QUIT) and e.day > last_seen) for e in events}
    return tuple(sorted((*found, *again), key=lambda mark: (mark.day, mark.kind)))


def _was_use_again(attempt: Attempt, tapers: Iterable[TaperSeen]) -> bool:
    return attempt.ended_on is not None and attempt.ended_on not in {taper.ended_on for taper in tapers}


def attempts_of(visits: Iterable[VisitSeen], tapers: Iterable[TaperSeen]) -> tuple[Attempt, ...]:
    """The changes of use, one after the other.

    A taper that ends in stopping is one change, so that scores are compared with the one before its first step. A new
    one begins only after use was recorded again, or a taper was ended with use going on.
    """
    found: list[Attempt] = []
    for event in _events(_in_order(visits), tuple(tapers)):
        last = found[-1] if found else None
        going_on = last if last and last.ended_on is None else None
        if event.kind in (TAPER, QUIT, STOP):
            if going_on is None:
                found.append(_begun(event))
            else:
                found[-1] = _gone_on(going_on, event)
        elif going_on and _ends(going_on, event):
            found[-1] = Attempt(going_on.started_on, going_on.kind, going_on.stopped_on, event.day)
    return tuple(found)


def _begun(event: _Event) -> Attempt:
    return Attempt(event.day, event.kind, None if event.kind == TAPER else event.day)


def _gone_on(attempt: Attempt, event: _Event) -> Attempt:
    """A stop reported, or a day of quitting reached, within a change under way."""
    if event.kind == TAPER or attempt.stopped_on is not None:
        return attempt
    return Attempt(attempt.started_on, attempt.kind, event.day)


def _ends(attempt: Attempt, event: _Event) -> bool:
    """Whether use recorded in a visit, or the end of a taper, ends this change."""
    if event.kind == TAPER_END:
        return attempt.stopped_on is None
    if attempt.stopped_on is None:
        return False  # during a taper use goes on
    return event.last_use_on is None or event.last_use_on > attempt.stopped_on


def _in_order(visits: Iterable[VisitSeen]) -> list[VisitSeen]:
    return sorted(visits, key=lambda visit: visit.day)


def _events(visits: list[VisitSeen], tapers: tuple[TaperSeen, ...]) -> list[_Event]:
    events = [*_plans(visits), *_stops_and_use(visits)]
    for taper in tapers:
        events.append(_Event(taper.starts_on, 1, TAPER))
        if taper.ended_on:
            events.append(_Event(max(taper.ended_on, taper.starts_on), 3, TAPER_END))
    return sorted(set(events), key=lambda event: (event.day, event.order))


def _plans(visits: list[VisitSeen]) -> Iterator[_Event]:
    """Days agreed for a change. A visit before the day that agreed on another, or on none, puts it aside."""
    for number, visit in enumerate(visits):
        if not (visit.change_plan and visit.change_on):
            continue
        before_it = [later for later in visits[number + 1 :] if later.day < visit.change_on]
        if all((later.change_plan, later.change_on) == (visit.change_plan, visit.change_on) for later in before_it):
            yield _Event(visit.change_on, 1, visit.change_plan)


def _stops_and_use(visits: list[VisitSeen]) -> Iterator[_Event]:
    """What each visit says of use: going on, stopped on a day, or none with the last use known from before."""
    last_use: date | None = None
    told: date | None = None
    for visit in visits:
        own = visit.last_use_on
        over = visit.has_stopped or (visit.does_not_use and not visit.uses)
        last_use = max((day for day in (last_use, own) if day), default=None)
        if visit.uses and not over:
            yield _Event(visit.day, 0, USE, own)
            told = None
        elif over and last_use and last_use != told:
            yield _Event(last_use, 2, STOP, is_dated=own is not None)
            told = last_use
