"""What a consultation page starts from: today where the practice is, and what was known at the last visit."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from clinical.models import Asked, Consultation, Patient, Practice, User
from clinical.records import MedicationRecord, UseRecord, VisitRecord
from clinical.since_last import carried as carried_over
from clinical.since_last import carried_in, is_repeat
from clinical.snapshots import record_of

# Judgement: what was agreed so long ago is asked again. A taper that still runs has its plan.
MOST_DAYS_SINCE_CHANGE = 90
# Phases that were true on the day they were recorded and say nothing about today.
PASSING_PHASES = frozenset({"new", "planned"})


def today_at(practice: Practice) -> date:
    """The calendar day where the practice is."""
    return timezone.localdate(timezone=ZoneInfo(practice.time_zone))


def starting_record(patient: Patient, today: date) -> tuple[VisitRecord, Consultation | None]:
    """A new visit begins with what the last one said, except what must be asked again: use since, scores, the plan.

    Every row carried over stands as last time, not confirmed.
    """
    last = patient.consultations.order_by("-visit_on", "-created_at").first()
    if last is None:
        present = patient.has_conditions.filter(ended_at=None).values_list("condition_id", flat=True)
        conditions = tuple(sorted(present))
        health = {"pregnant": patient.pregnant, "breastfeeding": patient.breastfeeding}
        return VisitRecord(visit_on=today, conditions=conditions, **health), None
    last.patient = patient
    record, days = record_of(last), (today - last.visit_on).days
    carried = replace(
        record,
        visit_on=today,
        asked=Asked.NOT_ASKED,
        uses=tuple(carried_over(_use_now(use, days)) for use in record.uses),
        medications=tuple(carried_over(_medication_now(line)) for line in record.medications),
        declined=(),
        co_use_denied=(),
        pregnancy_plans="",
        phq9=None,
        **_change_now(record, today),
        cows=None,
        instruments=(),
        plan="",
    )
    return carried, last


def rows_begun_with(patient: Patient, record: VisitRecord, today: date) -> tuple[str, ...]:
    """Every row the page of a new visit began with, whether or not it is in `record`. None for a first visit."""
    return carried_in(starting_record(patient, today)[0]) if is_repeat(record) else ()


def _use_now(use: UseRecord, days: int) -> UseRecord:
    """Time since the last use goes on for a product that was stopped; for one in use it is not known any more.

    What was said of that day only (the last dose, a change of late, what was declined or confirmed) is asked again.
    """
    hours = use.hours_since_last_use
    since = hours + 24 * days if use.stopped and hours is not None else None
    last_amount = use.last_amount if use.stopped else None
    asked_again = {"recent_change": "", "declined": (), "confirmed": False}
    return replace(use, hours_since_last_use=since, last_amount=last_amount, **asked_again)


def _change_now(record: VisitRecord, today: date) -> dict:
    """The change agreed stands until its day is long past."""
    if record.change_on and (today - record.change_on).days > MOST_DAYS_SINCE_CHANGE:
        return {"change_plan": "", "change_on": None}
    return {}


def _medication_now(line: MedicationRecord) -> MedicationRecord:
    return replace(line, phase="") if line.phase in PASSING_PHASES else line


@dataclass(frozen=True, slots=True)
class Saved:
    """Who saved a draft last, and when."""

    by: User | None
    at: datetime


def last_saved(consultation: Consultation) -> Saved:
    """For the page that says why a draft was not overwritten."""
    return Saved(consultation.saved_by or consultation.created_by, consultation.saved_at)
