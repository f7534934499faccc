"""Scales with the keyboard alone, one key an item; and a positive item 9 that stops the visit until it is answered."""

import pytest
from playwright.sync_api import expect

from clinical.models import Consultation, SuicideInquiry
from tests import factories
from tests.browser.desk import REFUSED
from tests.browser.keyboard import Keyboard
from tests.browser.settling import settled

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHQ9 = "111010112"
COWS = "12120210100"
COUNT_KEYS = """() => {
  if (window.keysPressed === undefined) addEventListener("keydown", () => (window.keysPressed += 1), true);
  window.keysPressed = 0;
}"""


@pytest.fixture(params=[(1280, 900), (375, 720)], ids=["1280", "375"])
def narrow(request, page):
    page.set_viewport_size({"width": request.param[0], "height": request.param[1]})


@pytest.fixture
def draft(clinician) -> Consultation:
    return factories.draft(clinician, record=factories.visit("sertraline 50 mg"))


def item(page, name: str):
    return page.locator(f'[name="{name}"]')


def pressed_one_key_each(page, first: str, keys: str) -> int:
    """Keys it took from the first item to the total."""
    page.evaluate(COUNT_KEYS)
    item(page, first).focus()
    for key in keys:
        page.keyboard.press(key)
    return page.evaluate("window.keysPressed")


@pytest.mark.usefixtures("narrow")
def test_phq9_and_cows_take_one_key_an_item_and_item_9_stops_the_visit(signed_in, draft):
    page, keyboard = signed_in.page, Keyboard(signed_in.page)
    signed_in.given_draft(draft)

    keyboard.press(page.locator("#phq9 > summary"))
    assert pressed_one_key_each(page, "phq9_1", PHQ9[:8]) == 8
    said = page.locator("#phq9 [data-scale-said]")
    expect(said).to_have_text("PHQ-9: 8 of 9 answered")
    expect(item(page, "phq9_9")).to_be_focused()
    expect(page.locator("#item9")).to_be_hidden()
    page.keyboard.press(PHQ9[8])
    expect(said).to_have_text("PHQ-9 8 of 27, mild")
    expect(page.locator("#item9")).to_be_focused()

    keyboard.press(page.locator("#cows > summary"))
    assert pressed_one_key_each(page, "cows_1", COWS) == 11
    said = page.locator("#cows [data-scale-said]")
    expect(said).to_have_text("COWS 10 of 48, mild")
    page.keyboard.press("4")  # gooseflesh has no 4
    expect(said).to_have_text("4 is no answer here. There are 0, 3, 5.")
    expect(item(page, "cows_11")).to_have_value("0")
    settled(page)
    signed_in.arrived()

    keyboard.press(page.get_by_role("button", name="Review and sign"))
    page.wait_for_url("**/suicide-inquiry/")
    expect(page.locator(".kc-ask-now")).to_be_focused()
    signed_in.arrived()
    refused_until_asked(signed_in, draft)
    signed_after_asking(signed_in, keyboard, draft)


def refused_until_asked(desk, draft):
    page = desk.page
    desk.opened(f"/consultations/{draft.pk}/sign/")
    desk.watch.expect(REFUSED)
    desk.pressed("Sign")
    page.get_by_role("heading", name="Not signed yet: ask directly about suicide first").wait_for()
    expect(page.locator("#ask-now")).to_be_focused()
    assert page.title().startswith("Error:")
    desk.arrived()
    assert not Consultation.objects.get().is_signed


def signed_after_asking(desk, keyboard, draft):
    page = desk.page
    keyboard.press(page.get_by_role("link", name="Record what you asked"))
    page.wait_for_url("**/suicide-inquiry/")
    desk.watch.expect(REFUSED)
    keyboard.press(page.get_by_role("button", name="Record, then review the visit"))
    page.get_by_role("heading", name="Nothing was saved yet").wait_for()
    desk.arrived()
    page.get_by_label("ASQ (four questions, free)").check()
    page.get_by_label("Thoughts, no plan or intent reported").check()
    keyboard.type(desk.field("done"), "Safety plan made; sister keeps the tablets.")
    keyboard.press(page.get_by_role("button", name="Record, then review the visit"))
    page.wait_for_url("**/sign/")
    desk.says("Agree how kratom or 7-OH").arrived()
    desk.answered_every_concern("Counsel the patient").pressed("Sign")
    page.get_by_role("heading", name="What was shown").wait_for()
    desk.says("PHQ-9 8 of 27 mild").says("COWS 10 of 48 mild").says("Safety plan made").arrived()
    assert SuicideInquiry.objects.get().outcome == "thoughts"
    assert Consultation.objects.get().is_signed


@pytest.mark.usefixtures("narrow")
def test_scale_is_added_from_the_visit_and_comes_back(signed_in, draft):
    page, keyboard = signed_in.page, Keyboard(signed_in.page)
    signed_in.given_draft(draft)
    keyboard.press(page.locator("#more-scales > summary"))
    keyboard.press(page.get_by_role("button", name="Kratom criteria, 7-OH products"))
    page.wait_for_url("**/scales/kud_7oh/")
    signed_in.arrived()
    pressed_one_key_each(page, "kud_7oh_1", "nnnnnnnnny")
    expect(page.locator("[data-scale-said]")).to_have_text("Kratom criteria, 7-OH products: 10 of 12 answered")
    signed_in.watch.expect(REFUSED)
    keyboard.press(page.get_by_role("button", name="Record in the visit"))
    signed_in.says("Items 11, 12 are not answered.").holds(kud_7oh_10="1")
    signed_in.arrived()
    pressed_one_key_each(page, "kud_7oh_11", "yy")
    expect(page.locator("[data-scale-said]")).to_have_text("Kratom criteria, 7-OH products 2 of 11, mild")
    keyboard.press(page.get_by_role("button", name="Record in the visit"))
    page.wait_for_url(f"**/consultations/{draft.pk}/#scores-heading")
    signed_in.says("Physical dependence only").says("2 of 11, mild").arrived()


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_scale_without_scripts(signed_in, draft):
    signed_in.opened(f"/consultations/{draft.pk}/scales/dast10/")
    for number in range(1, 11):
        item(signed_in.page, f"dast10_{number}").select_option("0")
    signed_in.pressed("Record in the visit").says("DAST-10 recorded: 1 of 10, low.").arrived()
