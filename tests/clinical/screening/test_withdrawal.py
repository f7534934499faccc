"""Withdrawal tier: each rule of the table, what is missing, what it could be, and what stands beside it."""

from dataclasses import replace

import pytest

from clinical.screening.criteria import ALWAYS, WHILE_USE_COUNTS
from clinical.screening.exposure import exposure_of
from clinical.screening.facts import (
    Facts,
    History,
    KratomUse,
    OpioidUseDisorder,
    PastWithdrawal,
    Patient,
    Phase,
    Product,
    Scores,
)
from clinical.screening.knowledge import Condition, RoleOf, WithdrawalRule
from clinical.screening.withdrawal import TIERS, next_up, withdrawal_concern
from tests.clinical.screening.examples import ANSWERED, knowledge, took, use

KNOWN = knowledge(
    roles=(RoleOf("tramadol", "opioid_agonist"), RoleOf("buprenorphine", "opioid_partial_agonist")),
    conditions=(
        Condition("past_severe", "Past severe withdrawal", tier_high=("past moderate or severe withdrawal",)),
        Condition("oud_remission", "In remission", tier_high=("past opioid use disorder",)),
        Condition("other_reason", "Other", tier_high=("something else",)),
        Condition("seizures", "Seizures", complicated=("seizure history",)),
    ),
)


def concern(*uses: KratomUse, known=KNOWN, **rest):
    facts = Facts(**{"history": ANSWERED} | rest, kratom=uses)
    return withdrawal_concern(facts, exposure_of(uses, known), known)


def codes(found):
    return {row.rule for row in found.fired}


def answered(**changes):
    return replace(ANSWERED, **changes)


LOW = use(amount=2)
HIGH_USE = use(amount=2, doses_per_day=5)

TIER_CASES = {
    "two days a week": (use(amount=2, days_per_week=2), "minimal", "few_days_a_week"),
    "three days a week is regular": (use(amount=2, days_per_week=3), "low", "regular_leaf"),
    "under four weeks": (use(amount=2, months_of_use=0.9), "minimal", "few_weeks_of_use"),
    "a month is four weeks": (use(amount=2, months_of_use=0.95), "low", "regular_leaf"),
    "one dose under 5 g": (use(amount=4.9), "low", "regular_leaf"),
    "5 g a day": (use(amount=5), "moderate", "five_grams_a_day"),
    "just under 20 g": (use(amount=19.9), "moderate", "five_grams_a_day"),
    "20 g a day": (use(amount=20), "high", "twenty_grams_a_day"),
    "two doses": (use(amount=1, doses_per_day=2), "moderate", "more_than_one_dose"),
    "one to two doses": (use(amount=1, doses_per_day=1.5), "moderate", "more_than_one_dose"),
    "four doses": (use(amount=1, doses_per_day=4), "high", "four_doses_a_day"),
    "more than six months": (use(amount=2, months_of_use=6.1), "moderate", "over_six_months"),
    "six months are not more": (use(amount=2, months_of_use=6), "low", "regular_leaf"),
    "long but not near-daily": (use(amount=2, months_of_use=60, days_per_week=4), "low", "regular_leaf"),
    "near-daily for long": (use(amount=2, months_of_use=7, days_per_week=5), "moderate", "over_six_months"),
    "weekend doses still count": (use(amount=5, days_per_week=2), "moderate", "five_grams_a_day"),
    "daily extract": (use("extract", 50, "mg_mitragynine"), "high", "daily_extract"),
    "extract on six days": (use("shot", 50, "mg_mitragynine", days_per_week=6), "high", "daily_extract"),
    "extract on five days": (use("shot", 50, "mg_mitragynine", days_per_week=5), "moderate", "regular_extract"),
    "daily kava-kratom": (use("kava_kratom", 50, "mg_mitragynine"), "high", "daily_extract"),
    "extract once a week": (
        use("extract", 50, "mg_mitragynine", days_per_week=1),
        "low",
        "occasional_concentrate",
    ),
    "daily extract for days only": (
        use("extract", 50, "mg_mitragynine", months_of_use=0.2),
        "high",
        "daily_extract",
    ),
    "daily 7-OH for days only": (use("7oh", 15, "mg_7oh", months_of_use=0.2), "high", "regular_concentrate"),
    "four glasses of tea a day": (
        use("tea", 4, "glass", per="day", doses_per_day=None),
        "high",
        "four_doses_a_day",
    ),
    "three glasses at one sitting": (use("tea", 3, "glass"), "moderate", "more_than_one_dose"),
    "one glass twice": (use("tea", 1, "glass", doses_per_day=2), "moderate", "more_than_one_dose"),
    "half a glass four times": (use("tea", 0.5, "glass", doses_per_day=4), "high", "four_doses_a_day"),
    "one dose of 6 g at the least": (use(amount=6, doses_per_day=None), "moderate", "five_grams_a_day"),
    "one dose of 25 g at the least": (use(amount=25, doses_per_day=None), "high", "twenty_grams_a_day"),
    "weekend doses by number": (use(amount=1, days_per_week=2, doses_per_day=2), "moderate", "more_than_one_dose"),
    "regular 7-OH": (use("7oh", 15, "mg_7oh", days_per_week=3), "high", "regular_concentrate"),
    "occasional 7-OH is not minimal": (use("7oh", 15, "mg_7oh", days_per_week=1), "low", "occasional_concentrate"),
    "pseudoindoxyl": (use("pseudoindoxyl", 1, "tablet"), "high", "regular_concentrate"),
    "enhanced": (use("enhanced", 1, "serving"), "high", "regular_concentrate"),
}


@pytest.mark.parametrize(("one", "tier", "rule"), TIER_CASES.values(), ids=TIER_CASES)
def test_tier_of_use(one, tier, rule):
    found = concern(one)
    assert found.tier == tier
    assert rule in codes(found)


HISTORY_CASES = {
    "mild withdrawal before": ({"past_withdrawal": PastWithdrawal.MILD}, "moderate", "past_mild_withdrawal"),
    "moderate withdrawal before": ({"past_withdrawal": PastWithdrawal.MODERATE}, "high", "past_serious_withdrawal"),
    "severe withdrawal before": ({"past_withdrawal": PastWithdrawal.SEVERE}, "high", "past_serious_withdrawal"),
    "intensive care": ({"past_withdrawal": PastWithdrawal.INTENSIVE_CARE}, "high", "past_serious_withdrawal"),
    "past opioid use disorder": (
        {"opioid_use_disorder": OpioidUseDisorder.PAST},
        "high",
        "past_opioid_use_disorder",
    ),
    "one failed quit": ({"failed_quits": 1}, "high", "quit_ended_by_withdrawal"),
    "doses to avoid symptoms": ({"doses_to_avoid_symptoms": True}, "moderate", "doses_to_avoid_symptoms"),
    "dose on waking": ({"dose_on_waking": True}, "moderate", "dose_on_waking"),
    "dose at night": ({"dose_at_night": True}, "moderate", "dose_at_night"),
}


@pytest.mark.parametrize(("changes", "tier", "rule"), HISTORY_CASES.values(), ids=HISTORY_CASES)
def test_tier_of_history(changes, tier, rule):
    found = concern(LOW, history=answered(**changes))
    assert found.tier == tier
    assert rule in codes(found)
    assert concern(LOW).tier == "low"


@pytest.mark.parametrize(
    ("condition", "rule"),
    [
        ("past_severe", "past_serious_withdrawal"),
        ("oud_remission", "past_opioid_use_disorder"),
        ("other_reason", "condition_on_record"),
    ],
)
def test_conditions_lead_to_high(condition, rule):
    found = concern(LOW, patient=Patient(conditions=(condition,)))
    assert found.tier == "high"
    assert rule in codes(found)


def test_cows_of_thirteen_is_high_whatever_else():
    ended = replace(LOW, stopped=True, hours_since_last_use=1000)
    for one in (LOW, use(amount=1, days_per_week=1), ended):
        assert concern(one, scores=Scores(cows=13)).tier == "high"
        assert concern(one, scores=Scores(cows=12)).tier != "high"


def test_ended_use_is_minimal_with_the_mood_watched():
    ended = replace(HIGH_USE, stopped=True, hours_since_last_use=336)
    found = concern(ended, history=History(PastWithdrawal.SEVERE))
    assert (found.tier, found.could_be, found.missing) == ("minimal", "minimal", ())
    assert found.mood_watch
    assert codes(found) == {"use_ended"}
    assert found.fired[0].judgement


@pytest.mark.parametrize("hours", [335, None])
def test_lately_stopped_use_is_judged_as_it_was(hours):
    found = concern(replace(HIGH_USE, stopped=True, hours_since_last_use=hours))
    assert found.tier == "high"
    assert found.mood_watch


def test_current_use_beside_an_ended_one_is_judged_alone():
    ended = replace(HIGH_USE, stopped=True, hours_since_last_use=500)
    assert concern(LOW, ended).tier == "low"


def test_leaf_products_add_up():
    found = concern(use(amount=3), use("capsule", 5, "capsule"))
    assert found.tier == "moderate"  # two doses, 5.75 g
    assert {"more_than_one_dose", "five_grams_a_day"} <= codes(found)


def test_other_products_are_judged_each():
    found = concern(use("shot", 40, "mg_mitragynine", days_per_week=5), use("7oh", 15, "mg_7oh", days_per_week=1))
    assert found.tier == "moderate"
    assert codes(found) == {"regular_extract", "occasional_concentrate"}


def test_very_high_dose_is_named():
    assert concern(use(amount=40.1)).labels == ("very_high_dose",)
    assert concern(use(amount=40)).labels == ()


MISSING_CASES = {
    "product": (use("unknown", 2, "g"), ("product",)),
    "doses a day": (use(amount=2, per="day", doses_per_day=None), ("doses_per_day",)),
    "amount": (use(amount=None), ("amount",)),
    "amount without unit": (use(unit=None), ("amount",)),
    "amount in a unit that tells nothing": (use("tea", 300, "ml"), ("amount",)),
    "months": (use(amount=2, months_of_use=None), ("months_of_use",)),
}


@pytest.mark.parametrize(("one", "missing"), MISSING_CASES.values(), ids=MISSING_CASES)
def test_missing_core_input_says_what_it_could_be(one, missing):
    found = concern(one)
    assert (found.tier, found.could_be, found.missing) == ("low", "moderate", missing)


def test_nothing_missing_is_what_it_is():
    found = concern(LOW)
    assert (found.tier, found.could_be, found.missing) == ("low", "low", ())


def test_glass_and_stated_mg_are_amounts():
    assert concern(use("tea", 1, "glass")).missing == ()
    assert concern(use("extract", 50, "mg_mitragynine", days_per_week=4)).missing == ()
    assert concern(use("smoked", 50, "mg_mitragynine")).missing == ("amount",)


def test_could_be_never_passes_high():
    found = concern(use(amount=None, doses_per_day=5))
    assert (found.tier, found.could_be, found.missing) == ("high", "high", ("amount",))


def test_history_not_asked_is_named_beside_the_tier_and_does_not_move_it():
    found = concern(use(amount=2, days_per_week=1), history=answered(past_withdrawal=None))
    assert (found.tier, found.could_be, found.missing) == ("minimal", "minimal", ())
    assert found.not_asked == ("past_withdrawal",)


def test_days_are_asked_for_only_where_they_could_raise():
    assert "days_per_week" not in concern(use(amount=2, days_per_week=None)).not_asked
    long = concern(use(amount=2, days_per_week=None, months_of_use=12))
    assert (long.tier, long.could_be, long.missing, long.not_asked) == ("low", "low", (), ("days_per_week",))
    shot = concern(use("shot", 50, "mg_mitragynine", days_per_week=None))
    assert (shot.tier, shot.not_asked) == ("moderate", ("days_per_week",))
    both = concern(use(amount=2, days_per_week=4), use("shot", 50, "mg_mitragynine", days_per_week=None))
    assert both.not_asked == ("days_per_week",)


def test_history_is_asked_for_only_while_it_could_raise():
    low = concern(LOW, history=History())
    assert low.not_asked == (
        "past_withdrawal",
        "opioid_use_disorder",
        "failed_quits",
        "doses_to_avoid_symptoms",
        "dose_on_waking",
        "dose_at_night",
    )
    moderate = concern(use(amount=6), history=History())
    assert moderate.not_asked == ("past_withdrawal", "opioid_use_disorder", "failed_quits")
    assert (moderate.missing, moderate.could_be) == ((), "moderate")
    assert concern(HIGH_USE, history=History()).not_asked == ()


def test_neither_amount_nor_frequency_moves_the_tier_up():
    found = concern(use(amount=None, unit=None, doses_per_day=None))
    assert (found.tier, found.could_be) == ("moderate", "high")
    assert "amount_and_frequency_unknown" in codes(found)
    assert found.missing == ("doses_per_day", "amount")


def test_neither_known_for_occasional_use_stays_minimal():
    found = concern(use(amount=None, unit=None, doses_per_day=None, days_per_week=1))
    assert (found.tier, found.could_be) == ("minimal", "low")


def test_amount_a_dose_known_at_unknown_frequency_does_not_move_up():
    found = concern(use(amount=2, doses_per_day=None))
    assert (found.tier, found.could_be, found.missing) == ("low", "moderate", ("doses_per_day",))


def test_bare_record_of_use():
    found = concern(KratomUse(), history=History())
    assert (found.tier, found.could_be) == ("moderate", "high")
    assert found.missing[:4] == ("product", "doses_per_day", "amount", "months_of_use")


COMPLICATED_CASES = {
    "opioid use disorder": (
        {"history": answered(opioid_use_disorder=OpioidUseDisorder.CURRENT)},
        "current opioid use or use disorder",
    ),
    "opioid medicine": ({"taken": (took("tramadol"),)}, "opioid medicine taken now, or stopped and still acting"),
    "partial agonist": ({"taken": (took("buprenorphine"),)}, "opioid medicine taken now, or stopped and still acting"),
    "intensive care": (
        {"history": answered(past_withdrawal=PastWithdrawal.INTENSIVE_CARE)},
        "previous intensive-care withdrawal",
    ),
    "pregnancy": ({"patient": Patient(pregnant=True)}, "pregnancy"),
    "condition": ({"patient": Patient(conditions=("seizures", "not held"))}, "seizure history"),
    "item 9": (
        {"scores": Scores(phq9=(0,) * 8 + (1,))},
        "suicidal thoughts reported on PHQ-9 item 9: inquire",
    ),
}


@pytest.mark.parametrize(("facts", "reason"), COMPLICATED_CASES.values(), ids=COMPLICATED_CASES)
def test_complicated_stands_beside_the_tier(facts, reason):
    found = concern(LOW, **facts)
    assert found.complicated == (reason,)
    assert found.tier in TIERS


def test_nothing_complicated():
    found = concern(
        LOW,
        taken=(took("tramadol", phase=Phase.STOPPED), took("tramadol", phase=Phase.PLANNED)),
        scores=Scores(phq9=(3,) * 8 + (0,)),
        patient=Patient(),
    )
    assert found.complicated == ()


def test_no_kratom_no_tier():
    assert concern() is None


def test_fired_rules_are_most_serious_first():
    tiers = [row.tier for row in concern(HIGH_USE, patient=Patient(pregnant=True)).fired]
    assert tiers == ["high", "moderate", "moderate", "low", "complicated"]


def test_next_up_ends_at_high():
    assert [next_up(tier) for tier in TIERS] == ["low", "moderate", "high", "high"]


def test_rule_with_an_unknown_criterion_is_refused():
    odd = replace(KNOWN, withdrawal=(WithdrawalRule("odd", "low", "no_such_test", None, "text", "basis"),))
    with pytest.raises(ValueError, match="odd: unknown criterion no_such_test"):
        concern(LOW, known=odd)


def test_without_definitions_nothing_is_occasional():
    bare = replace(KNOWN, withdrawal=tuple(r for r in KNOWN.withdrawal if r.criterion == "regular_leaf"))
    assert concern(use(amount=2, days_per_week=1, months_of_use=0.1), known=bare).tier == "low"


def test_every_criterion_is_used_by_a_rule():
    assert {row.criterion for row in KNOWN.withdrawal} == {*ALWAYS, *WHILE_USE_COUNTS}


def test_product_kinds_are_all_judged():
    for product in Product:
        found = concern(use(product.value, None, None, doses_per_day=None), history=History())
        assert found.tier in ("moderate", "high"), product
