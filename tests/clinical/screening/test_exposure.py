"""Daily exposure: worked examples, what is never computed, and that the two alkaloids stay apart."""

from dataclasses import replace

import pytest

from clinical.screening.exposure import exposure_of
from clinical.screening.facts import KratomUse, Product
from tests.clinical.screening.examples import knowledge, use

KNOWN = knowledge()
WITHOUT_CONTENTS = replace(KNOWN, contents=())


def exposure(*uses):
    return exposure_of(uses, KNOWN)


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        pytest.param(use(amount=3, doses_per_day=3), (36, 117, 180), id="powder 3 g three times a day"),
        pytest.param(use("capsule", 8, "capsule", per="day"), (12.8, 57.2, 140.8), id="eight capsules a day"),
        pytest.param(use("shot", 112.5, "mg_mitragynine"), (33.75, 112.5, 135), id="one shot of 112.5 mg"),
        pytest.param(use(amount=2, unit="teaspoon", doses_per_day=2), (32, 119.6, 240), id="two teaspoons twice"),
        pytest.param(use(amount=2, unit="tablespoon"), (49.6, 171.6, 360), id="two tablespoons"),
        pytest.param(use(amount=1, unit="ounce"), (113.4, 368.55, 567), id="an ounce"),
        pytest.param(use(amount=3000, unit="mg"), (12, 39, 60), id="mg of powder is its weight"),
        pytest.param(use("tea", 5, "g"), (10, 52, 100), id="tea of 5 g of leaf"),
        pytest.param(use("tea", 2, "teaspoon"), (2.8, 18.72, 48), id="tea of crushed leaf by teaspoon"),
        pytest.param(use("tea", 4, "glass", per="day"), (76, 200, 320), id="four glasses"),
        pytest.param(use("gummy", 50, "mg_mitragynine"), (15, 50, 60), id="gummy of stated strength"),
        pytest.param(use("unknown", 50, "mg_mitragynine"), (15, 50, 60), id="unknown product of stated strength"),
    ],
)
def test_mitragynine_for_worked_examples(one, expected):
    found = exposure(one)
    assert found.mitragynine_mg_per_day == pytest.approx(expected)
    assert found.peak_day == pytest.approx(expected)
    assert found.seven_oh_mg_per_day is None
    assert found.unquantified == ()


def test_average_and_day_of_use_differ_when_not_daily():
    found = exposure(use(amount=7, days_per_week=2))
    assert found.peak_day == pytest.approx((28, 91, 140))
    assert found.mitragynine_mg_per_day == pytest.approx((8, 26, 40))
    assert found.grams_per_day == (7, 7, 7)
    assert str(found.steps[-1]) == "Times 2 of 7 days = 8, 26, 40 mg mitragynine a day on average."


def test_unknown_days_leave_the_day_of_use():
    found = exposure(use(amount=3, days_per_week=None))
    assert found.mitragynine_mg_per_day is None
    assert found.peak_day == (12, 39, 60)
    assert [str(row.why) for row in found.unquantified] == [
        "Days a week not recorded: figures are for a day of use, without a weekly average."
    ]


def test_seven_oh_stands_on_its_own_line():
    found = exposure(use("7oh", 15, "mg_7oh", doses_per_day=4), use(amount=3))
    assert found.seven_oh_mg_per_day == (60, 60, 60)
    assert found.mitragynine_mg_per_day == (12, 39, 60)
    assert "7-OH product: 60 mg 7-OH on a day of use as labelled. Labels can be wrong." in map(str, found.steps)


def test_seven_oh_with_unknown_days_is_for_a_day_of_use():
    found = exposure(use("7oh", 15, "mg_7oh", days_per_week=None))
    assert found.seven_oh_mg_per_day == (15, 15, 15)
    assert found.unquantified[0].product == "7oh"


def test_seven_oh_average_over_the_week():
    assert exposure(use("7oh", 14, "mg_7oh", days_per_week=3)).seven_oh_mg_per_day == pytest.approx((6, 6, 6))


NOT_COMPUTED = {
    "smoked": (use("smoked", 2, "g"), "Smoked or vaped"),
    "smoked without amount": (use("smoked", None, None), "Smoked or vaped"),
    "smoked at unknown frequency": (use("smoked", 1, "g", doses_per_day=None), "Smoked or vaped"),
    "resin": (use("resin", 100, "mg_mitragynine"), "Resin"),
    "fresh leaf": (use("fresh_leaf", 10, "g"), "Fresh leaf"),
    "pseudoindoxyl": (use("pseudoindoxyl", 10, "mg"), "Pseudoindoxyl"),
    "extract by weight": (use("extract", 2, "g"), "Strength not stated"),
    "extract in mg": (use("extract", 500, "mg"), "Strength not stated"),
    "shot without strength": (use("shot", 1, "shot"), "Strength not stated"),
    "gummy without strength": (use("gummy", 2, "gummy"), "Strength not stated"),
    "serving": (use("enhanced", 1, "serving"), "Strength not stated"),
    "kava-kratom drink": (use("kava_kratom", 60, "ml"), "Strength not stated"),
    "7-OH tablet": (use("7oh", 2, "tablet"), "7-OH product"),
    "7-OH in mg": (use("7oh", 30, "mg"), "7-OH product"),
    "unknown material": (use("unknown", 3, "g"), "Product not known"),
    "unknown material in mg": (use("unknown", 300, "mg"), "Product not known"),
    "tea in millilitres": (use("tea", 300, "ml"), "Millilitres"),
    "powder by tablet": (use(amount=2, unit="tablet"), "We hold no conversion"),
    "powder by glass": (use(amount=2, unit="glass"), "We hold no conversion"),
    "no amount": (use(amount=None), "Amount not recorded"),
    "no unit": (use(unit=None), "Unit not recorded"),
    "no frequency": (use(doses_per_day=None), "Doses a day not recorded"),
}


@pytest.mark.parametrize(("one", "reason"), NOT_COMPUTED.values(), ids=NOT_COMPUTED)
def test_not_computed_is_named_with_its_reason(one, reason):
    found = exposure(one)
    assert found.mitragynine_mg_per_day is None
    assert found.peak_day is None
    assert found.seven_oh_mg_per_day is None
    assert [row.product for row in found.unquantified] == [one.product]
    assert str(found.unquantified[0].why).startswith(reason)


def test_several_products_add_up_and_the_rest_is_named():
    found = exposure(use(amount=3), use("capsule", 2, "capsule"), use("extract", 1, "g"))
    assert found.mitragynine_mg_per_day == pytest.approx((12 + 3.2, 39 + 14.3, 60 + 35.2))
    assert found.grams_per_day == pytest.approx((3.8, 4.1, 4.76))
    assert [row.product for row in found.unquantified] == ["extract"]


def test_order_of_products_does_not_matter():
    uses = (use(amount=0.1), use("capsule", 3, "capsule"), use("tea", 0.7, "g"))
    assert exposure(*uses) == exposure(*reversed(uses))


@pytest.mark.parametrize(("hours", "counts"), [(335, True), (336, False), (None, True)])
def test_stopped_use_counts_for_two_weeks(hours, counts):
    found = exposure(use(amount=3, stopped=True, hours_since_last_use=hours))
    assert (found.mitragynine_mg_per_day is not None) is counts


def test_smoked_leaf_counts_as_leaf_by_weight():
    assert exposure(use("smoked", 2, "g")).grams_per_day == (2, 2, 2)


def test_steps_show_the_arithmetic():
    assert [str(step) for step in exposure(use("tea", 2, "glass")).steps] == [
        "2 glasses a day, times 19, 50, 80 mg = 38, 100, 160 mg mitragynine."
    ]
    assert [str(step) for step in exposure(use("shot", 100, "mg_mitragynine")).steps] == [
        "liquid shot: 100 mg mitragynine a day as labelled, times 0.3, 1, 1.2 = 30, 100, 120 mg on a day of use."
    ]


def test_stated_mg_without_a_reference_factor_is_not_computed():
    bare = exposure_of((use("shot", 100, "mg_mitragynine"),), WITHOUT_CONTENTS)
    assert bare.peak_day is None
    assert bare.unquantified[0].product == "shot"


def test_tea_without_leaf_content_is_not_computed():
    assert exposure_of((use("tea", 2, "g"),), WITHOUT_CONTENTS).peak_day is None


def test_nothing_recorded_is_nothing_computed():
    found = exposure()
    assert found.mitragynine_mg_per_day is None
    assert found.unquantified == ()


def test_bare_use_asks_for_the_amount():
    assert "Amount not recorded" in str(exposure(KratomUse(Product.UNKNOWN)).unquantified[0].why)
