"""Single figures of the reference tables: which rows there are and how each came to be. Reads only."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from clinical.models import ReferenceChange, ReferenceTable

THREE, ONE = ("low", "mid", "high"), ("value",)
# Parts of a table that are edited figure by figure: what names a row, and its numbers.
PARTS: dict[tuple[str, str], tuple[tuple[str, ...], tuple[str, ...]]] = {
    ("exposure", "units"): (("unit", "product"), THREE),
    ("exposure", "contents"): (("product", "basis"), THREE),
    ("exposure", "parameters"): (("name",), ONE),
    ("withdrawal", "parameters"): (("name",), ONE),
}
ANY = "any"


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of a part, with the revision of the table it was read at. `key` names it in an address."""

    table: str
    part: str
    key: str
    row: Mapping[str, Any]
    revision: int

    @property
    def numbers(self) -> tuple[str, ...]:
        return PARTS[self.table, self.part][1]


@dataclass(frozen=True, slots=True)
class FigureChange:
    """One former wording of a row and the one that followed."""

    at: datetime
    by: str
    reason: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


def key_of(table: str, part: str, row: Mapping[str, Any]) -> str:
    """The name of a row within its part; an empty product is said as "any"."""
    names, _numbers = PARTS[table, part]
    return "-".join(str(row[name]) or ANY for name in names)


def figures_of(table: ReferenceTable) -> list[tuple[str, list[Figure]]]:
    """Each part of the table that is edited figure by figure, with its rows."""
    return [(part, list(_figures(table, part))) for key, part in PARTS if key == table.pk]


def figure(table_key: str, part: str, key: str) -> Figure | None:
    """One row as stored; None where there is none of that name."""
    if (table_key, part) not in PARTS:
        return None
    table = ReferenceTable.objects.filter(pk=table_key).first()
    return next((one for one in _figures(table, part) if one.key == key), None) if table else None


def _figures(table: ReferenceTable, part: str) -> Iterator[Figure]:
    for row in table.content.get(part, ()):
        yield Figure(table.pk, part, key_of(table.pk, part, row), row, table.revision)


def history_of(of: Figure) -> list[FigureChange]:
    """Every change of this row, newest first; changes of other rows of the table are left out."""
    kept = ReferenceChange.objects.filter(model="referencetable", key=of.table).select_related("by").order_by("-id")
    found = []
    for change in kept:
        before, after = (_row_in(content, of) for content in (change.before, change.after))
        if before and after and before != after:
            found.append(FigureChange(change.at, str(change.by or ""), change.reason, before, after))
    return found


def _row_in(values: Mapping[str, Any], of: Figure) -> Mapping[str, Any] | None:
    rows = (values.get("content") or {}).get(of.part, ())
    return next((row for row in rows if key_of(of.table, of.part, row) == of.key), None)
