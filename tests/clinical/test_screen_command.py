"""`manage.py screen`: the public shape, the worked example of the README, and refusals in one line."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

EXAMPLE = {
    "patient": {
        "age": 34,
        "sex": "female",
        "pregnant": False,
        "breastfeeding": False,
        "conditions": ["long QT syndrome"],
    },
    "kratom": [
        {
            "product": "leaf_powder",
            "amount": 3,
            "unit": "g",
            "per": "dose",
            "doses_per_day": 3,
            "days_per_week": 7,
            "months_of_use": 12,
            "hours_since_last_use": 8,
            "stopped": False,
        }
    ],
    "history": {
        "past_withdrawal": "none",
        "opioid_use_disorder": "none",
        "dose_on_waking": False,
        "dose_at_night": False,
        "doses_to_avoid_symptoms": False,
        "failed_quits": 0,
    },
    "medications": [
        "Ultram 50 mg prn",
        {"text": "quetiapine 100 mg at bedtime", "phase": "settled", "route": "oral"},
    ],
    "stopped_medications": [],
    "other_substances": ["alcohol"],
    "scores": {"phq9": [1, 1, 2, 0, 0, 1, 0, 0, 0], "cows": None},
    "place": {"zip": "38103", "city": "Memphis", "county": "Shelby", "state": "TN", "country": "US"},
    "on": "2026-11-22",
}

pytestmark = pytest.mark.django_db


def answer(case, tmp_path):
    path = tmp_path / "case.json"
    path.write_text(json.dumps(case), "utf-8")
    out = StringIO()
    call_command("screen", str(path), stdout=out)
    return json.loads(out.getvalue())


def refusal(text, tmp_path) -> str:
    path = tmp_path / "case.json"
    path.write_text(text, "utf-8")
    err = StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("screen", str(path), stderr=err)
    assert stopped.value.code == 2
    assert err.getvalue().count("\n") == 1
    return err.getvalue()


def test_example_flags(tmp_path):
    flags = {flag["about"]: flag for flag in answer(EXAMPLE, tmp_path)["flags"]}

    assert {about: flag["severity"] for about, flag in flags.items()} == dict.fromkeys(
        ("tramadol", "quetiapine", "ethanol", "long_qt_syndrome"), "major"
    )
    assert flags["tramadol"]["mechanism"] == "opioid-additive"
    assert flags["tramadol"]["mechanisms"] == ["opioid-additive", "serotonergic", "seizure"]
    assert {"qt", "cyp3a-substrate"} <= set(flags["quetiapine"]["mechanisms"])
    assert flags["ethanol"]["entered"] == ["alcohol"]
    assert not any(flag["provisional"] for flag in flags.values())


def test_example_exposure_and_withdrawal(tmp_path):
    shown = answer(EXAMPLE, tmp_path)

    assert shown["exposure"]["mitragynine_mg_per_day"] == [36, 117, 180]
    assert shown["exposure"]["peak_day"] == [36, 117, 180]
    assert shown["exposure"]["seven_oh_mg_per_day"] is None
    withdrawal = shown["withdrawal"]
    assert (withdrawal["tier"], withdrawal["could_be"], withdrawal["missing"]) == ("moderate", "moderate", [])
    assert all(fired["basis"] for fired in withdrawal["fired"])


def test_example_medications_keep_what_was_typed(tmp_path):
    lines = answer(EXAMPLE, tmp_path)["medications"]

    assert lines[0] == {"entered": "Ultram 50 mg prn", "substances": ["tramadol"], "match": "exact"}


def test_example_law_in_memphis(tmp_path):
    ruling = answer(EXAMPLE, tmp_path)["legal"]["kratom_leaf"]

    assert (ruling["status"], ruling["decided_by"], ruling["valid_from"]) == ("prohibited", "US-TN", "2026-07-01")


def test_law_in_memphis_the_day_before(tmp_path):
    ruling = answer({**EXAMPLE, "on": "2026-06-30"}, tmp_path)["legal"]["kratom_leaf"]

    assert ruling["status"] in {"restricted", "regulated"}
    assert ruling["min_age"] == 21


def test_array_gives_an_array_in_order(tmp_path):
    cases = [{"on": "2026-11-22"}, {**EXAMPLE, "medications": ["warfarin", "moodlift plus"]}]
    first, second = answer(cases, tmp_path)

    assert first["flags"] == []
    assert first["withdrawal"] is None
    assert [row["about"] for row in second["nothing_found"]] == ["warfarin"]
    assert "moodlift plus" in {row["what"] for row in second["not_assessed"]}


def test_ambiguous_place_is_said(tmp_path):
    shown = answer({**EXAMPLE, "place": {"city": "Springfield"}}, tmp_path)

    assert shown["legal"] == {}
    assert "law" in {row["what"] for row in shown["not_assessed"]}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("{", "not JSON"),
        ('{"medicatoins": []}', "medicatoins"),
        ('{"kratom": [{"amount": -1}]}', "kratom[0].amount"),
        ('{"kratom": [{"product": "tee"}]}', "kratom[0].product"),
        ('{"scores": {"phq9": [1]}}', "scores.phq9"),
        ('{"patient": {"age": "old"}}', "patient.age"),
        ('[{}, {"on": "tomorrow"}]', "[1] on"),
        ('"text"', "object"),
    ],
)
def test_bad_input_is_refused_in_one_line_that_names_the_field(text, named, tmp_path):
    assert named in refusal(text, tmp_path)


def test_missing_file_is_refused(tmp_path):
    with pytest.raises(SystemExit) as stopped:
        call_command("screen", str(tmp_path / "none.json"), stderr=StringIO())
    assert stopped.value.code == 2
