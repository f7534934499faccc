"""What must hold whatever is typed, over the real rules."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clinical.screening.engine import compile_rules, screen
from clinical.screening.facts import Facts, History, KratomUse, Match, Patient, Phase, Product, Scores, Taken, Unit
from clinical.screening.knowledge import CERTAINTY_ORDER, SEVERITY_ORDER
from clinical.screening.routes import ROUTES
from tests.clinical.screening.reference import knowledge_from_files

KNOWLEDGE = knowledge_from_files()
RULES = compile_rules(KNOWLEDGE)
CODES = {rule.code for rule in KNOWLEDGE.rules}
NAMES = [*sorted(RULES.rows)[::5], "kratom", "mitragynine", "tramadol", "naltrexone", "not in any rule", "alcohol"]

numbers = st.none() | st.integers(0, 40)
uses = st.builds(
    KratomUse,
    product=st.sampled_from(Product),
    amount=numbers,
    unit=st.none() | st.sampled_from(Unit),
    per=st.sampled_from(["dose", "day"]),
    doses_per_day=numbers,
    days_per_week=st.none() | st.integers(0, 7),
    months_of_use=numbers,
    hours_since_last_use=st.none() | st.sampled_from([1, 100, 400]),
    stopped=st.booleans(),
)
days = st.none() | st.sampled_from([0, 1, 2, 3, 10, 14, 20, 28, 35, 200, 475, 1000])
lines = st.builds(
    lambda names, match, phase, route, days: Taken(
        entered="; ".join(names) or "?",
        match=match if names else Match.NONE,
        substances=tuple(names),
        phase=phase,
        stopped_days_ago=days,
        route=route,
    ),
    st.lists(st.sampled_from(NAMES), max_size=2, unique=True),
    st.sampled_from([Match.EXACT, Match.EXACT, Match.FUZZY]),
    st.none() | st.sampled_from(Phase),
    st.none() | st.sampled_from(ROUTES),
    days,
)
# Lines that were stopped, of substances whose time of acting is on record more often than not.
ended = st.builds(
    lambda names, route, days: Taken("; ".join(names), Match.EXACT, tuple(names), (), (), Phase.STOPPED, days, route),
    st.lists(st.sampled_from([*sorted(RULES.lastingness.windows), *NAMES[::40]]), min_size=1, max_size=2, unique=True),
    st.none() | st.sampled_from(ROUTES),
    days,
)
patients = st.builds(
    Patient,
    age=st.none() | st.integers(0, 100),
    sex=st.sampled_from([None, "female", "male"]),
    pregnant=st.none() | st.booleans(),
    breastfeeding=st.none() | st.booleans(),
    conditions=st.lists(st.sampled_from(sorted(RULES.conditions)), max_size=3, unique=True).map(tuple),
)
cases = st.builds(
    Facts,
    patient=patients,
    kratom=st.lists(uses, max_size=3).map(tuple),
    history=st.just(History()),
    taken=st.lists(lines, max_size=4).map(tuple),
    scores=st.builds(
        Scores,
        st.none() | st.lists(st.integers(0, 3), min_size=9, max_size=9).map(tuple),
        st.none() | st.integers(0, 48),
    ),
)
quick = settings(
    max_examples=40, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)


@quick
@given(cases, lines)
def test_adding_a_medicine_never_removes_another_ones_flag(facts, added):
    before = {(f.rule, subject) for f in screen(facts, RULES).flags for subject in f.about.split(", ")}
    more = screen(replace(facts, taken=(*facts.taken, added)), RULES)
    assert before <= {(f.rule, subject) for f in more.flags for subject in f.about.split(", ")}


@quick
@given(cases, st.randoms(use_true_random=False))
def test_order_of_entry_never_matters(facts, chance):
    shuffled = replace(
        facts,
        taken=tuple(chance.sample(facts.taken, len(facts.taken))),
        kratom=tuple(chance.sample(facts.kratom, len(facts.kratom))),
        patient=replace(facts.patient, conditions=tuple(reversed(facts.patient.conditions))),
    )
    assert screen(shuffled, RULES) == screen(facts, RULES)


@settings(quick, max_examples=10)
@given(cases)
def test_remembering_changes_nothing(facts):
    assert screen(facts, RULES) == screen(facts, compile_rules(KNOWLEDGE))


@quick
@given(cases)
def test_flags_are_sorted_cite_a_rule_and_come_once(facts):
    found = screen(facts, RULES).flags
    keys = [(SEVERITY_ORDER[f.severity], CERTAINTY_ORDER[f.certainty], f.rule, f.about) for f in found]
    assert keys == sorted(set(keys))
    assert {f.rule for f in found} <= CODES
    assert all(f.why and f.entered and f.mechanisms and f.mechanism == f.mechanisms[0] for f in found)


@quick
@given(cases)
def test_every_current_medicine_appears_somewhere(facts):
    found = screen(facts, RULES)
    if not any(not use.stopped or (use.hours_since_last_use or 0) < 336 for use in facts.kratom):
        assert found.flags == ()
        return
    shown = {entered for flag in found.flags for entered in flag.entered}
    shown |= {name for note in found.not_assessed for name in (note.what, *note.what.split(", "))}
    shown |= {row.about for row in found.nothing_found} | set(found.no_rule)
    for line in facts.taken:
        if line.phase is not Phase.STOPPED:
            assert shown & {line.entered, *line.substances}, line


def flags_of(facts, line, days_ago):
    found = screen(replace(facts, taken=(*facts.taken, replace(line, stopped_days_ago=days_ago))), RULES)
    return {(flag.rule, subject) for flag in found.flags for subject in flag.about.split(", ")}


@quick
@given(cases, ended, st.integers(0, 600), st.integers(0, 600))
def test_more_time_since_a_stop_never_adds_a_flag(facts, line, first, second):
    sooner, later = sorted((first, second))
    assert flags_of(facts, line, later) <= flags_of(facts, line, sooner)


@quick
@given(cases, ended, st.integers(0, 600))
def test_a_day_of_stopping_not_known_is_as_cautious_as_any(facts, line, days_ago):
    assert flags_of(facts, line, days_ago) <= flags_of(facts, line, None)


@quick
@given(cases, ended)
def test_a_stopped_medicine_is_never_silent(facts, line):
    leaf = KratomUse(Product.LEAF_POWDER, 3, Unit.GRAM)
    found = screen(replace(facts, kratom=(leaf,), taken=(line,)), RULES)
    shown = {name for flag in found.flags for name in flag.entered} | {row.about for row in found.nothing_found}
    rows = " ".join(f"{note.what} {note.why}" for note in found.not_assessed)
    assert all(line.entered in shown or name in shown or name in rows for name in line.substances), line


@quick
@given(cases)
def test_could_be_is_never_below_the_tier(facts):
    tiers = ["minimal", "low", "moderate", "high"]
    found = screen(facts, RULES).withdrawal
    assert (found is None) is (not facts.kratom)
    if found:
        assert tiers.index(found.tier) <= tiers.index(found.could_be) <= tiers.index(found.tier) + 1
        assert found.missing or found.could_be == found.tier


@pytest.mark.parametrize("product", list(Product))
def test_unknowns_alone_are_never_silent(product):
    found = screen(Facts(kratom=(KratomUse(product),)), RULES)
    assert {"age_unknown", "pregnancy_unknown", "exposure"} <= {row.code for row in found.not_assessed}
    assert found.withdrawal.missing
