"""One jurisdiction's whole story in the law: every row ever held, what is pending, and what lies above and below it."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext

from legal.models import Disagreement, Jurisdiction, PendingChange, StatusPeriod
from legal.time_line import TimeLine, time_line


@dataclass(frozen=True, slots=True)
class History:
    """The time line holds every row, also those that others corrected, and every change that is or was pending."""

    jurisdiction: Jurisdiction
    line: TimeLine
    parts: tuple[Jurisdiction, ...]
    disagreements: tuple[Disagreement, ...] = ()

    @property
    def has_rows(self) -> bool:
        """Whether any row is held; a change that is only pending is none."""
        return any(entry.row for entry in self.line.entries)


def history_of(code: str, today: date) -> History | None:
    """The history of a jurisdiction as read on a day, or None where no such code is held."""
    jurisdiction = Jurisdiction.objects.select_related("parent").filter(code=code).first()
    if jurisdiction is None:
        return None
    people = ("created_by", "closed_by", "checked_by")
    rows = StatusPeriod.objects.filter(jurisdiction=jurisdiction).select_related(*people).order_by("substance", "id")
    changes = PendingChange.objects.filter(jurisdiction=jurisdiction)
    disagreements = tuple(Disagreement.objects.filter(codes__contains=[code]).order_by("settled_at", "id"))
    return History(
        jurisdiction=jurisdiction,
        line=time_line(list(rows), list(changes), disagreements, today),
        parts=tuple(Jurisdiction.objects.filter(parent=jurisdiction).order_by("level", "name")),
        disagreements=disagreements,
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
