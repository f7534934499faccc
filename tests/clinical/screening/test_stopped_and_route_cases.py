"""Cases of stopped medicines and of routes against the real reference data, and each window at its edge."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from clinical.screening.case import facts_from_json
from clinical.screening.engine import compile_rules, screen
from clinical.screening.facts import Match, Patient, Phase, Taken
from tests.clinical.screening.case_lines import line_of
from tests.clinical.screening.reference import LOADER, knowledge_from_files, read_yaml

RULES = compile_rules(knowledge_from_files())
FOLDER = Path(__file__).parents[1] / "cases"
STOPPED, ROUTES = (yaml.load((FOLDER / name).read_text(), Loader=LOADER) for name in ("stopped.yaml", "routes.yaml"))
KRATOM = {
    "leaf": {"product": "leaf_powder", "amount": 3, "unit": "g", "doses_per_day": 3},
    "7oh": {"product": "7oh", "amount": 15, "unit": "mg_7oh", "doses_per_day": 3},
}
ABOUT_THE_LINE = {"route", "stopped_medicine", "stopped_medicine_over", "stopped_other_route"}
ABOUT_THE_LINE |= {"stopped_not_lasting", "stopped_in_part", "unrecognised_name", "only_carry_over"}


def screened(line, kratom="leaf", **changed):
    facts = facts_from_json({"kratom": [KRATOM[kratom]], "medications": [line]})
    taken = tuple(replace(line_of(entry), **changed) for entry in facts.entries)
    assert all(line.match is Match.EXACT for line in taken)
    return screen(replace(facts.facts, taken=taken, patient=Patient(34, "male")), RULES)


def check(case, found):
    """All flags but the two minor kinds on swallowed or competing doses, which other tests hold."""
    minor = {
        "cyp3a-substrates-general",
        "cyp2d6-substrates",
        "cyp1a2-2c9-2c19-substrates",
        "immunosuppressed-contamination",
    }
    assert {flag.rule for flag in found.flags} - minor == set(case["fires"])
    rows = {row.code: str(row.why) for row in found.not_assessed if row.code in ABOUT_THE_LINE}
    assert rows.keys() == case.get("rows", {}).keys()
    assert not [code for code, words in case.get("rows", {}).items() if words not in rows[code]], rows
    why = " ".join(str(sentence) for flag in found.flags for sentence in flag.why)
    assert not [words for words in case.get("why", ()) if words not in why], why
    assert {key for flag in found.flags for key in flag.sources} >= set(case.get("sources", ()))


@pytest.mark.parametrize("case", STOPPED, ids=lambda case: case["name"])
def test_case_of_a_stopped_medicine(case):
    line = {"phase": "stopped"} | case["line"]
    check(case, screened(line, case.get("kratom", "leaf")))


@pytest.mark.parametrize("case", ROUTES, ids=lambda case: case["name"])
def test_case_of_a_route(case):
    check(case, screened(case["line"], case.get("kratom", "leaf")))


WINDOWS = [
    pytest.param(name, next(iter(entry.get("routes", ["oral"]))), entry["days"], id=f"{name} {entry.get('routes', '')}")
    for entry in read_yaml("acting.yaml")["acting"]
    if entry["days"]
    for name in entry["substances"]
]


@pytest.mark.parametrize(("name", "route", "days"), WINDOWS)
def test_a_window_ends_after_its_last_day(name, route, days):
    def rows(days_ago):
        line = {"text": name, "route": route, "phase": "stopped", "stopped_days_ago": days_ago}
        return {row.code for row in screened(line).not_assessed}

    assert "stopped_medicine_over" not in rows(days)
    assert "stopped_medicine_over" in rows(days + 1)
    assert "stopped_medicine" not in rows(days + 1)


def test_a_stopped_medicine_and_the_same_one_taken_again_say_both():
    again = Taken("Prozac", substances=("fluoxetine",))
    before = Taken("fluoxetine", substances=("fluoxetine",), phase=Phase.STOPPED, stopped_days_ago=3)
    facts = facts_from_json({"kratom": [KRATOM["leaf"]]}).facts
    (flag,) = screen(replace(facts, taken=(again, before)), RULES).flags
    taken, stopped, goes_on, kratom = (str(sentence) for sentence in flag.why)
    assert (taken, stopped) == ("Taken: Prozac (fluoxetine).", "Stopped 3 days ago: fluoxetine.")
    assert goes_on.startswith("It goes on acting for about 35 days: five weeks are left before")
    assert kratom == "Kratom: leaf powder."
    assert flag.entered == ("Prozac", "fluoxetine")
