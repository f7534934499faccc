"""Each rule's own cases against the real reference data: one that fires it and one that just misses it, at least.

Names are taken as written in the vocabulary files; how freely typed names are read is tested with the vocabulary.
"""

from collections import defaultdict
from dataclasses import replace

import pytest

from clinical.screening.case import facts_from_json
from clinical.screening.engine import compile_rules, screen
from clinical.screening.facts import Match
from tests.clinical.screening.case_lines import line_of
from tests.clinical.screening.reference import knowledge_from_files, read_csv, read_yaml

RULES = compile_rules(knowledge_from_files())
CASES = read_yaml("cases.yaml")
CONDITIONS = {
    name.strip().casefold(): row["key"]
    for row in read_csv("conditions.csv")
    for name in (*row["synonyms"].split(";"), row["label"], row["key"])
}


def screened(data):
    case = facts_from_json(data)
    keys = tuple(CONDITIONS[name.casefold()] for name in case.conditions)
    taken = tuple(line_of(entry) for entry in case.entries)
    assert not [line.entered for line in taken if line.match is Match.NONE]
    return screen(replace(case.facts, taken=taken, patient=replace(case.facts.patient, conditions=keys)), RULES)


@pytest.mark.parametrize("row", CASES, ids=lambda row: row["key"])
def test_case_of_a_rule(row):
    found = screened(row["case"])
    answered = {flag.rule for flag in found.flags} | {row.rule for row in found.nothing_found}
    assert set(row["expects"]["fires"]) <= answered, row["title"]
    assert not set(row["expects"]["silent"]) & answered, row["title"]


def test_each_rule_has_a_case_that_fires_and_one_that_misses():
    seen = defaultdict(set)
    for row in CASES:
        for kind, codes in row["expects"].items():
            for code in codes:
                seen[code].add(kind)
    assert {compiled.rule.code for compiled in RULES.rules} == {code for code, kinds in seen.items() if len(kinds) == 2}
