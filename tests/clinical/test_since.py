"""Two visits side by side: what differs is said with its reason, and nothing is screened anew."""

import re
from datetime import date

import pytest
from django.urls import reverse

from clinical.models import ScreeningRun
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_visits(doctor):
    patient = factories.patient(doctor)
    first = factories.signed_visit(doctor, patient, factories.visit("tramadol 50 mg", plan="Look again."))
    second = factories.signed_visit(doctor, patient, factories.visit("quetiapine 25 mg", plan="Look again."))
    return first, second


def _page(client, doctor, *visits):
    client.force_login(doctor)
    return client.get(reverse("clinical:since", args=[visit.pk for visit in visits]))


def test_lines_and_concerns_that_differ_stand_side_by_side(client, doctor, two_visits):
    words = " ".join(_page(client, doctor, *reversed(two_visits)).content.decode().split())
    assert "tramadol 50 mg" in words
    assert "quetiapine 25 mg" in words
    assert "no longer raised by the rules, tramadol" in words
    assert "the record changed" in words
    assert "Look again." not in words


def test_order_of_the_address_does_not_matter(client, doctor, two_visits):
    first, second = (_page(client, doctor, *pair).content for pair in (two_visits, two_visits[::-1]))
    assert first.count(b"kc-table") == second.count(b"kc-table")
    assert b"no longer raised by the rules, tramadol" in first
    assert b"no longer raised by the rules, tramadol" in second


def test_two_visits_of_one_day_are_told_apart_by_when_they_were_signed(client, doctor, two_visits):
    words = _page(client, doctor, *two_visits).content.decode()
    labels = re.findall(r"<th scope=\"col\">(20 Nov 2026[^<]*)</th>", words)
    assert len(labels) == len(set(labels)) == 2
    assert all(re.fullmatch(r"20 Nov 2026, (earlier|later) visit, signed \d\d:\d\d", label) for label in labels)


def test_two_visits_of_two_days_are_named_by_their_days(client, doctor, two_visits):
    earlier = factories.signed_visit(doctor, two_visits[0].patient, factories.visit(visit_on=date(2026, 10, 1)))
    words = _page(client, doctor, earlier, two_visits[1]).content.decode()
    assert "signed" not in "".join(re.findall(r"<th scope=\"col\">(.*?)</th>", words))
    assert '<th scope="col">1 Oct 2026</th>' in words


def test_nothing_is_screened_anew(client, doctor, two_visits):
    before = ScreeningRun.objects.count()
    _page(client, doctor, *two_visits)
    assert ScreeningRun.objects.count() == before


def test_same_visit_a_draft_or_another_patient_is_not_found(client, doctor, two_visits):
    first, second = two_visits
    draft, other = factories.draft(doctor, first.patient), factories.signed_visit(doctor)
    assert [_page(client, doctor, first, visit).status_code for visit in (first, draft, other)] == [404, 404, 404]
    assert _page(client, factories.clinician(), first, second).status_code == 404
