"""Lines of the diary pages in words. Decides nothing."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clinical.diary.reading import QUESTIONED, READ, REFUSED, Row
from clinical.diary_lists import Taken
from clinical.forms.diary_preview import Preview
from clinical.models import DiaryImport
from clinical.models.consultation import PRODUCT_LABELS, UNIT_LABELS

HEADINGS = {
    QUESTIONED: gettext_lazy("Questioned"),
    REFUSED: gettext_lazy("Refused"),
    READ: gettext_lazy("Read"),
}


def day_lines(days: Iterable[Taken]) -> list[dict]:
    """One line for each product and day; the day is said once."""
    lines, last = [], None
    for taken in days:
        lines.append(
            {
                "day": "" if taken.day == last else date_format(taken.day, "D j M Y"),
                "whole_day": date_format(taken.day, "j M Y"),
                "product": PRODUCT_LABELS[taken.product],
                "written": ", ".join(taken.written),
                "doses": len(taken.times),
                "times": ", ".join(taken.times),
                "amounts": _amounts(taken),
            }
        )
        last = taken.day
    return lines


def _amounts(taken: Taken) -> str:
    parts = [f"{total:g} {UNIT_LABELS.get(unit, _('(unit not recorded)'))}" for unit, total in taken.amounts.items()]
    if taken.without_amount:
        words = ngettext("%(n)d dose without an amount", "%(n)d doses without an amount", taken.without_amount)
        parts.append(words % {"n": taken.without_amount})
    return ", ".join(parts)


def file_lines(files: Iterable[DiaryImport], zone: str) -> list[dict]:
    return [
        {
            "key": file.pk,
            "when": _moment(file.at, zone),
            "by": file.by,
            "rows": file.rows,
            "zone": file.time_zone,
            "taken_back": _moment(file.taken_back_at, zone) if file.taken_back_at else "",
            "taken_back_by": file.taken_back_by,
        }
        for file in files
    ]


def _moment(at, zone: str) -> str:
    return date_format(timezone.localtime(at, ZoneInfo(zone)), "j M Y H:i")


def row_lines(preview: Preview) -> list[dict]:
    """The rows of a file by what became of them: what needs a look comes first."""
    zone = preview.answers.zone
    return [
        {
            "state": state,
            "heading": heading,
            "rows": [_row_line(row, zone) for row in preview.diary.of(state)],
            "is_open": state != READ,
        }
        for state, heading in HEADINGS.items()
        if preview.diary.of(state)
    ]


def _row_line(row: Row, zone: ZoneInfo) -> dict:
    local = row.taken_at.astimezone(zone) if row.taken_at else None
    unit = UNIT_LABELS.get(row.unit, _("(unit not recorded)")) if row.unit or row.state == READ else ""
    return {
        "number": row.number,
        "as_typed": " | ".join(row.cells)[:200],
        "when": f"{local:%Y-%m-%d %H:%M} ({local:%Z})" if local else "",
        "product": PRODUCT_LABELS.get(row.product, ""),
        "amount": "" if row.amount is None else f"{row.amount:g} {unit}".strip(),
        "why": row.why,
    }
