"""Tests that withdrawal rules name: each holds the situation against the rule's own threshold and decides nothing else.

Unknown never fires a criterion; what it could change is worked out in `withdrawal`.
"""

from collections.abc import Callable

from clinical.screening.facts import OpioidUseDisorder, PastWithdrawal
from clinical.screening.situation import Situation

# Reasons of the condition list that mean the same as an answer of the history.
PAST_OPIOID_USE_DISORDER = "past opioid use disorder"
PAST_SERIOUS_WITHDRAWAL = "past moderate or severe withdrawal"
SERIOUS = frozenset({PastWithdrawal.MODERATE, PastWithdrawal.SEVERE, PastWithdrawal.INTENSIVE_CARE})

Criterion = Callable[[Situation, float], bool]


def past_withdrawal_serious(situation: Situation, threshold: float) -> bool:
    """Moderate or worse before, by the history or by a condition on record."""
    return situation.facts.history.past_withdrawal in SERIOUS or PAST_SERIOUS_WITHDRAWAL in situation.condition_high


def past_opioid_use_disorder(situation: Situation, threshold: float) -> bool:
    """By the history or by a condition on record."""
    known = situation.facts.history.opioid_use_disorder is OpioidUseDisorder.PAST
    return known or PAST_OPIOID_USE_DISORDER in situation.condition_high


def failed_quits_at_least(situation: Situation, threshold: float) -> bool:
    quits = situation.facts.history.failed_quits
    return quits is not None and quits >= threshold


def cows_at_least(situation: Situation, threshold: float) -> bool:
    cows = situation.facts.scores.cows
    return cows is not None and cows >= threshold


def phq9_item_9_at_least(situation: Situation, threshold: float) -> bool:
    answers = situation.facts.scores.phq9
    return answers is not None and answers[-1] >= threshold


# Asked always, also once use has been over for long enough.
ALWAYS: dict[str, Criterion] = {
    "use_is_over": lambda of, _: of.is_over,
    "cows_at_least": cows_at_least,
    "current_opioid_use_disorder": lambda of, _: of.facts.history.opioid_use_disorder is OpioidUseDisorder.CURRENT,
    "opioid_medicine_now": lambda of, _: of.takes_opioid,
    "intensive_care_withdrawal": lambda of, _: of.facts.history.past_withdrawal is PastWithdrawal.INTENSIVE_CARE,
    "pregnancy": lambda of, _: of.facts.patient.pregnant is True,
    "phq9_item_9_at_least": phq9_item_9_at_least,
}

# Asked while use counts; once it is over the tier is minimal.
WHILE_USE_COUNTS: dict[str, Criterion] = {
    "few_days_leaf": lambda of, _: of.few_days_leaf,
    "brief_leaf": lambda of, _: of.brief_leaf,
    "occasional_other": lambda of, _: bool(of.occasional - {"leaf"}),
    "regular_leaf": lambda of, _: "leaf" in of.regular,
    "regular_extract": lambda of, _: "extract" in of.regular,
    "regular_concentrate": lambda of, _: "concentrate" in of.regular,
    "daily_extract": lambda of, threshold: of.extract_days_per_week >= threshold,
    "doses_over": lambda of, threshold: of.doses_per_day > threshold,
    "doses_at_least": lambda of, threshold: of.doses_per_day >= threshold,
    "grams_at_least": lambda of, threshold: of.grams_per_day >= threshold,
    "grams_over": lambda of, threshold: of.grams_per_day > threshold,
    "months_over_near_daily": lambda of, threshold: of.near_daily_months > threshold,
    "past_withdrawal_mild": lambda of, _: of.facts.history.past_withdrawal is PastWithdrawal.MILD,
    "past_withdrawal_serious": past_withdrawal_serious,
    "past_opioid_use_disorder": past_opioid_use_disorder,
    "other_condition_high": lambda of, _: bool(of.condition_high - {PAST_OPIOID_USE_DISORDER, PAST_SERIOUS_WITHDRAWAL}),
    "failed_quits_at_least": failed_quits_at_least,
    "doses_to_avoid_symptoms": lambda of, _: of.facts.history.doses_to_avoid_symptoms is True,
    "dose_on_waking": lambda of, _: of.facts.history.dose_on_waking is True,
    "dose_at_night": lambda of, _: of.facts.history.dose_at_night is True,
    "neither_amount_nor_frequency": lambda of, _: of.unmeasured,
}
