"""What raises, lowers or only notes, and for whom."""

import pytest

from clinical.screening.facts import Patient, Phase
from clinical.screening.knowledge import Condition, RoleOf
from tests.clinical.screening.examples import LEAF, SEVEN_OH, item, knowledge, reasons, rule, screened, took, use

CONDITIONS = (
    Condition("cirrhosis", "Cirrhosis", modifiers=("liver_disease",)),
    Condition("sturdy", "Sturdy", modifiers=("sturdy",)),
    Condition("age_60_or_over", "Aged 60 or over", modifiers=("older_age",)),
)
UP = ("liver_disease", "raise", "Liver disease (our judgement).")
UP_TOO = ("older_age", "raise", "Older age (our judgement).")
DOWN = ("sturdy", "lower", "Sturdy (our judgement).")


def flag(modifiers, *others, severity="moderate", conditions=(), kratom=(LEAF,), age=34, roles=()):
    known = knowledge(rule("r", item("x"), severity=severity, modifiers=modifiers), conditions=CONDITIONS, roles=roles)
    patient = Patient(age=age, sex="male", conditions=conditions)
    return screened(known, took("x"), *others, patient=patient, kratom=kratom).flags[0]


SHIFTS = {
    "minor raised": ("minor", [UP], ("cirrhosis",), "moderate"),
    "moderate raised": ("moderate", [UP], ("cirrhosis",), "major"),
    "major stays major": ("major", [UP], ("cirrhosis",), "major"),
    "contraindicated stays": ("contraindicated", [UP], ("cirrhosis",), "contraindicated"),
    "one step in all": ("minor", [UP, UP_TOO], ("cirrhosis", "age_60_or_over"), "moderate"),
    "contraindicated lowered": ("contraindicated", [DOWN], ("sturdy",), "major"),
    "major lowered": ("major", [DOWN], ("sturdy",), "moderate"),
    "moderate lowered": ("moderate", [DOWN], ("sturdy",), "minor"),
    "minor stays minor": ("minor", [DOWN], ("sturdy",), "minor"),
    "raising wins": ("moderate", [DOWN, UP], ("sturdy", "cirrhosis"), "major"),
    "not this patient": ("moderate", [UP, DOWN], (), "moderate"),
}


@pytest.mark.parametrize(("base", "modifiers", "conditions", "shown"), SHIFTS.values(), ids=SHIFTS)
def test_severity_shift(base, modifiers, conditions, shown):
    found = flag(modifiers, severity=base, conditions=conditions)
    assert (found.severity, found.base_severity) == (shown, base)


def test_each_reason_is_said_in_the_order_of_the_rule():
    found = flag([UP_TOO, UP], conditions=("cirrhosis",), age=75)
    assert reasons(found) == [
        "Taken: x.",
        "Kratom: leaf powder.",
        "Older age (our judgement).",
        "Liver disease (our judgement).",
    ]


@pytest.mark.parametrize(("age", "says"), [(60, True), (59, False), (None, False)])
def test_older_age_without_the_condition(age, says):
    known = knowledge(rule("r", item("x"), modifiers=[("older_age", "note", "Old.")]))
    found = screened(known, took("x"), patient=Patient(age=age, sex="male"))
    assert ("Old." in reasons(found.flags[0])) is says


@pytest.mark.parametrize(("age", "says"), [(17, True), (18, False)])
def test_youth(age, says):
    assert ("Young." in reasons(flag([("youth", "note", "Young.")], age=age))) is says


@pytest.mark.parametrize(("kratom", "says"), [((LEAF,), False), ((LEAF, SEVEN_OH), True)])
def test_product(kratom, says):
    assert ("7-OH." in reasons(flag([("product:7oh", "note", "7-OH.")], kratom=kratom))) is says


@pytest.mark.parametrize(("grams", "says"), [(20, False), (20.1, True), (None, False)])
def test_grams_a_day(grams, says):
    found = flag([("over_g_per_day:20", "note", "Much.")], kratom=(use(amount=grams),))
    assert ("Much." in reasons(found)) is says


OTHERS = {
    "alone": ((), False),
    "beside the substance": ((took("alcohol"),), True),
    "beside a stopped one": ((took("alcohol", phase=Phase.STOPPED),), False),
    "beside something else": ((took("water"),), False),
}


@pytest.mark.parametrize(("others", "says"), OTHERS.values(), ids=OTHERS)
def test_other_substance(others, says):
    assert ("Drink." in reasons(flag([("substance:alcohol", "note", "Drink.")], *others))) is says


ROLE_CASES = {
    "never its own": ((), False),
    "the same twice is still its own": ((took("x", entered="x again"),), False),
    "another of the role": ((took("y"),), True),
}


@pytest.mark.parametrize(("others", "says"), ROLE_CASES.values(), ids=ROLE_CASES)
def test_other_medicine_of_the_role(others, says):
    roles = (RoleOf("x", "serotonergic"), RoleOf("y", "serotonergic"))
    assert ("More." in reasons(flag([("role:serotonergic", "note", "More.")], *others, roles=roles))) is says
    if says:
        known = knowledge(
            rule("r", item("x"), item("y"), modifiers=[("role:serotonergic", "note", "More.")]), roles=roles
        )
        both = screened(known, took("x"), took("y")).flags
        assert all("More." in reasons(one) for one in both)


def test_once_per_patient_rule_sees_other_medicines():
    known = knowledge(rule("r", item("x"), once_per_patient=True, modifiers=[("substance:alcohol", "note", "Drink.")]))
    assert "Drink." in reasons(screened(known, took("x"), took("alcohol")).flags[0])
