"""The record of a visit in words: every answer, and what was not asked or not recorded."""

from dataclasses import replace
from datetime import date

import pytest

from clinical.forms.consultation_reference import words_in_force
from clinical.records import MedicationRecord, UseRecord
from clinical.snapshots import current_version
from clinical.views.record_words import answered_line, line_words, record_words, use_words
from clinical.what_matters import what_matters
from tests import factories

USES = {
    "nothing known": (
        UseRecord(product="unknown"),
        (
            "Not known, amount not recorded, doses a day not recorded, days a week not recorded, "
            "months of use not recorded, last use not recorded"
        ),
    ),
    "everything known": (
        factories.leaf(brand="Green", hours_since_last_use=8.0),
        "Leaf powder (Green), 3 grams each dose, 3 doses a day, 7 days a week, for 12 months, last use 8 hours ago",
    ),
    "a day's total, stopped": (
        factories.leaf(per="day", hours_since_last_use=96.0, stopped=True),
        "Leaf powder, 3 grams a day, 3 doses a day, 7 days a week, for 12 months, last use 4 days ago, stopped",
    ),
    "amount without unit": (
        factories.leaf(unit="", hours_since_last_use=None),
        (
            "Leaf powder, 3 (unit not recorded) each dose, 3 doses a day, 7 days a week, for 12 months, "
            "last use not recorded"
        ),
    ),
}


@pytest.mark.parametrize(("use", "words"), USES.values(), ids=USES.keys())
def test_kratom_in_words(use, words):
    assert use_words(use) == words


def reading(match: str, *substances: str) -> dict:
    return {"match": match, "substances": list(substances)}


LINES = {
    "read as": (MedicationRecord("Ultram 50 mg"), reading("exact", "tramadol"), "Ultram 50 mg (tramadol)"),
    "same word": (MedicationRecord("Warfarin"), reading("exact", "warfarin"), "Warfarin"),
    "not recognised": (MedicationRecord("moodlift"), reading("none"), "moodlift, not recognised"),
    "no reading kept": (MedicationRecord("moodlift"), None, "moodlift, not recognised"),
    "several meanings": (MedicationRecord("vitamin"), reading("ambiguous"), "vitamin, could mean several things"),
    "all said": (
        MedicationRecord(
            "warfarin", phase="stopped", route="oral", started_on=date(2026, 1, 2), stopped_on=date(2026, 3, 4)
        ),
        reading("exact", "warfarin"),
        "warfarin, by mouth, from 2 Jan 2026, stopped 4 Mar 2026",
    ),
    "stops later": (
        MedicationRecord("warfarin", phase="settled", stopped_on=date(2026, 12, 31)),
        reading("exact", "warfarin"),
        "warfarin, taking, until 31 Dec 2026",
    ),
    "stopped, day not known": (
        MedicationRecord("warfarin", phase="stopped"),
        reading("exact", "warfarin"),
        "warfarin, stopped",
    ),
    "as needed": (
        MedicationRecord("Ultram prn", as_needed=True),
        reading("exact", "tramadol"),
        "Ultram prn (tramadol), as needed",
    ),
    "by its spelling": (
        MedicationRecord("tramadoll"),
        reading("fuzzy", "tramadol"),
        "tramadoll, read as tramadol by its spelling, not confirmed",
    ),
    "route known from the name": (
        MedicationRecord("Vivitrol"),
        {**reading("exact", "naltrexone"), "route": "injected", "route_from": "name"},
        "Vivitrol (naltrexone), injected (known from the name)",
    ),
}


@pytest.mark.parametrize(("line", "read", "words"), LINES.values(), ids=LINES.keys())
def test_medicine_in_words(line, read, words):
    assert line_words(line, read) == words


def parts_of(doctor, sex: str = "female", **values) -> dict[str, tuple[str, ...]]:
    patient = factories.patient(doctor, sex=sex)
    record = factories.visit("tramadol", **values)
    shown = what_matters(patient, record)
    return {p.heading: p.lines for p in record_words(record, words_in_force(), shown, current_version())}


def test_record_says_what_was_asked_and_what_was_not(doctor):
    parts = parts_of(doctor, past_withdrawal="mild", dose_at_night=True, dose_on_waking=False, failed_quits=2)

    assert parts["Kratom history"] == (
        "Worst withdrawal so far: Mild",
        "Attempts given up because of withdrawal: 2",
        "First dose on waking: no",
        "Doses at night: yes",
        (
            "Not asked: attempts to stop, treatment for kratom so far, doses to avoid symptoms, opioid use disorder, "
            "harm so far, pregnancy plans, wants from kratom, wants from care"
        ),
    )


def test_record_names_scores_with_their_band_and_item_9(doctor):
    parts = parts_of(doctor, phq9=(2, 2, 2, 1, 1, 1, 2, 2, 1), cows=14)

    assert parts["Scores"] == ("PHQ-9 14 of 27 moderate; item 9: 1 Several days", "COWS 14 of 48 moderate")


def test_record_without_anything_says_so(doctor):
    parts = parts_of(doctor, sex="male", medications=(), uses=(), asked="declined")

    assert parts["Kratom"] == ("Declined to say",)
    assert parts["Medicines"] == ("None recorded.",)
    assert parts["Other substances"] == ("None recorded.", "Opioids, alcohol and other use: not asked one by one.")
    assert parts["Kratom history"] == ("Not asked.",)
    assert parts["Conditions"] == ("None recorded. That is not the same as none.",)
    assert parts["Scores"] == ("PHQ-9 not recorded", "COWS not recorded")
    assert parts["What was decided"] == ("Nothing written.", "No change of kratom use agreed.")


def test_total_outside_every_band_has_no_word(doctor):
    words = replace(words_in_force(), cows_bands=())
    patient = factories.patient(doctor)
    record = factories.visit(cows=14)
    parts = record_words(record, words, what_matters(patient, record), current_version())

    assert [part.lines[1] for part in parts if part.heading == "Scores"] == ["COWS 14 of 48"]


@pytest.mark.parametrize(
    ("answered", "of", "words"),
    [
        (0, 1, "0 of 1 concern to act on now is answered."),
        (2, 3, "2 of 3 concerns to act on now are answered."),
    ],
)
def test_answered_line(answered, of, words):
    assert answered_line(answered, of) == words
