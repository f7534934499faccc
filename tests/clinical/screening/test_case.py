"""The JSON case: what is left out is not known, what is wrong is refused by the name of the field."""

import copy
import json
from datetime import date

import pytest

from clinical.screening.case import CaseError, RawEntry, facts_from_json
from clinical.screening.facts import (
    Facts,
    History,
    KratomUse,
    OpioidUseDisorder,
    PastWithdrawal,
    Patient,
    Phase,
    Product,
    Scores,
    Unit,
)

WHOLE = json.loads("""
{"patient": {"age": 34, "sex": "female", "pregnant": false, "breastfeeding": false,
             "conditions": ["long QT syndrome"]},
 "kratom": [{"product": "leaf_powder", "amount": 3, "unit": "g", "per": "dose", "doses_per_day": 3,
             "days_per_week": 7, "months_of_use": 12, "hours_since_last_use": 8, "stopped": false}],
 "history": {"past_withdrawal": "none", "opioid_use_disorder": "none", "dose_on_waking": false, "dose_at_night": false,
             "doses_to_avoid_symptoms": false, "failed_quits": 0},
 "medications": ["Ultram 50 mg prn", {"text": "quetiapine 100 mg at bedtime", "phase": "settled", "route": "oral"}],
 "stopped_medications": ["sertraline", {"text": "fluoxetine", "stopped_days_ago": 10}],
 "other_substances": ["alcohol"],
 "scores": {"phq9": [1,1,2,0,0,1,0,0,0], "cows": null},
 "place": {"zip": "38103", "city": "Memphis", "county": "Shelby", "state": "TN", "country": "US"},
 "on": "2026-11-22"}
""")


def test_whole_case():
    case = facts_from_json(WHOLE)
    assert case.facts == Facts(
        patient=Patient(34, "female", False, False),
        kratom=(KratomUse(Product.LEAF_POWDER, 3, Unit.GRAM, "dose", 3, 7, 12, 8, False),),
        history=History(PastWithdrawal.NONE, OpioidUseDisorder.NONE, False, False, False, 0),
        scores=Scores((1, 1, 2, 0, 0, 1, 0, 0, 0), None),
    )
    assert case.entries == (
        RawEntry("Ultram 50 mg prn"),
        RawEntry("quetiapine 100 mg at bedtime", Phase.SETTLED, "oral"),
        RawEntry("sertraline", Phase.STOPPED),
        RawEntry("fluoxetine", Phase.STOPPED, None, 10),
        RawEntry("alcohol", other=True),
    )
    assert case.conditions == ("long QT syndrome",)
    assert dict(case.place) == WHOLE["place"]
    assert case.on == date(2026, 11, 22)


def test_empty_case_knows_nothing():
    case = facts_from_json({})
    assert case.facts == Facts()
    assert (case.entries, case.conditions, case.place, case.on) == ((), (), None, None)


def test_nulls_are_not_known():
    case = facts_from_json(dict.fromkeys(WHOLE) | {"kratom": [{}], "patient": {"sex": "unknown"}})
    assert case.facts == Facts(kratom=(KratomUse(),))


WRONG = {
    "not an object": ([], "case: must be an object"),
    "unknown field": ({"patients": {}}, "patients: unknown field"),
    "unknown field inside": ({"patient": {"name": "A"}}, "patient.name: unknown field"),
    "unknown field in a list": ({"kratom": [{}, {"dose": 1}]}, "kratom[1].dose: unknown field"),
    "object expected": ({"patient": [1]}, "patient: must be an object"),
    "list expected": ({"kratom": {"product": "tea"}}, "kratom: must be a list"),
    "text is no list": ({"medications": "tramadol"}, "medications: must be a list"),
    "negative": ({"kratom": [{"amount": -1}]}, "kratom[0].amount: must be 0 or more"),
    "eight days": ({"kratom": [{"days_per_week": 8}]}, "kratom[0].days_per_week: must be 7 or less"),
    "text for a number": ({"kratom": [{"amount": "3"}]}, "kratom[0].amount: must be a number"),
    "true for a number": ({"patient": {"age": True}}, "patient.age: must be a number"),
    "not a number": ({"kratom": [{"amount": float("nan")}]}, "kratom[0].amount: must be a number"),
    "half a year of age": ({"patient": {"age": 3.5}}, "patient.age: must be a whole number"),
    "too old": ({"patient": {"age": 131}}, "patient.age: must be 130 or less"),
    "yes for true": ({"patient": {"pregnant": "yes"}}, "patient.pregnant: must be true or false"),
    "unheard of product": ({"kratom": [{"product": "chips"}]}, "kratom[0].product: must be one of leaf_powder, "),
    "unheard of unit": ({"kratom": [{"unit": "bowl"}]}, "kratom[0].unit: must be one of g, "),
    "per week": ({"kratom": [{"per": "week"}]}, "kratom[0].per: must be one of dose, day"),
    "sex": ({"patient": {"sex": "f"}}, "patient.sex: must be one of female, male"),
    "history": ({"history": {"past_withdrawal": True}}, "history.past_withdrawal: must be text"),
    "failed quits": ({"history": {"failed_quits": -1}}, "history.failed_quits: must be 0 or more"),
    "eight answers": ({"scores": {"phq9": [0] * 8}}, "scores.phq9: must be 9 answers"),
    "answer of four": ({"scores": {"phq9": [0] * 8 + [4]}}, "scores.phq9[8]: must be 3 or less"),
    "answer missing": ({"scores": {"phq9": [None] + [0] * 8}}, "scores.phq9[0]: must be a number"),
    "cows": ({"scores": {"cows": 49}}, "scores.cows: must be 48 or less"),
    "empty name": ({"medications": [" "]}, "medications[0]: must not be empty"),
    "no name": ({"medications": [{"route": "oral"}]}, "medications[0].text: must be text"),
    "a number for a name": ({"medications": [5]}, "medications[0]: must be an object"),
    "long name": ({"other_substances": ["x" * 501]}, "other_substances[0]: must be 500 characters or fewer"),
    "route": ({"medications": [{"text": "x", "route": "drone"}]}, "medications[0].route: must be one of oral, "),
    "phase": ({"medications": [{"text": "x", "phase": "old"}]}, "medications[0].phase: must be one of planned, "),
    "stopped yet new": (
        {"stopped_medications": [{"text": "x", "phase": "new"}]},
        "stopped_medications[0].phase: must be stopped",
    ),
    "condition": ({"patient": {"conditions": [None]}}, "patient.conditions[0]: must be text"),
    "place": ({"place": {"street": "x"}}, "place.street: unknown field"),
    "zip as a number": ({"place": {"zip": 38103}}, "place.zip: must be text"),
    "day": ({"on": "22/11/2026"}, "on: must be a day such as 2026-11-22"),
}


@pytest.mark.parametrize(("data", "message"), WRONG.values(), ids=WRONG)
def test_wrong_case_is_refused_by_field(data, message):
    with pytest.raises(CaseError) as refused:
        facts_from_json(data)
    assert str(refused.value).startswith(message)
    assert "\n" not in str(refused.value)


def test_reading_changes_nothing():
    before = copy.deepcopy(WHOLE)
    facts_from_json(WHOLE)
    assert before == WHOLE
