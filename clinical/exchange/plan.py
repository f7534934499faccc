"""What a file would do: every line added, changed, withdrawn, put back, unchanged or refused with its reasons.

Decides against the reference data as it stands; stores nothing.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from clinical.exchange.cells import is_formula, unguarded
from clinical.exchange.columns import LINK, LINKS, REVISION, ROLES, WITHDRAWN, YES_NO, Column, Sheet
from clinical.exchange.export import cell_of
from clinical.exchange.files import MOST_CELL, Line
from clinical.models import Role, Source, Substance
from clinical.models.vocabulary import ReferenceRow
from clinical.reference_checks import route_faults, source_faults, strength_faults
from clinical.reference_files import parts
from clinical.screening.knowledge import RoleOf
from clinical.source_checks import doi_faults, pmid_faults

ADDED, CHANGED, TAKEN_OUT, PUT_BACK, UNCHANGED, REFUSED = (
    "added",
    "changed",
    "withdrawn",
    "put back",
    "unchanged",
    "refused",
)
ALWAYS_ASK = "ambiguous"  # a name of this kind in the reference files is only ever offered as a choice


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One line and what it would do. `differences` are heading, old and new; `values` the columns to write."""

    number: int
    key: tuple[str, ...]
    what: str
    differences: tuple[tuple[str, str, str], ...] = ()
    faults: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    row: ReferenceRow | None = None


@dataclass(frozen=True)
class Plan:
    """All lines of one file against one reference version."""

    sheet: Sheet
    version: int
    rows: tuple[PlannedRow, ...]

    @cached_property
    def counts(self) -> Counter:
        return Counter(row.what for row in self.rows)

    @cached_property
    def to_write(self) -> tuple[PlannedRow, ...]:
        return tuple(row for row in self.rows if row.what not in (UNCHANGED, REFUSED))

    def role_changes(self) -> dict[tuple[str, str], RoleOf | None]:
        """The changes that rules would notice, where the file is about roles."""
        return dict(map(_role_change, self.to_write)) if self.sheet is ROLES else {}


def _role_change(planned: PlannedRow) -> tuple[tuple[str, str], RoleOf | None]:
    def of(name: str, default: Any) -> Any:
        return planned.values.get(name, getattr(planned.row, name, default))

    substance, role = planned.key
    withdrawn = planned.values.get("withdrawn", getattr(planned.row, "is_withdrawn", False))
    kept = RoleOf(substance, role, of("strength", ""), bool(of("is_verified", False)))
    return (substance, role), None if withdrawn else kept


class Known:
    """The keys that cells may point at, and the stored rows by what makes them one and the same."""

    def __init__(self, sheet: Sheet):
        self.sheet = sheet
        self.sources = frozenset(Source.objects.values_list("pk", flat=True))
        self.substances = frozenset(Substance.objects.values_list("pk", flat=True))
        self.roles = {role.pk: role for role in Role.objects.all()}
        self.fields = tuple(self._column(heading).field for heading in sheet.key)
        self.rows = self._rows()

    def _column(self, heading: str) -> Column:
        return next(column for column in self.sheet.columns if column.heading == heading)

    def _rows(self) -> dict[tuple[str, ...], ReferenceRow]:
        links = [column.field for column in self.sheet.columns if column.kind == LINKS]
        names = [f"{name}_id" if name in ("substance", "role") else name for name in self.fields]
        stored = self.sheet.model.objects.prefetch_related(*links)
        return {tuple(str(getattr(row, name)) for name in names): row for row in stored}

    def points_at(self, column: Column) -> Mapping[str, Any] | frozenset[str]:
        return self.roles if column.field == "role" else self.substances


def key_of(sheet: Sheet, line: Line) -> tuple[str, ...]:
    """What makes this line one and the same."""
    return tuple(unguarded(line.cells.get(heading, "").strip()) for heading in sheet.key)


def plan_of(sheet: Sheet, lines: list[Line], version: int) -> Plan:
    """Decide every line. A line is refused whole, and a key that stands twice is refused the second time."""
    known = Known(sheet)
    first: dict[tuple[str, ...], int] = {}
    planned = []
    for line in lines:
        key = key_of(sheet, line)
        again = first.setdefault(key, line.number)
        if again != line.number:
            planned.append(PlannedRow(line.number, key, REFUSED, faults=(_("Stands in row %d already.") % again,)))
        else:
            planned.append(_planned(line, key, known))
    return Plan(sheet, version, tuple(planned))


def _planned(line: Line, key: tuple[str, ...], known: Known) -> PlannedRow:
    stored = known.rows.get(key)
    faults = list(_shape_faults(line, known.sheet))
    if faults:
        return PlannedRow(line.number, key, REFUSED, faults=tuple(faults))
    cells = {heading: unguarded(_plain(cell)) for heading, cell in line.cells.items()}
    differences = _differences(cells, stored, known.sheet)
    changed = {heading for heading, _old, _new in differences}
    faults = list(_row_faults(cells, changed, stored, known))
    if faults:
        return PlannedRow(line.number, key, REFUSED, faults=tuple(faults))
    if not differences:
        return PlannedRow(line.number, key, UNCHANGED, row=stored)
    values = _values(cells, changed, stored, known)
    faults = list(_column_faults(known.sheet, values))
    what = REFUSED if faults else _what(stored, cells, changed)
    return PlannedRow(line.number, key, what, differences, tuple(faults), values, stored)


def _plain(cell: str) -> str:
    return cell.replace("\r\n", "\n").strip()


def _shape_faults(line: Line, sheet: Sheet) -> Iterator[str]:
    if line.spare:
        yield _("Has more cells than the header; check commas and quotes.")
    for heading, cell in line.cells.items():
        if is_formula(cell):
            yield _("%s: begins like a formula. Write an apostrophe before it if it is text.") % heading
        if len(cell) > MOST_CELL:
            yield _("%s: is too long.") % heading
    for column in sheet.columns:
        cell = line.cells.get(column.heading, "").strip().lower()
        if column.kind in (YES_NO, WITHDRAWN) and cell not in ("yes", "no", ""):
            yield _("%s: write yes or no.") % column.heading


def _differences(cells: Mapping[str, str], row: ReferenceRow | None, sheet: Sheet) -> tuple[tuple[str, str, str], ...]:
    """Heading, old and new of every cell that differs. A column left out of the file is left as it is stored."""
    found = []
    for column in sheet.columns:
        if column.kind == REVISION or column.heading not in cells:
            continue
        old = _plain(cell_of(column, row)) if row else ""
        new = _as_written(column, cells[column.heading], old)
        if old != new:
            found.append((column.heading, old, new))
    return tuple(found)


def _as_written(column: Column, cell: str, old: str) -> str:
    """The cell as an export would write it. An empty “withdrawn” says nothing; any other empty yes-or-no is a no."""
    if column.kind == WITHDRAWN:
        return cell.lower() or old or "no"
    if column.kind == YES_NO:
        return cell.lower() or "no"
    return ";".join(sorted(parts(cell))) if column.kind == LINKS else cell


def _row_faults(cells: Mapping[str, str], changed: set[str], row: ReferenceRow | None, known: Known) -> Iterator[str]:
    revision = cells.get("revision", "")
    if row and revision and revision != str(row.revision):
        told = _("Was changed here since the export (revision %(here)s, the file says %(there)s).")
        yield told % {"here": row.revision, "there": revision[:20]}
    if row and getattr(row, "is_withdrawn", False) and not cells.get("withdrawn"):
        yield _("Is withdrawn here. Write “no” under “withdrawn” to put it back, or “yes” to leave it out.")
    for column in known.sheet.columns:
        cell = cells.get(column.heading, "")
        is_asked = column.heading in changed or row is None
        if column.needed and not cell and (row is None or column.heading in cells):
            yield _("%s: is empty.") % column.heading
        elif is_asked and cell:
            yield from _cell_faults(column, cell, cells, known)


_FORMS = {"route": route_faults, "pmid": pmid_faults, "doi": doi_faults}


def _cell_faults(column: Column, cell: str, cells: Mapping[str, str], known: Known) -> Iterator[str]:
    if column.kind in (LINK, LINKS):
        for key in parts(cell) if column.kind == LINKS else (cell,):
            if key not in known.points_at(column):
                yield _("%(column)s: “%(key)s” is not stored here.") % {"column": column.heading, "key": key[:80]}
    elif column.field == "source_id_text":
        yield from source_faults(cell, known.sources)
    elif column.field in _FORMS:
        yield from _FORMS[column.field](cell)
    elif column.field == "strength" and cells.get("role") in known.roles:
        yield from strength_faults(known.roles[cells["role"]], cell)


def _values(cells: Mapping[str, str], changed: set[str], row: ReferenceRow | None, known: Known) -> dict[str, Any]:
    values = {}
    for column in known.sheet.columns:
        if column.kind != REVISION and column.heading in cells and (row is None or column.heading in changed):
            values[column.field] = _value(column, cells[column.heading], known)
    if row is None and values.get("kind") == ALWAYS_ASK and "needs_choice" not in cells:
        values["needs_choice"] = True
    return values


def _value(column: Column, cell: str, known: Known) -> Any:
    if column.kind in (YES_NO, WITHDRAWN):
        return cell.lower() == "yes"
    if column.kind == LINK:
        return known.roles[cell] if column.field == "role" else Substance(pk=cell)
    return parts(cell) if column.kind == LINKS else cell


def _column_faults(sheet: Sheet, values: Mapping[str, Any]) -> Iterator[str]:
    """What the columns themselves refuse: too long, no address."""
    links = {column.field for column in sheet.columns if column.kind in (LINK, LINKS, WITHDRAWN)}
    plain = {name: value for name, value in values.items() if name not in links}
    others = {column.name for column in sheet.model._meta.fields} - set(plain)
    try:
        sheet.model(**plain).clean_fields(exclude=others)
    except ValidationError as refused:
        for name, told in refused.message_dict.items():
            yield f"{name}: {' '.join(told)}"


def _what(row: ReferenceRow | None, cells: Mapping[str, str], changed: set[str]) -> str:
    if row is None:
        return ADDED
    if "withdrawn" in changed:
        return TAKEN_OUT if cells["withdrawn"].lower() == "yes" else PUT_BACK
    return CHANGED
