"""Decides which legal status governs at a place on a day. Pure: standard library only, no clock, no database.

Precedence: the strictest row in force decides; the highest minimum age wins; restrictions add up; an unknown row is
never averaged away; a looser local row never relaxes a stricter one. Periods are half-open everywhere.
"""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date

from legal.periods import Level, PendingEntry, StalenessLimits, Status, StatusPeriod, Substance

NO_ENTRY = "no entry"
RANK = {Status.PROHIBITED: 4, Status.RESTRICTED: 3, Status.REGULATED: 2, Status.LEGAL_UNREGULATED: 1}


@dataclass(frozen=True, slots=True)
class LevelAnswer:
    """What one level says on the day: a row in force, or None for "no entry", which never means lawful."""

    level: Level
    period: StatusPeriod | None

    @property
    def status(self) -> str:
        return self.period.status if self.period else NO_ENTRY


@dataclass(frozen=True, slots=True)
class Restriction:
    """One level's limits, in words."""

    code: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """Something known to lie ahead: a row that `starts`, a row that `ends` with none after it, or one `pending`."""

    kind: str
    code: str
    name: str
    on: date | None
    status: str
    text: str
    source_url: str
    source_date: str


@dataclass(frozen=True, slots=True)
class RowAge:
    """How long since one row in force was checked: `current`, `stale` (warn) or `too_old` (no firm answer)."""

    code: str
    days: int
    warn_after_days: int
    state: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything that stays the same between two days on which some row of the chain starts or ends."""

    substance: str
    status: Status
    decided_by: LevelAnswer | None
    strictest_known: Status | None
    min_age: int | None
    levels: tuple[LevelAnswer, ...]
    restrictions: tuple[Restriction, ...]
    next_changes: tuple[Change, ...]
    limits: StalenessLimits


@dataclass(frozen=True, slots=True)
class Chain:
    """The levels of a place, broadest first, compiled by `compile_chain` for fast answers on any day."""

    levels: tuple[Level, ...]
    timeline: dict[str, tuple[tuple[date, ...], tuple[Standing, ...]]]


@dataclass(frozen=True, slots=True)
class Ruling:
    """The governing status for one substance on one day, with all that a reader needs to doubt it."""

    day: date
    age: int | None
    today: date
    standing: Standing

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
    def staleness(self) -> tuple[RowAge, ...]:
        """The age of every row in force, counted to `today`."""
        return tuple(_row_age(a.level, a.period, self.today, self.standing.limits) for a in self.levels if a.period)

    @property
    def firm(self) -> bool:
        """Whether the answer may be given as firm: it is known, and no row that could overturn it is too old.

        A prohibition read recently enough stands whatever the other levels say, since none of them can relax it.
        """
        if self.status is Status.UNKNOWN:
            return False
        ages = zip((a for a in self.levels if a.period), self.staleness, strict=True)
        fresh = [(answer, age.state != "too_old") for answer, age in ages]
        if self.status is Status.PROHIBITED:
            return any(is_fresh for answer, is_fresh in fresh if answer.status == Status.PROHIBITED)
        return all(is_fresh for _, is_fresh in fresh)


def compile_chain(levels: tuple[Level, ...], limits: StalenessLimits, pending: tuple[PendingEntry, ...] = ()) -> Chain:
    """Lay out, once per place, what holds between each pair of days on which something starts or ends."""
    timeline = {}
    for substance in Substance:
        rows = [row for level in levels for row in level.periods if row.covers(substance)]
        edges = {row.valid_from for row in rows} | {row.valid_until for row in rows}
        days = tuple(sorted(edge for edge in edges if edge is not None))
        # The stretch before the first edge is asked through the earliest day there is.
        standings = tuple(_standing(levels, substance, start, pending, limits) for start in (date.min, *days))
        timeline[str(substance)] = (days, standings)
    return Chain(levels=levels, timeline=timeline)


def ruling_on(chain: Chain, day: date, substance: str, age: int | None, today: date | None = None) -> Ruling:
    """The ruling for a substance and an age on a day; `today` (default: the day) is what staleness counts to.

    Refuses a substance the law tables do not tell apart (KeyError). A level with no row is "no entry"; if no level
    has a row the status is `unknown`, never lawful.
    """
    days, standings = chain.timeline[substance]
    return Ruling(day, age, today or day, standings[bisect_right(days, day)])


def _standing(
    levels: tuple[Level, ...], substance: str, day: date, pending: tuple[PendingEntry, ...], limits: StalenessLimits
) -> Standing:
    answers = tuple(answer for level in levels for answer in _answers_of(level, substance, day))
    spoken = [answer for answer in answers if answer.period]
    status, strictest_known = _governing(spoken)
    ages = [a.period.min_age for a in spoken if a.period and a.period.min_age is not None]
    return Standing(
        substance=str(substance),
        status=status,
        decided_by=next((answer for answer in spoken if answer.status == status), None),
        strictest_known=strictest_known,
        min_age=max(ages, default=None),
        levels=answers,
        restrictions=tuple(
            Restriction(a.level.code, a.level.name, a.period.restrictions)
            for a in spoken
            if a.period and a.period.restrictions
        ),
        next_changes=_changes_after(levels, substance, day, pending),
        limits=limits,
    )


def _answers_of(level: Level, substance: str, day: date) -> list[LevelAnswer]:
    rows = [row for row in level.periods if row.covers(substance) and row.in_force(day)]
    return [LevelAnswer(level, row) for row in rows] or [LevelAnswer(level, None)]


def _governing(spoken: list[LevelAnswer]) -> tuple[Status, Status | None]:
    """(status, strictest known): an unknown row overrules everything but a prohibition."""
    known = [answer.period.status for answer in spoken if answer.period and answer.period.status in RANK]
    strictest = max(known, key=RANK.__getitem__, default=None)
    if strictest is None or (len(known) < len(spoken) and strictest is not Status.PROHIBITED):
        return Status.UNKNOWN, strictest
    return strictest, strictest


def _changes_after(
    levels: tuple[Level, ...], substance: str, day: date, pending: tuple[PendingEntry, ...]
) -> tuple[Change, ...]:
    """Rows that start after the day and rows that lapse with none after them, in date order; then what is pending."""
    dated: list[Change] = []
    for level in levels:
        rows = [row for row in level.periods if row.covers(substance)]
        starts = {row.valid_from for row in rows}
        for row in rows:
            if row.valid_from is not None and row.valid_from > day:
                dated.append(_change("starts", level, row, row.valid_from, row.status))
            if row.valid_until is not None and row.valid_until > day and row.valid_until not in starts:
                dated.append(_change("ends", level, row, row.valid_until, NO_ENTRY))
    dated.sort(key=lambda change: change.on or date.max)
    names = {level.code: level.name for level in levels}
    waiting = [
        Change(
            "pending", p.jurisdiction_code, names[p.jurisdiction_code], p.expected_on, p.stage,
            f"{p.what} ({p.stage}; expected: {p.expected})", p.source_url, p.source_date,
        )
        for p in pending
        if p.jurisdiction_code in names
    ]  # fmt: skip
    return (*dated, *waiting)


def _change(kind: str, level: Level, row: StatusPeriod, on: date, status: str) -> Change:
    return Change(kind, level.code, level.name, on, status, row.restrictions, row.source_url, row.source_date)


def _row_age(level: Level, row: StatusPeriod, today: date, limits: StalenessLimits) -> RowAge:
    days = max((today - row.checked_on).days, 0)
    warn_after = limits.days_for(level.group)
    state = "current" if days <= warn_after else "stale" if days <= warn_after * limits.firm_multiple else "too_old"
    return RowAge(level.code, days, warn_after, state)
