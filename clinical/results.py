"""Results of a patient as rows and as facts. Reads only; a result that was struck out counts for nothing."""

from datetime import date
from uuid import UUID

from clinical.models import Patient, Result
from clinical.prepared import Prepared
from clinical.screening.facts import Measured

# More than a patient has in years of quarterly tests; what is older was followed by newer ones of its kind.
MOST_LOOKED_AT = 400
COLUMNS = ("kind", "value", "word", "unit", "upper_limit", "measured_on")


def measured(patient: Patient, day: date) -> tuple[Measured, ...]:
    """The newest number and the newest word of each kind, measured on the day or before. One query."""
    newest: dict[tuple[str, bool], Measured] = {}
    for kind, value, word, unit, limit, on in _kept(patient.pk, day):
        newest.setdefault((kind, bool(word)), Measured(kind, (day - on).days, value, word, unit, limit))
    return tuple(newest[key] for key in sorted(newest))


_kept = Prepared(
    lambda patient, day: (
        Result.objects.filter(patient=patient, struck_at=None, measured_on__lte=day)
        .order_by("-measured_on", "-id")
        .values_list(*COLUMNS)[:MOST_LOOKED_AT]
    ),
    UUID,
    date,
)


def results_of(patient: Patient) -> list[Result]:
    """Every result with who entered and who struck it, by kind and newest first."""
    rows = Result.objects.filter(patient=patient).select_related("entered_by", "struck_by")
    return list(rows.order_by("kind", "-measured_on", "-id"))
