"""Rating instruments: complete or no total, wrong answers refused by item, bands without gaps."""

import copy

import pytest

from clinical.screening.instrument_document import instrument_from
from clinical.screening.instruments import band_of, item_9, score
from tests.clinical.screening.reference import read_yaml

PHQ9 = instrument_from(read_yaml("instruments/phq9.yaml"))
COWS = instrument_from(read_yaml("instruments/cows.yaml"))


@pytest.mark.parametrize(
    ("total", "band"),
    [
        (0, "minimal"),
        (4, "minimal"),
        (5, "mild"),
        (9, "mild"),
        (10, "moderate"),
        (14, "moderate"),
        (15, "moderately_severe"),
        (19, "moderately_severe"),
        (20, "severe"),
        (27, "severe"),
    ],
)
def test_phq9_bands(total, band):
    assert band_of(PHQ9, total).code == band


@pytest.mark.parametrize(
    ("total", "band"),
    [
        (4, "none"),
        (5, "mild"),
        (12, "mild"),
        (13, "moderate"),
        (24, "moderate"),
        (25, "moderately_severe"),
        (36, "moderately_severe"),
        (37, "severe"),
        (48, "severe"),
    ],
)
def test_cows_bands(total, band):
    assert band_of(COWS, total).code == band


def test_complete_answers_have_a_total_and_a_band():
    found = score(PHQ9, [1, 1, 2, 0, 0, 1, 0, 0, 0])
    assert (found.total, found.band.code, found.missing) == (5, "mild", ())


def test_an_open_answer_leaves_no_total():
    found = score(PHQ9, [3, 3, 3, 3, 3, 3, 3, None, 3])
    assert (found.total, found.band, found.missing) == (None, None, ("movement",))


def test_cows_takes_only_listed_values():
    assert score(COWS, [4, 4, 5, 5, 4, 4, 5, 4, 4, 4, 5]).total == 48
    with pytest.raises(ValueError, match="cows, gooseflesh: 4 is not one of 0, 3, 5"):
        score(COWS, [0] * 10 + [4])


@pytest.mark.parametrize("answer", [4, -1, 1.5, True, "1"])
def test_wrong_answer_is_refused_by_item(answer):
    with pytest.raises(ValueError, match="phq9, mood: "):
        score(PHQ9, [0, answer, 0, 0, 0, 0, 0, 0, 0])


def test_wrong_number_of_answers_is_refused():
    with pytest.raises(ValueError, match="9 answers expected, 8 given"):
        score(PHQ9, [0] * 8)


def test_item_9_is_read_whatever_the_total():
    assert item_9(PHQ9, [None] * 8 + [2]) == 2
    assert item_9(PHQ9, [0] * 8 + [None]) is None


def test_total_out_of_reach_is_refused():
    with pytest.raises(ValueError, match="28 is not between 0 and 27"):
        band_of(PHQ9, 28)


def test_instrument_that_does_not_add_up_is_refused():
    document = copy.deepcopy(read_yaml("instruments/cows.yaml"))
    document["items"][-1]["answers"][-1]["value"] = 4
    with pytest.raises(ValueError, match="do not add up to 48"):
        instrument_from(document)


def test_bands_with_a_gap_are_refused():
    document = copy.deepcopy(read_yaml("instruments/phq9.yaml"))
    document["bands"][1]["low"] = 6
    with pytest.raises(ValueError, match="bands must cover 0 to 27"):
        instrument_from(document)


def test_items_carry_the_credit_line():
    assert "No permission required" in read_yaml("instruments/phq9.yaml")["credit"]
    assert len(PHQ9.items) == 9
    assert len(COWS.items) == 11


def test_phq9_says_that_the_difficulty_question_is_not_asked():
    assert len(PHQ9.items) == 9
    (note,) = [text for text in read_yaml("instruments/phq9.yaml")["notes"] if "how difficult" in text]
    assert "is not asked here" in note
    assert "changes no total" in note
