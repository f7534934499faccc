"""Documents become knowledge; what cannot be used is refused where it stands."""

import copy

import pytest

from clinical.screening.compilation import REQUIRED_PARAMETERS
from clinical.screening.engine import KnowledgeIncomplete, compile_rules
from clinical.screening.ruleset import remember
from clinical.screening.tables import UnusableRow, knowledge_from
from tests.clinical.screening.examples import item, knowledge, rule
from tests.clinical.screening.reference import documents, knowledge_from_files, read_csv, read_yaml


def broken(document, name, index, **changes):
    found = copy.deepcopy(documents())
    found[document][name][index] |= changes
    return found


def read(found):
    return knowledge_from(version=1, rules=(), roles=(), conditions=(), documents=found)


BROKEN = {
    "unknown unit": (broken("exposure", "units", 0, unit="bowl"), "exposure.yaml, units, entry 1: 'bowl'"),
    "unknown product": (
        broken("exposure", "contents", 1, product="chips"),
        "exposure.yaml, contents, entry 2: 'chips'",
    ),
    "falling figures": (
        broken("exposure", "contents", 0, low=20, high=4),
        "exposure.yaml, contents, entry 1: low 20, mid 13 and high 4 must rise",
    ),
    "text for a threshold": (broken("withdrawal", "rules", 0, threshold="two"), "withdrawal.yaml, rules, entry 1: "),
    "text for a parameter": (broken("safety", "parameters", 0, value="one"), "safety.yaml, parameters, entry 1: "),
    "nothing implied": (
        broken("exposure", "implied_substances", 0, substances=None),
        "exposure.yaml, implied_substances, entry 1: ",
    ),
    "change of no kind": (
        broken("withdrawal", "change", 0, kinds=["leap"]),
        "withdrawal.yaml, change, entry 1: kinds ",
    ),
    "window turned round": (
        broken("withdrawal", "change", 3, windows=[[3, 0]]),
        "withdrawal.yaml, change, entry 4: a window is a first day and a last one",
    ),
    "monitoring without checks": (documents() | {"monitoring": {"kinds": []}}, "monitoring.yaml: "),
    "a row that is no row": (documents() | {"safety": {"prompts": ["text"]}}, "safety.yaml, prompts, entry 1: "),
}


@pytest.mark.parametrize(("found", "message"), BROKEN.values(), ids=BROKEN)
def test_unusable_row_is_named(found, message):
    with pytest.raises(UnusableRow) as refused:
        read(found)
    assert str(refused.value).startswith(message)


def test_missing_documents_leave_knowledge_that_is_refused():
    with pytest.raises(KnowledgeIncomplete, match="parameters missing: carry_over_hours"):
        compile_rules(read({}))


REFUSED = {
    "unknown mechanism": ((rule("r", item("x", mechanisms=["magic"])),), "rule r: unknown mechanism magic"),
    "refines no rule": ((rule("r", item("x", refines=["gone"])),), "rule r: refines gone, which is not a rule"),
    "unknown effect": ((rule("r", item("x"), modifiers=[("y", "double", "Y.")]),), "rule r: unknown effect double"),
    "two of one code": ((rule("r", item("x")), rule("r", item("y"))), "two rules share one code"),
    "a circle": (
        (rule("a", item("x", refines=["b"])), rule("b", item("x", refines=["a"]))),
        "rules refine each other: a, b, a",
    ),
    "itself": ((rule("a", item("x", refines=["a"])),), "rules refine each other: a, a"),
}


@pytest.mark.parametrize(("rules", "message"), REFUSED.values(), ids=REFUSED)
def test_rules_that_cannot_be_used_are_refused(rules, message):
    with pytest.raises(KnowledgeIncomplete, match=message):
        compile_rules(knowledge(*rules))


def test_reference_files_compile():
    ruleset = compile_rules(knowledge_from_files())
    assert len(ruleset.rules) == 102
    assert set(REQUIRED_PARAMETERS) <= set(ruleset.parameters)


def test_every_row_of_our_documents_has_a_known_source_or_says_it_is_ours():
    sources = {row["source_id"] for row in read_csv("sources.csv")}
    for name, document in documents().items():
        if name == "loads":  # its sources stand with each role and each kind of kratom product: see test_load_document
            continue
        for rows in document.values():
            for row in rows:
                assert set(row["source"]) <= sources, (name, row)
                not_known = row.get("days", 0) is None
                assert row["source"] or row["judgement"] or not_known or row.get("note") in ARITHMETIC, (name, row)
    for name in ("phq9", "cows"):
        assert set(read_yaml(f"instruments/{name}.yaml")["source"]) <= sources


ARITHMETIC = {"arithmetic", "a weighed gram", "product weight of leaf, not alkaloid; arithmetic"}
FORBIDDEN = ("safe ", "all clear", "no interactions", "abuse", "addict ", "clean")


def test_our_words_never_reassure_or_blame():
    for document in documents().values():
        for rows in document.values():
            for row in rows:
                words = f"{row.get('text', '')} {row.get('basis', '')}".casefold()
                assert not [word for word in FORBIDDEN if word in words], row


def test_memory_of_results_is_bounded():
    kept = {}
    for number in range(5):
        remember(kept, number, str(number), 2)
    assert kept == {4: "4"}
