"""Reads of a patient's diary: its files, and its doses day by day. Leaf and 7-OH products stand in rows of their own.

Amounts stay in the unit they were noted in; no milligrams of mitragynine are worked out from them.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from clinical.models import DiaryDose, DiaryImport, Patient

Stored = frozenset[tuple[datetime, str, float | None]]


@dataclass(slots=True)
class Taken:
    """One product on one day: clock times in the zone of its file, amounts by unit, doses without one counted."""

    day: date
    product: str
    written: list[str] = field(default_factory=list)
    times: list[str] = field(default_factory=list)
    amounts: dict[str, float] = field(default_factory=dict)
    without_amount: int = 0

    def add(self, local: datetime, written: str, amount: float | None, unit: str) -> None:
        self.times.append(f"{local:%H:%M %Z}" if came_twice(local) else f"{local:%H:%M}")
        if written and written not in self.written:
            self.written.append(written)
        if amount is None:
            self.without_amount += 1
        else:
            self.amounts[unit] = self.amounts.get(unit, 0.0) + amount


def came_twice(local: datetime) -> bool:
    """Whether the clocks went back over this time, so that it alone does not say which of two hours is meant."""
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


def files_of(patient: Patient) -> list[DiaryImport]:
    """Every file read into the diary, those taken back too, newest first."""
    return list(patient.diary_imports.select_related("by", "taken_back_by"))


def file_of(patient: Patient) -> QuerySet[DiaryImport]:
    """The files of this patient, to reach one of them."""
    return patient.diary_imports.all()


def has_file(patient: Patient, digest: str) -> bool:
    """Whether this very file stands in the diary."""
    return patient.diary_imports.filter(file_digest=digest, taken_back_at=None).exists()


def stored_doses(patient: Patient) -> Stored:
    """What tells a dose that is stored already: instant, product and amount."""
    rows = _doses(patient).values_list("taken_at", "product", "amount")
    return frozenset((at.astimezone(UTC), product, amount) for at, product, amount in rows)


def days_of(patient: Patient) -> list[Taken]:
    """Every day with a dose, newest first; on a day one entry for each product."""
    rows = _doses(patient).values_list("taken_at", "product", "as_written", "amount", "unit", "read_from__time_zone")
    days: dict[tuple[date, str], Taken] = {}
    zones: dict[str, ZoneInfo] = {}
    for at, product, written, amount, unit, zone in rows.order_by("taken_at", "id"):
        local = at.astimezone(zones.setdefault(zone, ZoneInfo(zone)))
        entry = days.setdefault((local.date(), product), Taken(local.date(), product))
        entry.add(local, written, amount, unit)
    return [days[key] for key in sorted(days, key=lambda key: (-key[0].toordinal(), key[1]))]


def _doses(patient: Patient) -> QuerySet[DiaryDose]:
    return DiaryDose.objects.filter(read_from__patient=patient, read_from__taken_back_at=None)
