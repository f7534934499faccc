"""What could not be judged is always shown, with the reason and what to do."""

import pytest

from clinical.screening.facts import Match, Patient, Phase
from clinical.screening.knowledge import Condition
from tests.clinical.screening.examples import knowledge, screened, took, use

KNOWN = knowledge(conditions=(Condition("asthma", "Asthma"),))
NAMELESS = took("x", entered="moodlift plus", match=Match.NONE, substances=())


def notes(*taken, **rest):
    return {(row.code, row.what): str(row.why) for row in screened(KNOWN, *taken, **rest).not_assessed}


def codes(**rest):
    return {code for code, _ in notes(**rest)}


def test_unrecognised_name():
    assert "not screened" in notes(NAMELESS)["unrecognised_name", "moodlift plus"]


def test_stopped_unrecognised_name_is_still_named():
    assert ("unrecognised_name", "old pills") in notes(
        took("x", entered="old pills", match=Match.NONE, substances=(), phase=Phase.STOPPED)
    )


def test_ambiguous_name_lists_the_choices():
    line = took("x", entered="poppers", match=Match.AMBIGUOUS, substances=(), candidates=("b", "a"))
    assert notes(line)["ambiguous_name", "poppers"].startswith("Name could mean several things: a, b.")


def test_one_guess_at_a_name_asks_to_confirm():
    line = took("x", entered="haldol depot", match=Match.AMBIGUOUS, substances=(), candidates=("haloperidol",))
    assert notes(line)["ambiguous_name", "haldol depot"].startswith("Could mean haloperidol:")


def test_stopped_medicines_share_one_row():
    stopped = [took(name, phase=Phase.STOPPED) for name in ("safinamide", "bupropion")]
    assert "not screened" in notes(*stopped)["stopped_medicine", "bupropion, safinamide"]
    assert "stopped_medicine" not in {code for code, _ in notes(*stopped, kratom=())}


def test_fuzzy_name_asks_to_confirm():
    line = took("alprazolam", entered="zanax", match=Match.FUZZY)
    assert notes(line)["confirm_spelling", "zanax"] == "Read as alprazolam by its spelling: confirm the spelling."


def test_conditions_not_recognised():
    found = notes(patient=Patient(age=40, sex="male", conditions=("asthma", "not_held"), unknown_conditions=("gout?",)))
    assert set(found) == {("unknown_condition", "gout?"), ("unknown_condition", "not_held")}


PREGNANCY = {
    "woman of 12": (Patient(age=12, sex="female"), True),
    "woman of 11": (Patient(age=11, sex="female"), False),
    "woman of 55": (Patient(age=55, sex="female"), True),
    "woman of 56": (Patient(age=56, sex="female"), False),
    "woman of unknown age": (Patient(sex="female"), True),
    "sex not known": (Patient(age=30), True),
    "man": (Patient(age=30, sex="male"), False),
    "asked": (Patient(age=30, sex="female", pregnant=False), False),
    "on the list": (Patient(age=30, sex="female", conditions=("pregnancy",)), False),
}


@pytest.mark.parametrize(("patient", "asked"), PREGNANCY.values(), ids=PREGNANCY)
def test_pregnancy_not_known(patient, asked):
    assert ("pregnancy_unknown" in codes(patient=patient)) is asked


def test_age_not_known():
    assert codes(patient=Patient(sex="male")) == {"age_unknown"}


def test_without_kratom_age_and_pregnancy_are_not_asked():
    assert codes(patient=Patient(), kratom=()) == set()


def test_unquantified_exposure_is_named():
    found = notes(kratom=(use("extract", 1, "g"),))
    assert found["exposure", "extract"].startswith("Strength not stated")


def test_unknown_product_is_named():
    assert codes(kratom=(use("unknown", 1, "g"),)) == {"product_unknown", "exposure"}


PLAUSIBLE = {
    "200 g": (use(amount=200), set()),
    "201 g": (use(amount=201), {"201 g a day", "2613 mg mitragynine a day"}),
    "stated mg": (use("shot", 2601, "mg_mitragynine"), {"2601 mg mitragynine a day"}),
    "7-OH": (use("7oh", 601, "mg_7oh"), {"601 mg 7-OH a day"}),
    "doses": (use(amount=0.1, doses_per_day=25), {"25 doses a day"}),
    "24 doses": (use(amount=0.1, doses_per_day=24), set()),
}


@pytest.mark.parametrize(("one", "amounts"), PLAUSIBLE.values(), ids=PLAUSIBLE)
def test_amounts_beyond_belief_are_counted_and_questioned(one, amounts):
    found = screened(KNOWN, kratom=(one,))
    questioned = {str(row.why).split(" is more")[0] for row in found.not_assessed if row.code == "check_amount"}
    assert questioned == amounts
    assert found.exposure.peak_day or found.exposure.seven_oh_mg_per_day


@pytest.mark.parametrize(("hours", "asked"), [(336, True), (335, False), (None, False)])
def test_last_use_long_ago_without_stopping(hours, asked):
    assert ("last_use_long_ago" in codes(kratom=(use(hours_since_last_use=hours),))) is asked


def test_same_note_is_given_once():
    found = screened(KNOWN, NAMELESS, NAMELESS).not_assessed
    assert len(found) == 1
