"""What is in force, as a file that can be changed and imported again."""

from collections.abc import Iterator

import tablib
from django.db.models import QuerySet
from import_export.formats import base_formats

from clinical.exchange.cells import guarded
from clinical.exchange.columns import LINK, LINKS, WITHDRAWN, YES_NO, Column, Sheet
from clinical.models.vocabulary import ReferenceRow, WithdrawableRow

FORMATS = {"csv": base_formats.CSV, "xlsx": base_formats.XLSX}


def file_of(sheet: Sheet, kind: str) -> tuple[bytes, str]:
    """The file's bytes and content type. CSV begins with a mark by which spreadsheets know UTF-8."""
    data = tablib.Dataset(headers=sheet.headings, title=sheet.name)
    for row in rows_in_force(sheet).iterator(chunk_size=2000):
        data.append([guarded(cell) for cell in cells_of(sheet, row)])
    made = FORMATS[kind]()
    content = made.export_data(data)
    return content if isinstance(content, bytes) else b"\xef\xbb\xbf" + content.encode(), made.get_content_type()


def rows_in_force(sheet: Sheet) -> QuerySet:
    """The rows in force with what they point at."""
    rows = sheet.model.objects.order_by("pk")
    if issubclass(sheet.model, WithdrawableRow):
        rows = rows.filter(withdrawn_at=None)
    return rows.prefetch_related(*(column.field for column in sheet.columns if column.kind == LINKS))


def cells_of(sheet: Sheet, row: ReferenceRow) -> Iterator[str]:
    """One stored row as text, in the order of the headings."""
    return (cell_of(column, row) for column in sheet.columns)


def cell_of(column: Column, row: ReferenceRow) -> str:
    """What a column of a stored row says in a file."""
    if column.kind == WITHDRAWN:
        return "yes" if getattr(row, "is_withdrawn", False) else "no"
    if column.kind == LINK:
        return str(getattr(row, f"{column.field}_id"))
    value = getattr(row, column.field)
    if column.kind == LINKS:
        return ";".join(sorted(str(part.pk) for part in value.all()))
    return ("yes" if value else "no") if column.kind == YES_NO else str(value)
