"""The mood-and-safety panel: what sets each prompt off, with and without kratom."""

import pytest

from clinical.screening.facts import Patient, Scores
from clinical.screening.knowledge import Condition
from tests.clinical.screening.examples import LEAF, SEVEN_OH, knowledge, screened, use
from tests.clinical.screening.reference import knowledge_from_files

DEPRESSED = Condition("major_depression", "Depression", safety=("phq9-series",))
KNOWN = knowledge(
    conditions=(
        DEPRESSED,
        Condition("suicidal_thoughts", "Suicidal thoughts", safety=("suicide-emergency-path",)),
        Condition("cirrhosis", "Cirrhosis", safety=("liver-tests",)),
        Condition("odd", "Odd", safety=("code-without-text",)),
    )
)


def prompts(*, kratom=(LEAF,), conditions=(), **rest):
    patient = Patient(age=34, sex="male", conditions=conditions, pregnant=rest.pop("pregnant", None))
    return {row.code: row for row in screened(KNOWN, kratom=kratom, patient=patient, **rest).safety}


def phq9(*answers):
    return Scores(phq9=answers)


def test_item_9_above_zero_asks_today():
    found = prompts(scores=phq9(0, 0, 0, 0, 0, 0, 0, 0, 1))
    assert found["suicide-inquiry-now"].because == "PHQ-9 item 9 above zero"
    assert "item-9-zero-still-ask" not in found


def test_item_9_of_zero_never_reassures():
    found = prompts(scores=phq9(*(0,) * 9))
    assert "71.6%" in found["item-9-zero-still-ask"].text
    assert "suicide-inquiry-now" not in found


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ((3, 3, 3, 3, 2, 0, 0, 0, 0), set()),
        ((3, 3, 3, 3, 3, 0, 0, 0, 0), {"phq9-moderately-severe"}),
        ((3, 3, 3, 3, 3, 3, 1, 0, 0), {"phq9-moderately-severe"}),
        ((3, 3, 3, 3, 3, 3, 2, 0, 0), {"phq9-severe"}),
    ],
    ids=["14", "15", "19", "20"],
)
def test_totals(answers, expected):
    assert {
        code for code in prompts(scores=phq9(*answers)) if code.startswith("phq9-") and "severe" in code
    } == expected


def test_no_score_no_score_prompt():
    assert prompts() == {}


def test_speaks_without_kratom():
    found = prompts(kratom=(), conditions=("suicidal_thoughts", "cirrhosis"), scores=phq9(*(0,) * 8, 3))
    assert set(found) == {"suicide-emergency-path", "suicide-inquiry-now"}


def test_prompts_that_need_kratom_come_with_it():
    assert prompts(conditions=("cirrhosis",))["liver-tests"].because == "Cirrhosis"


def test_pregnancy():
    assert {"no-abrupt-stop", "refer-maternity"} <= set(prompts(pregnant=True))
    assert "no-abrupt-stop" not in prompts(pregnant=True, kratom=())


@pytest.mark.parametrize(
    ("kratom", "asked"),
    [(LEAF, True), (use(days_per_week=None), True), (use(days_per_week=1), False)],
    ids=["regular", "unknown", "occasional"],
)
def test_depression_with_regular_use(kratom, asked):
    found = prompts(kratom=(kratom,), conditions=("major_depression",))
    assert ("phq9-before-any-change" in found) is asked
    assert "phq9-series" in found


@pytest.mark.parametrize(("total", "asked"), [(9, False), (10, True)])
def test_depression_by_score(total, asked):
    answers = [3, 3, 3, total - 9, 0, 0, 0, 0, 0]
    assert ("keep-antidepressant-when-stopping-kratom" in prompts(scores=phq9(*answers))) is asked


@pytest.mark.parametrize("product", ["7oh", "pseudoindoxyl", "enhanced"])
def test_concentrates_call_for_naloxone(product):
    assert "naloxone-at-home" in prompts(kratom=(use(product, None, None),))
    assert "naloxone-at-home" not in prompts()


def test_ended_concentrate_does_not_call_for_naloxone():
    assert "naloxone-at-home" not in prompts(kratom=(use("7oh", None, None, stopped=True, hours_since_last_use=400),))


@pytest.mark.parametrize("hours", [10, 400, None])
def test_stopping_warns_of_a_dip_in_mood(hours):
    found = prompts(kratom=(use(stopped=True, hours_since_last_use=hours),))
    assert {"mood-dip-after-stopping", "phq9-after-stopping"} <= set(found)


def test_one_prompt_names_everything_that_set_it_off():
    known = knowledge(conditions=(DEPRESSED, Condition("ptsd", "Trauma", safety=("phq9-series",)), Condition("b", "B")))
    found = screened(known, patient=Patient(age=40, sex="male", conditions=("ptsd", "major_depression", "b")))
    assert [row.because for row in found.safety if row.code == "phq9-series"] == ["Depression; Trauma"]


def test_code_without_text_is_still_shown():
    assert prompts(conditions=("odd",))["code-without-text"].text == "code-without-text"


def test_order_is_that_of_the_reference_data():
    order = [row.code for row in KNOWN.safety]
    found = list(prompts(kratom=(SEVEN_OH,), conditions=("cirrhosis", "suicidal_thoughts"), pregnant=True))
    assert found == sorted(found, key=order.index)


def test_reference_prompts_are_short_and_cover_every_condition():
    known = knowledge_from_files()
    texts = {row.code: row.text for row in known.safety}
    assert {code for condition in known.conditions for code in condition.safety} <= set(texts)
    assert max(map(len, texts.values())) <= 160
