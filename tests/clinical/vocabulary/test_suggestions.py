"""What is offered while someone types."""

import pytest

from clinical.vocabulary.suggestions import INGREDIENT


def names(index, typed, limit=8):
    return [suggestion.name for suggestion in index.suggest(typed, limit)]


def test_ingredient_goes_before_brand(index):
    kinds = [suggestion.kind for suggestion in index.suggest("met", 8)]
    assert kinds == [INGREDIENT] * 8


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("tramadol", "tramadol"),
        ("tram", "tramadol"),
        ("Ultram", "Ultram"),
        ("ultr", "Ultram"),
        ("seroq", "Seroquel"),
        ("7oh", "7-OH"),
        ("ST. JOHN'S", "st. john's wort extract"),
        ("zanax", "Xanax"),
        ("trmadol", "tramadol"),
        ("quetiapin", "quetiapine"),
    ],
)
def test_best_name_is_first(index, typed, first):
    assert names(index, typed)[0] == first


def test_later_word_is_found(index):
    assert "celecoxib / tramadol" in names(index, "tramad")


def test_suggestion_says_what_it_leads_to(index):
    assert index.suggest("Ultram", 1)[0].substances == ("tramadol",)


def test_name_with_two_readings_offers_both(index):
    assert index.suggest("poppers", 1)[0].substances == ("amyl nitrite", "isobutyl nitrite")


@pytest.mark.parametrize("typed", ["", "  ", "-", "qqqqqqqq"])
def test_nothing_is_offered_for_nothing_known(index, typed):
    assert index.suggest(typed, 8) == []


def test_two_wrong_letters_are_not_similar(index):
    assert index.suggest("qz", 8) == []


@pytest.mark.parametrize("limit", [1, 3, 8])
def test_never_more_than_asked_and_never_twice(index, limit):
    found = names(index, "a", limit)
    assert len(found) == len(set(found)) == limit
