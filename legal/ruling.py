"""Decides which legal status governs at a place on a day. Pure: standard library only, no clock, no database.

How rows of several levels combine is settled in `legal.standing`, once per place; here a day, an age and the age of
the checks are added. Periods are half-open everywhere.
"""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from legal.periods import Level, PendingEntry, StalenessLimits, Status, StatusPeriod, Substance
from legal.standing import NO_ENTRY, Change, LevelAnswer, Restriction, Standing, standing_on

__all__ = [
    "NO_ENTRY",
    "Chain",
    "Change",
    "LevelAnswer",
    "MayBuy",
    "Restriction",
    "RowAge",
    "Ruling",
    "Standing",
    "compile_chain",
    "ruling_on",
]


class MayBuy(StrEnum):
    """Whether this person may lawfully buy. Never a plain yes: the table knows rules, not what a product holds."""

    NO = "no"
    WITHIN_RULES = "within rules"
    NO_RULE_FOUND = "no rule found"
    NOT_KNOWN = "not known"


@dataclass(frozen=True, slots=True)
class RowAge:
    """How long since one row in force was checked: `current`, `stale` (warn) or `too_old` (no firm answer).

    `is_ahead`: counted to a day asked that still lies ahead, not to today.
    """

    code: str
    days: int
    warn_after_days: int
    state: str
    is_ahead: bool = False


@dataclass(frozen=True, slots=True)
class Chain:
    """The levels of a place, broadest first, compiled by `compile_chain` for fast answers on any day."""

    levels: tuple[Level, ...]
    timeline: dict[str, tuple[tuple[date, ...], tuple[Standing, ...]]]
    dated_from: date = date.min


@dataclass(frozen=True, slots=True)
class Ruling:
    """The governing status for one substance on one day, with all that a reader needs to doubt it."""

    day: date
    age: int | None
    today: date
    standing: Standing
    dated_from: date = date.min

    @property
    def substance(self) -> str:
        return self.standing.substance

    @property
    def status(self) -> Status:
        return self.standing.status

    @property
    def strictest_known(self) -> Status | None:
        return self.standing.strictest_known

    @property
    def min_age(self) -> int | None:
        return self.standing.min_age

    @property
    def levels(self) -> tuple[LevelAnswer, ...]:
        return self.standing.levels

    @property
    def restrictions(self) -> tuple[Restriction, ...]:
        return self.standing.restrictions

    @property
    def next_changes(self) -> tuple[Change, ...]:
        return self.standing.next_changes

    @property
    def decided_by(self) -> str | None:
        """Code of the deciding level: the broadest of those with the governing status. None when no level spoke."""
        return self.standing.decided_by.level.code if self.standing.decided_by else None

    @property
    def row(self) -> StatusPeriod | None:
        """The deciding row: its citation, source, dates and confidence are the ruling's."""
        return self.standing.decided_by.period if self.standing.decided_by else None

    @property
    def age_allows(self) -> bool | None:
        """None where the age is not known, no minimum age is known, or the substance is not lawful at any age."""
        if self.age is None or self.min_age is None or self.status is Status.PROHIBITED:
            return None
        return self.age >= self.min_age

    @property
    def counted_to(self) -> date:
        """The later of today and the day asked.

        A day ahead may see changes after our last check, so the check ages up to that day. A past day is counted to
        today: what we hold of it is as good as our last look, which may have come long after the day itself, and an
        old look may have missed what was found out or made retroactive since.
        """
        return max(self.today, self.day)

    @property
    def silent_states(self) -> tuple[str, ...]:
        """Names of American states with no row in force, where nothing else settles that the substance is banned."""
        return self.standing.silent_states

    @property
    def staleness(self) -> tuple[RowAge, ...]:
        """The age of every row in force, counted to `counted_to`."""
        is_ahead, limits = self.day > self.today, self.standing.limits
        return tuple(_row_age(a.level, a.period, self.counted_to, limits, is_ahead) for a in self.levels if a.period)

    @property
    def firm(self) -> bool:
        """Whether it may be given as firm: known, its state not silent, no row that could overturn it too old.

        Never before the first day the tables date anything: a row of unknown start may have begun after that day.
        """
        return not self.is_before_table and self.counted_to <= self.standing.firm_until

    @property
    def is_before_table(self) -> bool:
        """Whether the day lies before everything the tables put a date to."""
        return self.day < self.dated_from

    @property
    def may_buy(self) -> MayBuy:
        """What the rows say of buying, at this age. A ban, a barred sale or too low an age settles it at any level."""
        rows = [answer.period for answer in self.levels if answer.period]
        if self.status is Status.PROHIBITED or self.age_allows is False or any(r.sale == "unlawful" for r in rows):
            return MayBuy.NO
        if not self.firm or (self.min_age is not None and self.age is None):
            return MayBuy.NOT_KNOWN
        return MayBuy.NO_RULE_FOUND if self.status is Status.LEGAL_UNREGULATED else MayBuy.WITHIN_RULES


def compile_chain(
    levels: tuple[Level, ...],
    limits: StalenessLimits,
    pending: tuple[PendingEntry, ...] = (),
    dated_from: date = date.min,
) -> Chain:
    """Lay out, once per place, what holds between each pair of days on which something starts or ends.

    `dated_from`: the first day to which the tables put a date; no answer before it is firm.
    """
    timeline = {}
    for substance in Substance:
        rows = [row for level in levels for row in level.periods if row.covers(substance)]
        edges = {row.valid_from for row in rows} | {row.valid_until for row in rows}
        # What is pending stops lying ahead on its day.
        edges |= {entry.expected_on for entry in pending}
        days = tuple(sorted(edge for edge in edges if edge is not None))
        # The stretch before the first edge is asked through the earliest day there is.
        standings = tuple(standing_on(levels, substance, start, pending, limits) for start in (date.min, *days))
        timeline[str(substance)] = (days, standings)
    return Chain(levels=levels, timeline=timeline, dated_from=dated_from)


def ruling_on(chain: Chain, day: date, substance: str, age: int | None, today: date | None = None) -> Ruling:
    """The ruling for a substance and an age on a day; staleness counts to `today` (default: the day) or a later day.

    Refuses a substance the law tables do not tell apart (KeyError). A level with no row is "no entry"; if no level
    has a row the status is `unknown`, never lawful.
    """
    days, standings = chain.timeline[substance]
    return Ruling(day, age, today or day, standings[bisect_right(days, day)], chain.dated_from)


def _row_age(level: Level, row: StatusPeriod, to: date, limits: StalenessLimits, is_ahead: bool) -> RowAge:
    days = max((to - row.checked_on).days, 0)
    warn_after = limits.days_for(level.group)
    state = "current" if days <= warn_after else "stale" if days <= warn_after * limits.firm_multiple else "too_old"
    return RowAge(level.code, days, warn_after, state, is_ahead)
