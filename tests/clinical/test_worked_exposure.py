"""The worked examples of the exposure dossier, as the page prints them and as other programs read them."""

from dataclasses import replace

import pytest

from clinical.screening.answer import exposure_json
from clinical.screening.exposure import exposure_of
from clinical.views.panel import exposure_lines, two_figures
from clinical.what_matters import plain
from tests.clinical.screening.examples import knowledge, use

KNOWN = knowledge()

# What was reported: the three figures in full, and as printed. The dossier prints 36, 117, 180; 13, 57, 141;
# 34, 113, 135; 32, 120, 240 in whole numbers, to be shown with two significant figures.
EXAMPLES = {
    "powder 3 g three times a day": (use(amount=3, doses_per_day=3), (36, 117, 180), "About 120 mg", "(36 to 180)"),
    "eight capsules of unknown size": (
        use("capsule", 8, "capsule", per="day", doses_per_day=None),
        (12.8, 57.2, 140.8),
        "About 57 mg",
        "(13 to 140)",
    ),
    "one shot labelled 112.5 mg": (
        use("shot", 112.5, "mg_mitragynine"),
        (33.75, 112.5, 135),
        "About 110 mg",
        "(34 to 140)",
    ),
    "two teaspoons twice": (
        use(amount=2, unit="teaspoon", doses_per_day=2),
        (32, 119.6, 240),
        "About 120 mg",
        "(32 to 240)",
    ),
}


def found(*uses):
    return exposure_of(uses, KNOWN)


@pytest.mark.parametrize(("one", "figures", "mid", "span"), EXAMPLES.values(), ids=EXAMPLES)
def test_worked_example_in_json_in_full(one, figures, mid, span):
    answer = exposure_json(found(one))
    assert answer["mitragynine_mg_per_day"] == pytest.approx(figures)
    assert answer["peak_day"] == pytest.approx(figures)
    assert answer["seven_oh_mg_per_day"] is None
    assert answer["unquantified"] == []


PRINTED = {
    "powder 3 g three times a day": (36, 117, 180),
    "eight capsules of unknown size": (13, 57, 141),
    "one shot labelled 112.5 mg": (34, 113, 135),
    "two teaspoons twice": (32, 120, 240),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_worked_example_comes_out_as_printed_in_the_dossier(name):
    answer = exposure_json(found(EXAMPLES[name][0]))["mitragynine_mg_per_day"]
    assert [int(value + 0.5) for value in answer] == list(PRINTED[name])


@pytest.mark.parametrize(("one", "figures", "mid", "span"), EXAMPLES.values(), ids=EXAMPLES)
def test_worked_example_on_the_page_in_two_significant_figures(one, figures, mid, span):
    (line,) = exposure_lines(plain(found(one)))
    assert line.startswith(mid)
    assert line.endswith(span)


@pytest.mark.parametrize(("one", "figures", "mid", "span"), EXAMPLES.values(), ids=EXAMPLES)
def test_arithmetic_is_shown_and_ends_in_the_figures(one, figures, mid, span):
    steps = [str(step) for step in found(one).steps]
    assert steps
    assert all(f"{figure:.4g}" in steps[-1] for figure in figures)


def test_peak_day_stands_beside_the_average():
    weekend = replace(EXAMPLES["powder 3 g three times a day"][0], days_per_week=2)
    average, peak = exposure_lines(plain(found(weekend)))
    assert average.startswith(f"About {two_figures(117 * 2 / 7)} mg mitragynine a day")
    assert peak == "About 120 mg mitragynine on a day of use (36 to 180)"


def test_seven_oh_stands_on_its_own_line_and_is_never_added():
    lines = exposure_lines(plain(found(use(amount=3), use("7oh", 30, "mg_7oh", doses_per_day=2))))
    assert lines == ["About 39 mg mitragynine a day (12 to 60)", "About 60 mg 7-OH a day, as labelled"]


@pytest.mark.parametrize("product", ["smoked", "resin", "fresh_leaf", "extract"])
def test_what_cannot_be_counted_is_named(product):
    answer = exposure_json(found(use(product, 2, "g")))
    assert answer["mitragynine_mg_per_day"] is None
    assert [row["product"] for row in answer["unquantified"]] == [product]
