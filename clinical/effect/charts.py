"""The latest record of each of a practice's patients as facts, many at a time. Reads only; a few queries a hundred."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from clinical import snapshots
from clinical.models import Consultation, KratomUseRow, MedicationTaken, Patient, PatientCondition, Practice
from clinical.records import MedicationRecord, UseRecord, VisitRecord
from clinical.screening import facts
from clinical.screening.plain import NotReadable, from_plain
from clinical.what_matters import resolve

AT_A_TIME = 500
_VISIT = (
    "id", "patient_id", "visit_on", "asked", "past_withdrawal", "opioid_use_disorder", "dose_on_waking",
    "dose_at_night", "doses_to_avoid_symptoms", "failed_quits", "phq9", "cows", "signed_run_id", "signed_by_id",
)  # fmt: skip
# Last in both records, and nothing that is screened.
_SINCE_LAST = ("last_time", "as_last_time")
_MEDICINE = tuple(name for name in MedicationRecord.__slots__ if name not in _SINCE_LAST)
_USE = tuple(name for name in UseRecord.__slots__ if name not in _SINCE_LAST)
_ANSWERS = (
    "past_withdrawal", "opioid_use_disorder", "dose_on_waking", "dose_at_night", "doses_to_avoid_symptoms",
    "failed_quits", "cows",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chart:
    """One patient's latest record as screening reads it."""

    patient: UUID
    name: str
    visit: UUID
    facts: facts.Facts
    run: UUID | None = None
    signed_by: UUID | int | None = None


Resolve = Callable[[MedicationRecord, date], facts.Taken]


def latest_visits(practice: Practice) -> QuerySet[Consultation]:
    """The newest visit of each patient, signed or draft; an amendment stands for the visit it amends."""
    visits = Consultation.objects.filter(patient__practice=practice)
    return visits.order_by("patient_id", "-visit_on", "-created_at").distinct("patient_id")


def latest_signed_visits(practice: Practice) -> QuerySet[Consultation]:
    """The newest signed visit of each patient: what was last shown and answered."""
    visits = Consultation.objects.filter(patient__practice=practice, signed_at__isnull=False)
    return visits.order_by("patient_id", "-visit_on", "-signed_at").distinct("patient_id")


def resolver(version: int) -> Resolve:
    """Looks lines up at one reference version, each different line once."""
    known: dict[tuple[MedicationRecord, date], facts.Taken] = {}

    def look_up(line: MedicationRecord, day: date) -> facts.Taken:
        key = (line, day)
        found = known.get(key)
        if found is None:
            found = known[key] = resolve(line, day, version)
        return found

    return look_up


def charts_of(visits: QuerySet[Consultation], resolve_line: Resolve) -> Iterator[Chart]:
    """A chart for each visit, in the order of patients; `AT_A_TIME` are in memory at once."""
    for rows in _in_batches(visits):
        yield from _charts(rows, resolve_line)


def _in_batches(visits: QuerySet[Consultation]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for row in visits.values(*_VISIT).iterator(chunk_size=AT_A_TIME):
        batch.append(row)
        if len(batch) == AT_A_TIME:
            yield batch
            batch = []
    if batch:
        yield batch


def _charts(rows: Sequence[dict[str, Any]], resolve_line: Resolve) -> Iterator[Chart]:
    visits = [row["id"] for row in rows]
    patients = Patient.objects.only("name", "born_on", "sex", "pregnant", "breastfeeding").in_bulk(
        [row["patient_id"] for row in rows]
    )
    medicines = _by_visit(
        MedicationTaken.objects.filter(consultation__in=visits), _MEDICINE, MedicationRecord, "chosen"
    )
    uses = _by_visit(KratomUseRow.objects.filter(consultation__in=visits), _USE, UseRecord)
    conditions = _conditions(patients)
    for row in rows:
        patient = patients[row["patient_id"]]
        record = VisitRecord(
            visit_on=row["visit_on"],
            asked=row["asked"],
            uses=uses.get(row["id"], ()),
            medications=medicines.get(row["id"], ()),
            conditions=conditions.get(patient.pk, ()),
            pregnant=patient.pregnant,
            breastfeeding=patient.breastfeeding,
            phq9=tuple(row["phq9"]) if row["phq9"] else None,
            **{name: row[name] for name in _ANSWERS},
        )
        day = record.visit_on
        known = snapshots.facts_of(patient, record, lambda line, day=day: resolve_line(line, day))
        yield Chart(patient.pk, patient.name, row["id"], known, row["signed_run_id"], row["signed_by_id"])


def _by_visit(rows: QuerySet, names: Sequence[str], kind: type, key: str = "") -> dict[UUID, tuple]:
    columns = [f"{name}_id" if name == key else name for name in names]
    found: dict[UUID, list] = defaultdict(list)
    for visit, *values in rows.order_by("consultation", "position").values_list("consultation_id", *columns):
        found[visit].append(kind(*values))
    return {visit: tuple(lines) for visit, lines in found.items()}


def _conditions(patients: Iterable[UUID]) -> dict[UUID, tuple[str, ...]]:
    found: dict[UUID, list[str]] = defaultdict(list)
    rows = PatientCondition.objects.filter(patient__in=list(patients), ended_at=None)
    for patient, condition in rows.order_by("condition_id").values_list("patient_id", "condition_id"):
        found[patient].append(condition)
    return {patient: tuple(keys) for patient, keys in found.items()}


def as_on_the_day(chart: Chart, stored_person: dict[str, Any]) -> facts.Facts:
    """The facts with the person as a stored run knew them: what changed in the chart since is no change of a rule."""
    try:
        return replace(chart.facts, patient=from_plain(facts.Patient, stored_person))
    except NotReadable:
        return chart.facts
