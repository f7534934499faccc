"""`manage.py score`: total, band and notices as JSON; a missing or impossible value names its item."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

pytestmark = pytest.mark.django_db


def run(*values: str, **options) -> dict:
    out = StringIO()
    call_command("score", *values, stdout=out, **options)
    return json.loads(out.getvalue())


def refused(*values: str) -> str:
    err = StringIO()
    with pytest.raises(SystemExit) as stop:
        call_command("score", *values, stderr=err)
    assert stop.value.code == 2
    return err.getvalue().strip()


def test_score_prints_total_band_and_notices():
    answer = run("phq9", *"110001001")
    assert (answer["instrument"], answer["total"], answer["maximum"], answer["band"]) == ("phq9", 4, 27, "minimal")
    assert [notice["code"] for notice in answer["notices"]] == ["item-9"]
    assert answer["notices"][0]["source"] == ["W91", "W92"]
    assert answer["revision"] >= 1


@pytest.mark.parametrize(
    ("values", "total", "band"),
    [
        (("phq2", "1", "2"), 3, "positive"),
        (("gad7", *"1111111"), 7, "mild"),
        (("cows", "4", "4", "5", "5", "4", "4", "5", "4", "4", "4", "5"), 48, "severe"),
        (("dast10", *["no"] * 10), 1, "low"),
        (("kud", *"11110000000"), 4, "moderate"),
        (("kud", *"111100000000"), 4, "criteria_only"),
    ],
)
def test_score_of_each_instrument(values, total, band):
    answer = run(*values)
    assert (answer["total"], answer["band"]) == (total, band)


def test_score_of_audit_c_by_sex():
    assert run("auditc", "1", "1", "1")["band"] is None
    assert run("auditc", "1", "1", "1", sex="female")["band"] == "positive"
    assert run("auditc", "1", "1", "1", sex="male")["band"] == "below_cut_off"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (("phq9", "1", "1"), "phq9, item 3 (sleep): the value is missing"),
        (("phq9", *"11111111", "4"), "phq9, item 9 (self_harm): “4” is none of 0, 1, 2, 3"),
        (("phq9", "1", ""), "phq9, item 2 (mood): “” is none of 0, 1, 2, 3"),
        (("phq9", "1", "٣"), "phq9, item 2 (mood): “٣” is none of 0, 1, 2, 3"),
        (("phq9", "1", "9" * 30), f"phq9, item 2 (mood): “{'9' * 30}” is none of 0, 1, 2, 3"),
        (("cows", *"00200000000"), "cows, item 3 (restlessness): “2” is none of 0, 1, 3, 5"),
        (("cows", *"00000000004"), "cows, item 11 (gooseflesh): “4” is none of 0, 3, 5"),
        (("kud", *"1111111111"), "kud, item 11 (withdrawal): the value is missing"),
        (("dast10", *["maybe"] * 10), "dast10, item 1 (not_medical): “maybe” is none of 0, 1"),
        (("gad7", *"00000000"), "gad7: value 8 belongs to no item; there are 7 items"),
    ],
)
def test_score_names_what_cannot_be_scored(values, words):
    assert refused(*values) == words


def test_score_of_unknown_instrument_lists_those_there_are():
    assert refused("sows", "1").startswith("sows: no such instrument; there are phq9, cows,")
