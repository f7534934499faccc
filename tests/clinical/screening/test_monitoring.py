"""Checks offered and results raised, from plain facts and the document as it ships."""

import copy

import pytest

from clinical.reference_monitoring import monitoring_faults
from clinical.screening.facts import Change, Facts, KratomUse, Measured, Patient, Phase, Product, Taken, Unit
from clinical.screening.flags import Exposure, Screening
from clinical.screening.monitoring import Checks, watch
from clinical.screening.monitoring_document import monitoring_from
from tests.clinical.screening.reference import read_yaml

CONTENT = read_yaml("monitoring.yaml")
KEYS = ("roles", "substances", "conditions")
CHECKS = Checks(monitoring_from(CONTENT), {"qt_prolonging": frozenset({"citalopram"})}, (12.0, 55.0))
NOTHING = Screening(reference_version=1)
LEAF = KratomUse(Product.LEAF_POWDER, 3, Unit.GRAM, doses_per_day=3, days_per_week=7, months_of_use=12)
MAN, WOMAN = Patient(age=40, sex="male"), Patient(age=40, sex="female")


def watched(facts, screening=NOTHING):
    return watch(facts, screening, CHECKS)


def offered(facts, screening=NOTHING):
    return {row.code: row for row in watched(facts, screening).offered}


def using(patient=MAN, **values):
    return Facts(**{"patient": patient, "kratom": (LEAF,), **values})


# ---- Results against cut-offs: each raised just above, and not at the figure itself.


def number(kind, value, limit=None, unit="U/L", days_ago=0):
    return Measured(kind, days_ago, value, "", unit, limit)


@pytest.mark.parametrize(
    ("result", "code"),
    [
        (number("alt", 200.1, 40), "alt-high"),
        (number("alt", 200, 40), None),
        (number("alp", 241, 120), "alp-high"),
        (number("alp", 240, 120), None),
        (number("bilirubin", 2.5, 1.2, "mg/dL"), "bilirubin-high"),
        (number("bilirubin", 2.4, 1.2, "mg/dL"), "bilirubin-raised"),
        (number("bilirubin", 1.2, 1.2, "mg/dL"), None),
        (Measured("qtc", 0, word="prolonged"), "qtc-prolonged"),
        (Measured("qtc", 0, word="borderline"), "qtc-borderline"),
        (Measured("qtc", 0, word="normal"), None),
        (Measured("pregnancy_test", 0, word="positive"), "pregnancy-positive"),
        (Measured("pregnancy_test", 0, word="negative"), None),
        (number("ast", 5000, 40), None),
    ],
)
def test_result_is_raised_beyond_its_cut_off_only(result, code):
    found = watched(Facts(results=(result,)))
    assert [row.code for row in found.raised] == ([code] if code else [])
    assert not found.not_assessed


@pytest.mark.parametrize(
    ("result", "code"),
    [
        (number("alt", 900), "no_upper_limit"),
        (number("bilirubin", 9, None, "mg/dL"), "no_upper_limit"),
        (number("qtc", 610, None, "ms"), "no_cut_off"),
        (Measured("pregnancy_test", 3, word="unclear"), "result_unclear"),
        (number("gone", 1), "result_kind"),
    ],
)
def test_what_cannot_be_held_against_a_cut_off_is_named(result, code):
    found = watched(Facts(results=(result,)))
    assert [row.code for row in found.not_assessed] == [code]
    assert not found.raised


def test_qtc_number_needs_a_word_as_new_as_itself():
    old, new = Measured("qtc", 30, word="normal"), Measured("qtc", 0, word="normal")
    reading = number("qtc", 470, None, "ms")
    assert [row.code for row in watched(Facts(results=(old, reading))).not_assessed] == ["no_cut_off"]
    assert not watched(Facts(results=(new, reading))).not_assessed


def test_raised_says_figures_and_that_the_cut_off_is_a_judgement():
    (row,) = watched(Facts(results=(number("alt", 300, 40, days_ago=4),))).raised
    assert str(row.because) == "ALT 300 U/L is 7.5 times its upper limit of 40"
    assert (row.days_ago, row.judgement) == (4, True)


# ---- Checks.


def liver(days_ago):
    return tuple(number(kind, 20, 40, days_ago=days_ago) for kind in ("alt", "ast", "alp", "bilirubin"))


def test_nothing_is_offered_without_kratom():
    assert not watched(Facts(patient=WOMAN)).offered


def test_first_visit_is_offered_what_has_no_result():
    found = offered(using())
    assert found.keys() == {"liver", "vitals", "urine", "mood"}
    assert (found["liver"].due_in, found["liver"].until) == (0, None)
    assert "no result on record" in map(str, found["liver"].because)
    assert found["liver"].sources == ("W49", "W47", "W46")


@pytest.mark.parametrize(("days_ago", "is_offered"), [(182, False), (183, True), (500, True)])
def test_liver_tests_are_offered_again_after_six_months(days_ago, is_offered):
    assert ("liver" in offered(using(results=liver(days_ago)))) == is_offered


def test_half_of_the_liver_tests_are_no_baseline():
    assert "liver" in offered(using(results=liver(1)[:3]))


@pytest.mark.parametrize(
    "facts",
    [
        using(dose_raised=True, results=liver(1)),
        using(kratom=(KratomUse(Product.LEAF_POWDER, months_of_use=1),), results=liver(1)),
    ],
    ids=["dose raised", "just started"],
)
def test_liver_tests_are_due_four_to_eight_weeks_after_a_change(facts):
    row = offered(facts)["liver"]
    assert (row.due_in, row.until) == (28, 56)


def test_jaundice_asks_for_liver_tests_at_once_even_after_fresh_ones():
    facts = using(Patient(age=40, sex="male", conditions=("jaundice",)), results=liver(2))
    assert offered(facts)["liver"].due_in == 0


def taking(name, phase=Phase.SETTLED):
    return (Taken(name, substances=(name,), phase=phase),)


ECG = {
    "qt medicine": using(taken=taking("citalopram")),
    "lofexidine": using(taken=taking("lofexidine")),
    "7-OH": using(kratom=(KratomUse(Product.SEVEN_OH),)),
    "fainting": using(Patient(sex="male", conditions=("syncope",))),
    "heart": using(Patient(sex="male", conditions=("heart_failure",))),
    "potassium": using(Patient(sex="male", conditions=("hypokalaemia",))),
}


@pytest.mark.parametrize("facts", ECG.values(), ids=ECG)
def test_ecg_is_offered(facts):
    assert offered(facts)["ecg"].due_in == 0


def test_ecg_is_not_offered_without_a_reason_or_for_a_stopped_medicine():
    assert "ecg" not in offered(using(taken=taking("citalopram", Phase.STOPPED)))


@pytest.mark.parametrize(("grams", "is_offered"), [(40.0, False), (40.1, True)])
def test_ecg_is_offered_for_a_high_dose(grams, is_offered):
    screening = Screening(reference_version=1, exposure=Exposure(grams_per_day=(1.0, grams, 90.0)))
    assert ("ecg" in offered(using(), screening)) == is_offered


def test_ecg_again_when_a_qt_medicine_is_added():
    results = (Measured("qtc", 30, word="normal"),)
    assert "ecg" not in offered(using(taken=taking("citalopram"), results=results))
    assert "ecg" in offered(using(taken=taking("citalopram", Phase.PLANNED), results=results))


@pytest.mark.parametrize(
    ("patient", "is_offered"),
    [
        (WOMAN, True),
        (Patient(), True),
        (Patient(age=55, sex="female"), True),
        (Patient(age=56, sex="female"), False),
        (Patient(age=30, sex="female", pregnant=True), False),
        (MAN, False),
    ],
)
def test_pregnancy_test_is_offered_where_pregnancy_is_possible(patient, is_offered):
    assert ("pregnancy" in offered(using(patient))) == is_offered


def test_change_brings_review_of_medicines_and_mood_within_a_week():
    found = offered(using(change=Change("quit", 3)))
    assert found["medicines"].due_in == 0
    assert found["mood"].due_in == 7
    assert offered(using())["mood"].due_in == 91


def test_vitals_entered_today_are_not_asked_again():
    rows = tuple(number(kind, 80, unit="x") for kind in ("heart_rate", "systolic", "diastolic"))
    assert "vitals" not in offered(using(results=rows))


# ---- The document.


FAULTS = {
    "no parameter": (lambda c: c["parameters"].pop(), "parameters must be these"),
    "turned round": (lambda c: c["parameters"][0].update(value=99), "must come before"),
    "no grounds": (lambda c: c["cut_offs"][0].update(judgement=False), "no source and is no judgement"),
    "unknown kind": (lambda c: c["cut_offs"][0].update(kind="x"), "no such kind"),
    "unknown word": (lambda c: c["cut_offs"][4].update(words=["x"]), "a word that the kind does not have"),
    "neither": (lambda c: c["cut_offs"][0].update(over_times=None), "either over_times or words"),
    "less than the limit": (lambda c: c["cut_offs"][0].update(over_times=0.5), "must be 1 or more"),
    "multiple without limit": (lambda c: c["kinds"][0].update(needs_upper_limit=False), "must need an upper limit"),
    "twice": (lambda c: c["kinds"].append(c["kinds"][0]), "each code once"),
    "unknown when": (lambda c: c["checks"][0]["offers"][0].update(when="never"), "is none of"),
    "unknown circumstance": (lambda c: c["checks"][0]["offers"][0].update({"if": ["x"]}), "no circumstance"),
    "too long": (lambda c: c["checks"][0].update(why="x" * 301), "more than 300 letters"),
    "walls turned round": (lambda c: c["kinds"][0]["units"][0].update(least=1e6), "must rise"),
    "of no kind": (lambda c: c["checks"][0].update(kinds=["x"]), "no kind “x”"),
    "neither unit nor word": (lambda c: c["kinds"][0].update(units=[]), "neither a unit nor a word"),
    "never offered": (lambda c: c["checks"][0].update(offers=[]), "is never offered"),
    "parameter of nothing": (lambda c: c["parameters"][0].update(value=0), "must be above zero"),
    "neither yes nor no": (lambda c: c["cut_offs"][0].update(judgement="yes"), "must be true or false"),
    "no words": (lambda c: c["checks"][0].update(why=" "), "words are missing"),
    "no codes": (lambda c: c.update(codes=[]), "codes must have rows"),
    "code of no test": (lambda c: c["codes"][0].update(what=""), "codes must have rows"),
    "statement without words": (lambda c: c["toxicology"][0].update(text=""), "toxicology must have rows"),
}


@pytest.mark.parametrize(("change", "says"), FAULTS.values(), ids=FAULTS)
def test_document_that_cannot_be_used_is_refused(change, says):
    content = copy.deepcopy(CONTENT)
    change(content)
    with pytest.raises(ValueError, match=says):
        monitoring_from(content)


GROUNDLESS = {
    "code without a source": (lambda c: c["codes"][0].update(source=[]), "72732-1 names no source"),
    "code from before sources": (lambda c: c["codes"][0].pop("source"), "72732-1 names no source"),
    "statement without a source": (lambda c: c["toxicology"][0].update(source=[]), "screens-miss names no source"),
}


@pytest.mark.parametrize(("change", "says"), GROUNDLESS.values(), ids=GROUNDLESS)
def test_groundless_row_is_read_where_it_was_published_and_not_published_again(change, says):
    content = copy.deepcopy(CONTENT)
    keys = {name: {key for row in CONTENT["circumstances"] for key in row[name]} for name in KEYS}
    assert list(monitoring_faults(content, **keys)) == []
    change(content)
    assert monitoring_from(content) == monitoring_from(CONTENT)
    (fault,) = monitoring_faults(content, **keys)
    assert says in fault


def test_no_detection_window_and_no_cut_off_in_milliseconds_is_held():
    assert not [row for row in CONTENT["cut_offs"] if row["kind"] == "qtc" and row["over_times"]]
    (window,) = [row for row in CONTENT["toxicology"] if row["code"] == "window"]
    assert not any(letter.isdigit() for letter in window["text"])
