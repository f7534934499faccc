"""Medicines that were stopped, on small rule sets: which window applies, what lasts, and what is said."""

from dataclasses import replace

import pytest

from clinical.reference_acting import acting_faults
from clinical.screening.acting import lastingness_of
from clinical.screening.facts import Match, Phase
from clinical.screening.knowledge import Acting, Lasting, Mechanism, RoleOf
from clinical.screening.tables import UnusableRow, knowledge_from
from tests.clinical.screening.examples import fired, item, knowledge, reasons, rule, screened, took, use
from tests.clinical.screening.reference import read_yaml

RULE = rule("r", item("x", mechanisms=["opioid-antagonist", "hepatotoxic"]))
WEEK = Acting(substances=("x",), days=7, basis="a week", sources=("S",))


def known(*acting, rules=(RULE,), lasting=(), roles=()):
    return replace(knowledge(*rules, roles=roles), acting=acting, lasting=lasting)


def stopped(days_ago=None, name="x", **rest):
    return took(name, phase=Phase.STOPPED, stopped_days_ago=days_ago, **rest)


def rows(found):
    return {(row.code, row.what): str(row.why) for row in found.not_assessed}


@pytest.mark.parametrize(
    ("days_ago", "words"),
    [
        (None, "Stopped, day not known, so counted as still acting: x."),
        (0, "Counted as stopped today: x."),
        (1, "Stopped one day ago: x."),
        (7, "Stopped 7 days ago: x."),
    ],
)
def test_within_the_window_the_rule_fires_and_says_so(days_ago, words):
    (flag,) = screened(known(WEEK), stopped(days_ago)).flags
    assert reasons(flag) == [words, "It goes on acting for about 7 days: a week.", "Kratom: leaf powder."]
    assert flag.sources == ("W01", "S")


def test_a_window_by_judgement_says_so_and_a_spelling_stays_provisional():
    ours = replace(WEEK, judgement=True)
    (flag,) = screened(known(ours), stopped(1, entered="xx", match=Match.FUZZY)).flags
    assert reasons(flag)[:2] == [
        "Stopped one day ago: xx (x).",
        "It goes on acting for about 7 days, our judgement: a week.",
    ]
    assert flag.provisional


def test_after_the_window_a_quiet_row_says_that_it_is_over():
    found = screened(known(WEEK), stopped(8))
    assert (found.flags, found.no_rule) == ((), ())
    assert rows(found) == {
        (
            "stopped_medicine_over",
            "x",
        ): "Stopped 8 days ago: the time that x goes on acting, about 7 days, is over; not screened (a week)."
    }


@pytest.mark.parametrize("acting", [(), (replace(WEEK, days=None),), (replace(WEEK, routes=frozenset({"injected"})),)])
def test_without_known_days_the_row_says_not_known(acting):
    found = screened(known(*acting), stopped(30))
    assert "not known how long it goes on acting; not screened" in rows(found)["stopped_medicine", "x"]


def test_an_entry_of_its_own_goes_before_one_of_a_role_and_a_route_before_all_routes():
    role = Acting(roles=("depot",), days=90)
    injected = Acting(substances=("x",), routes=frozenset({"injected"}), days=30)
    table = lastingness_of(known(role, WEEK, injected, roles=(RoleOf("x", "depot"), RoleOf("y", "depot"))))
    assert [window.days for window in table.windows["x"]] == [30, 7, 90]
    assert [table.window_of("x", route).days for route in ("injected", "oral", None)] == [30, 7, 7]
    assert table.window_of("y", None).days == table.longest_of("y").days == 90
    assert table.window_of("x", "ophthalmic") is table.longest_of("z") is None


def test_of_two_alike_the_longer_counts():
    table = lastingness_of(known(replace(WEEK, days=None), replace(WEEK, days=3), WEEK))
    assert [window.days for window in table.windows["x"]] == [7, 3, None]


def test_a_route_not_recorded_asks_for_it_where_another_route_would_still_act():
    injected = Acting(substances=("x",), routes=frozenset({"injected"}), days=30)
    assert (
        "As injected it goes on acting for about 30 days"
        in rows(screened(known(WEEK, injected), stopped(8)))[("stopped_other_route", "x")]
    )
    assert ("stopped_other_route", "x") not in rows(screened(known(WEEK, injected), stopped(31)))
    assert ("stopped_other_route", "x") not in rows(screened(known(WEEK, injected), stopped(8, route="oral")))


def test_a_rule_whose_main_effect_does_not_last_is_not_applied():
    swallowed = rule("r", item("x", mechanisms=["cyp3a-substrate", "qt"]))
    found = screened(known(WEEK, rules=(swallowed,), lasting=(Lasting("cyp3a-substrate", False),)), stopped(1))
    assert found.flags == ()
    assert "are about doses still taken; not applied" in rows(found)["stopped_not_lasting", "x"]


def test_only_the_effects_of_the_window_fire_and_the_rest_is_named():
    liver = rule("liver", item("x", mechanisms=["hepatotoxic"]))
    only = replace(WEEK, mechanisms=frozenset({"opioid-antagonist"}))
    found = screened(known(only, rules=(RULE, liver)), stopped(1))
    assert [(flag.rule, flag.mechanisms) for flag in found.flags] == [("r", ("opioid-antagonist",))]
    assert "How long it acts otherwise is not known" in rows(found)["stopped_in_part", "x"]
    none_of_it = screened(known(only, rules=(liver,)), stopped(1))
    assert list(rows(none_of_it)) == [("stopped_medicine", "x")]


def test_a_rule_that_no_longer_fires_brings_back_none_that_it_refines():
    wide = rule("wide", item("x", mechanisms=["qt"]))
    narrow = rule("narrow", item("x", mechanisms=["cyp3a-substrate"], refines=["wide"]))
    lasting = (Lasting("cyp3a-substrate", False),)
    assert screened(known(WEEK, rules=(wide, narrow), lasting=lasting), stopped(1)).flags == ()


def test_rules_that_leave_stopped_medicines_out_stay_out():
    start = rule("start", item("x", phases=["planned", "new"]))
    found = screened(known(WEEK, rules=(start,)), stopped(1))
    assert (found.flags, found.no_rule) == ((), ())
    assert list(rows(found)) == [("stopped_not_lasting", "x")]


def test_stopping_may_turn_an_effect_round_unless_it_is_taken_again():
    turned = (Lasting("opioid-antagonist", True, "The block fades."),)
    alone = screened(known(WEEK, lasting=turned), stopped(1)).flags[0]
    again = screened(known(WEEK, lasting=turned), stopped(1), took("x", entered="x 50 mg")).flags[0]
    assert reasons(alone)[-1] == "The block fades."
    assert reasons(again) == [
        "Stopped one day ago: x.",
        "It goes on acting for about 7 days: a week.",
        "Taken: x 50 mg (x).",
        "Kratom: leaf powder.",
    ]


def test_both_stopped_leaves_what_lasts_of_both():
    kratom = use(stopped=True, hours_since_last_use=100)
    sedating = rule("sedating", item("x", mechanisms=["cns-depression"]))
    assert fired(screened(known(WEEK), stopped(1), kratom=(kratom,))) == ["r: x"]
    found = screened(known(WEEK, rules=(sedating,)), stopped(1), kratom=(kratom,))
    assert found.flags == ()
    assert ("only_carry_over", "x") in rows(found)


def test_kratom_as_a_stopped_medicine_is_named_as_kratom():
    found = screened(known(WEEK), stopped(1, name="kratom"))
    assert list(rows(found)) == [("kratom_as_medicine", "kratom")]


def test_a_route_that_keeps_the_rule_away_is_the_reason_and_no_duration_is_asked():
    for acting in ((), (replace(WEEK, routes=frozenset({"ophthalmic"})),)):
        found = screened(known(*acting), stopped(1, route="ophthalmic", route_from="substance"))
        assert rows(found)["route", "x"].startswith("x is used in the eye: rules for the whole body were not applied.")


@pytest.mark.parametrize("days", [0, -1])
def test_days_must_be_more_than_none(days):
    row = {"substances": ["x"], "days": days, "basis": "b", "source": [], "judgement": True}
    with pytest.raises(UnusableRow, match=f"acting.yaml, acting, entry 1: days {days} must be more than 0"):
        knowledge_from(version=1, rules=(), roles=(), conditions=(), documents={"acting": {"acting": [row]}})


def test_faults_of_the_document_are_named():
    entry = {"substances": ["x", "y"], "routes": ["by ear"], "mechanisms": ["magic"], "days": 3, "source": []}
    rest = [{"mechanism": name} for name in list(Mechanism)[1:]]
    faults = list(acting_faults({"acting": [entry, {"days": None}], "mechanisms": rest}, {"x"}, ()))
    assert faults == [
        "acting.yaml, entry 1: substances: “y” is not known",
        "acting.yaml, entry 1: routes: “by ear” is not known",
        "acting.yaml, entry 1: mechanisms: “magic” is not known",
        "acting.yaml, entry 1: days need a source and a basis; leave them empty where they are not known",
        "acting.yaml, entry 2: names no substance and no role",
        f"acting.yaml, mechanisms: “{Mechanism.OPIOID_ADDITIVE}” must stand there once",
    ]
    assert len(list(acting_faults(None, (), ()))) == len(Mechanism)


def test_each_entry_says_how_far_it_was_checked():
    for entry in read_yaml("acting.yaml")["acting"]:
        assert entry["basis"], entry
        assert entry["checked"], entry
        assert (entry["days"] is None) is (not entry["source"]), entry


@pytest.mark.parametrize(
    ("days_ago", "counts"), [(None, True), (3, True), (8, False)], ids=["day not known", "still acting", "over"]
)
def test_a_stopped_opioid_counts_for_withdrawal_while_it_still_acts(days_ago, counts):
    opioid = RoleOf(substance="x", role="opioid_partial_agonist", verified=True)
    found = screened(known(WEEK, roles=(opioid,)), stopped(days_ago))
    named = "opioid_medicine_now" in {row.rule for row in found.withdrawal.fired}
    assert named is counts


def test_a_stopped_opioid_of_unknown_duration_does_not_count_as_taken_now():
    opioid = RoleOf(substance="x", role="opioid_agonist", verified=True)
    found = screened(known(roles=(opioid,)), stopped(3))
    assert "opioid_medicine_now" not in {row.rule for row in found.withdrawal.fired}
