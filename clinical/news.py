"""Reads what came in for one patient since a signed visit. Many rows ask no more often than one; decides nothing."""

from dataclasses import dataclass
from datetime import date

from clinical.lists import open_tasks_of
from clinical.models import Consultation, DiaryDose, FollowUp, Patient, Result

# What one person reads on top of a visit; the pages of results and follow-ups hold all.
MOST_RESULTS = 50


@dataclass(frozen=True, slots=True)
class News:
    """Results entered, follow-ups whose day has passed, and doses noted in the diary."""

    results: list[Result]
    overdue: list[FollowUp]
    doses: int


def last_signed(patient: Patient) -> Consultation | None:
    """The newest signed visit, whole, with what was shown in it."""
    signed = patient.consultations.filter(signed_at__isnull=False).select_related("signed_run")
    found = signed.order_by("-visit_on", "-signed_at").first()
    if found is not None:
        found.patient = patient
    return found


def news_since(visit: Consultation, today: date) -> News:
    """`visit` is signed; results struck out and diary files taken back count for nothing."""
    patient = visit.patient
    kept = Result.objects.filter(patient=patient, struck_at=None, entered_at__gt=visit.signed_at)
    results = kept.select_related("entered_by").order_by("kind", "-measured_on", "-id")[:MOST_RESULTS]
    doses = DiaryDose.objects.filter(
        read_from__patient=patient, read_from__at__gt=visit.signed_at, read_from__taken_back_at=None
    )
    return News(
        results=list(results),
        overdue=[task for task in open_tasks_of(patient) if task.due_on < today],
        doses=doses.count(),
    )
