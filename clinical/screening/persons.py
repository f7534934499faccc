"""What the person and the kratom decide together, apart from medicines: modifiers, prompts, conditions that fire.

Worked out once and remembered, because a visit is screened again with every line that is typed.
"""

from dataclasses import dataclass, field

from clinical.screening.exposure import add_up
from clinical.screening.facts import Facts, KratomUse, Match, Taken
from clinical.screening.flags import Exposure, NotAssessed, Safety, Withdrawal
from clinical.screening.interactions import Part
from clinical.screening.lines import state_part
from clinical.screening.load import Share, share_of_kratom
from clinical.screening.products import LABELS, PRODUCT_BITS, Standing, standing_of
from clinical.screening.ruleset import KEPT_KRATOM, KEPT_PEOPLE, SHIFT, RuleSet, remember
from clinical.screening.safety import safety_prompts
from clinical.screening.states import OLDER, OLDER_MODIFIER, YOUNG, YOUNG_MODIFIER, states_of
from clinical.screening.unassessed import condition_notes, kratom_notes, person_notes
from clinical.screening.withdrawal import concern, uses_regularly


@dataclass(frozen=True, slots=True)
class PersonContext:
    """One person with one kratom record: everything but the medicine lines, save whether an opioid is among them."""

    bits: int
    parts: tuple[Part, ...]
    notes: tuple[NotAssessed, ...]
    safety: tuple[Safety, ...]
    withdrawal: Withdrawal | None


@dataclass(slots=True)
class KratomContext:
    """What the kratom alone decides: products as bits, exposure, what it contains besides, what is not known of it."""

    active: int
    carries: bool
    bits: int
    exposure: Exposure
    contains: tuple[Taken, ...]
    notes: tuple[NotAssessed, ...]
    share: Share
    people: dict[tuple[object, ...], PersonContext] = field(default_factory=dict)


def kratom_context(uses: tuple[KratomUse, ...], ruleset: RuleSet) -> KratomContext:
    """Work out the kratom record."""
    carry_over_hours = ruleset.parameters["carry_over_hours"]
    current = carried = 0
    contains = []
    for use in uses:
        standing = standing_of(use, carry_over_hours)
        if standing is Standing.CURRENT:
            current |= PRODUCT_BITS[use.product]
            if implied := ruleset.implied.get(use.product):
                contains.append(Taken(LABELS[use.product], Match.EXACT, implied))
        elif standing is Standing.CARRY_OVER:
            carried |= PRODUCT_BITS[use.product]
    exposure = add_up(uses, ruleset.measures, carry_over_hours)
    bits = ruleset.modifiers.of_products(current | carried)
    if exposure.grams_per_day is not None:
        bits |= ruleset.modifiers.of_grams(exposure.grams_per_day[1])
    context = KratomContext(
        active=current | (carried & ~current) << SHIFT,
        carries=bool(carried & ~current),
        bits=bits,
        exposure=exposure,
        contains=tuple(dict.fromkeys(contains)),
        notes=kratom_notes(uses, exposure, ruleset.parameters),
        share=share_of_kratom(uses, ruleset.loads, carry_over_hours),
    )
    return remember(ruleset.kratom, uses, context, KEPT_KRATOM)


def person_of(facts: Facts, kratom: KratomContext, ruleset: RuleSet, *, takes_opioid: bool) -> PersonContext:
    """The person beside the kratom record, remembered by every answer that bears on it."""
    patient, history, scores = facts.patient, facts.history, facts.scores
    key = (
        patient.age,
        patient.sex,
        patient.pregnant,
        patient.breastfeeding,
        patient.conditions,
        patient.unknown_conditions,
        history.past_withdrawal,
        history.opioid_use_disorder,
        history.dose_on_waking,
        history.dose_at_night,
        history.doses_to_avoid_symptoms,
        history.failed_quits,
        scores.phq9,
        scores.cows,
        takes_opioid,
        facts.change is not None,
    )
    known = kratom.people.get(key)
    return known or remember(kratom.people, key, _person(facts, kratom, ruleset, takes_opioid), KEPT_PEOPLE)


def _person(facts: Facts, kratom: KratomContext, ruleset: RuleSet, takes_opioid: bool) -> PersonContext:
    states = states_of(facts.patient, ruleset.conditions, ruleset.parameters)
    notes = condition_notes(facts.patient, ruleset.conditions)
    if facts.kratom:
        notes = [*notes, *kratom.notes, *person_notes(facts.patient, states, ruleset.parameters)]
    parts = [
        state_part(ruleset, state, entered, kratom.active)
        for state, entered in states.items()
        if state in ruleset.condition_rows
    ]
    return PersonContext(
        bits=kratom.bits | _bits_of(states, ruleset),
        parts=tuple(parts) if kratom.active else (),
        notes=tuple(notes),
        safety=safety_prompts(
            facts,
            states,
            ruleset.conditions,
            ruleset.prompts,
            ruleset.parameters,
            regular_use=lambda: uses_regularly(facts, kratom.exposure, ruleset.withdrawal),
        ),
        withdrawal=concern(facts, kratom.exposure, ruleset.withdrawal, takes_opioid=takes_opioid),
    )


def _bits_of(states: dict[str, str], ruleset: RuleSet) -> int:
    bits = 0
    for key in states:
        bits |= ruleset.modifiers.conditions.get(key, 0)
    if OLDER in states:
        bits |= ruleset.modifiers.bit_of.get(OLDER_MODIFIER, 0)
    if YOUNG in states:
        bits |= ruleset.modifiers.bit_of.get(YOUNG_MODIFIER, 0)
    return bits
