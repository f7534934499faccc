"""What holds at a place between two days on which something changes. Pure: standard library only.

Precedence: the strictest row in force decides; the highest minimum age wins; restrictions add up; an unknown row is
never averaged away; a looser local row never relaxes a stricter one; where the state is silent only a ban is firm.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from legal.periods import Level, PendingEntry, StalenessGroup, StalenessLimits, Status, StatusPeriod

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
    firm_until: date
    silent_states: tuple[str, ...] = ()


def standing_on(
    levels: tuple[Level, ...], substance: str, day: date, pending: tuple[PendingEntry, ...], limits: StalenessLimits
) -> Standing:
    """Collect every level's row on the day and decide between them; a level without one is "no entry"."""
    answers = tuple(answer for level in levels for answer in _answers_of(level, substance, day))
    spoken = [answer for answer in answers if answer.period]
    status, strictest_known = _governing(spoken)
    silent = () if status is Status.PROHIBITED else _silent_states(answers)
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
        firm_until=date.min if silent else _firm_until(status, spoken, limits),
        silent_states=silent,
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


def _silent_states(answers: tuple[LevelAnswer, ...]) -> tuple[str, ...]:
    """American states and territories without a row: "no entry" is not known, and the federal row cannot stand for it.

    A ban at another level needs no state row, since no state could relax it.
    """
    return tuple(
        a.level.name
        for a in answers
        if a.period is None and a.level.group is StalenessGroup.STATE and a.level.kind in ("state", "territory")
    )


def _firm_until(status: Status, spoken: list[LevelAnswer], limits: StalenessLimits) -> date:
    """The last day on which the answer is firm, if nothing is checked again before.

    A prohibition read recently enough stands whatever the other levels say, since none of them can relax it. Any other
    answer needs every row in force to be recent enough. An unknown one is never firm.
    """
    if status is Status.UNKNOWN:
        return date.min
    last_days = [
        (a.period.status, a.period.checked_on + timedelta(days=limits.days_for(a.level.group) * limits.firm_multiple))
        for a in spoken
        if a.period
    ]
    if status is Status.PROHIBITED:
        return max(day for row_status, day in last_days if row_status is Status.PROHIBITED)
    return min(day for _, day in last_days)


def _changes_after(
    levels: tuple[Level, ...], substance: str, day: date, pending: tuple[PendingEntry, ...]
) -> tuple[Change, ...]:
    """Rows that start after the day and rows that lapse with none after them, in date order; then what is pending.

    An entry whose expected day has come is no longer ahead: what it brought is a row, or is for an editor to settle.
    """
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
        if p.jurisdiction_code in names and (p.expected_on is None or p.expected_on > day)
    ]  # fmt: skip
    return (*dated, *waiting)


def _change(kind: str, level: Level, row: StatusPeriod, on: date, status: str) -> Change:
    return Change(kind, level.code, level.name, on, status, row.restrictions, row.source_url, row.source_date)
