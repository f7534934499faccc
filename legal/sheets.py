"""Status rows and pending changes as sheets that can be taken out, changed and brought in again, row by row.

A row of a file is planned by itself: added, changed, unchanged, or refused with every reason. Nothing is stored here.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from legal.models import Jurisdiction, PendingChange, StatusPeriod
from legal.overlaps import overlap_words, overlapping
from legal.reference_files import NEEDED, pending_of, period_of

ADDED, CHANGED, UNCHANGED, REFUSED = "added", "changed", "unchanged", "refused"
STATUS_HEADINGS = (
    "jurisdiction_code", "substance", "status", "schedule", "min_age", "restrictions", "possession", "sale",
    "valid_from", "valid_until", "start_known", "citation", "source_url", "source_date", "checked_on", "confidence",
    "read_here", "second_source_url", "second_source_date", "second_read", "note",
)  # fmt: skip
PENDING_HEADINGS = (
    "jurisdiction_code", "what", "stage", "expected", "expected_on", "source_url", "source_date", "checked_on", "note",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LawSheet:
    """One kind of file: its columns, those no row can be read without, and what makes a row one and the same."""

    name: str
    headings: tuple[str, ...]
    key: tuple[str, ...]
    needed: tuple[str, ...]
    filled: tuple[str, ...]
    typed: Callable[[dict[str, str]], dict[str, Any]]
    model: Any


STATUSES = LawSheet(
    "statuses", STATUS_HEADINGS, ("jurisdiction_code", "substance", "valid_from"), STATUS_HEADINGS,
    (*NEEDED["statuses_us.csv"], "substance", "status", "confidence", "source_date"), period_of, StatusPeriod,
)  # fmt: skip
PENDING = LawSheet(
    "pending", PENDING_HEADINGS, ("jurisdiction_code", "what"), PENDING_HEADINGS, NEEDED["pending.csv"], pending_of,
    PendingChange,
)  # fmt: skip
SHEETS = {sheet.name: sheet for sheet in (STATUSES, PENDING)}


@dataclass(slots=True)
class Planned:
    """What one row of the file would do; `stored` is the row it changes."""

    number: int
    key: tuple[str, ...]
    what: str
    values: dict[str, Any] = field(default_factory=dict)
    stored: Any = None
    faults: list[str] = field(default_factory=list)
    differences: list[tuple[str, str, str]] = field(default_factory=list)


def rows_out(sheet: LawSheet) -> Iterator[list[str]]:
    """Every row that counts, as text under the headings; empty cells where nothing is said."""
    for row in _stored(sheet):
        yield [text_of(row, heading) for heading in sheet.headings]


def text_of(row: Any, heading: str) -> str:
    """One stored value as a file writes it."""
    value = row.jurisdiction_id if heading == "jurisdiction_code" else getattr(row, heading)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return ""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def plan(sheet: LawSheet, lines: Iterable[tuple[int, Mapping[str, str]]]) -> list[Planned]:
    """Compare each row with what is stored. Rows that the file leaves out stay as they are."""
    stored = {tuple(text_of(row, heading) for heading in sheet.key): row for row in _stored(sheet)}
    places = set(Jurisdiction.objects.values_list("code", flat=True))
    seen: dict[tuple[str, ...], int] = {}
    planned = []
    for number, cells in lines:
        row = _planned(sheet, number, {name: cell.strip() for name, cell in cells.items()}, stored, places)
        if row.what != REFUSED and row.key in seen:
            row.what, row.faults = REFUSED, [_("The same row stands in row %d already.") % seen[row.key]]
        elif row.what != REFUSED:
            seen[row.key] = number
        planned.append(row)
    _refuse_overlaps(sheet, planned)
    return planned


def _planned(
    sheet: LawSheet, number: int, cells: dict[str, str], stored: Mapping[tuple[str, ...], Any], places: set[str]
) -> Planned:
    key = tuple(cells.get(heading, "") for heading in sheet.key)
    row = Planned(number, key, REFUSED, stored=stored.get(key))
    if row.stored and all(text_of(row.stored, name) == cells[name] for name in sheet.headings):
        row.what = UNCHANGED
        return row
    row.faults = [_("“%s” is empty.") % name for name in sheet.filled if not cells.get(name)]
    if key[0] and key[0] not in places:
        row.faults.append(_("No jurisdiction has the code “%s”.") % key[0])
    if row.faults:
        return row
    try:
        row.values = sheet.typed(cells)
    except (ValueError, KeyError) as fault:
        row.faults.append(str(fault))
        return row
    row.faults = [] if row.stored else _faults_of_new(sheet, row.values)
    if row.faults:
        return row
    before = {name: text_of(row.stored, name) if row.stored else "" for name in sheet.headings}
    row.differences = [(name, before[name], cells[name]) for name in sheet.headings if before[name] != cells[name]]
    row.what = ADDED if row.stored is None else CHANGED
    return row


def _faults_of_new(sheet: LawSheet, values: Mapping[str, Any]) -> list[str]:
    """An open row that the new one follows is closed by hand first: a file never decides that."""
    if sheet is not STATUSES:
        return []
    others = overlapping(values["jurisdiction_code"], values["substance"], values["valid_from"], values["valid_until"])
    return overlap_words(others)


def _refuse_overlaps(sheet: LawSheet, planned: list[Planned]) -> None:
    """A row that changes its last day may not reach into another one that is stored."""
    if sheet is not STATUSES:
        return
    for row in (one for one in planned if one.what == CHANGED):
        values = row.values
        others = overlapping(
            values["jurisdiction_code"], values["substance"], values["valid_from"], values["valid_until"]
        )
        if words := overlap_words(others.exclude(pk=row.stored.pk)):
            row.what, row.faults = REFUSED, words


def _stored(sheet: LawSheet) -> Iterable[Any]:
    if sheet is STATUSES:
        return StatusPeriod.objects.filter(superseded_at=None).order_by("jurisdiction", "substance", "valid_from", "pk")
    return PendingChange.objects.filter(settled_at=None).order_by("jurisdiction", "pk")
