"""A visit left open over midnight and over a reference update, and one sent twice: said aloud, and nothing lost."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from clinical.models import Consultation, ReferenceVersion
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WAIT = 40_000


def typed_and_saved(desk, plan: str):
    desk.field("plan").fill(plan)
    desk.field("plan").blur()
    expect(desk.page.locator("#kc-saving [data-state=saved]")).to_be_visible(timeout=WAIT)
    return desk


def note(desk, name: str):
    return desk.page.locator(f"#kc-saving [data-note={name}]")


def test_page_left_open_over_midnight_says_so_and_keeps_its_day(signed_in, clinician, monkeypatch):
    draft = factories.draft(clinician)
    desk = typed_and_saved(signed_in.given_draft(draft), "Before midnight.")
    expect(note(desk, "midnight")).to_be_hidden()
    monkeypatch.setattr("clinical.views.saving.today_at", lambda _practice: date.today() + timedelta(days=1))
    desk.field("plan").fill("After midnight.")
    desk.field("plan").blur()
    expect(note(desk, "midnight")).to_be_visible(timeout=WAIT)
    typed_and_saved(desk, "After midnight, too.").holds(visit_on=draft.visit_on.isoformat()).arrived()
    stored = Consultation.objects.get(pk=draft.pk)
    assert (stored.visit_on, stored.plan) == (draft.visit_on, "After midnight, too.")


@pytest.mark.usefixtures("reference_undone")
def test_page_left_open_over_a_reference_update_says_so_and_reads_the_new_one(signed_in, clinician):
    draft = factories.draft(clinician)
    desk = typed_and_saved(signed_in.given_draft(draft), "Before the update.")
    expect(note(desk, "reference")).to_be_hidden()
    newest = ReferenceVersion.objects.order_by("-number").first().number + 1
    ReferenceVersion.objects.create(number=newest, reason="Read again.")
    desk.field("plan").fill("After the update.")
    desk.field("plan").blur()
    expect(note(desk, "reference")).to_be_visible(timeout=WAIT)
    expect(desk.page.locator("#what-matters")).to_contain_text(f"Reference version {newest}.", timeout=WAIT)
    desk.arrived()
    assert Consultation.objects.get(pk=draft.pk).plan == "After the update."


def test_new_visit_sent_twice_by_a_double_click_is_one_visit(signed_in, clinician):
    patient = factories.patient(clinician)
    desk = signed_in.given_new_visit(patient).asked_and_uses()
    desk.typed(kratom_0_product="leaf_powder", plan="Once.")
    desk.page.get_by_role("button", name="Save draft", exact=True).dblclick()
    desk.says("Draft saved.").arrived()
    assert [visit.plan for visit in patient.consultations.all()] == ["Once."]
