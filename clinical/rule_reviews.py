"""When a rule was last looked at, and when it is due again. Reads only; never invents a day."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from clinical.models import InteractionRule, ReferenceTable


@dataclass(frozen=True, slots=True)
class Interval:
    """How long a review holds, and why: a judgement, kept with the reference data."""

    months: int
    basis: str


def interval() -> Interval | None:
    """The interval in force, if the reference data hold one."""
    content = ReferenceTable.objects.filter(key="reviewing").values_list("content", flat=True).first() or {}
    for row in content.get("interval") or ():
        if type(row.get("months")) is int and row["months"] > 0:
            return Interval(row["months"], str(row.get("basis") or ""))
    return None


def due_on(rule: InteractionRule, held: Interval | None) -> date | None:
    """The day the rule names, else its last review and the interval, else not known."""
    if rule.review_on or rule.reviewed_on is None or held is None:
        return rule.review_on
    return _months_later(rule.reviewed_on, held.months)


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
