"""Typed conditions against the shipped list."""

import pytest


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("long QT syndrome", "long_qt_syndrome"),
        ("LONG_QT_SYNDROME", "long_qt_syndrome"),
        ("LQTS", "long_qt_syndrome"),
        ("I45.81", "long_qt_syndrome"),
        ("i4581", "long_qt_syndrome"),
        ("F11.20", "opioid_use_disorder"),
        ("Alcohol use disorder, in remission", "alcohol_use_disorder_remission"),
        (" sleep apnea ", "sleep_apnoea"),
        ("pregnant", "pregnancy"),
        ("depression", "major_depression"),
    ],
)
def test_condition_is_recognised(conditions, typed, key):
    assert conditions.resolve(typed) == key


def test_shortened_code_that_fits_several_is_a_choice(conditions):
    found = conditions.resolve("F11")
    assert isinstance(found, tuple)
    assert {"opioid_use_disorder", "opioid_use_disorder_remission"} <= set(found)


@pytest.mark.parametrize("typed", ["", "   ", "long QT syndrom", "Z99.99", "depressed mood today", "F"])
def test_condition_not_in_the_list_is_not_guessed(conditions, typed):
    assert conditions.resolve(typed) is None


def test_every_label_synonym_and_code_leads_somewhere(conditions):
    from tests.clinical.vocabulary.conftest import parts, rows_of

    for row in rows_of("conditions.csv"):
        for name in (row["key"], row["label"], *parts(row["synonyms"]), *parts(row["icd10cm"])):
            assert row["key"] == conditions.resolve(name), name


def test_labels_are_in_reading_order(conditions):
    labels = list(conditions.labels.values())
    assert labels == sorted(labels, key=str.casefold)
    assert len(labels) == 207


def test_suggestions_begin_with_what_was_typed(conditions):
    assert conditions.suggest("long qt")[0] == "long_qt_syndrome"
    assert "severe_depression" in conditions.suggest("depr", limit=20)
    assert conditions.suggest(" ") == []
    assert len(conditions.suggest("c", limit=5)) == 5
