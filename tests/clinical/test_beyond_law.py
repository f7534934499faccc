"""What a patient may face beyond lawful or not stands in the visit, folded, with what it rests on, and is kept."""

import pytest
import yaml
from django.urls import reverse

from clinical.paper.sheets import as_plain_text
from clinical.reference_beyond_law import beyond_law_faults
from clinical.reference_files import FOLDER
from clinical.views.note_sheet import note_sheet
from clinical.what_matters import what_matters_in
from tests import factories

DOCUMENT = yaml.safe_load((FOLDER / "beyond_law.yaml").read_text(encoding="utf-8"))
ASKED_FOR = {
    "under-age", "testing", "orders", "employment", "military", "travel", "abroad", "mislabelled", "supply-stops",
    "possession-or-sale", "federal-land",
}  # fmt: skip


def topics(consultation) -> set[str]:
    texts = {row["text"]: row["code"] for row in DOCUMENT["lines"]}
    return {texts[line["text"]] for line in what_matters_in(consultation).legal["beyond"]}


def at(doctor, product: str, **address):
    there = factories.patient(doctor, **{"zip_code": "", "city": "", "county": "", "state": "", **address})
    return factories.draft(doctor, there, factories.visit(uses=(factories.leaf(product=product),)))


def test_document_holds_every_topic_asked_for_and_has_no_fault():
    assert {row["code"] for row in DOCUMENT["lines"]} >= ASKED_FOR
    assert list(beyond_law_faults(DOCUMENT)) == []


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"text": " "}, "line 1: text is empty"),
        ({"basis": ""}, "line 1: basis is empty"),
        ({"source": [], "judgement": False}, "line 1: has neither a source nor is called a judgement"),
        ({"substances": ["leaf"]}, "line 1: substance “leaf” is none of"),
        ({"code": "under-age"}, "line 2: the code “under-age” stands further up"),
        ({"within": None}, "line 1: within must be a code or empty"),
    ],
)
def test_faults_are_named_by_line(changed, fault):
    first, *others = DOCUMENT["lines"]
    [found] = beyond_law_faults({"lines": [{**first, **changed}, *others]})
    assert fault in found


@pytest.mark.parametrize("content", [None, [], {"lines": []}, {"lines": "x"}, {"lines": ["x"]}])
def test_document_of_another_shape_is_refused(content):
    assert list(beyond_law_faults(content))


@pytest.mark.django_db
def test_what_is_known_of_seven_oh_is_not_told_of_leaf(doctor):
    leaf, seven_oh = (topics(at(doctor, kind, state="OH")) for kind in ("leaf_powder", "7oh"))
    assert seven_oh - leaf == {"mislabelled", "confirming"}
    assert leaf - seven_oh == set()


@pytest.mark.django_db
def test_lines_of_one_state_or_country_stay_there(doctor):
    tennessee, ohio = (topics(at(doctor, "leaf_powder", state=state)) for state in ("TN", "OH"))
    assert tennessee - ohio == {"testing-tennessee"}
    abroad = topics(at(doctor, "leaf_powder", country="GB"))
    assert {"abroad", "supply-stops", "testing"} <= abroad
    assert not abroad & {"military", "under-age", "federal-land", "employment", "travel"}


@pytest.mark.django_db
def test_visit_shows_it_folded_and_keeps_it_when_signed(client, doctor):
    client.force_login(doctor)
    signed = factories.signed_visit(doctor, record=factories.visit("sertraline"))
    kept = signed.signed_run.legal["beyond"]
    html = client.get(reverse("clinical:consultation", args=[signed.pk])).content.decode()
    fold = html.split('<details class="mb-2" id="beyond-law">')[1].split("</details>")[0]
    assert "Beyond lawful or not" in fold
    assert [line["topic"] for line in kept if f"<strong>{line['topic']}:</strong>" not in fold] == []
    assert "our judgement; general knowledge, not read again" in fold
    assert "drug court" not in as_plain_text(note_sheet(signed))
