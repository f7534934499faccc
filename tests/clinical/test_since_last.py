"""What became of a row since last time: carried as text, read back, compared; nothing from a page is trusted."""

from dataclasses import replace
from datetime import date

import pytest

from clinical.forms.since_last_words import since_words
from clinical.records import MedicationRecord, UseRecord, VisitRecord
from clinical.since_last import (
    LONGEST_TEXT,
    Mark,
    carried,
    last_time_of,
    mark_of,
    read,
    settled,
    unconfirmed_in,
    without_marks,
)
from tests import factories

LINE = MedicationRecord(
    "tramadol 50 mg", phase="settled", route="oral", as_needed=True, started_on=date(2025, 1, 2), chosen="tramadol"
)
USE = factories.leaf(dose_times=("08:00", "night"), reasons=("pain", "mood"), switches_brand=False, brand="Mitra")


def test_a_line_says_the_same_after_being_carried():
    assert last_time_of(carried(LINE)) == replace(LINE, chosen=None)
    assert last_time_of(carried(USE)) == replace(USE, hours_since_last_use=None)


MARKS = {
    "as it was": (carried(LINE), {}, Mark.UNCONFIRMED),
    "confirmed": (carried(LINE), {"as_last_time": True}, Mark.CONFIRMED),
    "settled by a person": (carried(LINE), {"chosen": "another"}, Mark.UNCONFIRMED),
    "another dose": (carried(LINE), {"entered": "tramadol 100 mg"}, Mark.CHANGED),
    "another dose, and confirmed": (carried(LINE), {"entered": "tramadol 100 mg", "as_last_time": True}, Mark.CHANGED),
    "stopped": (carried(LINE), {"phase": "stopped", "stopped_on": date(2026, 11, 1)}, Mark.STOPPED),
    "stopped before, and so still": (carried(replace(LINE, phase="stopped")), {}, Mark.UNCONFIRMED),
    "taken up again": (carried(replace(LINE, phase="stopped")), {"phase": "settled"}, Mark.CHANGED),
    "never seen": (LINE, {}, Mark.NEW),
    "product as it was": (carried(USE), {"hours_since_last_use": 3.0, "recent_change": "same"}, Mark.UNCONFIRMED),
    "more of a product": (carried(USE), {"amount": 5.0}, Mark.CHANGED),
    "reasons in another order": (carried(USE), {"reasons": ("mood", "pain")}, Mark.UNCONFIRMED),
    "brand question not answered": (carried(USE), {"switches_brand": None}, Mark.CHANGED),
    "product stopped": (carried(USE), {"stopped": True}, Mark.STOPPED),
}


@pytest.mark.parametrize(("line", "changes", "mark"), MARKS.values(), ids=MARKS.keys())
def test_mark_follows_from_what_the_row_says(line, changes, mark):
    assert mark_of(replace(line, **changes), is_repeat=True) is mark


def test_nothing_is_new_where_no_visit_came_before():
    assert mark_of(LINE, is_repeat=False) is Mark.NONE
    assert since_words(LINE, is_repeat=False) == ""


DOSES = "\u2068tramadol 50 mg\u2069 → \u2068tramadol 100 mg\u2069"
WORDS = {
    "dose": (carried(LINE), {"entered": "tramadol 100 mg"}, f"Changed: {DOSES}"),
    "amount": (carried(USE), {"amount": 5.0}, "Changed: amount 3 → 5"),
    "not told now": (carried(USE), {"per": "day", "doses_per_day": None},
        "Changed: amount is for each dose → a whole day; doses a day 3 → not recorded"),
    "reasons": (carried(USE), {"reasons": ("pain",)}, "Changed: reasons pain, mood → pain"),
    "route": (carried(LINE), {"route": ""}, "Changed: route by mouth → not recorded"),
    "as needed": (carried(LINE), {"as_needed": False}, "Changed: as needed yes → no"),
    "stop": (carried(LINE), {"phase": "stopped", "stopped_on": date(2026, 11, 1)}, "Stopped since last time"),
    "stop and dose": (carried(USE), {"stopped": True, "amount": 1.0}, "Stopped since last time: amount 3 → 1"),
    "day": (carried(LINE), {"started_on": date(2025, 2, 2)}, "Changed: started on 2 Jan 2025 → 2 Feb 2025"),
    "not confirmed": (carried(LINE), {}, "As last time, not confirmed today"),
}  # fmt: skip


@pytest.mark.parametrize(("line", "changes", "words"), WORDS.values(), ids=WORDS.keys())
def test_change_is_said_from_what_to_what(line, changes, words):
    assert since_words(replace(line, **changes), is_repeat=True) == words


UNREADABLE = {
    "no text": "",
    "no JSON": "{",
    "a list": "[1]",
    "a number": "3",
    "no name": '{"phase":"settled"}',
    "a field unknown": '{"entered":"a","is_admin":true}',
    "a number for a name": '{"entered":3}',
    "a day that is none": '{"entered":"a","started_on":"2026-02-31"}',
    "a name too long": '{"entered":"' + "a" * 301 + '"}',
    "deep": "[" * 100_000,
}


@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_text_that_is_not_ours_counts_as_none(text):
    assert read(text, MedicationRecord) is None


@pytest.mark.parametrize("amount", ["1e999", "NaN", "true", '"3"', "1" + "0" * 400])
def test_amount_that_is_none_is_not_read(amount):
    assert read(f'{{"product":"tea","amount":{amount}}}', UseRecord) is None


def test_text_too_long_to_come_back_is_not_sent():
    long = carried(replace(USE, dose_times=("08:00",) * LONGEST_TEXT))
    assert (long.last_time, mark_of(long, is_repeat=True)) == ("", Mark.NEW)


def test_confirmation_stays_only_with_what_was_said():
    so = replace(carried(LINE), as_last_time=True)
    assert settled(so) == so
    assert not settled(replace(so, phase="stopped")).as_last_time
    assert not settled(replace(LINE, as_last_time=True)).as_last_time


def test_rows_nobody_confirmed_are_counted():
    lines = (carried(LINE), replace(carried(LINE), as_last_time=True), replace(carried(LINE), phase="stopped"), LINE)
    record = VisitRecord(visit_on=factories.VISIT_DAY, uses=(carried(USE),), medications=lines)
    assert unconfirmed_in(record) == 2
    assert unconfirmed_in(without_marks(record)) == 0
    assert without_marks(record).medications == (LINE,) * 2 + (replace(LINE, phase="stopped"), LINE)
