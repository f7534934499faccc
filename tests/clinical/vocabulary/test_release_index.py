"""A loaded RxNorm release behind our own names: what it adds, and what it may never change."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinical.screening.facts import Match
from clinical.vocabulary.index import NameIndex
from clinical.vocabulary.names import AMBIGUOUS_KIND, NameRow, SubstanceRow
from clinical.vocabulary.release import ConceptRow, ReleaseNames

OWN = (
    SubstanceRow("tramadol", rxcui="10689"),
    SubstanceRow("tramadol hydrochloride", ("tramadol",)),
    SubstanceRow("acetaminophen", rxcui="161"),
    SubstanceRow("ibuprofen", rxcui="5640"),
    SubstanceRow("acetaminophen / tramadol", ("acetaminophen", "tramadol")),
    SubstanceRow("zelaprine"),
    SubstanceRow("timolol"),
)
NAMES = (
    NameRow("Ultram", "tramadol", "brand"),
    NameRow("Oculol", "timolol", "brand"),
    NameRow("Bravita", "ibuprofen", "brand"),
    NameRow("Pain Helper", "tramadol", AMBIGUOUS_KIND),
)
CONCEPTS = (
    ConceptRow("10689", "IN", "tramadol", ("tramadol",)),
    ConceptRow("900001", "IN", "zelaprone", ("zelaprone",)),
    ConceptRow("900002", "BN", "Zelabrand", ("zelaprone",)),
    ConceptRow("900003", "BN", "Twofold", choices=("ibuprofen", "acetaminophen / tramadol")),
    ConceptRow("900004", "BN", "Bravita", ("acetaminophen",)),
    ConceptRow("900005", "BN", "Oculol", ("timolol",), route="ophthalmic"),
    ConceptRow("900006", "IN", "skinaline", ("skinaline",), route="topical"),
    ConceptRow("900007", "BN", "Oldname", ("ibuprofen",), status="retired"),
    ConceptRow("900008", "SCD", "tramadol hydrochloride 50 MG Oral Tablet", ("tramadol",), route="oral"),
    ConceptRow("900009", "SCD", "zelaprone 5 MG Oral Tablet", ("zelaprone",), (), ("Zela 5 tab",), "oral"),
    ConceptRow("900010", "MIN", "acetaminophen / tramadol", ("acetaminophen", "tramadol")),
    ConceptRow(
        "900011", "SBD", "acetaminophen 325 MG / tramadol 37.5 MG Oral Tablet [X]", ("acetaminophen", "tramadol")
    ),
    ConceptRow("900012", "IN", "remapped thing", ("ibuprofen",), status="remapped"),
    ConceptRow("900013", "BN", "Nobody Knows"),
    ConceptRow("900014", "BN", "Twice", ("ibuprofen",)),
    ConceptRow("900015", "BN", "Twice", ("acetaminophen",)),
    ConceptRow("5640", "IN", "something else now", choices=("ibuprofen", "zelaprone")),
    ConceptRow(
        "900017", "GPCK", "{21 (zelaprone 5 MG Oral Tablet) / 7 (ibuprofen 1 MG) } Pack", ("ibuprofen", "zelaprone")
    ),
    ConceptRow("900016", "SCD", "ibuprofen 100 MG / zelaprone 5 MG Oral Tablet", ("ibuprofen", "zelaprone")),
)


@pytest.fixture(scope="module")
def own() -> NameIndex:
    return NameIndex(OWN, NAMES)


@pytest.fixture(scope="module")
def joined(own) -> NameIndex:
    return own.with_release(ReleaseNames(7, CONCEPTS))


@pytest.mark.parametrize(
    ("typed", "substances", "route", "route_from"),
    [
        ("Zelabrand 5 mg daily", ("zelaprone",), None, ""),
        ("zelaprone", ("zelaprone",), None, ""),
        ("tramadol hydrochloride 50 MG Oral Tablet", ("tramadol",), "oral", "typed"),
        ("tramadol hydrochloride 50 MG Oral Tablet 1 tab po q6h prn", ("tramadol",), "oral", "typed"),
        ("Zela 5 tab", ("zelaprone",), "oral", "name"),
        ("acetaminophen 325 MG / tramadol 37.5 MG Oral Tablet [X]", ("acetaminophen", "tramadol"), "oral", "typed"),
        ("{21 (zelaprone 5 MG Oral Tablet) / 7 (ibuprofen 1 MG) } Pack", ("ibuprofen", "zelaprone"), None, ""),
        ("skinaline", ("skinaline",), "topical", "substance"),
        ("skinaline po", ("skinaline",), "oral", "typed"),
        ("Oldname", ("ibuprofen",), None, ""),
        ("RxCUI 900002", ("zelaprone",), None, ""),
        ("rxcui:900002", ("zelaprone",), None, ""),
        ("RxNorm #900002", ("zelaprone",), None, ""),
        ("900002", ("zelaprone",), None, ""),
        ("900012", ("ibuprofen",), None, ""),
        ("zelaprone 5 mg (RxCUI 900009)", ("zelaprone",), "oral", "name"),
        ("RxCUI 900010", ("acetaminophen", "tramadol"), None, ""),
        ("RxCUI 900016", ("ibuprofen", "zelaprone"), None, ""),
    ],
)
def test_name_or_number_of_the_release_is_exact(joined, typed, substances, route, route_from):
    found = joined.resolve(typed)
    assert (found.match, found.substances) == (Match.EXACT, substances)
    assert (found.route, found.route_from) == (route, route_from)


def test_combination_of_the_release_keeps_its_name_for_exclusions(joined):
    assert joined.resolve("RxCUI 900010").products == ("acetaminophen / tramadol",)


@pytest.mark.parametrize(
    ("typed", "candidates"),
    [
        ("Twofold", {"ibuprofen", "acetaminophen / tramadol"}),
        ("Twice", {"ibuprofen", "acetaminophen"}),
        ("RxCUI 5640", {"ibuprofen", "zelaprone"}),
        ("tramadol (RxCUI 900002)", {"tramadol", "zelaprone"}),
        ("Zelabrand and Twofold", {"zelaprone", "ibuprofen", "acetaminophen / tramadol"}),
        ("tramadol 50 mg with food but Zelabrand", {"tramadol", "zelaprone"}),
        ("zelab", {"zelaprone"}),
    ],
)
def test_what_the_release_leaves_open_is_a_choice(joined, typed, candidates):
    found = joined.resolve(typed)
    assert (found.match, found.substances) == (Match.AMBIGUOUS, ())
    assert set(found.candidates) == candidates


@pytest.mark.parametrize(
    "typed", ["Nobody Knows", "RxCUI 900013", "RxCUI 1", "RxCUI", "123456789", "rxcui 12345678901234"]
)
def test_what_the_release_does_not_settle_is_not_recognised(joined, typed):
    assert joined.resolve(typed).match is Match.NONE


def test_short_bare_number_has_to_be_confirmed(joined, own):
    assert (joined.resolve("161").match, joined.resolve("161").substances) == (Match.FUZZY, ("acetaminophen",))
    assert joined.resolve("RxCUI 161").match is Match.EXACT
    assert own.resolve("10689").substances == ("tramadol",)


def test_our_own_name_goes_before_the_same_word_of_the_release(joined):
    assert joined.resolve("Bravita").substances == ("ibuprofen",)
    assert joined.suggest("bravita")[0].substances == ("ibuprofen",)


def test_our_own_choice_stays_a_choice(joined):
    assert joined.resolve("pain helper").match is Match.AMBIGUOUS


def test_route_of_the_release_counts_for_our_name_of_the_same_meaning(joined, own):
    assert (own.resolve("Oculol").route, own.resolve("Oculol").route_from) == (None, "")
    assert (joined.resolve("Oculol").route, joined.resolve("Oculol").route_from) == ("ophthalmic", "name")
    assert joined.resolve("Bravita").route is None


def test_route_of_the_name_stays_when_the_guess_is_confirmed(joined):
    guess = joined.resolve("Oculoll")
    assert (guess.match, guess.substances) == (Match.FUZZY, ("timolol",))
    confirmed = joined.chosen("timolol", "Oculoll")
    assert (confirmed.match, confirmed.route, confirmed.route_from) == (Match.EXACT, "ophthalmic", "name")
    assert joined.chosen("tramadol", "Oculoll").route is None


def test_misspelling_of_a_release_name_is_fuzzy(joined, own):
    assert own.resolve("Zelabrend").match is Match.NONE
    assert (joined.resolve("Zelabrend").match, joined.resolve("Zelabrend").substances) == (Match.FUZZY, ("zelaprone",))


def test_misspelling_between_the_layers_is_a_choice(joined, own):
    """ "zelaprene" is one letter from our own zelaprine and from the release's zelaprone."""
    assert own.resolve("zelaprene").substances == ("zelaprine",)
    assert joined.resolve("zelaprene").match is Match.AMBIGUOUS
    assert set(joined.resolve("zelaprene").candidates) == {"zelaprine", "zelaprone"}


def test_index_without_the_release_goes_on_answering(own, joined):
    assert own.resolve("Zelabrand").match is Match.NONE
    assert joined.resolve("Ultram 50").substances == own.resolve("Ultram 50").substances == ("tramadol",)


def test_drugs_are_suggested_after_ingredients_and_brands(joined):
    found = joined.suggest("zela")
    assert [item.kind for item in found[:4]] == ["ingredient", "ingredient", "brand", "drug"]
    assert [item.name for item in found[3:6]] == [
        "Zela 5 tab",
        "zelaprone 5 MG Oral Tablet",
        "ibuprofen 100 MG / zelaprone 5 MG Oral Tablet",
    ]


@pytest.mark.parametrize(("typed", "name"), [("zelapr", "zelaprone"), ("zelabrnd", "Zelabrand"), ("twof", "Twofold")])
def test_release_names_are_suggested(joined, typed, name):
    assert name in [item.name for item in joined.suggest(typed)]


def test_choice_of_the_release_is_suggested_with_what_it_may_be(joined):
    found = joined.suggest("twofold")[0]
    assert (found.substances, found.about) == (
        ("ibuprofen", "acetaminophen / tramadol"),
        "ibuprofen, acetaminophen / tramadol",
    )


@pytest.mark.parametrize("typed", ["oldname", "remapped", "nobody"])
def test_retired_and_unsettled_names_are_never_suggested(joined, typed):
    assert joined.suggest(typed) == []


def test_whole_name_of_a_drug_is_suggested(joined):
    assert joined.suggest("zelaprone 5 MG Oral Tablet")[0].name == "zelaprone 5 MG Oral Tablet"


@given(st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_any_text_is_answered(text):
    assert _JOINED.resolve(text).entry.raw == text
    assert all(item.name and item.substances for item in _JOINED.suggest(text))


@given(
    st.lists(st.tuples(st.sampled_from([row.name for row in NAMES] + [row.key for row in OWN]), st.sampled_from("abc")))
)
@settings(max_examples=50, deadline=None)
def test_our_exact_name_means_what_our_table_says_whatever_the_release_says(pairs):
    """However many of our names the release gives other meanings, ours stays."""
    rows = [ConceptRow(str(n), "BN", name, (key,)) for n, (name, key) in enumerate(pairs, start=1)]
    index = _BY_ITSELF.with_release(ReleaseNames(1, rows))
    for name in _BY_ITSELF.table.ordered:
        assert index.resolve(name) == _BY_ITSELF.resolve(name)


@given(st.permutations(CONCEPTS))
@settings(max_examples=20, deadline=None)
def test_order_of_the_rows_never_matters(rows):
    index = _BY_ITSELF.with_release(ReleaseNames(7, rows))
    for typed in ("Twice", "zela", "zelaprene", "900002", "Oculol"):
        assert set(index.resolve(typed).candidates) == set(_JOINED.resolve(typed).candidates)
        assert index.resolve(typed).match is _JOINED.resolve(typed).match
        assert index.suggest(typed) == _JOINED.suggest(typed)


_BY_ITSELF = NameIndex(OWN, NAMES)
_JOINED = _BY_ITSELF.with_release(ReleaseNames(7, CONCEPTS))
