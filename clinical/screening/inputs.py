"""Which facts about a patient one rule looks at, read off the rule as the engine reads it. Decides nothing.

A fact not named here cannot change whether the rule speaks or how grave it says it is.
"""

from dataclasses import fields
from enum import StrEnum

from clinical.screening import facts
from clinical.screening.knowledge import Knowledge, Rule, RuleObject
from clinical.screening.ruleset import CARRY_OVER_MECHANISMS
from clinical.screening.states import LACTATION, OLDER, OLDER_MODIFIER, PREGNANCY, YOUNG, YOUNG_MODIFIER


class Input(StrEnum):
    """One thing recorded of a patient. The value is the name of the field of `facts` that holds it."""

    KRATOM = "kratom"
    PRODUCT = "product"
    AMOUNT = "amount"
    LAST_USE = "hours_since_last_use"
    MEDICINE = "substances"
    ROUTE = "route"
    PHASE = "phase"
    STOPPED = "stopped_days_ago"
    OTHER_MEDICINES = "taken"
    CONDITIONS = "conditions"
    AGE = "age"
    SEX = "sex"
    PREGNANT = "pregnant"
    BREASTFEEDING = "breastfeeding"
    PHQ9 = "phq9"
    COWS = "cows"


_POPULATIONS = {
    OLDER: Input.AGE,
    YOUNG: Input.AGE,
    PREGNANCY: Input.PREGNANT,
    LACTATION: Input.BREASTFEEDING,
}
_AGE_MODIFIERS = frozenset({OLDER_MODIFIER, YOUNG_MODIFIER})


def inputs_of(rule: Rule, known: Knowledge) -> frozenset[Input]:
    """Every fact that can change what this rule says of a patient.

    A rule in force that replaces this one under limits of its own makes those limits count here too, and so does a
    kratom product that holds what this rule fires on.
    """
    found = {Input.KRATOM, *_of_objects(rule.objects)}
    if _is_held_by_a_product(rule, known):
        found.add(Input.PRODUCT)
    for other in known.rules:
        found |= _of_objects(tuple(item for item in other.objects if rule.code in item.refines)) - {Input.LAST_USE}
    setters: dict[str, list[str]] = {}
    for condition in known.conditions:
        for key in condition.modifiers:
            setters.setdefault(key, []).append(condition.key)
    for modifier in rule.modifiers:
        found |= _of_modifier(modifier.when, setters)
    return frozenset(found)


def _is_held_by_a_product(rule: Rule, known: Knowledge) -> bool:
    held = {substance for substances in known.implied_substances.values() for substance in substances}
    keys = held | {row.role for row in known.roles if row.substance in held}
    return any(item.key in keys for item in rule.objects)


def _of_objects(objects: tuple[RuleObject, ...]) -> set[Input]:
    found: set[Input] = set()
    for item in objects:
        if item.kind in ("role", "substance", "other_substance"):
            found |= {Input.MEDICINE, Input.ROUTE, Input.STOPPED}
        else:
            found |= _of_state(item.key)
        if item.products:
            found.add(Input.PRODUCT)
        if item.phases:
            found.add(Input.PHASE)
        if not CARRY_OVER_MECHANISMS.isdisjoint(item.mechanisms):
            found.add(Input.LAST_USE)
    return found


def _of_modifier(when: str, setters: dict[str, list[str]]) -> set[Input]:
    kind, _, _value = when.partition(":")
    known = {
        "product": {Input.PRODUCT},
        "over_g_per_day": {Input.AMOUNT, Input.PRODUCT},
        "substance": {Input.OTHER_MEDICINES},
        "role": {Input.OTHER_MEDICINES},
    }
    if kind in known:
        return known[kind]
    found = {Input.AGE} if when in _AGE_MODIFIERS else set()
    for key in setters.get(when, ()):
        found |= _of_state(key)
    return found


def _of_state(key: str) -> set[Input]:
    """A population is known from the chart, or recorded among the conditions."""
    return {Input.CONDITIONS, _POPULATIONS[key]} if key in _POPULATIONS else {Input.CONDITIONS}


def recorded_names() -> frozenset[str]:
    """The name of every fact about a person that screening can be given at all."""
    parts = (
        facts.Facts,
        facts.Patient,
        facts.KratomUse,
        facts.Taken,
        facts.History,
        facts.Scores,
        facts.Change,
        facts.Measured,
    )
    return frozenset(field.name for part in parts for field in fields(part))
