"""A signed visit stays as it was shown; beside it stands how it would look with today's rules."""

import pytest
from django.urls import reverse

from clinical.models import ScreeningRun
from clinical.permissions import REFERENCE_EDITOR
from clinical.views.today import other_differences
from tests import factories
from tests.clinical import publishing

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(doctor):
    return factories.signed_visit(doctor, record=factories.visit("tramadol 50 mg", "amoxicillin 500 mg"))


def page(client, who, name, visit):
    client.force_login(who)
    return client.get(reverse(f"clinical:{name}", args=[visit.pk]))


def words_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_visit_of_today_looks_as_it_was(client, doctor, visit):
    words = words_of(page(client, doctor, "visit_today", visit))
    assert "as it was" in words
    assert "not raised" not in words


def test_differences_stand_in_words_and_the_signed_visit_is_unchanged(client, doctor, visit):
    signed = ScreeningRun.objects.filter(consultation=visit).values().get()
    publishing.revise("tramadol", severity="moderate")
    publishing.new_rule("new-one", "amoxicillin")
    words = words_of(page(client, doctor, "visit_today", visit))
    assert "lowered from major to moderate, tramadol" in words
    assert "new major concern, amoxicillin" in words
    assert "Nothing of the signed visit changes." in words
    assert ScreeningRun.objects.filter(consultation=visit).values().get() == signed
    then = words_of(page(client, doctor, "consultation", visit))
    assert "Kratom and amoxicillin" not in then
    assert reverse("clinical:visit_today", args=[visit.pk]) in then


def test_draft_is_shown_as_of_now_on_its_own_page(client, doctor):
    draft = factories.draft(doctor)
    assert page(client, doctor, "visit_today", draft).url == reverse("clinical:consultation", args=[draft.pk])


def test_other_practice_and_other_roles_do_not_see_it(client, visit):
    assert page(client, factories.clinician(), "visit_today", visit).status_code == 404
    assert page(client, factories.person(REFERENCE_EDITOR), "visit_today", visit).status_code == 403


def test_what_differs_beside_concerns_is_named():
    then = {"withdrawal": None, "not_assessed": [{"what": "zzqq"}]}
    today = {"withdrawal": {"tier": "high"}, "not_assessed": [{"what": "kava"}]}
    told = other_differences(then, today)
    assert told[0] == "If kratom is stopped: was “not rated”, now “High withdrawal concern”."
    assert [line.split(": ")[1] for line in told[1:]] == ["kava.", "zzqq."]
