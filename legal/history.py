"""One jurisdiction's whole story in the law: every row ever held, what is pending, and what lies above and below it."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext

from legal.models import Disagreement, Jurisdiction, PendingChange, StatusPeriod


@dataclass(frozen=True, slots=True)
class History:
    """`periods` count today or once did, oldest first; `replaced` were corrected by other rows."""

    jurisdiction: Jurisdiction
    periods: tuple[StatusPeriod, ...]
    replaced: tuple[StatusPeriod, ...]
    pending: tuple[PendingChange, ...]
    settled: tuple[PendingChange, ...]
    parts: tuple[Jurisdiction, ...]
    disagreements: tuple[Disagreement, ...] = ()


def history_of(code: str) -> History | None:
    """The history of a jurisdiction, or None where no such code is held."""
    jurisdiction = Jurisdiction.objects.select_related("parent").filter(code=code).first()
    if jurisdiction is None:
        return None
    people = ("created_by", "closed_by", "checked_by")
    rows = list(StatusPeriod.objects.filter(jurisdiction=jurisdiction).select_related(*people))
    rows.sort(key=lambda row: (row.valid_from or date.min, row.substance))
    changes = list(PendingChange.objects.filter(jurisdiction=jurisdiction))
    return History(
        jurisdiction=jurisdiction,
        periods=tuple(row for row in rows if row.superseded_at is None),
        replaced=tuple(row for row in rows if row.superseded_at is not None),
        pending=tuple(change for change in changes if change.settled_at is None),
        settled=tuple(change for change in changes if change.settled_at is not None),
        parts=tuple(Jurisdiction.objects.filter(parent=jurisdiction).order_by("level", "name")),
        disagreements=tuple(Disagreement.objects.filter(codes__contains=[code]).order_by("settled_at", "id")),
    )


def groups_of_jurisdictions() -> list[tuple[str, list[Jurisdiction]]]:
    """Every jurisdiction that has a page: states and territories, then countries, then counties and cities."""
    groups: dict[str, list[Jurisdiction]] = {"states": [], "countries": [], "local": []}
    for place in Jurisdiction.objects.select_related("parent").order_by("name"):
        at_home = place.code == "US" or place.code.startswith("US-")
        local = place.level in ("county", "place")
        groups["local" if local else "states" if at_home else "countries"].append(place)
    labels = (gettext("United States"), gettext("Other countries"), gettext("Counties and cities"))
    return [(label, places) for label, places in zip(labels, groups.values(), strict=True) if places]
