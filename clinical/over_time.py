"""Reads the signed visits of one patient as plain values for the course, in queries that never grow with visits.

Only signed visits count; one that was amended gives way to its signed amendment. Exposure, tier and how medicines were
read come from the run that was signed, so that history reads as it was shown.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Func, JSONField, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone

from clinical.models import Consultation, MedicationTaken, Patient, ReferenceTable, ReferenceVersion, TaperPlan
from clinical.prepared import Prepared
from clinical.screening.course import Course, SinceLastUse, course_of
from clinical.screening.course_document import Limits, limits_from
from clinical.screening.course_facts import LineSeen, TaperSeen, UseSeen, VisitSeen
from clinical.screening.flags import Range
from clinical.snapshots import current_version, in_force

SCORES = ("id", "visit_on", "asked", "phq9", "change_plan", "change_on", "signed_run__facts__kratom")
SHOWN = (*SCORES, "quit_attempts", "signed_run__facts__taken")
NOT_READ = ("none", "ambiguous")


@dataclass(frozen=True, slots=True)
class Measure:
    """What scores are read with: limits (None where not loaded), bands of the PHQ-9, antidepressants by role."""

    limits: Limits | None
    bands: tuple[tuple[int, int, str], ...]
    antidepressants: frozenset[str]


@dataclass(frozen=True, slots=True)
class OverTime:
    """All signed visits of a patient, what came of reading them, and the lines that nobody could read."""

    visits: tuple[VisitSeen, ...]
    tapers: tuple[TaperSeen, ...]
    measure: Measure
    course: Course | None
    not_read: tuple[str, ...] = ()

    def since(self, visit: VisitSeen) -> SinceLastUse | None:
        """Time since kratom was last taken, at any visit with or without a score."""
        return self.course.since_last_use.get(visit.key) if self.course else None


class _Small(Func):
    """The part of a stored result that a course needs, taken out in one reading of the document."""

    template = (
        "(%(expressions)s - ARRAY['flags','medications','safety','load','not_assessed','nothing_found','no_rule'])"
        " #- '{exposure,steps}' #- '{withdrawal,fired}' #- '{withdrawal,change}'"
    )
    output_field = JSONField()


def scores_of(patient: Patient) -> OverTime:
    """The scores with what they are held against; exposure, tiers and medicines are left out. One query."""
    rows = _scores(patient.pk)
    return _over_time([_visit(row) for row in rows], rows)


def over_time_of(patient: Patient) -> OverTime:
    """Everything the picture and its table show. Two queries."""
    rows = _shown(patient.pk)
    typed = _typed_lines([row["id"] for row in rows])
    not_read: dict[str, None] = {}
    visits = []
    for row in rows:
        readings = _readings(row["signed_run__facts__taken"])
        lines = tuple(_line(line, readings, not_read) for line in typed.get(row["id"], ()))
        visits.append(_visit(row, row["shown"] or {}, lines))
    return _over_time(visits, rows, tuple(not_read))


def drafts_of(patient: Patient) -> int:
    """How many drafts are left out."""
    return patient.consultations.filter(signed_at=None).count()


def _rows(patient_id: UUID, columns: tuple[str, ...], **more: Any) -> QuerySet:
    """Signed visits in order of days. Tapers and the reference version come along: the database asks them once."""
    tapers = TaperPlan.objects.filter(patient_id=patient_id).order_by("starts_on")
    found = Consultation.objects.filter(patient=patient_id, signed_at__isnull=False, amended_by__signed_at=None)
    return (
        found.order_by("visit_on", "signed_at")
        .annotate(
            tapers=ArraySubquery(tapers.values(one=JSONObject(starts_on="starts_on", ended_at="ended_at"))),
            newest_version=Subquery(ReferenceVersion.objects.order_by("-number").values("number")[:1]),
            **more,
        )
        .values(*columns, "tapers", "newest_version", *more)
    )


_scores = Prepared(lambda patient: _rows(patient, SCORES), UUID)
_shown = Prepared(lambda patient: _rows(patient, SHOWN, shown=_Small(F("signed_run__result"))), UUID)


def _over_time(visits: list[VisitSeen], rows: list[dict], not_read: tuple[str, ...] = ()) -> OverTime:
    first = rows[0] if rows else None
    tapers = tuple(_taper(row) for row in first["tapers"]) if first else ()
    measure = _measure_at(first["newest_version"] or 0 if first else current_version())
    course = course_of(visits, tapers, measure.limits) if measure.limits else None
    return OverTime(tuple(visits), tapers, measure, course, not_read)


def _taper(row: dict) -> TaperSeen:
    ended = row["ended_at"]
    moment = datetime.fromisoformat(ended) if ended else None
    return TaperSeen(date.fromisoformat(row["starts_on"]), timezone.localtime(moment).date() if moment else None)


@lru_cache(maxsize=2)
def _measure_at(version: int) -> Measure:
    """`version` is the cache key: a published change is read by the next request."""
    tables = dict(ReferenceTable.objects.filter(key__in=("course", "instruments/phq9")).values_list("key", "content"))
    limits = limits_from(tables["course"]) if "course" in tables else None
    bands = tables.get("instruments/phq9", {}).get("bands", ())
    roles = limits.antidepressant_roles if limits else frozenset()
    known = in_force(version).knowledge.roles
    return Measure(
        limits,
        tuple((band["low"], band["high"], band["text"]) for band in bands),
        frozenset(row.substance for row in known if row.role in roles),
    )


def _visit(row: dict, shown: dict | None = None, lines: tuple[LineSeen, ...] = ()) -> VisitSeen:
    exposure, withdrawal = (shown or {}).get("exposure") or {}, (shown or {}).get("withdrawal") or {}
    return VisitSeen(
        key=str(row["id"]),
        day=row["visit_on"],
        phq9=tuple(row["phq9"]) if row["phq9"] else None,
        uses=tuple(
            UseSeen(use["hours_since_last_use"], use["stopped"]) for use in row["signed_run__facts__kratom"] or ()
        ),
        does_not_use=row["asked"] == "does_not",
        change_plan=row["change_plan"],
        change_on=row["change_on"],
        quit_attempts=row.get("quit_attempts"),
        mitragynine_mg_per_day=_range(exposure.get("mitragynine_mg_per_day")),
        peak_day_mg=_range(exposure.get("peak_day")),
        seven_oh_mg_per_day=_range(exposure.get("seven_oh_mg_per_day")),
        unquantified=len(exposure.get("unquantified") or ()),
        tier=withdrawal.get("tier", ""),
        could_be=withdrawal.get("could_be", ""),
        lines=lines,
    )


def _range(values: list[float] | None) -> Range | None:
    return tuple(values) if values else None


def _typed_lines(visits: list[UUID]) -> dict[UUID, list[MedicationTaken]]:
    found = defaultdict(list)
    rows = MedicationTaken.objects.filter(consultation__in=visits).order_by("consultation", "position")
    for visit, *line in rows.values_list("consultation_id", "entered", "phase", "started_on", "stopped_on"):
        found[visit].append(line)
    return found


def _readings(taken: list[dict] | None) -> dict[str, list[dict]]:
    """How each line was read that day. The same text may stand twice: order decides."""
    found = defaultdict(list)
    for reading in taken or ():
        found[reading["entered"]].append(reading)
    return found


def _line(typed: list, readings: dict[str, list[dict]], not_read: dict[str, None]) -> LineSeen:
    entered, phase, started_on, stopped_on = typed
    reading = readings[entered].pop(0) if readings.get(entered) else None
    if reading is None or reading["match"] in NOT_READ:
        not_read[entered] = None
    return LineSeen(entered, tuple(reading["substances"]) if reading else (), phase, started_on, stopped_on)
