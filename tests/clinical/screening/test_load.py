"""Loads on small rule sets: who contributes, what is not counted and why, and that kratom products stand apart."""

from dataclasses import replace

import pytest

from clinical.screening.engine import compile_rules, screen
from clinical.screening.facts import Facts, KratomUse, Match, Phase, Product, Taken
from clinical.screening.knowledge import Acting, RoleOf
from clinical.screening.load_knowledge import Feed, KratomShare, Load
from tests.clinical.screening.examples import LEAF, SEVEN_OH, item, knowledge, rule, screened, took, use

NOT_LEAF = frozenset(Product) - {Product.LEAF_POWDER}
SLEEPY = Load(
    "sedative",
    "Sedation",
    ("cns-depression",),
    routes=frozenset({"systemic", "nasal"}),
    feeds=(
        Feed("sedating", frozenset({"weak"}), "lesser", words="a little"),
        Feed("sedating", words="sedates"),
        Feed("salt", way="indirect", words="by sodium", judgement=True),
    ),
    kratom=(
        KratomShare(frozenset({"leaf_powder"}), True, "", "case-reports", "leaf sedates", ("S1",)),
        KratomShare(NOT_LEAF, False, words="nothing was read"),
    ),
)
PRESSURE = Load(
    "pressure",
    "Pressure",
    ("stimulant-cardiovascular",),
    rules_direction="either",
    rules_except=frozenset({"calming"}),
    feeds=(Feed("up", direction="raises", words="up"), Feed("down", direction="lowers", words="down")),
    kratom=(KratomShare(frozenset(Product), True, "either", "case-reports", "pulse", ("S2",)),),
)
ROLES = (
    RoleOf("drowsy", "sedating", "", True, "A"),
    RoleOf("mild", "sedating", "weak", True, "A"),
    RoleOf("guess", "sedating", "", False),
    RoleOf("guess", "salt", "", False, "C"),
    RoleOf("salty", "salt", "", True, "B"),
    RoleOf("both ways", "up", "", True, "A"),
    RoleOf("both ways", "down", "", True, "A"),
    RoleOf("quiet", "calming", "", True, "A"),
)
WEEK = Acting(substances=("drowsy",), days=7, basis="a week", sources=("S",))


def known(*rules, acting=(), roles=ROLES, loads=(SLEEPY, PRESSURE)):
    return replace(knowledge(*rules, roles=roles), loads=loads, acting=acting, lasting=())


def rows(*taken, kratom=(LEAF,), **rest):
    return {row.load: row for row in screened(known(**rest), *taken, kratom=kratom).load}


def names(row):
    return [contributor.about for contributor in row.contributors]


def uncounted(row):
    return {entry.what: str(entry.why) for entry in row.not_counted}


def test_a_row_names_kratom_first_then_by_grade_and_name():
    row = rows(took("salty"), took("mild"), took("guess"), took("drowsy"))["sedative"]

    assert names(row) == ["leaf powder", "drowsy", "guess", "mild", "salty"]
    assert [c.way for c in row.contributors] == ["main", "main", "main", "lesser", "indirect"]
    assert [c.kind for c in row.contributors] == ["kratom", *["medicine"] * 4]
    leaf, drowsy, guess, mild, salty = row.contributors
    assert leaf.grounds[0].sources == ("S1",)
    assert leaf.grounds[0].certainty == "case-reports"
    assert (drowsy.grounds[0].words, drowsy.grounds[0].sources) == ("sedates", ("A",))
    assert mild.grounds[0].strength == "weak"
    assert salty.grounds[0].judgement
    assert [c.provisional for c in row.contributors] == [False, False, True, False, False]
    assert [(g.role, g.sources) for g in guess.grounds] == [("sedating", ()), ("salt", ("C",))]


def test_order_of_entry_does_not_matter():
    lines = [took("salty"), took("drowsy"), took("both ways"), Taken("zzz", Match.NONE), Taken("aaa", Match.NONE)]

    assert screened(known(), *lines).load == screened(known(), *reversed(lines)).load


@pytest.mark.parametrize(
    ("taken", "kratom", "why"),
    [
        ((), (LEAF,), "kratom alone is no sum"),
        ((took("other"),), (LEAF,), "nothing feeds a load"),
        ((took("drowsy"),), (), "no kratom on record"),
        ((took("drowsy"),), (use(stopped=True, hours_since_last_use=24 * 30),), "kratom ended long ago"),
        ((Taken("zzz", Match.NONE),), (LEAF,), "an unrecognised name alone"),
        ((took("kratom"),), (LEAF,), "kratom typed as a medicine is not counted twice"),
    ],
)
def test_no_row_where_nothing_adds_up(taken, kratom, why):
    assert rows(*taken, kratom=kratom) == {}, why


def test_without_the_document_there_are_no_rows():
    assert rows(took("drowsy"), loads=()) == {}


def test_what_is_known_of_leaf_is_never_counted_for_7_oh():
    row = rows(took("drowsy"), kratom=(SEVEN_OH,))["sedative"]

    assert names(row) == ["drowsy"]
    assert uncounted(row) == {"7-OH product": "Not known whether it adds: nothing was read."}


def test_leaf_and_7_oh_side_by_side_are_told_apart():
    row = rows(took("drowsy"), kratom=(SEVEN_OH, LEAF, LEAF))["sedative"]

    assert names(row) == ["leaf powder", "drowsy"]
    assert list(uncounted(row)) == ["7-OH product"]


def test_kratom_stopped_lately_is_named_and_not_counted():
    stopped = use(stopped=True, hours_since_last_use=48)
    row = rows(took("drowsy"), kratom=(stopped,))["sedative"]

    assert names(row) == ["drowsy"]
    assert "how long it goes on adding to this is not known" in uncounted(row)["leaf powder"]
    assert names(rows(took("drowsy"), kratom=(stopped, LEAF))["sedative"]) == ["leaf powder", "drowsy"]
    assert not rows(took("drowsy"), kratom=(stopped, LEAF))["sedative"].not_counted


def test_kratom_that_ended_beside_one_in_use_is_left_to_its_own_note():
    ended = KratomUse(Product.TEA, stopped=True, hours_since_last_use=24 * 30)
    row = rows(took("drowsy"), kratom=(LEAF, ended))["sedative"]

    assert names(row) == ["leaf powder", "drowsy"]
    assert not row.not_counted


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (Taken("zzz", Match.NONE), "Name not recognised: may add to this."),
        (Taken("zzz", Match.EXACT), "Name not recognised: may add to this."),
        (
            Taken("zzz", Match.AMBIGUOUS, candidates=("a", "b")),
            "Name could mean several things: not counted until one is chosen.",
        ),
    ],
)
def test_a_name_not_known_stands_in_every_row(line, words):
    found = rows(took("drowsy"), took("both ways"), line)

    assert [uncounted(found[key]) for key in ("sedative", "pressure")] == [{"zzz": words}, {"zzz": words}]


def test_a_spelling_that_was_guessed_is_provisional_and_says_so():
    contributor = rows(took("drowsy", match=Match.FUZZY, entered="drowsie"))["sedative"].contributors[1]

    assert contributor.provisional
    assert [str(note) for note in contributor.notes] == ["Matched by its spelling: confirm the name."]
    assert contributor.entered == ("drowsie",)


def test_a_planned_medicine_is_counted_and_says_so():
    contributor = rows(took("drowsy", phase=Phase.PLANNED))["sedative"].contributors[1]

    assert [str(note) for note in contributor.notes] == ["Planned, not taken yet."]


@pytest.mark.parametrize(
    ("route", "counted"), [(None, True), ("oral", True), ("injected", True), ("nasal", True), ("ophthalmic", False)]
)
def test_only_routes_of_the_load_count_and_others_are_named(route, counted):
    row = rows(took("drowsy", entered="Drowsy drops", route=route))["sedative"]

    assert ("drowsy" in names(row)) is counted
    assert bool(row.not_counted) is not counted
    if not counted:
        assert "Given as ophthalmic" in uncounted(row)["Drowsy drops (drowsy)"]


def test_a_stopped_medicine_that_still_acts_counts_with_its_basis():
    row = rows(took("drowsy", phase=Phase.STOPPED, stopped_days_ago=3), acting=(WEEK,))["sedative"]

    assert names(row) == ["leaf powder", "drowsy"]
    assert [str(note) for note in row.contributors[1].notes] == [
        "Stopped 3 days ago: drowsy.",
        "It goes on acting for about 7 days: a week.",
    ]


def test_a_stopped_medicine_whose_time_is_over_makes_no_row():
    assert rows(took("drowsy", phase=Phase.STOPPED, stopped_days_ago=8), acting=(WEEK,)) == {}


@pytest.mark.parametrize("acting", [(), (replace(WEEK, mechanisms=frozenset({"qt"})),)])
def test_a_stopped_medicine_of_unknown_duration_is_named_in_the_row(acting):
    row = rows(took("drowsy", phase=Phase.STOPPED, stopped_days_ago=3), acting=acting)["sedative"]

    assert names(row) == ["leaf powder"]
    assert uncounted(row) == {"drowsy": "Stopped: not known how long it goes on acting; not counted."}


def test_the_same_substance_on_two_lines_counts_once():
    row = rows(took("drowsy", entered="Drowsy 5 mg"), took("drowsy", entered="drowsie", match=Match.FUZZY))["sedative"]

    assert names(row) == ["leaf powder", "drowsy"]
    assert row.contributors[1].entered == ("Drowsy 5 mg", "drowsie")
    assert not row.contributors[1].provisional
    assert len(row.contributors[1].notes) == 1


def test_two_directions_stand_beside_each_other_and_never_cancel():
    row = rows(took("both ways"))["pressure"]

    assert [(c.about, c.direction) for c in row.contributors] == [
        ("leaf powder", "either"),
        ("both ways", "raises"),
        ("both ways", "lowers"),
    ]


def test_a_substance_that_only_a_rule_names_belongs_to_the_row_of_its_flag():
    rules = (
        rule("lively", item("lively", mechanisms=["stimulant-cardiovascular"]), provisional=True),
        rule("again", item("lively", mechanisms=["stimulant-cardiovascular"])),
        rule("twice", item("lively", mechanisms=["stimulant-cardiovascular"]), item("lively", mechanisms=["qt"])),
        rule("calm", item("quiet", mechanisms=["stimulant-cardiovascular"])),
        rule("nothing", item("bland", mechanisms=["cns-depression"]), severity="minor", certainty="none-found"),
        rule("none", item("mute", mechanisms=[])),
        rule("role", item("drowsy", mechanisms=["cns-depression"])),
    )
    found = screened(known(*rules), *(took(name) for name in ("lively", "quiet", "bland", "mute", "drowsy"))).load

    assert {row.load: names(row) for row in found} == {
        "sedative": ["leaf powder", "drowsy"],
        "pressure": ["leaf powder", "lively"],
    }
    lively = found[1].contributors[1]
    assert lively.direction == "either"
    assert not lively.provisional
    assert [(g.words, g.sources, g.provisional) for g in lively.grounds] == [
        ("a rule names it for this", ("W01",), False),
        ("a rule names it for this", ("W01",), True),
    ]
    assert [len(ground.certainty) > 0 for ground in lively.grounds] == [True, True]


def test_the_same_lines_again_are_remembered_and_equal():
    ruleset = compile_rules(known())
    first, second = (
        screened_with(ruleset, took("drowsy"), Taken("zzz", Match.NONE)),
        screened_with(ruleset, took("drowsy"), Taken("zzz", Match.NONE)),
    )

    assert first[0] is second[0]
    assert screened_with(ruleset, took("salty")) != first


def screened_with(ruleset, *taken):

    return screen(Facts(kratom=(LEAF,), taken=taken), ruleset).load
