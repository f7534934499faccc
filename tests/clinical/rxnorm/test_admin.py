"""Loaded releases and their concepts in the admin: readable to those who read reference data, changeable by nobody."""

import pytest
from django.urls import reverse

from clinical.models import RxNormRelease
from clinical.permissions import REFERENCE_EDITOR, REFERENCE_REVIEWER
from tests import factories
from tests.clinical.rxnorm.rrf import usual

pytestmark = pytest.mark.django_db
LISTS = ("admin:clinical_rxnormrelease_changelist", "admin:clinical_rxnormconcept_changelist")


@pytest.fixture(params=[REFERENCE_EDITOR, REFERENCE_REVIEWER])
def reader(request, client):
    client.force_login(factories.person(request.param))
    return client


def test_report_of_a_release_is_shown_readably(reader, load):
    load(usual(), label="October")
    listed = reader.get(reverse(LISTS[0])).content.decode()
    assert "October" in listed
    release = RxNormRelease.objects.get()
    page = reader.get(reverse("admin:clinical_rxnormrelease_change", args=[release.pk])).content.decode()
    assert "new substance: 4" in page
    assert "<td>zilucoplast sodium</td>" in page
    assert 'name="_save"' not in page


def test_concepts_are_found_by_number_and_say_where_they_lead(reader, load):
    load(usual())
    page = reader.get(reverse(LISTS[1]), {"q": "9000031"}).content.decode()
    assert "Zilucet" in page
    assert "acetaminophen, zilucoplast" in page


@pytest.mark.parametrize("name", ["rxnormrelease", "rxnormconcept"])
def test_nobody_adds_or_changes_what_was_loaded(name, reader, load):
    load(usual())
    assert reader.post(reverse(f"admin:clinical_{name}_add"), {}).status_code == 403
    pk = RxNormRelease.objects.get().pk if name == "rxnormrelease" else "9000031"
    assert reader.post(reverse(f"admin:clinical_{name}_change", args=[pk]), {"name": "x"}).status_code == 403


def test_query_count_of_the_list_does_not_grow_with_releases(reader, load, django_assert_max_num_queries):
    for turn in range(3):
        load(usual(), again=True, label=f"load {turn}")
    with django_assert_max_num_queries(10):
        reader.get(reverse(LISTS[0]))
