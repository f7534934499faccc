"""The documents that the knowledge desk goes by are refused in words when a part or a figure cannot be."""

from copy import deepcopy

import pytest

from clinical import reference_files
from clinical.reference_desk import desk_faults
from clinical.rule_first_words import FIRST_WORDS, LEAST_OF_ACTION, first_words, missing_from_first_words

NAMES = ("stewardship", "reviewing", "alerting")


@pytest.fixture(scope="module")
def files():
    return reference_files.read()


@pytest.fixture
def documents(files):
    return deepcopy({name: files.documents[name] for name in NAMES})


def test_shipped_documents_have_no_fault(documents):
    assert list(desk_faults(documents)) == []
    assert list(desk_faults({})) == []


@pytest.mark.parametrize(
    ("name", "part", "change", "told"),
    [
        ("stewardship", "proposed_for_review", {"overridden_over_percent": 101}, "from 0 to 100, not 101"),
        ("stewardship", "proposed_for_review", {"overridden_over_percent": "90"}, "from 0 to 100, not '90'"),
        ("stewardship", "proposed_for_review", {"days": 0}, "from 1 to 3660"),
        ("stewardship", "proposed_for_review", {"days": 90.5}, "a whole number"),
        ("stewardship", "proposed_for_review", {"least_decided_answers": None}, "not None"),
        ("stewardship", "proposed_for_review", {"leading_reason": "bored"}, "“bored” is none of"),
        ("stewardship", "proposed_for_review", {"basis": " "}, "on what grounds"),
        ("stewardship", "small_counts", {"judgement": False}, "has no source"),
        ("stewardship", "small_counts", {"shown_from": True}, "not True"),
        ("reviewing", "interval", {"months": 0}, "from 1 to 600"),
        ("alerting", "parameters", {"value": 1.5}, "top_tier_target_share is a number from 0.0 to 1.0, not 1.5"),
        ("alerting", "parameters", {"name": "other"}, "exactly one row “top_tier_target_share”"),
        ("alerting", "parameters", {"note": ""}, "on what grounds"),
    ],
)
def test_figure_that_cannot_be_is_refused(documents, name, part, change, told):
    documents[name][part][0].update(change)
    faults = list(desk_faults(documents))
    assert len(faults) == 1
    assert faults[0].startswith(f"{name}.yaml: ")
    assert told in faults[0]


@pytest.mark.parametrize(
    "content", [None, [], "text", {}, {"interval": None}, {"interval": ["row"]}, {"interval": [{}, {}]}]
)
def test_document_without_its_part_is_refused(content):
    assert list(desk_faults({"reviewing": content})) == ["reviewing.yaml: interval needs exactly one row"]


def test_aims_of_alerts_from_before_the_first_words_are_still_read(documents):
    documents["alerting"]["parameters"] = documents["alerting"]["parameters"][:1]
    assert list(desk_faults(documents)) == []


def test_fault_stops_a_load(tmp_path):
    from shutil import copytree

    folder = copytree(reference_files.FOLDER, tmp_path / "data")
    path = folder / "stewardship.yaml"
    path.write_text(path.read_text().replace("overridden_over_percent: 90", "overridden_over_percent: 900"))
    assert [fault for fault in reference_files.read(folder).faults if "overridden_over_percent" in fault]


# ---- The first words of every concern shipped


def test_every_shipped_concern_begins_with_pair_consequence_and_action(files):
    held = {row["name"]: row["value"] for row in files.documents["alerting"]["parameters"]}
    missing = {code: missing_from_first_words(rule, held) for code, rule in files.rules.items()}
    assert len(missing) > 100
    assert {code: told for code, told in missing.items() if told} == {}


@pytest.mark.parametrize(
    ("title", "action", "missing"),
    [
        ("Tramadol: seizures", "Avoid.", []),
        ("Tramadol", "Avoid.", ["the consequence"]),
        (": seizures", "Avoid.", ["the pair"]),
        ("Tramadol: seizures", "", ["what to do"]),
        ("A: " + "very " * 11 + "long", "Do not give it.", ["what to do"]),
        ("A: " + "very " * 10 + "long", "Do not give it.", []),
        ("", "", []),
    ],
)
def test_first_words_say_what_is_missing(title, action, missing):
    held = {FIRST_WORDS: 15, LEAST_OF_ACTION: 3}
    told = missing_from_first_words({"title": title, "action": action}, held)
    assert [words.split(",")[0].split(":")[0] for words in told] == missing


def test_first_words_are_those_the_page_shows_first():
    assert first_words({"title": "Tramadol: seizures", "action": "Avoid both."}, 3) == "Tramadol: seizures Avoid"
