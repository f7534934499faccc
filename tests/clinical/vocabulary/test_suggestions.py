"""What is offered while someone types."""

import pytest

from clinical.vocabulary.index import NameIndex
from clinical.vocabulary.lookalikes import LookAlikes, look_alikes_from
from clinical.vocabulary.names import NameRow, SubstanceRow
from clinical.vocabulary.release import ConceptRow, ReleaseNames
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


PAIRS = [
    ("hydroxyzine", "hydralazine"),
    ("clonidine", "clonazepam"),
    ("bupropion", "buspirone"),
    ("tramadol", "trazodone"),
]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_look_alikes_are_shown_together_apart_and_with_what_each_is_for(index, one, other):
    for name, wrong in ((one, other), (other, one)):
        for end in range(4, len(name) + 1):
            found = {item.name: item for item in index.suggest(name[:end])}
            if wrong.startswith(name[:end]):
                assert {name, wrong} <= found.keys(), name[:end]
        shown = found[name]
        assert shown.shown_as != name
        assert shown.shown_as.casefold() == name
        assert shown.about


@pytest.mark.parametrize(("typed", "names"), [("tram", ["tramadol", "trazodone"]), ("celebrx", ["Celebrex", "Celexa"])])
def test_look_alike_stands_right_behind_the_name_it_is_mistaken_for(index, typed, names):
    assert [item.name for item in index.suggest(typed)][: len(names)] == names


def test_brand_says_what_it_leads_to_and_what_that_is_for(index):
    found = index.suggest("Ultram", 1)[0]
    assert (found.name, found.shown_as, found.about) == ("Ultram", "Ultram", "traMADol: pain (opioid)")


def test_commoner_ingredient_goes_first_and_products_after_all_ingredients():
    rows = [SubstanceRow("metrare"), SubstanceRow("metcommonine"), SubstanceRow("metrare / x", ("metrare", "x"))]
    brands = [NameRow(f"Brand {n}", "metcommonine", "brand") for n in range(3)] + [NameRow("Metbrand", "x", "brand")]
    index = NameIndex([*rows, SubstanceRow("x")], brands)
    assert names(index, "met") == ["metcommonine", "metrare", "Metbrand", "metrare / x"]


def test_clinical_drugs_of_a_release_count_for_commonness():
    index = NameIndex([SubstanceRow("metrare"), SubstanceRow("metcommonine")], [])
    assert names(index, "met") == ["metrare", "metcommonine"]
    drugs = [ConceptRow(str(n), "SCD", f"metcommonine {n} MG Oral Tablet", ("metcommonine",)) for n in range(1, 4)]
    assert names(index.with_release(ReleaseNames(1, drugs)), "met", 2) == ["metcommonine", "metrare"]


def test_names_that_nobody_listed_are_shown_as_they_are():
    assert look_alikes_from(None) == LookAlikes()
    found = NameIndex([SubstanceRow("tramadol")], []).suggest("tram")[0]
    assert (found.shown_as, found.about) == ("tramadol", "")
