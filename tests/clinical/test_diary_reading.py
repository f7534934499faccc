"""Nasty diary files: what is read, what is asked about and what is refused, each row with its number and reason."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from clinical.diary.headings import FileRefused, table_of
from clinical.diary.moments import Ambiguous, Reading, Unreadable, moment_of, orders_shown
from clinical.diary.reading import QUESTIONED, READ, REFUSED, Answers, Diary, Known, read

CHICAGO = ZoneInfo("America/Chicago")
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LEAF = {"kratom": "leaf_powder", "7-OH": "7oh", "": "leaf_powder"}


def known(**values) -> Known:
    asked = {"now": NOW, "born_on": date(1992, 3, 4), "stored": frozenset()}
    unlikely = lambda product, amount, unit: "Check the amount." if amount > 200 else ""  # noqa: E731
    impossible = lambda amount, unit: "Not plausible." if amount > 1000 else ""  # noqa: E731
    return Known(**{**asked, "unlikely": unlikely, "impossible": impossible, **values})


def diary(text: str, *, stored=frozenset(), **answers) -> Diary:
    answers = {"zone": CHICAGO, "products": LEAF, **answers}
    return read(table_of(text, 50), Answers(**answers), known(stored=stored))


def one(line: str, heading: str = "date,time,product,amount,unit", **answers):
    (row,) = diary(f"{heading}\n{line}\n", **answers).rows
    return row


HEADINGS = {
    "comma": "Date,Time,Product,Amount (g)\n2026-11-01,08:00,kratom,2.5\n",
    "semicolon and decimal comma": "Datum;Uhrzeit;Product;Menge;Einheit\n2026-11-01;08:00;kratom;2,5;g\n",
    "tab": "day\ttime\twhat\tdose\tunit\n2026-11-01\t08:00\tkratom\t2.5\tg\n",
    "one column for both": "Timestamp,Substance,Qty,Units\n2026-11-01T08:00,kratom,2.5,grams\n",
    "date heading for both": "Date,Product,grams\n2026-11-01 08:00,kratom,2.5\n",
    "unit in the cell": "date,time,product,amount\n2026-11-01,8 am,kratom,2.5 g\n",
    "quoted decimal comma": 'date,time,product,amount,unit\n2026-11-01,08:00,kratom,"2,5",g\n',
    "another order, more columns": "mood,amount,unit,product,time,date\nok,2.5,g,kratom,8:00 AM,Nov 1 2026\n",
    "instant with its offset": "when,product,amount,unit\n2026-11-01T14:00:00Z,kratom,2.5,g\n",
    "blank lines and spaces": "\n date , time ,product,amount,unit\n\n 2026-11-01 , 08:00 , kratom , 2.5 , g \n\n",
}


@pytest.mark.parametrize("text", HEADINGS.values(), ids=HEADINGS.keys())
def test_every_wording_comes_to_the_same_dose(text):
    (row,) = diary(text).rows

    assert (row.state, row.why) == (READ, "")
    assert (row.taken_at, row.product, row.amount, row.unit) == (
        datetime(2026, 11, 1, 14, tzinfo=UTC),
        "leaf_powder",
        2.5,
        "g",
    )


WHOLE_FILES = {
    "no headings": ("2026-11-01,08:00,kratom,2\n", "must name the columns"),
    "nothing below": ("date,time,amount\n", "no row"),
    "two amounts": ("date,time,dose,amount\n2026-11-01,08:00,2,3\n", "Two columns seem to hold the amount"),
    "too many rows": ("date,time\n" + "2026-11-01,08:00\n" * 51, "at most 50"),
    "open quotation mark": ('date,time,amount\n2026-11-01,08:00,"2\n', "quotation mark"),
    "no text": ("\n\n", "must name the columns"),
}


@pytest.mark.parametrize(("text", "words"), WHOLE_FILES.values(), ids=WHOLE_FILES.keys())
def test_file_that_is_no_diary_is_refused_whole(text, words):
    with pytest.raises(FileRefused, match=words):
        table_of(text, 50)


def test_columns_that_are_not_read_are_named():
    assert table_of("date,time,mood,notes\n2026-11-01,08:00,ok,x\n", 50).not_read == ("mood", "notes")


ROWS = {
    "no date": (",08:00,kratom,2,g", REFUSED, "No date."),
    "no time": ("2026-11-01,,kratom,2,g", REFUSED, "No time of day."),
    "30 February": ("2026-02-30,08:00,kratom,2,g", REFUSED, "no day of the calendar"),
    "year 0": ("0000-01-01,08:00,kratom,2,g", REFUSED, "no day of the calendar"),
    "two-digit year": ("03/04/26,08:00,kratom,2,g", REFUSED, "four digits"),
    "date in words": ("yesterday,08:00,kratom,2,g", REFUSED, "no date that can be read"),
    "month that is none": ("1 Foo 2026,08:00,kratom,2,g", REFUSED, "names no month"),
    "25 o'clock": ("2026-11-01,25:00,kratom,2,g", REFUSED, "no time of a day"),
    "13 pm": ("2026-11-01,13 pm,kratom,2,g", REFUSED, "no time of a day"),
    "hour alone": ("2026-11-01,8,kratom,2,g", REFUSED, "no time. Write it"),
    "in the future": ("2026-11-23,08:00,kratom,2,g", REFUSED, "in the future"),
    "before birth": ("1980-01-01,08:00,kratom,2,g", REFUSED, "before the patient was born"),
    "in the DST gap": ("2026-03-08,02:30,kratom,2,g", REFUSED, "2026-03-08 02:30 did not exist in America/Chicago"),
    "in the autumn fold": ("2026-11-01,01:30,kratom,2,g", QUESTIONED, "2026-11-01 01:30 came twice"),
    "either date": ("03/04/2026,08:00,kratom,2,g", QUESTIONED, "can be read two ways"),
    "either date, dots": ("3.4.2026,08:00,kratom,2,g", QUESTIONED, "can be read two ways"),
    "unknown product": ("2026-11-01,08:00,coffee,2,g", QUESTIONED, "Which product is “coffee”?"),
    "amount in words": ("2026-11-01,08:00,kratom,a spoon,g", REFUSED, "is no amount"),
    "minus": ("2026-11-01,08:00,kratom,-2,g", REFUSED, "more than 0"),
    "nought": ("2026-11-01,08:00,kratom,0,g", REFUSED, "more than 0"),
    "a thousand or one": ('2026-11-01,08:00,kratom,"1,000",g', REFUSED, "a thousand or a fraction"),
    "a formula for an amount": ("2026-11-01,08:00,kratom,=1+1,g", REFUSED, "is no amount"),
    "a formula for a product": ("2026-11-01,08:00,=cmd(),2,g", REFUSED, "like a formula"),
    "a product of 121 letters": (f"2026-11-01,08:00,{'k' * 121},2,g", REFUSED, "longer than 120"),
    "unit that is none": ("2026-11-01,08:00,kratom,2,scoops", REFUSED, "no unit"),
    "no unit": ("2026-11-01,08:00,kratom,2,", QUESTIONED, "names no unit"),
    "milligrams of 7-OH": ("2026-11-01,08:00,7-OH,20,mg", QUESTIONED, "Milligrams of the product"),
    "5,000 g": ("2026-11-01,08:00,kratom,5000,g", REFUSED, "Not plausible"),
    "300 g": ("2026-11-01,08:00,kratom,300,g", QUESTIONED, "Check the amount"),
    "cells missing": ("2026-11-01", REFUSED, "No time of day."),
}


@pytest.mark.parametrize(("line", "state", "words"), ROWS.values(), ids=ROWS.keys())
def test_nasty_row_says_what_is_wrong_with_it(line, state, words):
    row = one(line)

    assert (row.number, row.state) == (2, state)
    assert words in row.why


ANSWERED = {
    "day first": ("03/04/2026,08:00,kratom,2,g", {"day_first": True}, (2026, 4, 3, 13, 0)),
    "month first": ("03/04/2026,08:00,kratom,2,g", {"day_first": False}, (2026, 3, 4, 14, 0)),
    "first hour": ("2026-11-01,01:30,kratom,2,g", {"which_hour": "first"}, (2026, 11, 1, 6, 30)),
    "second hour": ("2026-11-01,01:30,kratom,2,g", {"which_hour": "second"}, (2026, 11, 1, 7, 30)),
    "same number twice": ("04/04/2026,08:00,kratom,2,g", {}, (2026, 4, 4, 13, 0)),
    "shows its order, day": ("25/04/2026,08:00,kratom,2,g", {}, (2026, 4, 25, 13, 0)),
    "shows its order, month": ("04/25/2026,08:00,kratom,2,g", {}, (2026, 4, 25, 13, 0)),
    "another zone": ("2026-11-01,08:00,kratom,2,g", {"zone": ZoneInfo("Europe/Berlin")}, (2026, 11, 1, 7, 0)),
    "no gap there": ("2026-03-08,02:30,kratom,2,g", {"zone": ZoneInfo("Europe/Berlin")}, (2026, 3, 8, 1, 30)),
}


@pytest.mark.parametrize(("line", "answers", "instant"), ANSWERED.values(), ids=ANSWERED.keys())
def test_answers_settle_the_instant(line, answers, instant):
    row = one(line, **answers)

    assert (row.state, row.taken_at) == (READ, datetime(*instant, tzinfo=UTC))


def test_mixed_formats_are_asked_about_and_iso_is_not():
    rows = diary("date,time,product,amount,unit\n2026-04-03,08:00,kratom,2,g\n03/04/2026,09:00,kratom,2,g\n").rows

    assert [row.state for row in rows] == [READ, QUESTIONED]
    assert [row.number for row in rows] == [2, 3]


def test_file_with_both_orders_settles_no_date_that_could_be_either():
    text = "date,time,product\n25/04/2026,08:00,kratom\n04/26/2026,08:00,kratom\n03/04/2026,08:00,kratom\n"
    found = diary(text, day_first=True)

    assert found.mixed_orders
    assert [row.state for row in found.rows] == [READ, READ, REFUSED]
    assert "both orders" in found.rows[2].why
    assert not found.asks


def test_the_same_dose_twice_in_the_file_is_questioned():
    rows = diary("date,time,product,amount,unit\n" + "2026-11-02,08:00,kratom,2,g\n" * 2).rows

    assert [row.state for row in rows] == [READ, QUESTIONED]
    assert "row 2" in rows[1].why


def test_a_dose_of_the_diary_is_not_stored_again():
    stored = frozenset({(datetime(2026, 11, 2, 14, tzinfo=UTC), "leaf_powder", 2.0)})
    row = one("2026-11-02,08:00,kratom,2,g", stored=stored)

    assert (row.state, row.why) == (REFUSED, "This dose stands in the diary already.")


def test_answers_about_units_milligrams_and_products_are_used():
    assert one("2026-11-01,08:00,kratom,2,", unit="capsule").unit == "capsule"
    assert (one("2026-11-01,08:00,kratom,2,", unit="").unit, one("2026-11-01,08:00,kratom,,").amount) == ("", None)
    assert one("2026-11-01,08:00,7-OH,20,mg", milligrams={"7-OH": "mg_7oh"}).unit == "mg_7oh"
    left = one("2026-11-01,08:00,coffee,2,g", products={"coffee": "left_out"})
    assert (left.state, left.why) == (REFUSED, "“coffee” is left out, as answered.")
    assert one("2026-11-01,08:00", heading="date,time").product == "leaf_powder"


@pytest.mark.parametrize(
    ("clock", "instant"),
    [("08:00+02:00", (6, 0)), ("08:00 -0530", (13, 30)), ("8:00 pm", (20, 0)), ("8.15pm", (20, 15))],
)
def test_offset_goes_before_the_zone(clock, instant):
    assert moment_of("2026-07-01", clock, Reading(ZoneInfo("UTC"))) == datetime(2026, 7, 1, *instant, tzinfo=UTC)


def test_impossible_offset_is_refused():
    with pytest.raises(Unreadable):
        moment_of("2026-07-01", "08:00+25:00", Reading(CHICAGO))


def test_question_is_named():
    with pytest.raises(Ambiguous) as asked:
        moment_of("2026-11-01", "01:30", Reading(CHICAGO))
    assert asked.value.question == "hours"
    assert [orders_shown(text) for text in ("13/01/2026 08:00", "01/13/2026", "01/02/2026", "2026-01-13")] == [
        True,
        False,
        None,
        None,
    ]
