"""Every shipped rule fires where it should and stays silent just beside it: cases as data, through the real lookups."""

from pathlib import Path

import pytest
import yaml

from clinical import reference_files
from clinical.cases import answer_cases

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "rules.yaml").read_text("utf-8"))


def rules_answering(case: dict) -> set[str]:
    """Codes of the rules that flagged something or were looked for without a finding."""
    (answer,) = answer_cases([case])
    return {row["rule"] for row in (*answer["flags"], *answer["nothing_found"])}


@pytest.mark.django_db
@pytest.mark.parametrize("row", CASES, ids=[f"{row['rule']}: {row['name']}" for row in CASES])
def test_rule_case(row):
    assert (row["rule"] in rules_answering(row["case"])) is row["fires"], row["because"]


@pytest.mark.parametrize("code", sorted(reference_files.read().rules))
def test_rule_has_a_case_that_fires_and_one_that_misses(code):
    assert {row["fires"] for row in CASES if row["rule"] == code} == {True, False}


def test_case_names_a_shipped_rule():
    assert {row["rule"] for row in CASES} == set(reference_files.read().rules)
