"""The shipped list of look-alike names, and what its check refuses."""

import pytest
import yaml

from clinical.reference_lookalikes import look_alike_faults
from tests.clinical.vocabulary.conftest import FOLDER, rows_of

KNOWN = {"hydroxyzine", "hydralazine"}
NAME = {"substance": "hydroxyzine", "tall_man": "hydrOXYzine", "used_for": "itch", "source": ["one"]}
GROUP = {"substances": ["hydroxyzine", "hydralazine"], "source": ["one"]}


@pytest.fixture(scope="module")
def document():
    return yaml.safe_load((FOLDER / "lookalikes.yaml").read_text("utf-8"))


def test_shipped_list_has_no_fault(document):
    assert list(look_alike_faults(document, {row["key"] for row in rows_of("substances.csv")})) == []


@pytest.mark.parametrize(
    "pair",
    [
        ("hydroxyzine", "hydralazine"),
        ("clonidine", "clonazepam"),
        ("bupropion", "buspirone"),
        ("tramadol", "trazodone"),
    ],
)
def test_pairs_that_matter_here_stand_together_and_say_what_each_is_for(document, pair):
    assert any(set(pair) <= set(group["substances"]) for group in document["groups"])
    named = {row["substance"]: row for row in document["names"]}
    assert all(named[key]["used_for"] and named[key]["tall_man"] != key for key in pair)


def test_list_is_long_and_every_member_is_described(document):
    named = [row["substance"] for row in document["names"]]
    assert len(document["groups"]) >= 30
    assert len(named) == len(set(named))
    assert {key for group in document["groups"] for key in group["substances"]} <= set(named)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ({"names": [NAME | {"substance": "unheard"}]}, "not a substance"),
        ({"names": [NAME | {"tall_man": "hydrALAZINE"}]}, "another word"),
        ({"names": [NAME | {"used_for": ""}]}, "needs used_for and source"),
        ({"names": [NAME | {"source": []}]}, "needs used_for and source"),
        ({"groups": [GROUP | {"substances": ["hydroxyzine"]}]}, "needs two substances"),
        ({"groups": [GROUP | {"source": []}]}, "needs two substances and a source"),
        ({"groups": [GROUP | {"substances": ["hydroxyzine", "unheard"]}]}, "not a substance"),
    ],
)
def test_faulty_entry_is_named(content, fault):
    assert any(fault in found for found in look_alike_faults(content, KNOWN))


@pytest.mark.parametrize("content", [None, {}, {"names": [NAME], "groups": [GROUP]}])
def test_right_or_absent_content_has_no_fault(content):
    assert list(look_alike_faults(content, KNOWN)) == []
