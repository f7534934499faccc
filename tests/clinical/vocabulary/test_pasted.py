"""Medicine lists as they are pasted from charts: which lines they make, and that nothing is lost."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinical.vocabulary.index import NameIndex
from clinical.vocabulary.names import NameRow, SubstanceRow
from clinical.vocabulary.pasted import read_list, rows_of
from tests.clinical.vocabulary.hostile import PIECES_OF_LISTS
from tests.counted_calls import MOST_GROWTH, growth

SPLIT = [
    ("Tramadol 50 mg prn, Seroquel 100 qhs, NyQuil", ["Tramadol 50 mg prn", "Seroquel 100 qhs", "NyQuil"]),
    ("sertraline; trazodone 50", ["sertraline", "trazodone 50"]),
    ("• tramadol 50 mg • quetiapine 100", ["tramadol 50 mg", "quetiapine 100"]),
    ("tramadol | quetiapine", ["tramadol", "quetiapine"]),
    ("tramadol,quetiapine,sertraline", ["tramadol", "quetiapine", "sertraline"]),
    ("tramadol 50 prn; Seroquel 100, Xanax 1", ["tramadol 50 prn", "Seroquel 100", "Xanax 1"]),
    ("tramadol 50 mg, quetiapin 100 mg", ["tramadol 50 mg", "quetiapin 100 mg"]),
    ("sertraline 50 mg (Zoloft), buspirone 10", ["sertraline 50 mg (Zoloft)", "buspirone 10"]),
    ("tramadol <br> sertraline", ["tramadol", "sertraline"]),
    ("<li>tramadol</li><li>sertraline</li>", ["<li>tramadol", "<li>sertraline"]),
]
WHOLE = [
    "lisinopril 10 mg, 1 tab daily",
    "metoprolol succinate ER 25 mg daily, for blood pressure",
    "hydrocodone-apap 5/325, take 1 po q6h, disp #30",
    "warfarin 5 mg, evening",
    "oxycodone/acetaminophen",
    "lisinopril/HCTZ 20/12.5",
    "insulin, regular, human",
    "tramadol and quetiapine",
    "lithium, lamotrigine, moodlift",
    "sertraline 50 mg daily; takes it with food",
    "Allergies: penicillin, tramadol",
    "moodlift plus, xyzzy",
    "albuterol (PROVENTIL HFA;VENTOLIN HFA) 108 (90 Base) MCG/ACT inhaler",
    "traMADol (ULTRAM) 50 MG tablet, Take 1 tablet by mouth every 6 (six) hours as needed for Pain., Disp: 30, Rfl: 0",
    "sertraline [Zoloft, Lustral] 50 mg",
]
APART = [
    "Medications:",
    "MEDICATIONS",
    "Current medications (as of 3/2026):",
    "Home meds:",
    "PRN:",
    "Supplements:",
    "Allergies: NKDA",
    "Allergies: penicillin, tramadol",
    "NKDA",
    "*** Medication list ***",
    "Allergic to codeine",
    "No known drug allergies",
    "No known meds",
    "None",
    "Denies any medications",
    "Not taking any medications",
]
MEDICINES = ["vitamins", "tramadol:", "Meds: tramadol 50 mg", "prn tramadol", "discontinued tramadol", "allergy pill"]
MEDICINES += [
    "NKDA. Takes sertraline 50",
    "Allergies: sulfa. Meds: lisinopril 10",
    "none of the above",
    "no meds but kratom",
]
LINE_ENDS = ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029", "\n\n \n"]


@pytest.mark.parametrize(("line", "rows"), SPLIT, ids=[case[0] for case in SPLIT])
def test_line_of_several_medicines_becomes_a_row_each(index, line, rows):
    assert rows_of(line, index) == rows


@pytest.mark.parametrize("line", WHOLE)
def test_line_stays_whole_where_a_piece_is_no_medicine(index, line):
    assert rows_of(line, index) == [line]


@pytest.mark.parametrize("line", APART)
def test_heading_and_allergy_line_are_set_apart_not_lost(index, line):
    found = read_list(f"tramadol\n{line}\nsertraline", index)
    assert (found.rows, found.apart) == (("tramadol", "sertraline"), (line,))
    assert rows_of(line, index) == [line]


@pytest.mark.parametrize("line", MEDICINES)
def test_line_that_may_be_a_medicine_is_never_set_apart(index, line):
    assert read_list(line, index).rows == (line,)


@pytest.mark.parametrize("end", LINE_ENDS, ids=[ascii(end) for end in LINE_ENDS])
def test_every_kind_of_line_end_parts_rows(index, end):
    assert rows_of(f"tramadol 50 mg{end}sertraline", index) == ["tramadol 50 mg", "sertraline"]


def test_empty_lines_and_rules_make_no_rows(index):
    assert rows_of("\n  \n-----\n====\n• \n", index) == []


def test_unreadable_line_is_kept_as_typed(index):
    assert rows_of("???\n=cmd|'/C calc'!A0\n\u202ekroto\n😀", index) == [
        "???",
        "=cmd|'/C calc'!A0",
        "\u202ekroto",
        "😀",
    ]


def test_five_hundred_lines_are_five_hundred_rows(index):
    lines = [f"Unheard{number} 10 mg, note {number}; other" for number in range(500)]
    assert rows_of("\n".join(lines), index) == lines


@pytest.mark.parametrize("piece", PIECES_OF_LISTS)
def test_work_grows_with_the_list_and_not_with_its_square(index, piece):
    assert growth(lambda text: (rows_of(text, index), read_list(text, index)), piece) < MOST_GROWTH


SMALL = NameIndex(
    [SubstanceRow("tramadol"), SubstanceRow("sertraline"), SubstanceRow("lithium")],
    [NameRow("Ultram", "tramadol", "brand"), NameRow("both", "lithium", "ambiguous")],
)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.one_of(st.text(max_size=30), st.sampled_from(["Ultram 50", "sertraline", "both", "1 tab"])), max_size=6)
)
def test_every_letter_pasted_is_in_a_row_or_set_apart(pieces):
    pasted = ", ".join(pieces)
    found = read_list(pasted, SMALL)
    kept = "".join((*found.rows, *found.apart))
    assert sorted(filter(str.isalnum, kept)) == sorted(filter(str.isalnum, pasted))
