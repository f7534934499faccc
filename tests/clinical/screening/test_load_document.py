"""The document of loads: what is refused, and that ours says something sourced of every kratom product."""

import copy

import pytest

from clinical.reference_loads import load_faults
from clinical.screening.engine import compile_rules, screen
from clinical.screening.facts import Facts, KratomUse, Product
from clinical.screening.tables import UnusableRow, knowledge_from
from tests.clinical.screening.examples import took
from tests.clinical.screening.reference import knowledge_from_files, read_csv, read_yaml

OURS = read_yaml("loads.yaml")
ROLES = {row["role"] for row in read_csv("roles_vocabulary.csv")}
SOURCES = {row["source_id"] for row in read_csv("sources.csv")}
LOADS = ["sedative", "serotonergic", "qt", "seizure", "liver", "blood-pressure"]
LEAF_ONLY = {"serotonergic", "qt", "seizure", "liver", "blood-pressure"}
NOT_SAID = ("safe ", "all clear", "no interactions", "abuse", "addict", "clean")


def changed(change) -> dict:
    content = copy.deepcopy(OURS)
    change(content["loads"])
    return content


def test_our_document_has_no_fault_and_the_six_loads():
    assert list(load_faults(OURS, ROLES)) == []
    assert [load["key"] for load in OURS["loads"]] == LOADS


@pytest.mark.parametrize("content", [None, [], {}, {"loads": None}])
def test_an_empty_document_has_no_rows_to_fault(content):
    assert list(load_faults(content, ROLES)) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda rows: rows[0]["kratom"].pop(0), "entry 1: kratom: capsule is left out"),
        (lambda rows: rows[0]["kratom"].append(rows[0]["kratom"][0]), "a product stands there twice"),
        (lambda rows: rows[0]["kratom"][0].update(source=[]), "what adds needs a source"),
        (lambda rows: rows[0]["kratom"][0].update(products=["leaf"]), "'leaf' is not a valid Product"),
        (lambda rows: rows[0]["kratom"][0].update(certainty="sure"), "'sure' is not a valid Certainty"),
        (lambda rows: rows[0]["feeds"][0].update(way="strongly"), "'strongly' is not a valid Way"),
        (lambda rows: rows[0]["feeds"][0].update(direction="down"), "'down' is not a valid Direction"),
        (lambda rows: rows[0]["feeds"][0].pop("words"), "entry 1: 'words'"),
        (lambda rows: rows[0].update(routes=["by post"]), "entry 1: 'by post'"),
        (lambda rows: rows[0].update(mechanisms=["magic"]), "'magic' is not a valid Mechanism"),
        (lambda rows: rows.append("sedative"), "entry 7: "),
        (lambda rows: rows[0]["feeds"][0].update(role="sleepy"), "(sedative): role “sleepy” is not known"),
        (lambda rows: rows[0].update(rules_except=["sleepy"]), "(sedative): role “sleepy” is not known"),
        (lambda rows: rows[1].update(key="sedative"), "(sedative): load sedative stands there twice"),
        (lambda rows: rows[1].update(mechanisms=["qt"]), "(qt): mechanism qt stands there twice"),
    ],
)
def test_a_row_that_cannot_be_used_is_named(change, fault):
    assert any(fault in found for found in load_faults(changed(change), ROLES))


def test_screening_refuses_such_a_row_too():
    documents = {"loads": changed(lambda rows: rows[0]["kratom"].pop(0))}
    with pytest.raises(UnusableRow, match=r"loads\.yaml, loads, entry 1: kratom: capsule is left out"):
        knowledge_from(version=1, rules=(), roles=(), conditions=(), documents=documents)


def test_every_share_of_kratom_has_known_sources_and_plain_words():
    for load in OURS["loads"]:
        for share in load["kratom"]:
            assert set(share["source"]) <= SOURCES
            assert share["adds"] == bool(share["source"])
            words = share["words"].casefold()
            assert not [word for word in NOT_SAID if word in words], share


@pytest.mark.parametrize("product", [Product.SEVEN_OH, Product.PSEUDOINDOXYL])
def test_7_oh_and_pseudoindoxyl_are_counted_for_sedation_alone(product):
    taken = tuple(took(name) for name in ("alprazolam", "citalopram", "acetaminophen", "pseudoephedrine"))
    rows = screen(Facts(kratom=(KratomUse(product),), taken=taken), compile_rules(knowledge_from_files())).load

    counted = {row.load for row in rows if any(c.kind == "kratom" for c in row.contributors)}
    assert counted == {"sedative"}
    for row in rows:
        if row.load in LEAF_ONLY:
            assert [str(item.why).startswith("Not known whether it adds") for item in row.not_counted] == [True]


@pytest.mark.parametrize(
    ("medicines", "load", "expected"),
    [
        (
            ("alprazolam", "oxycodone", "gabapentin"),
            "sedative",
            ["leaf powder", "alprazolam", "gabapentin", "oxycodone"],
        ),
        (("sertraline", "tramadol"), "serotonergic", ["leaf powder", "sertraline", "tramadol"]),
        (("methadone", "citalopram"), "qt", ["leaf powder", "citalopram", "methadone"]),
        (("methadone", "furosemide"), "qt", ["leaf powder", "methadone", "furosemide"]),
        (("bupropion", "tramadol"), "seizure", ["leaf powder", "bupropion", "tramadol"]),
        (("levetiracetam", "tramadol"), "seizure", ["leaf powder", "tramadol"]),
        (("acetaminophen", "ethanol"), "liver", ["leaf powder", "acetaminophen", "ethanol"]),
        (("pseudoephedrine", "lisinopril"), "blood-pressure", ["leaf powder", "pseudoephedrine", "lisinopril"]),
    ],
)
def test_our_reference_data_names_the_contributors(medicines, load, expected):
    facts = Facts(kratom=(KratomUse(Product.LEAF_POWDER),), taken=tuple(took(name) for name in medicines))
    rows = {row.load: row for row in screen(facts, compile_rules(knowledge_from_files())).load}

    assert [contributor.about for contributor in rows[load].contributors] == expected
    assert all(ground.sources for c in rows[load].contributors for ground in c.grounds)


def test_every_pair_flag_of_a_mechanism_finds_its_medicine_in_the_row():
    """One medicine after the other beside leaf: a flag of a load's mechanism never stands outside its row."""
    ruleset = compile_rules(knowledge_from_files())
    against_seizures = {row["substance"] for row in read_csv("roles.csv") if row["role"] == "anticonvulsant"}
    outside = set()
    for substance in ruleset.rows:
        found = screen(Facts(kratom=(KratomUse(Product.LEAF_POWDER),), taken=(took(substance),)), ruleset)
        named = {(name, c.about) for row in found.load for name in row.mechanisms for c in row.contributors}
        of_loads = {name for load in ruleset.loads.loads for name in load.mechanisms}
        outside |= {(f.mechanism, f.about) for f in found.flags if f.mechanism in of_loads} - named
    assert {about for mechanism, about in outside if mechanism == "seizure"} <= against_seizures
    assert not {entry for entry in outside if entry[0] != "seizure"}
