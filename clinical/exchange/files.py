"""Takes an uploaded CSV or XLSX file apart into lines of text cells, or refuses it in one sentence.

Nothing in a file is run, followed or trusted: sizes are looked at before anything is unpacked.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.utils.exceptions import InvalidFileException

from clinical.exchange.columns import Sheet

MOST_BYTES = 5_000_000
MOST_UNPACKED_BYTES = 60_000_000
MOST_ROWS = 20_000
MOST_COLUMNS = 40
MOST_CELL = 20_000


class FileRefused(Exception):
    """The file as a whole cannot be read; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line under its headings. `number` counts as the spreadsheet shows it; `spare`: cells beyond the header."""

    number: int
    cells: dict[str, str]
    spare: bool = False


def read_lines(sheet: Sheet, name: str, content: bytes) -> list[Line]:
    """The lines of a file of this kind, empty ones left out. Raises `FileRefused`."""
    if len(content) > MOST_BYTES:
        raise FileRefused(_("The file is larger than %d MB. Split it.") % (MOST_BYTES // 1_000_000))
    rows = _xlsx(content) if name.lower().endswith(".xlsx") else _csv(name, content)
    lines = list(_lines(sheet, rows))
    if not lines:
        raise FileRefused(_("The file holds a header and no rows."))
    return lines


def _lines(sheet: Sheet, rows: Iterable[list[str]]) -> Iterator[Line]:
    headings: list[str] = []
    for number, row in enumerate(rows, start=1):
        if number == 1:
            headings = _headings(sheet, row)
        elif any(cell.strip() for cell in row):
            if number > MOST_ROWS + 1:
                raise FileRefused(_("The file has more than %d rows. Split it.") % MOST_ROWS)
            cells = dict(zip(headings, [*row, *[""] * len(headings)], strict=False))
            yield Line(number, cells, any(cell.strip() for cell in row[len(headings) :]))


def _headings(sheet: Sheet, row: list[str]) -> list[str]:
    """The header, every heading known and none twice. A column left out leaves what is stored as it is."""
    headings = [cell.strip().lower() for cell in row]
    while headings and not headings[-1]:
        headings.pop()
    unknown = [heading for heading in headings if heading not in sheet.headings]
    if unknown:
        told = _("The header has a column “%(column)s” that %(sheet)s do not have. Columns: %(columns)s.")
        columns = ", ".join(sheet.headings)
        raise FileRefused(told % {"column": unknown[0][:60], "sheet": sheet.name, "columns": columns})
    if len(set(headings)) != len(headings):
        raise FileRefused(_("The header names a column twice."))
    absent = [heading for heading in sheet.needed if heading not in headings]
    if absent:
        raise FileRefused(_("The header lacks %s.") % ", ".join(absent))
    return headings


def _csv(name: str, content: bytes) -> Iterator[list[str]]:
    if content.startswith(b"PK\x03\x04") or not name.lower().endswith(".csv"):
        raise FileRefused(_("Only CSV files in UTF-8 and XLSX files without macros are read."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileRefused(_("The file is not in UTF-8. Save it as “CSV UTF-8”.")) from None
    if "\0" in text:
        raise FileRefused(_("The file holds bytes that are no text. Save it as “CSV UTF-8”."))
    try:
        yield from csv.reader(io.StringIO(text, newline=""), strict=True)
    except csv.Error:
        raise FileRefused(_("The file is no readable CSV: a quote does not end, or a cell is too long.")) from None


def _xlsx(content: bytes) -> Iterator[list[str]]:
    _look_into(content)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        page = book.worksheets[0]
        page.reset_dimensions()
        for row in page.iter_rows(max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS):
            yield [_text(cell) for cell in row]
    except (
        InvalidFileException,
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        IndexError,
        TypeError,
        OSError,
        SyntaxError,
    ):
        raise FileRefused(_("The file is no readable XLSX workbook.")) from None


def _look_into(content: bytes) -> None:
    """Refuse macros, declared entities and anything that unpacks to far more than it weighs."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
            if sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES or len(parts) > 500:
                raise FileRefused(_("The workbook unpacks to more than is read here. Split it, or send CSV."))
            if any("vbaproject" in part.filename.lower() for part in parts):
                raise FileRefused(_("The workbook holds macros. Save it as XLSX without macros."))
            for part in parts:
                with package.open(part) as stream:
                    start = stream.read(4096)
                if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
                    raise FileRefused(_("The workbook declares entities and is not read."))
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError, ValueError):
        raise FileRefused(_("The file is no readable XLSX workbook.")) from None


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f" or not isinstance(value, str | int | float | date | datetime):
        told = _("The workbook holds a formula (row %d). Paste the values only and save again.")
        raise FileRefused(told % cell.row)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
