"""The invented patient of the tour, screened by the rules in force. Reads reference data only, stores nothing."""

from datetime import date, timedelta

from clinical.demo_patients import DAYS_IN_YEAR, PATIENTS
from clinical.models import Patient, Practice
from clinical.what_matters import Shown, what_matters

INVENTED = PATIENTS[0]


def invented_patient(practice: Practice, today: date) -> Patient:
    """Somebody who exists on the tour's pages only; never saved."""
    values = INVENTED.values(0, today - timedelta(days=INVENTED.years * DAYS_IN_YEAR + 100))
    return Patient(practice=practice, is_invented=True, **{**values, "record_number": ""})


def shown_on_tour(practice: Practice, today: date) -> Shown:
    """What the visit of the invented patient would bring up on this day."""
    record = INVENTED.visits[0].record(INVENTED.conditions, today)
    return what_matters(invented_patient(practice, today), record)
