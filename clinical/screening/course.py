"""PHQ-9 over time: baseline, response, remission, reliable change, deterioration, time since kratom was last taken.

Says what the figures meet, never why. Every limit comes from the reference data.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from clinical.screening.attempts import Attempt, attempts_of
from clinical.screening.course_document import Limits
from clinical.screening.course_facts import HOURS_PER_DAY, TaperSeen, VisitSeen

BEFORE_CHANGE, FIRST_HIGH = "before_change", "first_high"
FALL, RISE = "fall", "rise"


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a score is compared with, and which of the two rules chose it."""

    key: str
    day: date
    total: int
    rule: str


@dataclass(frozen=True, slots=True)
class SinceLastUse:
    """Days since kratom was last taken; `is_exact` False: at most so many, something is not on record."""

    days: float
    is_exact: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """One PHQ-9 and what it meets. `is_response` None: there is no baseline high enough to count from.

    `is_baseline`: this or a later score is compared with it. `is_apart`: within the time after stopping in which some
    items are read by themselves; None where not known.
    """

    visit: VisitSeen
    total: int
    baseline: Baseline | None
    is_baseline: bool
    from_baseline: int | None
    from_previous: int | None
    is_response: bool | None
    is_remission: bool
    reliable: str
    is_deterioration: bool
    since_last_use: SinceLastUse | None
    is_apart: bool | None
    apart_items: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Course:
    """All readings in order of days, the changes of use they are seen beside, and time since last use by visit."""

    readings: tuple[Reading, ...]
    attempts: tuple[Attempt, ...]
    since_last_use: dict[str, SinceLastUse | None]


def course_of(visits: Iterable[VisitSeen], tapers: Iterable[TaperSeen], limits: Limits) -> Course:
    """Read every score beside what was known on its day. Visits of one day keep the order they come in."""
    ordered = sorted(visits, key=lambda visit: visit.day)
    attempts = attempts_of(ordered, tapers)
    since = dict(_since_last_use(ordered))
    scored = [visit for visit in ordered if visit.phq9 is not None]
    totals = enumerate(sum(visit.phq9 or ()) for visit in scored)
    first_high = next((number for number, total in totals if total >= limits.response_baseline), None)
    found = [_baseline(number, scored, attempts, first_high) for number in range(len(scored))]
    serving = {baseline.key for baseline in found if baseline}
    readings: list[Reading] = []
    for visit, baseline in zip(scored, found, strict=True):
        before = readings[-1].total if readings else None
        serves = visit.key in serving
        readings.append(_reading(visit, baseline, before, since[visit.key], attempts, limits, is_baseline=serves))
    return Course(tuple(readings), attempts, since)


def _baseline(
    number: int, scored: list[VisitSeen], attempts: tuple[Attempt, ...], first_high: int | None
) -> Baseline | None:
    """The last score up to the day the latest change began, else the first that is high enough, if it was yet."""
    begun = [attempt.started_on for attempt in attempts if attempt.started_on <= scored[number].day]
    chosen, rule = None, BEFORE_CHANGE
    if begun:
        earlier = (scored[place] for place in range(number, -1, -1))
        chosen = next((one for one in earlier if one.day <= begun[-1]), None)
    if chosen is None and first_high is not None and first_high <= number:
        chosen, rule = scored[first_high], FIRST_HIGH
    return Baseline(chosen.key, chosen.day, sum(chosen.phq9 or ()), rule) if chosen else None


def _reading(
    visit: VisitSeen,
    baseline: Baseline | None,
    before: int | None,
    since: SinceLastUse | None,
    attempts: tuple[Attempt, ...],
    limits: Limits,
    *,
    is_baseline: bool,
) -> Reading:
    answers = visit.phq9 or ()
    total = sum(answers)
    compared = baseline is not None and baseline.key != visit.key
    from_baseline = total - baseline.total if compared else None
    counts = compared and baseline.total >= limits.response_baseline
    rises = [change for change in (from_baseline, None if before is None else total - before) if change is not None]
    apart = _is_apart(visit, since, attempts, limits)
    return Reading(
        visit=visit,
        total=total,
        baseline=baseline,
        is_baseline=is_baseline,
        from_baseline=from_baseline,
        from_previous=None if before is None else total - before,
        is_response=_is_response(total, baseline.total, limits) if counts else None,
        is_remission=counts and total < limits.remission_below,
        reliable=_reliable(from_baseline, limits),
        is_deterioration=any(change >= limits.deterioration_points for change in rises),
        since_last_use=since,
        is_apart=apart,
        apart_items=tuple((item, answers[item - 1]) for item in limits.apart_items) if apart is not False else (),
    )


def _is_response(total: int, baseline: int, limits: Limits) -> bool:
    return (baseline - total) * 100 >= limits.response_percent * baseline


def _reliable(change: int | None, limits: Limits) -> str:
    if change is None or abs(change) < limits.reliable_change_points:
        return ""
    return FALL if change < 0 else RISE


def _since_last_use(ordered: list[VisitSeen]) -> Iterable[tuple[str, SinceLastUse | None]]:
    """Days since last use at each visit: its own hours; where some are not recorded, at most what is known."""
    last_use: date | None = None
    for visit in ordered:
        hours = [use.hours_since_last_use for use in visit.uses]
        known = [hour for hour in hours if hour is not None]
        found = None
        if known:
            found = SinceLastUse(min(known) / HOURS_PER_DAY, len(known) == len(hours))
        elif last_use is not None:
            found = SinceLastUse(float((visit.day - last_use).days), False)
        yield visit.key, found
        own = visit.last_use_on
        last_use = max((day for day in (last_use, own) if day), default=None)


def _is_apart(
    visit: VisitSeen, since: SinceLastUse | None, attempts: tuple[Attempt, ...], limits: Limits
) -> bool | None:
    """Whether kratom, or one product of it, was stopped so lately that some items overlap with withdrawal.

    Not known where a product is stopped and neither its last use nor an earlier one is near enough to settle it.
    """
    stopped = [use.hours_since_last_use for use in visit.uses if use.stopped]
    if any(hours is not None and hours <= limits.apart_days * HOURS_PER_DAY for hours in stopped):
        return True
    if not visit.has_stopped and _quit_lately(visit, attempts, limits):
        return True
    reports_none = visit.does_not_use and not visit.uses
    if since is not None and since.days <= limits.apart_days and (reports_none or None in stopped):
        return True
    return None if None in stopped else False


def _quit_lately(visit: VisitSeen, attempts: tuple[Attempt, ...], limits: Limits) -> bool:
    """Whether the day of quitting has come lately and no use after it is on record."""
    for attempt in attempts:
        stopped_on = attempt.stopped_on
        if stopped_on is None or not 0 < (visit.day - stopped_on).days <= limits.apart_days:
            continue
        if attempt.ended_on is None or attempt.ended_on > visit.day:
            return True
    return False
