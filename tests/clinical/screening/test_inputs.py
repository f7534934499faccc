"""What a rule is said to look at is what the engine really reads: every other fact may change, and it says the same."""

from collections.abc import Iterator
from dataclasses import fields, replace
from functools import cache
from typing import Any

import pytest

from clinical.screening import facts
from clinical.screening.case import facts_from_json
from clinical.screening.engine import compile_rules, screen
from clinical.screening.facts import Facts, Match, OpioidUseDisorder, Phase, Product
from clinical.screening.inputs import Input, inputs_of, recorded_names
from tests.clinical.screening.case_lines import line_of
from tests.clinical.screening.reference import knowledge_from_files, read_csv, read_yaml

KNOWN = knowledge_from_files()
RULES = compile_rules(KNOWN)
BY_CODE = {rule.code: rule for rule in KNOWN.rules}
CASES = [row for row in read_yaml("cases.yaml") if row["expects"]["fires"]]
CONDITIONS = {
    name.strip().casefold(): row["key"]
    for row in read_csv("conditions.csv")
    for name in (*row["synonyms"].split(";"), row["label"], row["key"])
}
EVERY_CONDITION = tuple(
    condition.key for condition in KNOWN.conditions if condition.key not in ("pregnancy", "lactation")
)


@cache
def read_by(code: str) -> frozenset[Input]:
    return inputs_of(BY_CODE[code], KNOWN)


def facts_of(data: dict[str, Any]) -> Facts:
    case = facts_from_json(data)
    keys = tuple(CONDITIONS[name.casefold()] for name in case.conditions)
    taken = tuple(line_of(entry) for entry in case.entries)
    assert not [line.entered for line in taken if line.match is Match.NONE]
    return replace(case.facts, taken=taken, patient=replace(case.facts.patient, conditions=keys))


def said(of: Facts, code: str) -> list[tuple]:
    """How grave and how sure the rule is about each subject, in the order of subjects."""
    found = screen(of, RULES)
    flags = [(flag.about, flag.severity, flag.certainty) for flag in found.flags if flag.rule == code]
    return sorted([*flags, *((row.about, row.text) for row in found.nothing_found if row.rule == code)], key=str)


def with_patient(of: Facts, **values: Any) -> Facts:
    return replace(of, patient=replace(of.patient, **values))


def with_uses(of: Facts, **values: Any) -> Facts:
    return replace(of, kratom=tuple(replace(use, **values) for use in of.kratom))


def with_lines(of: Facts, **values: Any) -> Facts:
    return replace(of, taken=tuple(replace(line, **values) for line in of.taken))


def without(inputs: frozenset[Input], of: Facts) -> Iterator[tuple[str, Facts]]:
    """The same person with each fact changed that the rule is said not to look at."""
    yield "sex", with_patient(of, sex="female")
    yield "sex", with_patient(of, sex="male")
    yield "scores", replace(of, scores=facts.Scores(phq9=(3,) * 9, cows=40))
    yield (
        "history",
        replace(of, history=facts.History(opioid_use_disorder=OpioidUseDisorder.CURRENT, dose_on_waking=True)),
    )
    yield "frequency", with_uses(of, days_per_week=2.0, months_of_use=60.0)
    if Input.AGE not in inputs:
        yield from (("age", with_patient(of, age=age)) for age in (None, 15, 34, 82))
    if Input.PREGNANT not in inputs:
        yield "pregnant", with_patient(of, pregnant=True)
    if Input.BREASTFEEDING not in inputs:
        yield "breastfeeding", with_patient(of, breastfeeding=True)
    if Input.CONDITIONS not in inputs:
        yield "conditions", with_patient(of, conditions=EVERY_CONDITION)
    if Input.AMOUNT not in inputs:
        yield "amount", with_uses(of, amount=60.0)
    if Input.PRODUCT not in inputs:
        yield from (
            ("product", with_uses(of, product=product)) for product in Product if product is not Product.KAVA_KRATOM
        )
    if Input.PHASE not in inputs:
        yield from (("phase", with_lines(of, phase=phase)) for phase in (None, Phase.PLANNED, Phase.NEW, Phase.SETTLED))


@pytest.mark.parametrize("row", CASES, ids=lambda row: row["key"])
def test_only_what_is_named_changes_what_a_rule_says(row):
    of = facts_of(row["case"])
    if any(line.phase is Phase.STOPPED for line in of.taken):
        of = with_lines(of, as_needed=True)
    for code in row["expects"]["fires"]:
        before = said(of, code)
        assert before, code
        inputs = read_by(code)
        if any(line.phase is Phase.STOPPED for line in of.taken):
            inputs |= {Input.PHASE}  # stopping is named by itself
        for changed, other in without(inputs, of):
            assert said(other, code) == before, f"{code} looks at {changed}"


def test_every_rule_looks_at_kratom_and_at_something_else():
    assert all(Input.KRATOM in read_by(code) and len(read_by(code)) > 1 for code in BY_CODE)


@pytest.mark.parametrize(
    ("code", "looks_at"),
    [
        ("pregnancy", Input.PREGNANT),
        ("lactation", Input.BREASTFEEDING),
        ("older-adults", Input.AGE),
        ("opioid-agonists", Input.AGE),  # raised by older age
        ("opioid-agonists", Input.CONDITIONS),
        ("opioid-agonists", Input.OTHER_MEDICINES),
        ("cyp2d6-substrates", Input.LAST_USE),  # an effect on enzymes outlasts the last dose
        ("buprenorphine-start-7oh", Input.PRODUCT),
        ("kava", Input.PRODUCT),  # a kava-kratom drink holds kava
        ("buprenorphine-start-leaf", Input.PHASE),
    ],
)
def test_rule_looks_at(code, looks_at):
    assert looks_at in read_by(code)


@pytest.mark.parametrize("never", [Input.SEX, Input.PHQ9, Input.COWS])
def test_no_rule_looks_at(never):
    assert not [code for code in BY_CODE if never in read_by(code)]


def test_every_input_is_something_that_is_recorded():
    assert {one.value for one in Input} <= recorded_names()


@pytest.mark.parametrize(
    "name", ["race", "ethnicity", "language", "sexual_orientation", "gender_identity", "address", "zip_code", "dose"]
)
def test_screening_is_never_given(name):
    """The page of each rule says so; a new field of that name would make it wrong."""
    assert name not in recorded_names()


def test_all_parts_of_the_facts_are_named():
    """A new part of `Facts` must be added to what can be recorded."""
    assert {field.name for field in fields(facts.Facts)} == {
        "patient",
        "kratom",
        "history",
        "taken",
        "scores",
        "change",
        "results",
        "dose_raised",
    }
