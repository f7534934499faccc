"""Finds the columns of a diary file by their headings, in the wordings that trackers use. Reads no rows."""

import csv
import io
import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

ROLES = {
    "moment": ("datetime", "date time", "date/time", "date and time", "timestamp", "taken at", "logged at", "when"),
    "date": ("date", "day", "dose date", "date taken", "datum"),
    "time": ("time", "clock", "time of day", "dose time", "time taken", "hour", "uhrzeit"),
    "product": ("product", "substance", "what", "item", "kratom", "strain", "drug", "medication", "name", "type"),
    "amount": ("amount", "dose", "quantity", "qty", "how much", "dosage", "menge"),
    "unit": ("unit", "units", "measure", "einheit"),
}
_ROLE_OF = {wording: role for role, wordings in ROLES.items() for wording in wordings}
_WITH_UNIT = re.compile(r"(.+?)\s*(?:\(([^)]+)\)|\[([^\]]+)\]|\bin ([a-z]+))")
_UNIT_ALONE = ("grams", "g", "mg", "milligrams", "capsules", "tablets", "teaspoons", "ml")


class FileRefused(ValueError):
    """The file as a whole cannot be read; the words say what to do."""


@dataclass(frozen=True, slots=True)
class Table:
    """The rows under their headings. `columns` maps a role to its place; `unit` stands in the heading of the amount."""

    columns: dict[str, int]
    rows: tuple[tuple[int, tuple[str, ...]], ...]  # line number in the file, and its cells
    not_read: tuple[str, ...]
    unit: str = ""
    decimal_comma: bool = False


def table_of(text: str, most_rows: int) -> Table:
    """The table in the text. Raises `FileRefused` when headings are missing or mean one thing twice."""
    tried = [_table(text, delimiter) for delimiter in (",", ";", "\t")]
    table = max(tried, key=lambda found: (len(found.columns), len(found.not_read)))
    _check(table, most_rows)
    return table


def _table(text: str, delimiter: str) -> Table:
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        lines = [
            (reader.line_num, tuple(cell.strip() for cell in cells)) for cells in reader if any(map(str.strip, cells))
        ]
    except csv.Error as broken:
        raise FileRefused(_("The file is no readable table: a quotation mark is not closed.")) from broken
    headings = lines[0][1] if lines else ()
    columns, unit, not_read = {}, "", []
    for place, heading in enumerate(headings):
        role, named_unit = _role(heading)
        if not role:
            not_read.append(heading)
        elif role in columns:
            columns[f"{role} twice"] = place
        else:
            columns[role] = place
        unit = named_unit or unit
    return Table(columns, tuple(lines[1:]), tuple(filter(None, not_read)), unit, delimiter == ";")


def _role(heading: str) -> tuple[str, str]:
    """What a heading stands for, and the unit it names: "Dose (g)" is the amount, in g."""
    plain = re.sub(r"[_\s]+", " ", heading.casefold()).strip(" .:*")
    if plain in _ROLE_OF:
        return _ROLE_OF[plain], ""
    if plain in _UNIT_ALONE:
        return "amount", plain
    found = _WITH_UNIT.fullmatch(plain)
    if found and found[1] in _ROLE_OF:
        role = _ROLE_OF[found[1]]
        return role, (found[2] or found[3] or found[4]) if role == "amount" else ""
    return "", ""


def _check(table: Table, most_rows: int) -> None:
    columns = table.columns
    twice = [role.removesuffix(" twice") for role in columns if role.endswith(" twice")]
    if twice:
        words = _("Two columns seem to hold the %(what)s. Rename or remove one of them and choose the file again.")
        raise FileRefused(words % {"what": twice[0]})
    if "moment" not in columns and len({"date", "time"} & set(columns)) == 1:
        columns["moment"] = columns.pop("date" if "date" in columns else "time")  # both under one heading
    if "moment" not in columns and "date" not in columns:
        words = _(
            "The first line must name the columns: “date” and “time”, or “date and time” in one. Also read: %(also)s."
        )
        raise FileRefused(words % {"also": "product, amount, unit"})
    if not table.rows:
        raise FileRefused(_("There is no row under the headings."))
    if len(table.rows) > most_rows:
        words = _("The file has %(n)d rows; at most %(most)d are read at once. Split it into parts.")
        raise FileRefused(words % {"n": len(table.rows), "most": most_rows})
