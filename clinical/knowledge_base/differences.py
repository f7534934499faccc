"""What an import would change, row by row, and what has to stay out when rows are refused. Plain values only.

A row that is only here is taken out of force where its table allows that; where not, it stays and is named.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from clinical.knowledge_base.checks import links_of
from clinical.knowledge_base.tables import Row
from clinical.screening.plain import canonical
from legal.lookup import PlainTable

ADDED, CHANGED, ENDED, ONLY_HERE = "added", "changed", "withdrawn or closed", "only here, stays"
REFUSED = "refused"
RETIRED = "this code was retired here and is never used again; give the rule another"


@dataclass(frozen=True, slots=True)
class Change:
    """One row that would be another afterwards. `before` or `after` is None where there is no such row."""

    table: str
    key: tuple
    kind: str
    before: Row | None
    after: Row | None

    @property
    def label(self) -> str:
        """How a person names this row, to refuse it: `names:zanax|alprazolam`."""
        return f"{self.table}:{'|'.join(str(part or '') for part in self.key)}"

    @property
    def columns(self) -> list[str]:
        """Names of what differs, where the row is here and in the bundle."""
        if self.before is None or self.after is None:
            return []
        return [name for name in self.after if canonical(self.before[name]) != canonical(self.after[name])]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A change that will not be made, and why."""

    change: Change
    why: str


@dataclass(slots=True)
class Difference:
    """Every change in the order the tables' links need, and how many rows of each table are the same."""

    changes: list[Change] = field(default_factory=list)
    unchanged: Counter[str] = field(default_factory=Counter)

    def counts(self, table: str) -> dict[str, int]:
        """How many rows of a table are added, changed, ended, only here and unchanged."""
        found = Counter(change.kind for change in self.changes if change.table == table)
        kinds = {kind: found[kind] for kind in (ADDED, CHANGED, ENDED, ONLY_HERE)}
        return {**kinds, "unchanged": self.unchanged[table]}


def difference(here: Mapping[str, PlainTable], rows: Mapping[str, list[Row]]) -> Difference:
    """Compare the tables here with the rows of a bundle."""
    found = Difference()
    for name, table in here.items():
        coming = {tuple(row[part] for part in table.key): row for row in rows[name]}
        for key in sorted(coming.keys() | table.rows.keys(), key=_sortable):
            change = _change(table, key, table.rows.get(key), coming.get(key))
            if change:
                found.changes.append(change)
            else:
                found.unchanged[name] += 1
    return found


def _sortable(key: tuple) -> tuple[str, ...]:
    return tuple(str(part or "") for part in key)


def _change(table: PlainTable, key: tuple, before: Row | None, after: Row | None) -> Change | None:
    if before is None:
        return Change(table.name, key, ADDED, None, after)
    if after is None:
        if before.get("withdrawn"):
            return None  # gone there, and out of use here already
        return Change(table.name, key, ENDED if table.can_end else ONLY_HERE, before, None)
    if canonical(before) == canonical(after):
        return None
    ended = after.get("withdrawn") and not before.get("withdrawn")
    return Change(table.name, key, ENDED if ended else CHANGED, before, after)


def chosen(
    found: Difference, here: Mapping[str, PlainTable], refused: Collection[str], retired: Collection[str] = ()
) -> tuple[list[Change], list[LeftOut]]:
    """The changes to make, and those left out: refused by label, a rule retired here, or resting on one of these.

    Raises `LookupError` naming a label that is no change at all.
    """
    labels = {change.label for change in found.changes}
    if strange := sorted(set(refused) - labels):
        raise LookupError(f"nothing to refuse under {', '.join(strange)}")
    left_out = [LeftOut(change, REFUSED) for change in found.changes if change.label in refused]
    again = [change for change in found.changes if change.label not in refused and _opens_again(change, retired)]
    left_out += [LeftOut(change, RETIRED) for change in again]
    out = {one.change.label for one in left_out}
    wanted = [change for change in found.changes if change.kind != ONLY_HERE and change.label not in out]
    while dropped := list(_resting_on_nothing(wanted, here)):
        left_out += dropped
        gone = {one.change.label for one in dropped}
        wanted = [change for change in wanted if change.label not in gone]
    return wanted, left_out


def _opens_again(change: Change, retired: Collection[str]) -> bool:
    return change.table == "rules" and change.before is None and change.key[0] in retired


def _resting_on_nothing(wanted: list[Change], here: Mapping[str, PlainTable]) -> Iterator[LeftOut]:
    """Changes that cannot be made as things would then stand: what they need is missing, or they are still needed."""
    then = {name: dict(table.rows) for name, table in here.items()}
    for change in wanted:
        if change.after is not None:
            then[change.table][change.key] = change.after
        elif change.table in ("rules", "legal_periods"):
            del then[change.table][change.key]
    for change in wanted:
        needed = links_of(change.table, change.after, here) if change.after else ()
        missing = next(((other, key) for other, key in needed if key not in then[other]), None)
        if missing:
            yield LeftOut(change, f"rests on {missing[0]}:{missing[1][0]}, which would be missing")
    yield from _still_refined(wanted, then["rules"])
    yield from _overlapping(wanted, then["legal_periods"])


def _still_refined(wanted: list[Change], rules: Mapping[tuple, Row]) -> Iterator[LeftOut]:
    refined_by = {code: row["code"] for row in rules.values() for item in row["objects"] for code in item["refines"]}
    for change in wanted:
        if change.table == "rules" and change.after is None and change.key[0] in refined_by:
            yield LeftOut(change, f"rule {refined_by[change.key[0]]} still refines it")


def _overlapping(wanted: list[Change], periods: Mapping[tuple, Row]) -> Iterator[LeftOut]:
    """A period that would overlap another of its place and substance, because that one's change was refused."""
    coming = [change for change in wanted if change.table == "legal_periods" and change.after]
    others: dict[tuple, list[tuple]] = {}
    for key in periods if coming else ():
        others.setdefault(key[:2], []).append(key)
    for change in coming:
        rivals = (key for key in others[change.key[:2]] if key != change.key)
        if any(_overlap(change.after or {}, periods[key]) for key in rivals):
            yield LeftOut(change, "would overlap another period of this place and substance")


def _overlap(one: Row, other: Row) -> bool:
    """Half-open days as text, which sorts as days do; an open end is after all others."""
    return (one["valid_from"] or "") < (other["valid_until"] or "~") and (other["valid_from"] or "") < (
        one["valid_until"] or "~"
    )


def shown(value: Any, most: int = 160) -> str:
    """One value for a line of text: short, on one line."""
    text = value if isinstance(value, str) else canonical(value)
    text = " ".join(text.split())
    return f"“{text[:most]}…”" if len(text) > most else f"“{text}”"
