"""Tests that withdrawal rules name: each holds the situation against the rule's own threshold and decides nothing else.

Unknown never fires a criterion; what it could change is worked out in `withdrawal`.
"""

from collections.abc import Callable

from clinical.screening.facts import OpioidUseDisorder, PastWithdrawal
from clinical.screening.situation import Definitions, Group, Situation

# Reasons of the condition list that mean the same as an answer of the history.
PAST_OPIOID_USE_DISORDER = "past opioid use disorder"
PAST_SERIOUS_WITHDRAWAL = "past moderate or severe withdrawal"

DAYS_PER_WEEK = 7
WEEKS_PER_MONTH = 365.25 / 12 / DAYS_PER_WEEK

Criterion = Callable[[Situation, float], bool]


def is_occasional(situation: Situation, group: Group) -> bool:
    """Known to be below regular use: few days a week, or only a few weeks in all. Unknown is taken as regular."""
    return _few_days(situation.definitions, group) or _brief(situation.definitions, group)


def _few_days(definitions: Definitions, group: Group) -> bool:
    days, limit = group.days_per_week, definitions.occasional_days
    return days is not None and limit is not None and days <= limit


def _brief(definitions: Definitions, group: Group) -> bool:
    months, limit = group.months_of_use, definitions.brief_weeks
    return months is not None and limit is not None and months * WEEKS_PER_MONTH < limit


def few_days_leaf(situation: Situation, threshold: float) -> bool:
    return any(group.kind == "leaf" and _few_days(situation.definitions, group) for group in situation.groups)


def brief_leaf(situation: Situation, threshold: float) -> bool:
    return any(group.kind == "leaf" and _brief(situation.definitions, group) for group in situation.groups)


def occasional_other(situation: Situation, threshold: float) -> bool:
    return any(group.kind != "leaf" and is_occasional(situation, group) for group in situation.groups)


def regular_leaf(situation: Situation, threshold: float) -> bool:
    return _regular(situation, "leaf")


def regular_extract(situation: Situation, threshold: float) -> bool:
    return _regular(situation, "extract")


def regular_concentrate(situation: Situation, threshold: float) -> bool:
    return _regular(situation, "concentrate")


def _regular(situation: Situation, kind: str) -> bool:
    return any(group.kind == kind and not is_occasional(situation, group) for group in situation.groups)


def daily_extract(situation: Situation, threshold: float) -> bool:
    return any(
        group.kind == "extract" and group.days_per_week is not None and group.days_per_week >= threshold
        for group in situation.groups
        if not is_occasional(situation, group)
    )


def doses_over(situation: Situation, threshold: float) -> bool:
    return any(group.doses_per_day is not None and group.doses_per_day > threshold for group in situation.groups)


def doses_at_least(situation: Situation, threshold: float) -> bool:
    return any(group.doses_per_day is not None and group.doses_per_day >= threshold for group in situation.groups)


def grams_at_least(situation: Situation, threshold: float) -> bool:
    return any(group.grams_per_day is not None and group.grams_per_day >= threshold for group in situation.groups)


def grams_over(situation: Situation, threshold: float) -> bool:
    return any(group.grams_per_day is not None and group.grams_per_day > threshold for group in situation.groups)


def months_over_near_daily(situation: Situation, threshold: float) -> bool:
    return any(
        group.months_of_use is not None
        and group.months_of_use > threshold
        and group.days_per_week is not None
        and group.days_per_week >= situation.definitions.near_daily_days
        for group in situation.groups
    )


def past_withdrawal_mild(situation: Situation, threshold: float) -> bool:
    return situation.facts.history.past_withdrawal is PastWithdrawal.MILD


def past_withdrawal_serious(situation: Situation, threshold: float) -> bool:
    serious = (PastWithdrawal.MODERATE, PastWithdrawal.SEVERE, PastWithdrawal.INTENSIVE_CARE)
    return situation.facts.history.past_withdrawal in serious or PAST_SERIOUS_WITHDRAWAL in situation.condition_high


def past_opioid_use_disorder(situation: Situation, threshold: float) -> bool:
    known = situation.facts.history.opioid_use_disorder is OpioidUseDisorder.PAST
    return known or PAST_OPIOID_USE_DISORDER in situation.condition_high


def other_condition_high(situation: Situation, threshold: float) -> bool:
    return bool(situation.condition_high - {PAST_OPIOID_USE_DISORDER, PAST_SERIOUS_WITHDRAWAL})


def failed_quits_at_least(situation: Situation, threshold: float) -> bool:
    quits = situation.facts.history.failed_quits
    return quits is not None and quits >= threshold


def doses_to_avoid_symptoms(situation: Situation, threshold: float) -> bool:
    return situation.facts.history.doses_to_avoid_symptoms is True


def dose_on_waking(situation: Situation, threshold: float) -> bool:
    return situation.facts.history.dose_on_waking is True


def dose_at_night(situation: Situation, threshold: float) -> bool:
    return situation.facts.history.dose_at_night is True


def cows_at_least(situation: Situation, threshold: float) -> bool:
    cows = situation.facts.scores.cows
    return cows is not None and cows >= threshold


def neither_amount_nor_frequency(situation: Situation, threshold: float) -> bool:
    return any(
        group.doses_per_day is None and not group.amount_known and not is_occasional(situation, group)
        for group in situation.groups
    )


def use_is_over(situation: Situation, threshold: float) -> bool:
    return situation.use_is_over


def current_opioid_use_disorder(situation: Situation, threshold: float) -> bool:
    return situation.facts.history.opioid_use_disorder is OpioidUseDisorder.CURRENT


def opioid_medicine_now(situation: Situation, threshold: float) -> bool:
    return situation.takes_opioid


def intensive_care_withdrawal(situation: Situation, threshold: float) -> bool:
    return situation.facts.history.past_withdrawal is PastWithdrawal.INTENSIVE_CARE


def pregnancy(situation: Situation, threshold: float) -> bool:
    return situation.pregnant


def phq9_item_9_at_least(situation: Situation, threshold: float) -> bool:
    answers = situation.facts.scores.phq9
    return answers is not None and answers[-1] >= threshold


ALWAYS: dict[str, Criterion] = {
    test.__name__: test
    for test in (
        cows_at_least,
        current_opioid_use_disorder,
        opioid_medicine_now,
        intensive_care_withdrawal,
        pregnancy,
        phq9_item_9_at_least,
        use_is_over,
    )
}

# Not asked once use has been over for long enough: the tier is then minimal.
WHILE_USE_COUNTS: dict[str, Criterion] = {
    test.__name__: test
    for test in (
        few_days_leaf,
        brief_leaf,
        occasional_other,
        regular_leaf,
        regular_extract,
        regular_concentrate,
        daily_extract,
        doses_over,
        doses_at_least,
        grams_at_least,
        grams_over,
        months_over_near_daily,
        past_withdrawal_mild,
        past_withdrawal_serious,
        past_opioid_use_disorder,
        other_condition_high,
        failed_quits_at_least,
        doses_to_avoid_symptoms,
        dose_on_waking,
        dose_at_night,
        neither_amount_nor_frequency,
    )
}
