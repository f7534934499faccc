"""Answering concerns: one key each, the page for people who watch the answers, on a desk and on a phone."""

import pytest
from playwright.sync_api import expect

from clinical.models import FlagAnswer
from clinical.permissions import AUDITOR
from tests import factories
from tests.browser.keyboard import Keyboard
from tests.browser.shown import words_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(params=[(1280, 900), (375, 720)], ids=["1280", "375"])
def narrow(request, page):
    page.set_viewport_size({"width": request.param[0], "height": request.param[1]})


def is_as_wide_as_the_window(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.usefixtures("narrow")
def test_one_key_answers_and_the_next_visit_is_not_asked(signed_in, clinician):
    page, keyboard = signed_in.page, Keyboard(signed_in.page)
    draft = factories.draft(clinician, record=factories.visit("tramadol 50 mg"))
    signed_in.opened(f"/consultations/{draft.pk}/sign/")
    asked = page.locator("li.kc-flag").filter(has=page.locator(".kc-needs"))
    choices = asked.locator("fieldset")
    keyboard.to(choices.locator("input:checked"))
    for key, words in (("4", "Not taking kratom or this medicine any more"), ("7", "I disagree with the evidence")):
        page.keyboard.press(key)
        expect(choices.get_by_role("radio", name=words, exact=True)).to_be_checked()
    expect(choices.get_by_text("The editors of the rules are told")).to_be_visible()
    page.keyboard.press("2")
    keyboard.type(choices.get_by_label("What, in a few words"), "pain clinic agrees 4")  # a digit typed stays a digit
    expect(choices.get_by_role("radio", name="Benefit outweighs risk for this patient", exact=True)).to_be_checked()
    assert is_as_wide_as_the_window(page)
    keyboard.press(page.get_by_role("button", name="Sign", exact=True))
    signed_in.says("Benefit outweighs risk for this patient: pain clinic agrees 4").arrived()

    following = factories.draft(clinician, draft.patient, factories.visit("tramadol 50 mg"))
    signed_in.opened(f"/consultations/{following.pk}/sign/").says("Carried forward from the visit of 20 Nov 2026")
    assert page.get_by_text("Needs an answer before signing.").count() == 0
    assert is_as_wide_as_the_window(page)
    signed_in.pressed("Sign").says("Carried forward from the visit of 20 Nov 2026").arrived()
    assert FlagAnswer.objects.get(consultation=following).carried_from.consultation == draft


@pytest.mark.usefixtures("narrow")
def test_auditor_sorts_what_was_answered(desk, clinician):
    factories.signed_visit(clinician)
    auditor = factories.person(AUDITOR, of=clinician.practice)
    desk.given_signed_in(auditor).opened("/admin/clinical/alertstewardship/")
    desk.page.get_by_role("link", name="Shown", exact=True).click()
    desk.arrived()
    expect(desk.page.locator("th[aria-sort]")).to_have_text("Shown")
    assert "Tramadol" in words_of(desk.page.locator("tbody tr").first)
