"""A change agreed: which hazards come with it, for whom, on which days, and what flags and prompts say of it."""

import json
from dataclasses import replace

import pytest

from clinical.screening.answer import to_json
from clinical.screening.case import CaseError, facts_from_json
from clinical.screening.engine import compile_rules, screen
from clinical.screening.facts import Change, Facts, Phase
from clinical.screening.knowledge import RoleOf
from tests.clinical.screening.examples import ADULT, ANSWERED, LEAF, item, knowledge, rule, took
from tests.clinical.screening.reference import read_yaml

KNOWN = knowledge(
    rule("blocker", item("naltrexone", mechanisms=("opioid-antagonist",))),
    rule("enzyme", item("quetiapine", mechanisms=("cns-depression", "cyp3a-substrate"))),
    rule("sedation", item("zolpidem")),
    roles=(RoleOf("sertraline", "ssri"),),
)
RULES = compile_rules(KNOWN)
STOPPED = replace(LEAF, stopped=True)


def screened(*taken, change=None, kratom=(LEAF,)):
    return screen(Facts(patient=ADULT, history=ANSWERED, kratom=kratom, taken=taken, change=change), RULES)


def hazards(*taken, change, **rest):
    return {row.code: row for row in screened(*taken, change=change, **rest).change.hazards}


EVERYBODY = {
    "quit": {"watch_closely", "contact", "scores_after_stopping", "mood_dip", "blockers_ask"},
    "taper": {"scores_in_taper", "mood_in_taper", "blockers_ask"},
}


@pytest.mark.parametrize(("kind", "codes"), EVERYBODY.items())
def test_what_holds_for_everybody(kind, codes):
    assert set(hazards(took("zolpidem"), change=Change(kind, 5))) == codes


ABOUT = {
    "blocker, quit": (took("naltrexone"), "quit", "blockers_after_stopping", ((0, 14),)),
    "blocker, taper": (took("naltrexone", phase=Phase.PLANNED), "taper", "blockers_in_taper", ()),
    "enzyme, quit": (took("quetiapine"), "quit", "enzymes_after_stopping", ((0, 14),)),
    "enzyme, taper": (took("quetiapine"), "taper", "enzymes_in_taper", ()),
    "antidepressant, quit": (took("sertraline"), "quit", "antidepressant_kept", ()),
    "antidepressant, taper": (took("sertraline"), "taper", "antidepressant_kept", ()),
}


@pytest.mark.parametrize(("line", "kind", "code", "windows"), ABOUT.values(), ids=ABOUT)
def test_hazard_names_the_medicines_it_is_about(line, kind, code, windows):
    found = hazards(line, change=Change(kind, 5))[code]
    assert (found.about, found.windows) == (line.substances, windows)
    assert found.basis


@pytest.mark.parametrize(("days", "warned"), [(0, True), (28, True), (29, False), (None, True)])
def test_antidepressant_stopped_together(days, warned):
    line = took("sertraline", phase=Phase.STOPPED, stopped_days_ago=days)
    found = hazards(line, change=Change("quit", 5))
    assert ("antidepressant_stopped" in found) is warned
    assert "antidepressant_kept" not in found


def test_score_days_are_those_of_the_plan():
    for kind, code in (("quit", "scores_after_stopping"), ("taper", "scores_in_taper")):
        assert hazards(change=Change(kind, 0))[code].windows == ((1, 3), (7, 7), (14, 14), (28, 28))


OVER = [
    (-3, {"watch_closely", "contact", "scores_after_stopping", "mood_dip"}),
    (-4, {"contact", "scores_after_stopping", "mood_dip"}),
    (-8, {"scores_after_stopping", "mood_dip"}),
    (-28, {"scores_after_stopping", "mood_dip"}),
    (-29, set()),
]


@pytest.mark.parametrize(("days", "left"), OVER)
def test_hazards_end_with_their_days(days, left):
    found = set(hazards(change=Change("quit", days), kratom=(STOPPED,)))
    assert found == left | {"blockers_ask"}


@pytest.mark.parametrize(
    ("days", "kratom", "asks"),
    [(-1, LEAF, True), (0, LEAF, False), (5, LEAF, False), (None, LEAF, False), (-1, STOPPED, False)],
)
def test_day_that_passed_in_use_is_asked_about(days, kratom, asks):
    assert ("day_passed" in hazards(change=Change("quit", days), kratom=(kratom,))) is asks


def test_no_day_gives_no_dates_and_leaves_nothing_out():
    assert set(hazards(change=Change("quit"))) == EVERYBODY["quit"]


@pytest.mark.parametrize(("kind", "words"), [("quit", "Kratom is to be stopped"), ("taper", "Kratom is tapered")])
def test_flags_say_what_the_change_means_for_them(kind, words):
    lines = (took("naltrexone"), took("quetiapine"), took("zolpidem"))
    before, after = screened(*lines), screened(*lines, change=Change(kind, 5))
    said = {flag.rule: [str(why) for why in flag.why if str(why).startswith(words)] for flag in after.flags}
    assert {code: len(found) for code, found in said.items()} == {"blocker": 1, "enzyme": 1, "sedation": 0}
    assert [(f.rule, f.severity) for f in after.flags] == [(f.rule, f.severity) for f in before.flags]


def test_prompts_come_with_a_change():
    before = {row.code for row in screened().safety}
    added = {row.code for row in screened(change=Change("taper")).safety} - before
    assert added >= {"mood-dip-after-stopping", "phq9-after-stopping", "phq9-before-any-change"}
    assert {row.code for row in screened().safety} == before  # and go with it


def test_nothing_without_a_change_or_without_kratom():
    assert screened(took("naltrexone")).change is None
    assert screened(took("naltrexone"), change=Change("quit", 5), kratom=()).change is None


def test_json_adds_the_change_to_withdrawal_and_nothing_otherwise():
    facts = Facts(patient=ADULT, history=ANSWERED, kratom=(LEAF,), taken=(took("naltrexone"),))
    plain = to_json(screen(facts, RULES), facts)
    changed = replace(facts, change=Change("quit", 5))
    told = to_json(screen(changed, RULES), changed)
    assert "change" not in plain["withdrawal"]
    assert set(told) == set(plain)
    change = json.loads(json.dumps(told["withdrawal"]["change"]))
    assert (change["kind"], change["days_until"]) == ("quit", 5)
    blocker = next(row for row in change["hazards"] if row["code"] == "blockers_after_stopping")
    assert (blocker["about"], blocker["windows"], blocker["sources"]) == (["naltrexone"], [[0, 14]], ["W34"])


def test_change_is_read_from_a_case():
    assert facts_from_json({"change": {"kind": "taper", "days_until": -3}}).facts.change == Change("taper", -3)
    assert facts_from_json({"change": {"kind": "quit"}}).facts.change == Change("quit")
    assert facts_from_json({"change": None}).facts.change is None


BAD = {
    "no kind": ({"days_until": 3}, "change.kind: "),
    "another kind": ({"kind": "rehab"}, "change.kind: "),
    "half a day": ({"kind": "quit", "days_until": 0.5}, "change.days_until: "),
    "a day": ({"kind": "quit", "on": "2026-12-01"}, "change"),
    "text": ("quit", "change"),
}


@pytest.mark.parametrize(("change", "message"), BAD.values(), ids=BAD)
def test_bad_change_is_refused_by_name(change, message):
    with pytest.raises(CaseError) as refused:
        facts_from_json({"change": change})
    assert str(refused.value).startswith(message)


def test_every_row_is_shown_with_a_basis_and_every_kind_is_covered():
    rows = read_yaml("withdrawal.yaml")["change"]
    assert all(row["basis"] and (row["source"] or row["judgement"]) for row in rows)
    assert {kind for row in rows for kind in row["kinds"]} == {"quit", "taper"}
