"""The documents of instruments and of asking are held to their shape where they are changed and where they arrive."""

import copy

import pytest
from django.core.exceptions import ValidationError
from django.forms import modelform_factory

from clinical.admin.knowledge import ReferenceTableForm
from clinical.knowledge_base.checks import _document_faults
from clinical.models import ReferenceTable

pytestmark = pytest.mark.django_db


def refused(key: str, content: dict) -> list[str]:
    row = ReferenceTable.objects.get(pk=key)
    form = modelform_factory(ReferenceTable, form=ReferenceTableForm, fields=["content"])(instance=row)
    form.cleaned_data = {"content": content}
    with pytest.raises(ValidationError) as fault:
        form.clean_content()
    return list(fault.value.messages)


def content_of(key: str) -> dict:
    return copy.deepcopy(ReferenceTable.objects.get(pk=key).content)


def test_admin_refuses_an_instrument_that_cannot_be_scored():
    content = content_of("instruments/gad7")
    content["bands"][0]["high"] = 3
    assert refused("instruments/gad7", content) == ["instruments/gad7.yaml: gad7: bands must cover 0 to 21 once each"]


def test_admin_refuses_an_inquiry_without_its_crisis_line():
    content = content_of("inquiry")
    content["crisis_line"]["text"] = ""
    assert refused("inquiry", content) == ["inquiry.yaml: crisis_line: text is empty"]


def test_bundle_is_held_to_both_shapes():
    documents = {"instruments/gad7": content_of("instruments/gad7"), "inquiry": content_of("inquiry")}
    assert list(_document_faults(documents)) == []
    documents["instruments/gad7"]["credit"] = ""
    documents["inquiry"]["facts"] = []
    assert list(_document_faults(documents)) == [
        "instruments/gad7.yaml: credit is empty",
        "inquiry.yaml: facts is empty",
    ]
    assert list(_document_faults({})) == []
