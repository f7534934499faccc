"""What the withdrawal document must hold for stopping and tapering, before it is loaded."""

import copy

import pytest

from clinical.reference_changes import change_faults
from tests.clinical.screening.reference import read_csv, read_yaml

ROLES = {row["role"] for row in read_csv("roles_vocabulary.csv")}


def faults(change):
    content = copy.deepcopy(read_yaml("withdrawal.yaml"))
    change(content)
    return list(change_faults(content, ROLES))


def test_the_document_as_it_stands_has_no_fault():
    assert faults(lambda content: None) == []


FAULTY = {
    "a role nobody has": (lambda c: c["change"][1].update(roles=["tonic"]), "role “tonic” is not known"),
    "a code twice": (lambda c: c["change"][1].update(code="day_passed"), "this code stands twice"),
    "no basis": (lambda c: c["change"][0].update(basis=""), "basis is empty"),
    "no words for 7-OH": (lambda c: c["taper"].pop(3), "taper: “seven_oh” is missing"),
    "a pause rule left out": (lambda c: c["pause_rules"].pop(), "pause_rules: “suicidal_thought” is missing"),
}


@pytest.mark.parametrize(("change", "fault"), FAULTY.values(), ids=FAULTY)
def test_fault_is_named(change, fault):
    found = faults(change)
    assert len(found) == 1
    assert fault in found[0]


def test_document_that_is_no_document_is_left_to_the_reader():
    assert list(change_faults(None, ROLES)) == []
