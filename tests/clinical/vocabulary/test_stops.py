"""Days that "stopped ..." can mean."""

from datetime import date

import pytest

from clinical.vocabulary.stops import UNSAID, StopDays, stop_days
from clinical.vocabulary.text import parse_entry


def whole(year, month, last):
    return StopDays(date(year, month, 1), date(year, month, last))


def one(year, month, day):
    return StopDays(date(year, month, day), date(year, month, day))


WORDS = [
    ("stopped 3/2026", whole(2026, 3, 31)),
    ("stopped 2/2024", whole(2024, 2, 29)),
    ("stopped 2026-03", whole(2026, 3, 31)),
    ("stopped march 2026", whole(2026, 3, 31)),
    ("stopped in sept. 2025", whole(2025, 9, 30)),
    ("stopped 2025", StopDays(date(2025, 1, 1), date(2025, 12, 31))),
    ("stopped 3/15/2026", one(2026, 3, 15)),
    ("stopped 15/3/2026", one(2026, 3, 15)),
    ("stopped 3/15/26", one(2026, 3, 15)),
    ("stopped 15.3.2026", one(2026, 3, 15)),
    ("stopped 2026-03-15", one(2026, 3, 15)),
    ("stopped 15 march 2026", one(2026, 3, 15)),
    ("stopped march 15, 2026", one(2026, 3, 15)),
    ("stopped 3/4/2026", StopDays(date(2026, 3, 4), date(2026, 4, 3))),
    ("stopped today", StopDays(days_ago=0)),
    ("stopped yesterday", StopDays(days_ago=1)),
    ("stopped last year", StopDays(days_ago=1)),
    ("stopped 10 days ago", StopDays(days_ago=10)),
    ("stopped 2 wks ago", StopDays(days_ago=14)),
    ("stopped two months ago", StopDays(days_ago=56)),
    ("stopped a year ago", StopDays(days_ago=365)),
    ("stopped x 3 weeks", StopDays(days_ago=21)),
    ("stopped 3/26", UNSAID),
    ("stopped march", UNSAID),
    ("stopped 13/2026", UNSAID),
    ("stopped 31/31/2026", UNSAID),
    ("stopped 3/4/126", UNSAID),
    ("stopped", UNSAID),
    ("", UNSAID),
]


@pytest.mark.parametrize(("words", "days"), WORDS, ids=[case[0] for case in WORDS])
def test_words_behind_stopped_say_these_days_and_no_others(words, days):
    assert stop_days(words) == days


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("tramadol d/c'd 3/2026", "tramadol"),
        ("tramadol (stopped 3/2026)", "tramadol"),
        ("d/c'd 3/2026 tramadol", "tramadol"),
        ("tramadol 50 mg - discontinued in March 2026", "tramadol"),
        ("tramadol off since 3/2026", "tramadol"),
        ("tramadol stopped; last dose 3/2026", "tramadol"),
    ],
)
def test_stop_with_its_month_is_read_wherever_it_stands(line, name):
    entry = parse_entry(line)
    assert (entry.name, entry.stopped) == (name, True)
    assert (entry.stopped_from, entry.stopped_until) == (date(2026, 3, 1), date(2026, 3, 31))


def test_last_dose_alone_is_no_stop_and_stays_in_the_sig():
    entry = parse_entry("vivitrol 380 mg IM, last dose 2 weeks ago")
    assert (entry.name, entry.stopped, entry.stopped_days_ago) == ("vivitrol", False, None)
    assert "last dose 2 weeks ago" in entry.sig


def test_day_named_elsewhere_is_the_day_of_the_only_stop():
    assert parse_entry("stopped taking methadone 2 weeks ago").stopped_days_ago == 14


@pytest.mark.parametrize(
    "line",
    [
        "tramadol 50 mg, not stopped",
        "tramadol 50 mg never stopped",
        "tramadol 50 mg d/c after 7 days",
        "tramadol 50 mg - discontinue if rash",
        "tramadol 50 mg, given on d/c",
        "tramadol 50 mg (quit smoking 3/2026)",
        "tramadol 50 mg stopped 3/2026, restarted 5/2026",
        "tramadol 50 mg stopped then resumed",
        "tramadol 50 mg held",
        "tramadol 50 mg last filled 3/2026",
    ],
)
def test_words_that_are_no_stop_of_this_medicine_leave_it_taken(line):
    entry = parse_entry(line)
    assert (entry.name, entry.stopped, entry.stopped_from, entry.stopped_days_ago) == ("tramadol", False, None, None)
