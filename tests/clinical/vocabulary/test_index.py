"""Typed medicine lines against the shipped vocabulary."""

import pytest

from clinical.screening.facts import Match
from clinical.vocabulary.index import NameIndex
from clinical.vocabulary.names import NameRow, SubstanceRow
from clinical.vocabulary.nearest import Limits, NearestNames

EXACT = [
    ("Ultram 50 mg prn", {"tramadol"}),
    ("quetiapine 100 mg at bedtime", {"quetiapine"}),
    ("seroquel 100 qhs", {"quetiapine"}),
    ("contrave", {"bupropion", "naltrexone"}),
    ("amoxicillin", {"amoxicillin"}),
    ("warfarin", {"warfarin"}),
    ("alcohol", {"ethanol"}),
    ("beer, 3 per night", {"ethanol"}),
    ("6 beers a night", {"ethanol"}),
    ("2 glasses of wine", {"ethanol"}),
    ("energy drink", {"caffeine"}),
    ("Percocet 5/325", {"acetaminophen", "oxycodone"}),
    ("fioricet", {"acetaminophen", "butalbital", "caffeine"}),
    ("St. John’s Wort 300mg tid", {"st. john's wort extract"}),
    ("vit b12 1000 mcg", {"vitamin b12"}),
    ("Vitamin B-12", {"vitamin b12"}),
    ("7oh 15 mg", {"7-hydroxymitragynine"}),
    ("5 htp", {"5-hydroxytryptophan"}),
    ("Theo-24 200 mg daily", {"theophylline"}),
    ("Neo-Synephrine 12 Hour", {"oxymetazoline"}),
    ("fish oil (containing omega-3 acids)", {"fish oil (containing omega-3 acids)"}),
    ("divalproex ER 500", {"valproate"}),
    ("sodium oxybate", {"oxybate"}),
    ("sertraline hcl 50 mg", {"sertraline"}),
    ("metoprolol succ 25 mg", {"metoprolol"}),
    ("sertraline 50mg (Zoloft)", {"sertraline"}),
    ("warfarin (5 mg) (Coumadin)", {"warfarin"}),
    ("fentanyl (street fentanyl)", {"fentanyl"}),
    ("1. baby aspirin 81 mg", {"aspirin"}),
    ("benadryl 25 mg per Dr Smith", {"diphenhydramine"}),
    ("pyridoxine", {"pyridoxine"}),
    ("kratom tea", {"kratom"}),
]
MISSPELT = [
    ("zanax", "alprazolam"),
    ("tramdol 50", "tramadol"),
    ("quetiapin 100 mg", "quetiapine"),
    ("sertralin", "sertraline"),
    ("metoprolol sucinate", "metoprolol"),
    ("clritin eye drops", "ketotifen"),
]
# A misspelling of one name of a listed look-alike group that is three edits or fewer from another of it.
MISTAKEN = [
    ("trazadone", ["trazodone", "tramadol"]),
    ("tramodol 50", ["tramadol", "trazodone"]),
    ("lorazapam", ["lorazepam", "clonazepam"]),
    ("clonazepan", ["clonazepam", "lorazepam"]),
    ("clonodine", ["clonidine", "clonazepam"]),
    ("hydroxizine", ["hydroxyzine", "hydralazine"]),
]
CHOICES = [
    ("nyquil", "acetaminophen / dextromethorphan / doxylamine"),
    ("tylenol #3", "acetaminophen / codeine"),
    ("T3", "liothyronine"),
    ("poppers", "amyl nitrite"),
    ("zantac", "famotidine"),
    ("tea", "caffeine"),
    ("pseudo", "pseudoephedrine"),
    ("K2 100 mcg", "vitamin k2"),
    ("insulin", "insulin glargine"),
    ("Fiorinal #3", "aspirin / butalbital / caffeine"),
    ("seroquel something", "quetiapine"),
    ("hydroxalazine", "hydralazine"),
    ("vitamin c and moodlift", "ascorbic acid"),
    ("tramadol 50 mg avoid alcohol", "tramadol"),
    ("tramadol and nyquil", "tramadol"),
    ("sertraline (with gabapentin)", "gabapentin"),
    ("Wal-Som (or tramadol)", "tramadol"),
    ("tramadol and T3", "liothyronine"),
    ("zyvo", "linezolid"),
    ("optium brand of activated charcoal", "activated charcoal"),
]


@pytest.mark.parametrize(("typed", "substances"), EXACT, ids=[case[0] for case in EXACT])
def test_known_name_is_exact(index, typed, substances):
    found = index.resolve(typed)
    assert (found.match, set(found.substances), found.candidates) == (Match.EXACT, substances, ())
    assert found.entry.raw == typed


@pytest.mark.parametrize(("typed", "substance"), MISSPELT, ids=[case[0] for case in MISSPELT])
def test_one_clear_misspelling_is_fuzzy(index, typed, substance):
    found = index.resolve(typed)
    assert (found.match, found.substances) == (Match.FUZZY, (substance,))


@pytest.mark.parametrize(("typed", "candidates"), MISTAKEN, ids=[case[0] for case in MISTAKEN])
def test_misspelling_between_look_alikes_is_a_choice_with_the_nearest_first(index, typed, candidates):
    found = index.resolve(typed)
    assert (found.match, found.substances) == (Match.AMBIGUOUS, ())
    assert list(found.candidates) == candidates


@pytest.mark.parametrize(
    ("typed", "candidate"), [("morfine", "morphine"), ("fentynal", "fentanyl"), ("simbalta", "duloxetine")]
)
def test_name_too_far_off_to_be_taken_is_still_offered(index, typed, candidate):
    found = index.resolve(typed)
    assert (found.match, found.substances) == (Match.AMBIGUOUS, ())
    assert candidate in found.candidates


@pytest.mark.parametrize(("typed", "candidate"), CHOICES, ids=[case[0] for case in CHOICES])
def test_unclear_line_is_a_choice_and_screens_nothing(index, typed, candidate):
    found = index.resolve(typed)
    assert (found.match, found.substances, found.products) == (Match.AMBIGUOUS, (), ())
    assert candidate in found.candidates


@pytest.mark.parametrize("typed", ["moodlift plus", "", "50 mg", "xyzzy", "кратом", "for pain", "---"])
def test_unknown_line_is_not_recognised(index, typed):
    found = index.resolve(typed)
    assert (found.match, found.substances, found.candidates) == (Match.NONE, (), ())


@pytest.mark.parametrize(
    ("typed", "substances", "product"),
    [
        ("suboxone 8/2 film", {"buprenorphine", "naloxone"}, "buprenorphine / naloxone"),
        ("buprenorphine-naloxone 8-2 mg SL", {"buprenorphine", "naloxone"}, "buprenorphine / naloxone"),
        ("oxycodone/acetaminophen", {"oxycodone", "acetaminophen"}, "acetaminophen / oxycodone"),
        ("hydrocodone-acetaminophen 5-325 mg", {"hydrocodone", "acetaminophen"}, "acetaminophen / hydrocodone"),
        ("lisinopril (hctz)", {"lisinopril", "hydrochlorothiazide"}, "hydrochlorothiazide / lisinopril"),
    ],
)
def test_combination_keeps_its_name_for_exclusions(index, typed, substances, product):
    found = index.resolve(typed)
    assert (found.match, set(found.substances)) == (Match.EXACT, substances)
    assert product in found.products


@pytest.mark.parametrize(
    ("typed", "match"),
    [
        ("tramadol and quetiapine", Match.EXACT),
        ("tramadol 50 mg, quetiapine 100 mg at bedtime", Match.EXACT),
        ("tramadol + seroquel", Match.EXACT),
        ("tramadol and quetiapin", Match.FUZZY),
    ],
)
def test_two_medicines_on_a_line_are_both_screened(index, typed, match):
    found = index.resolve(typed)
    assert (found.match, found.substances, found.products) == (match, ("tramadol", "quetiapine"), ())


LOOK_ALIKES = [
    ("hydroxyzine", "hydralazine"),
    ("clonidine", "clonazepam"),
    ("clonidine", "klonopin"),
    ("celebrex", "celexa"),
    ("lamictal", "lamisil"),
    ("bupropion", "buspirone"),
    ("tramadol", "trazodone"),
    ("quetiapine", "quinapril"),
    ("prednisone", "prednisolone"),
    ("zyprexa", "zyrtec"),
    ("methadone", "methylphenidate"),
    ("oxycodone", "oxymorphone"),
    ("morphine", "hydromorphone"),
]


@pytest.mark.parametrize(("one", "other"), LOOK_ALIKES)
def test_look_alike_is_never_swapped_by_one_wrong_letter(index, one, other):
    """Every one-letter change, loss and swap of either name leads to it, to a choice or to nothing of the other."""
    for name, wrong in ((one, other), (other, one)):
        forbidden = set(index.resolve(wrong).substances)
        for at in range(len(name)):
            for typed in (name[:at] + name[at + 1 :], name[:at] + "q" + name[at + 1 :], _swapped(name, at)):
                assert forbidden.isdisjoint(index.resolve(typed).substances), typed


def _swapped(name, at):
    return name[:at] + name[at + 1 : at + 2] + name[at : at + 1] + name[at + 2 :]


def test_misspelling_equally_near_to_two_drugs_is_a_choice():
    names = NearestNames(["clonipine", "clonidine", "clonibine"])
    assert set(names.nearest("cloniine", meaning=str)) == {"clonipine", "clonidine", "clonibine"}


def test_names_of_the_same_substance_are_no_rivals():
    assert NearestNames(["hydroxyzin", "hydroxyzine"]).nearest("hydroxyzn", meaning=lambda name: 1) == ("hydroxyzin",)


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("zyrtec x", "zyrtec d"),
        ("vitamin b6", "vitamin b7"),
        ("soma", "sota"),
        ("tramadol", "tram adol"),
        ("benadrul forte", "benadryl fort"),
    ],
)
def test_digits_short_words_and_word_breaks_are_never_corrected(typed, known):
    assert NearestNames([known], Limits(shortest=3, edits=((3, 1),), exact_word_up_to=5)).nearest(typed, str) == ()


def test_bracket_settles_a_choice(index):
    assert index.resolve("Wal-Som").match is Match.AMBIGUOUS
    assert index.resolve("Wal-Som [doxylamine]").substances == ("doxylamine",)


def test_bracket_that_fits_no_candidate_settles_nothing(index):
    assert index.resolve("Wal-Som [aspirin]").match is Match.AMBIGUOUS


def test_chosen_candidate_is_exact_and_keeps_the_line(index):
    found = index.chosen("liothyronine", "T3 25 mcg")
    assert (found.match, found.substances, found.entry.raw) == (Match.EXACT, ("liothyronine",), "T3 25 mcg")


def test_chosen_combination_expands(index):
    found = index.chosen("acetaminophen / codeine", "T3")
    assert set(found.substances) == {"acetaminophen", "codeine"}
    assert found.products == ("acetaminophen / codeine",)


def test_chosen_key_that_no_longer_exists_is_not_recognised(index):
    assert index.chosen("no such substance", "T3").match is Match.NONE


def test_route_is_read_from_the_line(index):
    assert index.resolve("estradiol patch twice weekly").route == "transdermal"
    assert index.resolve("estradiol").route is None


def test_metal_after_a_name_is_not_dropped_as_a_salt():
    index = NameIndex(
        [SubstanceRow("vitamin c"), SubstanceRow("zinc"), SubstanceRow("bacitracin")],
        [NameRow("bacitracin zinc", "bacitracin", "salt"), NameRow("bacitracin sulfate", "bacitracin", "salt")],
    )
    assert index.resolve("vitamin c zinc").match is Match.AMBIGUOUS
    assert index.resolve("vitamin c sulfate").substances == ("vitamin c",)


def test_every_shipped_name_is_recognised_as_itself_or_as_a_choice(index):
    for name, keys in index.table.names.items():
        found = index.resolve(name)
        expanded = {item for key in keys for item in index.table.expand(key)}
        assert found.match in (Match.EXACT, Match.AMBIGUOUS), name
        assert set(found.substances) <= expanded, name
        assert found.substances or {i for k in found.candidates for i in index.table.expand(k)} & expanded, name


def test_beginning_of_the_only_name_is_offered():
    found = NameIndex([SubstanceRow("warfarin")], []).resolve("warf 5 mg")
    assert (found.match, found.candidates) == (Match.AMBIGUOUS, ("warfarin",))


def test_more_medicines_than_a_line_holds_are_a_choice_not_a_guess(index):
    found = index.resolve(", ".join(["tramadol", "quetiapine", "sertraline", "warfarin"] * 4))

    assert found.match is Match.AMBIGUOUS
    assert found.substances == ()
    assert "tramadol" in found.candidates


def test_word_longer_than_any_name_is_near_none():
    near = NearestNames(["tramadol", "quetiapine"])

    assert near.nearest("tramadol" * 30, lambda name: name) == ()


ROUTED = NameIndex(
    [SubstanceRow("timolol"), SubstanceRow("pimecrolimus", route="topical"), SubstanceRow("latanoprost")]
    + [SubstanceRow("latanoprost / timolol", ("latanoprost", "timolol"), "ophthalmic")],
    [
        NameRow("Eyebrand", "timolol", "brand", "ophthalmic"),
        NameRow("Mixedbrand", "timolol", "brand", "ophthalmic"),
        NameRow("Mixedbrand", "pimecrolimus", "brand", ""),
    ],
)


@pytest.mark.parametrize(
    ("typed", "route", "origin"),
    [
        ("timolol", None, ""),
        ("Eyebrand bid", "ophthalmic", "name"),
        ("Eyebrand po", "oral", "typed"),
        ("Eyebrandd", "ophthalmic", "name"),
        ("pimecrolimus", "topical", "substance"),
        ("latanoprost / timolol", "ophthalmic", "substance"),
        ("Mixedbrand", None, ""),
        ("Eyebrand and pimecrolimus", None, ""),
        ("Eyebrand and Eyebrandd", "ophthalmic", "name"),
    ],
)
def test_route_is_the_typed_one_else_the_names_else_the_substances(typed, route, origin):
    found = ROUTED.resolve(typed)
    assert (found.route, found.route_from) == (route, origin)


def test_misspelling_of_a_name_that_always_asks_is_a_choice():
    index = NameIndex([SubstanceRow("doxylamine")], [NameRow("sleepaid", "doxylamine", "ambiguous")])
    assert index.resolve("sleepaidd").match is Match.AMBIGUOUS
