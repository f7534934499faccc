"""What is on record about the person besides medicines: conditions, pregnancy, breastfeeding and age, by key."""

from clinical.screening.facts import Patient
from clinical.screening.knowledge import Condition
from clinical.screening.phrases import gettext_noop

PREGNANCY, LACTATION = "pregnancy", "lactation"
OLDER, YOUNG = "age_60_or_over", "age_under_18"
# Modifier keys that age sets by itself, whether or not the condition list carries the age groups.
OLDER_MODIFIER, YOUNG_MODIFIER = "older_age", "youth"

_PREGNANT = gettext_noop("pregnant")
_BREASTFEEDING = gettext_noop("breastfeeding")


def states_of(patient: Patient, conditions: dict[str, Condition], parameters: dict[str, float]) -> dict[str, str]:
    """Keys that hold today, each with the words it is shown by. What is not known holds nothing."""
    states = {key: conditions[key].label if key in conditions else key for key in patient.conditions}
    if patient.pregnant:
        states.setdefault(PREGNANCY, _PREGNANT)
    if patient.breastfeeding:
        states.setdefault(LACTATION, _BREASTFEEDING)
    if patient.age is not None:
        if patient.age >= parameters["older_age_years"]:
            states.setdefault(OLDER, f"age {patient.age}")
        if patient.age < parameters["youth_age_years"]:
            states.setdefault(YOUNG, f"age {patient.age}")
    return states
