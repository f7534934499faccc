"""The states, the district and the territories as equal squares: what holds in each for one substance on one day.

Where a square stands is the project's own choice, roughly where the state lies; it carries no legal meaning.
"""

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from legal.home import Home
from legal.index import IndexKey, LegalIndex
from legal.periods import Status
from legal.reference_files import FOLDER
from legal.ruling import Ruling, ruling_on

PENDING = "pending"


@dataclass(frozen=True, slots=True)
class Square:
    """Where one jurisdiction stands in the grid, both counted from 1."""

    code: str
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Tile:
    """One square with its ruling for adults, the state's own next dated change, and how many local rules are held.

    `is_stale`: some row behind the answer has to be checked again. `has_pending`: the state's own, without a sure day.
    """

    square: Square
    name: str
    ruling: Ruling
    local_rules: int
    changes_on: date | None
    changes_to: str
    has_pending: bool

    @property
    def letters(self) -> str:
        return self.square.code.rpartition("-")[2]

    @property
    def is_stale(self) -> bool:
        return any(age.state != "current" for age in self.ruling.staleness)


@lru_cache(maxsize=1)
def squares() -> tuple[Square, ...]:
    """The layout, in reading order."""
    with (FOLDER / "tiles.csv").open(encoding="utf-8", newline="") as lines:
        rows = [Square(row["code"], int(row["row"]), int(row["column"])) for row in csv.DictReader(lines)]
    return tuple(sorted(rows, key=lambda square: (square.row, square.column)))


def tiles_on(index: LegalIndex, day: date, substance: str, today: date) -> tuple[Tile, ...]:
    """Every square that has a record, in reading order; worked out once per legal version, day and substance."""
    return _tiles(IndexKey(index), day, substance, today)


def days_shown(index: LegalIndex, today: date) -> tuple[date, date]:
    """First and last day the slider reaches: the year of the first dated row at home up to two years from today.

    A day beyond either end can still be typed.
    """
    edges = [edge for code, rows in index.periods.items() if code[:2] == "US" for row in rows for edge in row.edges]
    first = min([*edges, today])
    return date(first.year, 1, 1), today + timedelta(days=2 * 365)


@lru_cache(maxsize=64)
def _tiles(key: IndexKey, day: date, substance: str, today: date) -> tuple[Tile, ...]:
    index = key.index
    known = (square for square in squares() if square.code in index.places)
    return tuple(_tile(index, square, day, substance, today) for square in known)


def _tile(index: LegalIndex, square: Square, day: date, substance: str, today: date) -> Tile:
    state = index.places[square.code]
    ruling = ruling_on(index.chain(Home(index).state_only(state).levels), day, substance, None, today)
    own = [change for change in ruling.next_changes if change.code == square.code]
    dated = min((change for change in own if change.on and change.kind != PENDING), key=_day, default=None)
    return Tile(
        square=square,
        name=state.name,
        ruling=ruling,
        local_rules=_local_rules(index, square.code, day, substance),
        changes_on=dated.on if dated else None,
        changes_to=dated.status if dated else "",
        has_pending=any(change.kind == PENDING for change in own),
    )


def _day(change) -> date:
    return change.on or date.max


def _local_rules(index: LegalIndex, state: str, day: date, substance: str) -> int:
    """Counties and cities with a rule of their own on that day; a row that says "no local rule" is none."""
    within = (rows for code, rows in index.periods.items() if code.startswith(f"{state}:"))
    return sum(any(_counts(row, day, substance) for row in rows) for rows in within)


def _counts(row, day: date, substance: str) -> bool:
    return row.status != Status.LEGAL_UNREGULATED and row.covers(substance) and row.in_force(day)
