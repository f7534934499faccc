"""The reviewed reference files: nothing lost, nothing loose, every hand-over on its day."""

import re
from collections import Counter
from datetime import date

import pytest

from legal.reference_files import read_files

FILES = read_files()
ROWS_IN = {"statuses_us.csv": 120, "statuses_local.csv": 72, "statuses_world.csv": 78}


def rows_of(code, substance):
    rows = [r for r in FILES.periods if r["jurisdiction_code"] == code and r["substance"] == substance]
    return sorted(rows, key=lambda row: row["valid_from"] or date.min)


def test_files_have_no_fault():
    assert FILES.faults == []


@pytest.mark.parametrize(("name", "count"), ROWS_IN.items())
def test_row_count_per_table(name, count):
    assert sum(row["where"].startswith(name) for row in FILES.periods) == count


def test_row_count_of_the_rest():
    assert (len(FILES.jurisdictions), len(FILES.pending), len(FILES.disagreements)) == (199, 39, 34)


def test_second_reading_is_carried_over():
    counts = {name: Counter(r["second_read"] for r in FILES.periods if r["where"].startswith(name)) for name in ROWS_IN}
    assert counts["statuses_us.csv"] == {"agree": 74, "differs": 5, "none-found": 14, "": 27}
    assert counts["statuses_local.csv"] == {"agree": 20, "differs": 4, "none-found": 21, "": 27}
    assert counts["statuses_world.csv"] == {"": 78}


def test_every_state_and_the_district_have_rows():
    with_rows = {row["jurisdiction_code"] for row in FILES.periods}
    states = [row["code"] for row in FILES.jurisdictions if row["level"] == "state"]
    assert len(states) == 51
    assert set(states) <= with_rows


@pytest.mark.parametrize(
    ("code", "substance", "handovers"),
    [
        ("US", "7-OH", [("unknown", "2026-11-13")]),
        ("US-TN", "kratom_leaf", [("restricted", "2018-07-01")]),
        ("US-TN", "both", [("prohibited", "2026-07-01")]),
        ("US-CO", "kratom_leaf", [("regulated", "2024-07-01"), ("regulated", "2025-05-28")]),
        ("US-CT", "both", [("prohibited", "2026-03-25")]),
        ("US-LA", "both", [("prohibited", "2025-08-01")]),
        ("US-KY", "7-OH", [("restricted", "2024-07-15"), ("prohibited", "2025-11-01")]),
        ("US-KY", "both", [("prohibited", "2027-01-01")]),
        ("US-OH", "7-OH", [("prohibited", "2025-12-12"), ("prohibited", "2026-05-01")]),
        ("US-UT", "7-OH", [("restricted", "2019-05-14"), ("prohibited", "2026-05-06")]),
        ("US-NY", "both", [("regulated", "2026-06-20")]),
        ("US-MN", "both", [("restricted", "2018-08-01"), ("restricted", "2026-08-01")]),
        (
            "US-FL",
            "7-OH",
            [
                ("restricted", "2023-07-01"),
                ("prohibited", "2025-08-13"),
                ("prohibited", "2025-08-19"),
                ("prohibited", "2025-12-08"),
                ("prohibited", "2026-06-22"),
            ],
        ),
        ("US-MS:county:28095", "both", [("prohibited", "2019-05-01"), ("legal_unregulated", "2020-06-01")]),
        ("US-NY:county:36103", "both", [("restricted", "2016-12-06"), ("regulated", "2026-06-20")]),
        ("CZ", "both", [("regulated", "2025-11-12")]),
        ("TH", "kratom_leaf", [("legal_unregulated", "2021-08-24"), ("regulated", "2022-08-27")]),
    ],
)
def test_handover_days(code, substance, handovers):
    rows = rows_of(code, substance)
    assert [(r["status"], r["valid_from"].isoformat()) for r in rows if r["valid_from"]] == handovers
    for earlier, later in zip(rows, rows[1:], strict=False):
        assert earlier["valid_until"] == later["valid_from"] or code == "US-KY"  # leaf and 7-OH rows lie between


def test_last_day_in_force_became_the_first_day_no_longer_in_force():
    (federal,) = rows_of("US", "7-OH_derivatives")
    assert (federal["valid_from"], federal["valid_until"]) == (date(2026, 8, 26), date(2028, 8, 27))


def test_blank_starts_say_so():
    for row in FILES.periods:
        assert (row["valid_from"] is None) == ("First day not known" in row["note"])


def test_what_a_clinician_reads_holds_no_working_notes():
    loose = re.compile(r"\b(tracker|vendor list|re-check|RE-CHECK|row|safe|ikratom|second reader|not read here)\b")
    assert [row["where"] for row in FILES.periods if loose.search(row["restrictions"].replace("7-OH row", ""))] == [
        "statuses_us.csv row 2"
    ]


def test_low_confidence_and_unknown_rows_carry_a_note():
    for row in FILES.periods:
        if row["confidence"] == "low" or row["status"] == "unknown":
            assert row["note"]
