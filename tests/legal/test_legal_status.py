"""The `legal_status` command: readable, dated, sourced, and honest about places it cannot settle."""

import json
from datetime import UTC, datetime
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db


def ask(*arguments):
    out = StringIO()
    call_command("legal_status", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize(("day", "words"), [("2026-06-30", "LIMITED"), ("2026-07-01", "NOT LAWFUL")])
def test_text_answer_in_memphis_on_both_sides_of_the_handover(law, day, words):
    text = ask("Memphis, TN", "--on", day, "--substance", "kratom_leaf", "--age", "30")
    assert f"Kratom leaf (kratom_leaf): {words}" in text
    for part in (
        "decided by: Tennessee",
        "citation: ",
        "source: https://",
        "(2026-11-22)",
        "confidence",
        "No entry",
    ):
        assert part in text


@pytest.mark.parametrize(
    ("age", "words"),
    [(["--age", "30"], "21 (old enough)"), (["--age", "20"], "21 (too young)"), ([], "21 (age not known)")],
)
def test_text_answer_says_whether_the_age_allows(law, age, words):
    assert f"minimum age: {words}" in ask("Memphis, TN", "--on", "2026-06-30", "--substance", "kratom_leaf", *age)


@pytest.mark.parametrize(
    ("place", "substance", "age", "words"),
    [
        ("Memphis, TN", "kratom_leaf", "30", "May not buy lawfully."),
        ("Oklahoma", "kratom_leaf", "17", "May not buy lawfully."),
        ("Oklahoma", "kratom_leaf", "30", "May buy only what meets the rules below"),
        ("Kansas", "kratom_leaf", "30", "Whether buying is lawful is not known."),
    ],
)
def test_text_answer_says_what_is_known_of_buying(law, place, substance, age, words):
    assert f"  buying: {words}" in ask(place, "--on", "2026-11-22", "--substance", substance, "--age", age)


def test_text_answer_says_where_sources_disagree(law):
    assert "      doubt: sources disagree" in ask("Connecticut", "--on", "2026-11-22", "--substance", "kratom_leaf")


def test_text_answer_that_is_not_firm(law):
    text = ask("US", "--on", "2026-11-13", "--substance", "7-OH")
    assert "UNCERTAIN" in text
    assert "no firm answer; strictest known: nothing. Advise as if not lawful." in text
    assert "ahead, pending: United States (federal): Temporary Schedule I order" in text


def test_text_answer_where_no_level_has_an_entry(law):
    assert "no level: no entry anywhere" in ask("Kenya", "--on", "2026-11-22", "--substance", "kratom_leaf")


def test_text_answer_for_a_ban_names_no_age(law):
    text = ask("Tupelo, MS", "--on", "2026-11-22", "--substance", "kratom_leaf", "--age", "30")
    assert "NOT LAWFUL" in text
    assert "minimum age" not in text


def test_text_answer_names_the_day_of_what_lies_ahead(law):
    text = ask("Kentucky", "--on", "2026-11-22", "--substance", "kratom_leaf")
    assert "ahead, starts 1 Jan 2027: Kentucky: Not lawful. From this date sale is banned statewide" in text


def test_json_answer_has_all_three_substances(law):
    answer = json.loads(ask("West Memphis, AR", "--on", "2026-11-22", "--age", "40", "--json"))
    assert list(answer["rulings"]) == ["kratom_leaf", "7-OH", "7-OH_derivatives"]
    leaf = answer["rulings"]["kratom_leaf"]
    assert (leaf["status"], leaf["decided_by"], leaf["checked_on"]) == ("prohibited", "US-AR", "2026-11-22")
    assert answer["place"]["label"] == "West Memphis, Crittenden County, Arkansas"


def test_day_defaults_to_today(law):
    with time_machine.travel(datetime(2026, 6, 30, 12, tzinfo=UTC), tick=False):
        assert json.loads(ask("TN", "--json"))["rulings"]["kratom_leaf"]["status"] == "restricted"


def test_staleness_counts_to_a_day_ahead(law):
    with time_machine.travel(datetime(2026, 11, 22, 12, tzinfo=UTC), tick=False):
        text = ask("TN", "--on", "2030-01-01", "--substance", "kratom_leaf")
    assert "no firm answer" in text
    assert "before that day: too far ahead for a firm answer" in text
    assert "checked today" not in text


def test_day_that_no_row_of_the_state_covers_is_doubted(law):
    words = "! Kratom leaf: no row of South Dakota covers that day; that is not evidence that it was lawful."
    assert words in ask("SD", "--on", "2020-06-01", "--substance", "kratom_leaf")
    answer = json.loads(ask("SD", "--on", "2020-06-01", "--substance", "kratom_leaf", "--json"))
    assert words.removeprefix("! ") in answer["place"]["doubts"]
    assert answer["rulings"]["kratom_leaf"]["firm"] is False


def test_staleness_of_a_past_day_counts_to_today(law):
    with time_machine.travel(datetime(2027, 6, 30, 12, tzinfo=UTC), tick=False):
        text = ask("Texas", "--on", "2026-11-22", "--substance", "kratom_leaf")
    assert "UNCERTAIN" in text
    assert "checked 220 days ago: too long ago for a firm answer (2026-11-22)" in text


@pytest.mark.parametrize(
    ("place", "code", "words"), [("Springfield", 3, "Springfield, Sangamon County, IL"), ("Xyzzy, TN", 4, "give a ZIP")]
)
@pytest.mark.parametrize("as_json", [[], ["--json"]])
def test_unsettled_place_exits_with_its_code_and_the_way_on(law, place, code, words, as_json):
    with pytest.raises(CommandError, match=words) as refusal:
        ask(place, *as_json)
    assert refusal.value.returncode == code


def test_day_that_is_none_is_refused(law):
    with pytest.raises(CommandError, match="is not a day"):
        ask("TN", "--on", "yesterday")
