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
lines = st.builds(
    lambda names, match, phase, route: Taken(
        "; ".join(names) or "?", match if names else Match.NONE, tuple(names), phase=phase, route=route
    ),
    st.lists(st.sampled_from(NAMES), max_size=2, unique=True),
    st.sampled_from([Match.EXACT, Match.EXACT, Match.FUZZY]),
    st.none() | st.sampled_from(Phase),
    st.none() | st.sampled_from(ROUTES),
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
