"""Rows by how long ago they were checked, for lists. The limits come from the reference data."""

from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from legal.index import current_index
from legal.periods import StalenessGroup

STATES = {"current": _("Recent enough"), "stale": _("Check again"), "too_old": _("Too old for a firm answer")}
AT_HOME = Q(jurisdiction__code="US") | Q(jurisdiction__code__startswith="US-")
LOCAL = Q(jurisdiction__level__in=("county", "place"))
MEMBERS = {
    StalenessGroup.STATE: AT_HOME & ~LOCAL,
    StalenessGroup.LOCAL: AT_HOME & LOCAL,
    StalenessGroup.COUNTRY: ~AT_HOME,
}


def filter_by_age(rows: QuerySet, state: str, today: date) -> QuerySet:
    """Rows in one of `STATES`. Without limits in the reference data there is no answer: no rows."""
    limits = current_index().limits
    if limits is None or state not in STATES:
        return rows.none()
    wanted = Q()
    for group, members in MEMBERS.items():
        warn_after = limits.days_for(group)
        warn = today - timedelta(days=warn_after)
        refuse = today - timedelta(days=warn_after * limits.firm_multiple)
        checked = {
            "current": Q(checked_on__gte=warn),
            "stale": Q(checked_on__lt=warn, checked_on__gte=refuse),
            "too_old": Q(checked_on__lt=refuse),
        }
        wanted |= members & checked[state]
    return rows.filter(wanted)
