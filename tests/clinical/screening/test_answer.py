"""The public JSON: names and shapes that other programs rely on."""

import json

from clinical.screening.answer import to_json
from clinical.screening.engine import compile_rules, screen
from clinical.screening.facts import Facts, Match, Patient, Scores
from clinical.screening.knowledge import Condition
from tests.clinical.screening.examples import ANSWERED, LEAF, SEVEN_OH, item, knowledge, rule, took, use

KNOWN = knowledge(
    rule("tramadol", item("tramadol", mechanisms=["opioid-additive", "seizure"]), severity="major"),
    rule("none", item("amoxicillin"), severity="minor", certainty="none-found"),
    conditions=(Condition("major_depression", "Depression", safety=("phq9-series",)),),
)
FACTS = Facts(
    patient=Patient(34, "female", False, False, ("major_depression",)),
    kratom=(LEAF,),
    history=ANSWERED,
    taken=(
        took("tramadol", entered="Ultram 50 mg prn"),
        took("amoxicillin"),
        took("x", entered="moodlift plus", match=Match.NONE, substances=()),
        took("x", entered="poppers", match=Match.AMBIGUOUS, substances=(), candidates=("a", "b")),
        took("lactulose"),
    ),
    scores=Scores((1, 1, 2, 0, 0, 1, 0, 0, 0)),
)


def answer(facts=FACTS):
    found = to_json(screen(facts, compile_rules(KNOWN)), facts)
    assert json.loads(json.dumps(found)) == found
    return found


def test_whole_answer():
    found = answer()
    assert found["reference_version"] == 7
    assert found["medications"][0] == {
        "entered": "Ultram 50 mg prn",
        "substances": ["tramadol"],
        "match": "exact",
    }
    assert found["medications"][3]["candidates"] == ["a", "b"]
    assert found["flags"] == [
        {
            "rule": "tramadol",
            "revision": 1,
            "about": "tramadol",
            "entered": ["Ultram 50 mg prn"],
            "mechanism": "opioid-additive",
            "mechanisms": ["opioid-additive", "seizure"],
            "severity": "major",
            "base_severity": "major",
            "certainty": "theoretical",
            "provisional": False,
            "title": "title of tramadol",
            "summary": "summary of tramadol",
            "why": ["Taken: Ultram 50 mg prn (tramadol).", "Kratom: leaf powder."],
            "action": "action of tramadol",
            "sources": ["W01"],
        }
    ]
    assert [row["what"] for row in found["not_assessed"]] == ["poppers", "moodlift plus"]
    assert found["nothing_found"] == [{"about": "amoxicillin", "text": "summary of none", "rule": "none"}]
    assert found["no_rule"] == ["lactulose"]
    assert {"code", "text", "because"} == set(found["safety"][0])


def test_exposure_and_withdrawal():
    found = answer()
    assert found["exposure"]["mitragynine_mg_per_day"] == [36, 117, 180]
    assert found["exposure"]["peak_day"] == [36, 117, 180]
    assert found["exposure"]["seven_oh_mg_per_day"] is None
    assert found["exposure"]["unquantified"] == []
    withdrawal = found["withdrawal"]
    assert (withdrawal["tier"], withdrawal["could_be"], withdrawal["missing"]) == ("moderate", "moderate", [])
    assert withdrawal["complicated"] == []
    assert {"rule", "basis"} <= set(withdrawal["fired"][0])


def test_figures_are_full_and_free_of_noise():
    facts = Facts(kratom=(use("capsule", 8, "capsule", per="day"), use("extract", 1, "g"), SEVEN_OH))
    exposure = answer(facts)["exposure"]
    assert exposure["mitragynine_mg_per_day"] == [12.8, 57.2, 140.8]
    assert exposure["seven_oh_mg_per_day"] == [30, 30, 30]
    assert exposure["unquantified"][0]["product"] == "extract"


def test_without_kratom_exposure_and_withdrawal_are_null():
    found = answer(Facts())
    assert (found["exposure"], found["withdrawal"], found["flags"]) == (None, None, [])
