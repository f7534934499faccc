"""Every rule of the withdrawal table has a case that fires it and one that just misses it.

A rule added to the table without both makes the first test fail.
"""

from dataclasses import replace

import pytest

from clinical.screening.exposure import exposure_of
from clinical.screening.facts import Facts, OpioidUseDisorder, PastWithdrawal, Patient, Scores
from clinical.screening.knowledge import Condition, RoleOf
from clinical.screening.withdrawal import COMPLICATED, LABEL, MOVES_UP, RANK, next_up, withdrawal_concern
from tests.clinical.screening.examples import ANSWERED, knowledge, took, use

KNOWN = knowledge(
    roles=(RoleOf("tramadol", "opioid_agonist"),),
    conditions=(Condition("on_record", "On record", tier_high=("something else",)), Condition("plain", "Plain")),
)


def case(*uses, **rest):
    return Facts(**{"history": ANSWERED, **rest}, kratom=uses or (use(amount=2),))


def told(**changes):
    return case(history=replace(ANSWERED, **changes))


def shot(**rest):
    return case(use("shot", 50, "mg_mitragynine", **rest))


def phq9(item_9):
    return case(scores=Scores(phq9=(3,) * 8 + (item_9,)))


NOTHING_SAID = {"amount": None, "unit": None, "doses_per_day": None}
ENDED = {"stopped": True, "months_of_use": 3}

# Code of the rule: facts that fire it, facts that just do not.
EDGES = {
    "few_days_a_week": (case(use(amount=2, days_per_week=2)), case(use(amount=2, days_per_week=2.1))),
    "few_weeks_of_use": (case(use(amount=2, months_of_use=0.91)), case(use(amount=2, months_of_use=0.93))),
    "use_ended": (
        case(use(amount=2, hours_since_last_use=336, **ENDED)),
        case(use(amount=2, hours_since_last_use=335, **ENDED)),
    ),
    "regular_leaf": (case(use(amount=2, days_per_week=3)), case(use(amount=2, days_per_week=2))),
    "occasional_concentrate": (shot(days_per_week=2), shot(days_per_week=3)),
    "more_than_one_dose": (case(use(amount=1, doses_per_day=1.1)), case(use(amount=1, doses_per_day=1))),
    "five_grams_a_day": (case(use(amount=5)), case(use(amount=4.99))),
    "over_six_months": (case(use(amount=2, months_of_use=6.1)), case(use(amount=2, months_of_use=6))),
    "regular_extract": (shot(days_per_week=3), shot(days_per_week=2)),
    "past_mild_withdrawal": (told(past_withdrawal=PastWithdrawal.MILD), told(past_withdrawal=PastWithdrawal.NONE)),
    "doses_to_avoid_symptoms": (told(doses_to_avoid_symptoms=True), told(doses_to_avoid_symptoms=False)),
    "dose_on_waking": (told(dose_on_waking=True), told(dose_on_waking=None)),
    "dose_at_night": (told(dose_at_night=True), told(dose_at_night=False)),
    "four_doses_a_day": (case(use(amount=1, doses_per_day=4)), case(use(amount=1, doses_per_day=3.9))),
    "twenty_grams_a_day": (case(use(amount=20)), case(use(amount=19.99))),
    "daily_extract": (shot(days_per_week=6), shot(days_per_week=5)),
    "regular_concentrate": (
        case(use("7oh", 15, "mg_7oh", days_per_week=3)),
        case(use("7oh", 15, "mg_7oh", days_per_week=2)),
    ),
    "past_serious_withdrawal": (
        told(past_withdrawal=PastWithdrawal.MODERATE),
        told(past_withdrawal=PastWithdrawal.MILD),
    ),
    "quit_ended_by_withdrawal": (told(failed_quits=1), told(failed_quits=0)),
    "past_opioid_use_disorder": (
        told(opioid_use_disorder=OpioidUseDisorder.PAST),
        told(opioid_use_disorder=OpioidUseDisorder.NONE),
    ),
    "condition_on_record": (
        case(patient=Patient(conditions=("on_record",))),
        case(patient=Patient(conditions=("plain",))),
    ),
    "cows_moderate": (case(scores=Scores(cows=13)), case(scores=Scores(cows=12))),
    "amount_and_frequency_unknown": (case(use(**NOTHING_SAID)), case(use(**NOTHING_SAID | {"doses_per_day": 1}))),
    "very_high_dose": (case(use(amount=40.1)), case(use(amount=40))),
    "opioid_use_disorder_now": (
        told(opioid_use_disorder=OpioidUseDisorder.CURRENT),
        told(opioid_use_disorder=OpioidUseDisorder.PAST),
    ),
    "opioid_medicine_now": (case(taken=(took("tramadol"),)), case(taken=(took("sertraline"),))),
    "intensive_care_withdrawal": (
        told(past_withdrawal=PastWithdrawal.INTENSIVE_CARE),
        told(past_withdrawal=PastWithdrawal.SEVERE),
    ),
    "pregnant": (case(patient=Patient(pregnant=True)), case(patient=Patient(pregnant=None))),
    "item_9_positive": (phq9(1), phq9(0)),
}
RULES = {row.code: row for row in KNOWN.withdrawal}


def found(facts):
    return withdrawal_concern(facts, exposure_of(facts.kratom, KNOWN), KNOWN)


def codes(facts):
    return {row.rule for row in found(facts).fired}


def test_every_rule_of_the_table_has_both_cases():
    assert set(EDGES) == set(RULES)


@pytest.mark.parametrize("code", RULES)
def test_rule_fires(code):
    fires, _ = EDGES[code]
    assert code in codes(fires)


@pytest.mark.parametrize("code", RULES)
def test_rule_just_misses(code):
    _, misses = EDGES[code]
    assert code not in codes(misses)


@pytest.mark.parametrize("code", RULES)
def test_rule_leads_where_the_table_says(code):
    answer, rule = found(EDGES[code][0]), RULES[code]
    if rule.tier == COMPLICATED:
        assert rule.text in answer.complicated
    elif rule.tier == LABEL:
        assert code in answer.labels
    elif rule.tier == MOVES_UP:
        assert answer.tier == next_up("low")
    else:
        assert RANK[answer.tier] >= RANK[rule.tier]


@pytest.mark.parametrize("code", RULES)
def test_every_rule_that_fired_says_what_it_rests_on(code):
    for row in found(EDGES[code][0]).fired:
        assert row.text
        assert row.basis
        assert row.judgement in (True, False)


@pytest.mark.parametrize(
    ("lacking", "name"),
    [
        ({"amount": None}, "amount"),
        ({"doses_per_day": None}, "doses_per_day"),
        ({"months_of_use": None}, "months_of_use"),
    ],
)
def test_unknown_moves_up_aloud(lacking, name):
    answer = found(case(use(**{"amount": 2} | lacking)))
    assert (answer.tier, answer.could_be, answer.missing) == ("low", "moderate", (name,))


@pytest.mark.parametrize("tier_of", ["few_days_a_week", "regular_leaf", "five_grams_a_day", "use_ended"])
def test_cows_of_thirteen_overrides(tier_of):
    facts = replace(EDGES[tier_of][0], scores=Scores(cows=13))
    assert found(facts).tier == "high"
