"""What screening could not judge about the person and the kratom itself. Silence is never safety."""

from clinical.screening.facts import KratomUse, Patient, Product
from clinical.screening.flags import Exposure, NotAssessed
from clinical.screening.phrases import Phrase, gettext_noop, phrase
from clinical.screening.products import LABELS, Standing, standing_of
from clinical.screening.states import PREGNANCY

_CONDITION = phrase(gettext_noop("Condition not recognised: not taken into account."))
_AGE = phrase(gettext_noop("Age not known: age was not taken into account."))
_PREGNANCY = phrase(gettext_noop("Pregnancy not known: ask, and screen again."))
_PRODUCT = phrase(gettext_noop("Product not known: judged cautiously. Ask for the label or a photograph."))
_LAST_USE = phrase(
    gettext_noop("Last use was two weeks ago or more but use is not recorded as stopped: ask. Screened as current.")
)
_OVER = phrase(
    gettext_noop("Use ended two weeks ago or more: interaction rules were not applied. Screen again if use resumes.")
)
_ONLY_CARRY_OVER = phrase(
    gettext_noop("Kratom is stopped: only rules on effects that may last were applied. Screen again if use resumes.")
)
_STOPPED_MEDICINE = phrase(
    gettext_noop("Recorded as stopped: not known how long it goes on acting; not screened. Judge by hand.")
)
_MUCH = gettext_noop("%(amount)s is more than expected: check the amount. It was counted as entered.")


def person_notes(patient: Patient, states: dict[str, str], parameters: dict[str, float]) -> list[NotAssessed]:
    """Age and pregnancy where not knowing them leaves rules unasked."""
    notes = []
    if patient.age is None:
        notes.append(NotAssessed("age_unknown", "age", _AGE))
    if patient.pregnant is None and PREGNANCY not in states and _could_be_pregnant(patient, parameters):
        notes.append(NotAssessed("pregnancy_unknown", "pregnancy", _PREGNANCY))
    return notes


def _could_be_pregnant(patient: Patient, parameters: dict[str, float]) -> bool:
    if patient.sex == "male":
        return False
    low, high = parameters["childbearing_age_from_years"], parameters["childbearing_age_to_years"]
    return patient.age is None or low <= patient.age <= high


def condition_notes(patient: Patient, known: dict[str, object]) -> list[NotAssessed]:
    """Conditions that were typed and not recognised, or whose key the reference data does not hold."""
    unknown = [*patient.unknown_conditions, *(key for key in patient.conditions if key not in known)]
    return [NotAssessed("unknown_condition", name, _CONDITION) for name in unknown]


def kratom_notes(
    uses: tuple[KratomUse, ...], exposure: Exposure, parameters: dict[str, float]
) -> tuple[NotAssessed, ...]:
    """What is not known about the kratom, and amounts that look like a slip of the pen."""
    carry_over_hours = parameters["carry_over_hours"]
    notes = [NotAssessed("exposure", LABELS[Product(item.product)], item.why) for item in exposure.unquantified]
    for use in uses:
        label = LABELS[use.product]
        standing = standing_of(use, carry_over_hours)
        if standing is Standing.ENDED:
            notes.append(NotAssessed("kratom_ended", label, _OVER))
            continue
        if use.product is Product.UNKNOWN:
            notes.append(NotAssessed("product_unknown", label, _PRODUCT))
        if not use.stopped and (use.hours_since_last_use or 0) >= carry_over_hours:
            notes.append(NotAssessed("last_use_long_ago", label, _LAST_USE))
        if (use.doses_per_day or 0) > parameters["implausible_doses_per_day"]:
            notes.append(_check(label, gettext_noop("%(n)s doses a day"), use.doses_per_day or 0))
    return tuple(dict.fromkeys([*notes, *_implausible(exposure, parameters)]))


def _implausible(exposure: Exposure, parameters: dict[str, float]) -> list[NotAssessed]:
    limits = (
        (exposure.grams_per_day, "implausible_grams_per_day", gettext_noop("%(n)s g a day")),
        (exposure.peak_day, "implausible_mitragynine_mg_per_day", gettext_noop("%(n)s mg mitragynine a day")),
        (exposure.seven_oh_mg_per_day, "implausible_7oh_mg_per_day", gettext_noop("%(n)s mg 7-OH a day")),
    )
    return [
        _check("kratom amount", template, values[1])
        for values, limit, template in limits
        if values is not None and values[1] > parameters[limit]
    ]


def _check(what: str, template: str, value: float) -> NotAssessed:
    return NotAssessed("check_amount", what, phrase(_MUCH, amount=phrase(template, n=f"{value:.4g}")))


def stopped_note(subjects: list[str]) -> NotAssessed:
    """Medicines whose rules were not asked because kratom is stopped."""
    return NotAssessed("only_carry_over", ", ".join(sorted(subjects)), _ONLY_CARRY_OVER)


def stopped_medicines_note(entered: list[str]) -> NotAssessed:
    """Medicines recorded as stopped, in one row: how long each goes on acting is not in the reference data."""
    return NotAssessed("stopped_medicine", ", ".join(sorted(set(entered))), _STOPPED_MEDICINE)


def as_sorted(notes: list[NotAssessed]) -> tuple[NotAssessed, ...]:
    """One order whatever the order of entry, without repeats."""
    return tuple(sorted(set(notes), key=_note_key)) if len(notes) > 1 else tuple(notes)


def _note_key(note: NotAssessed) -> tuple[str, str, Phrase]:
    return (note.code, note.what, note.why)
