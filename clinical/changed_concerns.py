"""Reads what rules that changed did to patients since their last signed visit: for a worklist and for a chart."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, OuterRef, QuerySet, Subquery

from clinical.models import ConcernChange, ConcernSweep, Consultation, Patient, Practice, User

MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class Comparison:
    """How far the charts of a practice are compared with a reference version."""

    is_done: bool
    looked_at: int = 0


def comparison_of(practice: Practice, version: int) -> Comparison:
    """Whether every chart was compared with this version, and how many were so far."""
    found = ConcernSweep.objects.filter(practice=practice).values_list("done_version", "doing_version", "looked_at")
    done, doing, looked_at = found.first() or (0, 0, 0)
    return Comparison(done >= version, looked_at if doing == version else 0)


def waiting_for(*, user: User, practice: Practice, for_everybody: bool) -> list[ConcernChange]:
    """Changes nobody looked at yet, of the patients whose last visit the user signed, or of everybody's.

    What was noted before the last signed visit was shown in that visit, and is left out. Each row has `last_visit`.
    """
    last = Consultation.objects.filter(patient=OuterRef("patient"), signed_at__isnull=False)
    last = last.order_by("-visit_on", "-signed_at")
    rows = ConcernChange.objects.filter(patient__practice=practice, seen_at=None)
    rows = rows if for_everybody else rows.filter(owner=user)
    rows = rows.annotate(last_visit=Subquery(last.values("pk")[:1]), signed_at=Subquery(last.values("signed_at")[:1]))
    rows = rows.filter(noticed_at__gt=F("signed_at")).select_related("patient").only(*_SHOWN, "patient__name")
    return list(rows.order_by("patient__name", "patient", "id")[:MOST_ROWS])


_SHOWN = ("patient", "rule", "about", "change", "severity", "former_severity", "reference_version", "noticed_at")


def since_last_visit(patient: Patient, signed_at: datetime | None) -> list[ConcernChange]:
    """What changed for one patient since their last signed visit, looked at or not."""
    if signed_at is None:
        return []
    rows: QuerySet[ConcernChange] = patient.concern_changes.filter(noticed_at__gt=signed_at)
    return list(rows.only(*_SHOWN, "seen_at").order_by("id"))


def patients_among(rows: list[ConcernChange]) -> dict[UUID, list[ConcernChange]]:
    """The rows of each patient together, in their order."""
    found: dict[UUID, list[ConcernChange]] = {}
    for row in rows:
        found.setdefault(row.patient_id, []).append(row)
    return found


def patients_to_count(practice: Practice) -> int:
    """How many patients a look at a draft would screen: those with any visit on record."""
    return Patient.objects.filter(practice=practice, consultations__isnull=False).distinct().count()
