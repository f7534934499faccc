"""Reads what rules that changed did to patients since their last signed visit: for a worklist and for a chart."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, OuterRef, QuerySet, Subquery

from clinical.models import ConcernChange, ConcernSweep, Consultation, Patient, Practice, User
from clinical.prepared import Prepared

MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class Comparison:
    """How far the charts of a practice are compared with a reference version."""

    is_done: bool
    looked_at: int = 0


def comparison_of(practice: Practice, version: int) -> Comparison:
    """Whether every chart was compared with this version, and how many were so far."""
    done, doing, looked_at = _sweep.first(practice.pk) or (0, 0, 0)
    return Comparison(done >= version, looked_at if doing == version else 0)


def waiting_for(*, user: User, practice: Practice, for_everybody: bool) -> list[ConcernChange]:
    """Changes nobody looked at yet, of the patients whose last visit the user signed, or of everybody's.

    What was noted before the last signed visit was shown in that visit, and is left out. Each row has `last_visit`.
    """
    return _of_everybody(practice.pk) if for_everybody else _of_one(practice.pk, user.pk)


def _waiting(practice_id: UUID) -> QuerySet[ConcernChange]:
    last = Consultation.objects.filter(patient=OuterRef("patient"), signed_at__isnull=False)
    last = last.order_by("-visit_on", "-signed_at")
    rows = ConcernChange.objects.filter(patient__practice=practice_id, seen_at=None)
    rows = rows.annotate(last_visit=Subquery(last.values("pk")[:1]), signed_at=Subquery(last.values("signed_at")[:1]))
    rows = rows.filter(noticed_at__gt=F("signed_at")).select_related("patient").only(*_SHOWN, "patient__name")
    return rows.order_by("patient__name", "patient", "id")


_SHOWN = ("patient", "rule", "about", "change", "severity", "former_severity", "reference_version", "noticed_at")
_of_everybody = Prepared(lambda practice: _waiting(practice)[:MOST_ROWS], UUID)
_of_one = Prepared(lambda practice, owner: _waiting(practice).filter(owner=owner)[:MOST_ROWS], UUID, UUID)
_sweep = Prepared(
    lambda practice: ConcernSweep.objects.filter(practice=practice).values_list(
        "done_version", "doing_version", "looked_at"
    ),
    UUID,
)
_since = Prepared(
    lambda patient, signed_at: (
        ConcernChange.objects.filter(patient=patient, noticed_at__gt=signed_at).only(*_SHOWN, "seen_at").order_by("id")
    ),
    UUID,
    datetime,
)


def since_last_visit(patient: Patient, signed_at: datetime | None) -> list[ConcernChange]:
    """What changed for one patient since their last signed visit, looked at or not."""
    if signed_at is None:
        return []
    return _since(patient.pk, signed_at)


def patients_among(rows: list[ConcernChange]) -> dict[UUID, list[ConcernChange]]:
    """The rows of each patient together, in their order."""
    found: dict[UUID, list[ConcernChange]] = {}
    for row in rows:
        found.setdefault(row.patient_id, []).append(row)
    return found


def patients_to_count(practice: Practice) -> int:
    """How many patients a look at a draft would screen: those with any visit on record."""
    return Patient.objects.filter(practice=practice, consultations__isnull=False).distinct().count()
