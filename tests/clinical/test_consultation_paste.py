"""A medicine list pasted whole: a row for each line, what each text says filled in, nothing lost, nothing believed."""

from datetime import date

import pytest

from clinical.forms.consultation import ConsultationForm
from clinical.what_matters import what_matters
from tests import factories
from tests.clinical.typed import typed

TODAY = date(2026, 11, 22)


@pytest.fixture
def patient(db):
    return factories.patient(factories.clinician())


def pasted(patient, *lines: str, **fields: str) -> ConsultationForm:
    """The visit with these lines pasted and no medicine typed, read as the page reads it."""
    data = typed(**{"medicine-0-entered": "", "pasted": "\n".join(lines), **fields})
    form = ConsultationForm(patient, today=TODAY, data=data, placing=True)
    form.show_readings(what_matters(patient, form.record, form.version_read).result["medications"])
    return form


def entered(form) -> list[str]:
    return [line.entered for line in form.record.medications]


def states(form) -> list[str]:
    return [row.state for row in form.medicines if row.reading]


def test_each_line_becomes_a_row_with_what_is_left_to_do(patient):
    form = pasted(patient, "Ultram 50 mg", "tramadoll", "vitamin", "moodlift plus")

    assert entered(form) == ["Ultram 50 mg", "tramadoll", "vitamin", "moodlift plus"]
    assert states(form) == ["known", "to_confirm", "to_choose", "unknown"]
    assert form.summary.said == "4 lines: 1 recognised, 1 to confirm, 1 to choose, 1 not recognised."
    assert '<a href="#id_medicine-1-entered">1 to confirm</a>' in form.summary.words


FILLED = {
    "as needed": ("Ultram 50 mg prn", {"as_needed": True}),
    "month of stopping, latest day": (
        "Prozac 20 stopped 3/2026", {"phase": "stopped", "stopped_on": date(2026, 3, 31)}
    ),
    "month not over yet": ("Prozac stopped 11/2026", {"phase": "stopped", "stopped_on": date(2026, 11, 20)}),
    "two weeks ago": ("phenelzine stopped 2 weeks ago", {"phase": "stopped", "stopped_on": date(2026, 11, 6)}),
    "day not known": ("phenelzine d/c'd", {"phase": "stopped", "stopped_on": None}),
    "patch": ("fentanyl patch 25 mcg/hr q72h", {"route": "transdermal"}),
    "nothing said": ("lisinopril 10 mg", {"phase": "", "route": "", "as_needed": False, "stopped_on": None}),
}  # fmt: skip


@pytest.mark.parametrize(("line", "values"), FILLED.values(), ids=FILLED.keys())
def test_what_the_text_says_is_filled_in(patient, line, values):
    record = pasted(patient, line).record.medications[0]

    assert {name: getattr(record, name) for name in values} == values


def test_rough_stop_says_which_day_it_is_counted_from(patient):
    row = pasted(patient, "Prozac 20 stopped 3/2026").medicines.forms[0]

    assert "stopped in March 2026, counted from 31 Mar 2026" in row.shown_reading


def test_what_a_person_set_or_cleared_stays(patient):
    row = {
        "medicine-0-entered": "Ultram 50 mg prn",
        "medicine-0-seen": "Ultram 50 mg prn",
        "medicine-1-entered": "Prozac stopped 3/2026",
        "medicine-1-stopped_on": "2026-03-05",
    }
    first, second = pasted(patient, **row).record.medications

    assert first.as_needed is False
    assert second.stopped_on == date(2026, 3, 5)


def test_changed_text_takes_back_what_the_old_one_filled_in(patient):
    row = {
        "medicine-0-entered": "Prozac stopped 5/2026",
        "medicine-0-seen": "Prozac stopped 3/2026 prn",
        "medicine-0-phase": "stopped",
        "medicine-0-stopped_on": "2026-03-31",
        "medicine-0-as_needed": "on",
    }
    line = pasted(patient, **row).record.medications[0]

    assert line.stopped_on == date(2026, 5, 31)
    assert line.as_needed is False


def test_guess_is_screened_as_provisional_until_it_is_confirmed(patient):
    form = pasted(patient, "tramadoll 50")
    guess = what_matters(patient, form.record)
    assert [f["provisional"] for f in guess.result["flags"] if f["rule"] == "tramadol"] == [True]
    assert 'name="confirm" value="medicine-0:tramadol"' in form.medicines.forms[0].shown_reading

    form = pasted(patient, **{"medicine-0-entered": "tramadoll 50", "confirm": "medicine-0:tramadol"})
    assert form.record.medications[0].chosen == "tramadol"
    assert states(form) == ["known"]
    assert 'type="hidden" name="medicine-0-chosen" value="tramadol"' in form.medicines.forms[0].shown_reading
    sure = what_matters(patient, form.record)
    assert [f["provisional"] for f in sure.result["flags"] if f["rule"] == "tramadol"] == [False]


@pytest.mark.parametrize("wanted", ["medicine-0:warfarin", "medicine-7:tramadol", "kratom-0:tramadol", ":", "x" * 999])
def test_confirming_what_was_never_offered_confirms_nothing(patient, wanted):
    form = pasted(patient, **{"medicine-0-entered": "tramadoll 50", "confirm": wanted})

    assert form.record.medications[0].chosen is None


def test_after_confirming_the_focus_goes_to_what_is_next(patient):
    rows = {f"medicine-{number}-entered": name for number, name in enumerate(["tramadoll", "warfarin", "quetiapin"])}
    form = pasted(patient, **rows, confirm="medicine-0:tramadol")

    assert [row.is_next for row in form.medicines][:3] == [False, False, True]
    assert "data-kc-focus" in form.medicines.forms[2].shown_reading


BAD = {
    "html": "<b>warfarin</b> <script>alert(1)</script>",
    "formula": "=cmd|' /C calc'!A0",
    "emoji": "💊 💊 💊",
    "right to left": "\u202egnirpsa",
    "no-break space": "warfarin\u00a05\u00a0mg",
    "bell": "warfarin\x07 5 mg",
}


@pytest.mark.parametrize("line", BAD.values(), ids=BAD.keys())
def test_line_stays_as_it_was_typed(patient, line):
    form = pasted(patient, line)

    assert entered(form) == [line]
    assert "<script>" not in str(form.medicines.forms[0]["entered"]) + form.medicines.forms[0].shown_reading


def test_line_of_ten_thousand_characters_is_kept_whole_and_refused_at_its_row(patient):
    line = "warfarin " * 1111
    form = pasted(patient, line.strip())

    assert not form.is_valid()
    assert form.medicines.forms[0]["entered"].value() == line.strip()
    assert [problem.field_id for problem in form.problems] == ["id_medicine-0-entered"]


def test_list_of_more_rows_than_fit_stays_in_its_box_and_says_so(patient):
    form = pasted(patient, *(f"medicine {number}" for number in range(500)))

    assert not form.is_valid()
    assert form.record.medications == ()
    assert "medicine 499" in form.paste["pasted"].value()
    assert [(p.field_id, "500 rows" in p.message) for p in form.problems] == [("id_pasted", True)]


def test_list_not_made_into_rows_yet_is_named_in_the_live_list(patient):
    form = ConsultationForm(patient, today=TODAY, data=typed(pasted="warfarin"))

    assert entered(form) == ["Ultram 50 mg prn"]
    assert [problem.field_id for problem in form.problems] == ["id_pasted"]


def test_lines_under_discontinued_count_as_taken_and_the_page_says_so(patient):
    form = pasted(patient, "Discontinued:", "Ultram 50 mg")

    assert [(line.entered, line.phase) for line in form.record.medications] == [("Ultram 50 mg", "")]
    words = "“Discontinued:”: the lines under it count as taken. Set “Now” to stopped, with the day, where that is so."
    assert words in form.notices


def test_other_heading_says_nothing_of_stopping(patient):
    form = pasted(patient, "Current medications:", "Ultram 50 mg")

    assert not any("count as taken" in words for words in form.notices)


def test_row_of_kratom_and_a_medicine_says_what_to_do_with_the_kratom(patient):
    form = pasted(patient, "kratom with tramadol", "Ultram")

    both, plain = (str(row.shown_reading) for row in list(form.medicines)[:2])
    assert "Add it under Kratom, with product and amount" in both
    assert "Kratom" not in plain


def test_guess_of_several_medicines_says_to_give_each_a_row(patient):
    form = pasted(patient, "tramadoll and sertralinne")

    [words] = [str(row.shown_reading) for row in form.medicines if row.reading]
    assert "Did you mean" in words
    assert "give each its own row" in words
