"""Every case of the shipped library holds, each rule fires where it should and is silent just beside it."""

from collections import defaultdict

import pytest

from clinical import reference_files
from clinical.cases import answer_cases

FILES = reference_files.read()
CASES = list(FILES.cases.values())


def rules_answering(case: dict) -> set[str]:
    """Codes of the rules that flagged something or were looked for without a finding."""
    (answer,) = answer_cases([case])
    return {row["rule"] for row in (*answer["flags"], *answer["nothing_found"])}


@pytest.mark.django_db
@pytest.mark.parametrize("row", CASES, ids=lambda row: row["key"])
def test_case_of_the_library(row):
    spoke, expects = rules_answering(row["case"]), row["expects"]
    assert set(expects["fires"]) <= spoke, row["title"]
    assert not set(expects["silent"]) & spoke, row["title"]


def test_each_rule_has_a_case_that_fires_and_one_that_misses():
    seen = defaultdict(set)
    for row in CASES:
        for kind, codes in row["expects"].items():
            for code in codes:
                seen[code].add(kind)
    assert {code for code, kinds in seen.items() if len(kinds) == 2} == set(FILES.rules)
