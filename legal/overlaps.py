"""Which rows of the law stand in the way of a new one, and how to tell an editor. The database refuses them too."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from legal.models import StatusPeriod
from legal.periods import BOTH, Substance

_OF_BOTH = (Substance.KRATOM_LEAF.value, Substance.SEVEN_OH.value)


def overlapping(code: str, substance: str, valid_from: date | None, valid_until: date | None) -> QuerySet[StatusPeriod]:
    """Rows that count, of the same jurisdiction and of a substance in common, on any day of the new one."""
    alike = (BOTH, *_OF_BOTH) if substance == BOTH else (substance, BOTH) if substance in _OF_BOTH else (substance,)
    rows = StatusPeriod.objects.filter(jurisdiction=code, superseded_at=None, substance__in=alike)
    if valid_from is not None:
        rows = rows.filter(Q(valid_until=None) | Q(valid_until__gt=valid_from))
    if valid_until is not None:
        rows = rows.filter(Q(valid_from=None) | Q(valid_from__lt=valid_until))
    return rows.select_related("jurisdiction")


def overlap_words(rows: Iterable[StatusPeriod]) -> list[str]:
    """One sentence a row: which one overlaps, on which days, and what to do."""
    return [
        _(
            "This overlaps row %(number)s of %(place)s: %(substance)s, %(status)s, %(days)s. "
            "Revise that row instead, close it on the day before, or choose other days."
        )
        % {
            "number": row.pk,
            "place": row.jurisdiction.name,
            "substance": row.get_substance_display().lower(),
            "status": row.get_status_display().lower(),
            "days": days_of(row),
        }
        for row in rows
    ]


def days_of(row: StatusPeriod) -> str:
    """The days of a row, for people."""
    first = date_format(row.valid_from, "j M Y") if row.valid_from else _("an unknown day")
    if row.last_day is None:
        return _("from %s, open") % first
    return _("from %(first)s to %(last)s") % {"first": first, "last": date_format(row.last_day, "j M Y")}
