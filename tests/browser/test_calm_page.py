"""The consultation page stays calm: sections fold and say what they hold, no key is stolen, nothing moves about."""

import pytest
from playwright.sync_api import expect

from clinical.views.step_words import APART, TOGETHER
from tests import factories
from tests.browser.changing import ANSWERED_AFTER
from tests.browser.settling import settled
from tests.browser.shown import words_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 375, "height": 720}
CHANGES = 3
TOP_OF = "element => element.getBoundingClientRect().top"
FOCUSED = "document.activeElement.name ?? ''"


@pytest.fixture
def visit(signed_in, clinician):
    """A draft with leaf kratom and tramadol."""
    draft = factories.draft(clinician, record=factories.visit("tramadol 50 mg"))
    return signed_in.given_draft(draft)


def said(page, step: int) -> str:
    return words_of(page.locator(f"[data-kc-step='{step}'] .kc-step__said"))


def test_folded_section_says_what_is_typed_into_it_since(visit):
    page = visit.page
    assert said(page, 2).startswith("Leaf powder 3 grams × 3, daily")
    visit.typed(kratom_0_amount="4", medicine_1_entered="quetiapine 100 mg")
    assert said(page, 2).startswith("Leaf powder 4 grams × 3, daily")
    together = [f"{APART}{name}{TOGETHER}" for name in ("tramadol 50 mg", "quetiapine 100 mg")]
    assert said(page, 3) == f"2: {', '.join(together)}"
    expect(page.locator("#said-medicines")).to_be_hidden()
    page.locator("#medicine-rows summary h2").click()
    expect(page.locator("#said-medicines")).to_be_visible()
    visit.arrived()


def test_all_sections_folded_stay_folded_on_the_next_page_and_are_accessible(visit):
    page = visit.page
    page.keyboard.press("F")
    visit.arrived()
    expect(page.locator(".kc-step[open]")).to_have_count(0)
    page.keyboard.press("s")
    page.get_by_text("Draft saved.").wait_for()
    visit.arrived()
    expect(page.locator(".kc-step[open]")).to_have_count(0)
    page.keyboard.press("3")
    expect(page.locator(".kc-step[open]")).to_have_count(1)
    expect(visit.field("medicine_1_entered")).to_be_focused()


def test_section_with_an_error_is_open_and_a_link_to_it_opens_it(visit):
    page = visit.page
    visit.typed(kratom_0_days_per_week="9")
    page.keyboard.press("F")
    page.get_by_role("button", name="Check", exact=True).click()
    summary = page.locator(".kc-summary")
    summary.wait_for()
    expect(visit.field("kratom_0_days_per_week")).to_be_visible()
    page.locator("#kratom-rows summary h2").click()
    expect(visit.field("kratom_0_days_per_week")).to_be_hidden()
    summary.get_by_role("link").first.click()
    expect(visit.field("kratom_0_days_per_week")).to_be_visible()


@pytest.mark.parametrize("key", ["1", "3", "m", "f", "F", "s", "r", "?", "/"])
def test_no_key_is_taken_from_a_field(visit, key):
    field = visit.field("plan")
    field.focus()
    visit.page.keyboard.press(key)
    expect(field).to_be_focused()
    expect(field).to_have_value(key)


def test_keys_lead_through_the_sections_and_their_map_closes(visit):
    page = visit.page
    page.keyboard.press("?")
    map_of_keys = page.get_by_role("dialog", name="Keyboard")
    expect(map_of_keys).to_be_visible()
    visit.arrived()
    page.keyboard.press("3")
    expect(map_of_keys).to_be_visible()  # while it is read, no key does anything
    page.keyboard.press("Escape")
    expect(map_of_keys).to_be_hidden()
    page.keyboard.press("2")
    expect(visit.field("kratom_0_product")).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#kratom-rows > .kc-step")).not_to_have_attribute("open", "")
    assert page.evaluate(FOCUSED) == "medicine-1-entered"
    page.keyboard.press("Escape")
    expect(page.locator("#medicine-rows > .kc-step > summary")).to_be_focused()
    page.keyboard.press("m")
    expect(page.get_by_role("complementary", name="What matters")).to_be_focused()
    page.keyboard.press("m")
    expect(page.locator("#medicine-rows > .kc-step > summary")).to_be_focused()


def test_single_keys_can_be_switched_off_and_stay_off(visit):
    page = visit.page
    page.keyboard.press("?")
    page.get_by_label("Single keys are on").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    page.keyboard.press("3")
    page.keyboard.press("?")
    page.keyboard.press("/")
    assert page.evaluate(FOCUSED) == ""
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="Keyboard").click()
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()


def test_tab_reaches_every_part_in_the_order_of_the_page_and_leaves_it(visit):
    page = visit.page
    reached: list[str] = []
    for _ in range(150):
        page.keyboard.press("Tab")
        where = page.evaluate(
            "document.activeElement.closest('[data-kc-step]')?.dataset.kcStep"
            " ?? (document.activeElement.closest('.kc-page__side') ? '8' : '')"
        )
        if where and (not reached or reached[-1] != where):
            reached.append(where)
        if reached and not where:
            break
    assert reached == ["1", "2", "3", "4", "5", "6", "7", "8"]
    assert page.evaluate("document.activeElement.closest('.kc-visit')") is None


def test_phone_leads_to_what_matters_and_back_with_one_press(visit):
    page = visit.page
    page.set_viewport_size(PHONE)
    visit.field("medicine_1_entered").fill("quetiapine 100 mg")
    settled(page)
    key = page.locator(".kc-matters-key")
    expect(key).to_contain_text("2 to act on now")
    key.click()
    expect(page.locator("#matters-heading")).to_be_in_viewport()
    expect(key.get_by_text("Back to the record")).to_be_visible()
    visit.arrived()
    key.click()
    expect(visit.field("medicine_1_entered")).to_be_focused()
    expect(visit.field("medicine_1_entered")).to_be_in_viewport()


def test_reading_that_appears_moves_no_field_that_has_the_focus(visit):
    page, name = visit.page, visit.field("medicine_1_entered")
    name.fill("zzqqxx unknown preparation")
    page.keyboard.press("Tab")
    before = page.evaluate("document.activeElement.getBoundingClientRect().top")
    settled(page)
    after = page.evaluate("document.activeElement.getBoundingClientRect().top")
    assert words_of(page.locator("#medicine-1 .kc-reading")) != ""
    assert abs(after - before) <= 1


def test_concern_under_the_pointer_stays_under_it_when_another_comes_above(visit):
    page = visit.page
    withdrawal = page.locator("#what-matters h3", has_text="If kratom is stopped")
    withdrawal.scroll_into_view_if_needed()
    withdrawal.hover()
    before = withdrawal.evaluate(TOP_OF)
    name = visit.field("medicine_1_entered")
    name.evaluate(
        "(field) => { field.value = 'quetiapine'; field.dispatchEvent(new Event('change', { bubbles: true })) }"
    )
    settled(page)
    assert page.locator("#what-matters h4", has_text="Quetiapine").count() == 1
    assert abs(withdrawal.evaluate(TOP_OF) - before) <= 2


def test_press_that_began_before_a_new_list_came_is_not_lost(visit):
    page, held = visit.page, []
    why = page.locator("#what-matters details.kc-why > summary").first
    why.hover()
    page.route("**/what-matters/", lambda route: held.append(route), times=1)
    visit.field("kratom_0_amount").evaluate(
        "(field) => { field.value = '5'; field.dispatchEvent(new Event('change', { bubbles: true })) }"
    )
    while not held:
        page.wait_for_timeout(20)
    new_list = held[0].fetch()
    page.mouse.down()
    held[0].fulfill(response=new_list)
    page.wait_for_timeout(100)
    page.mouse.up()
    expect(page.locator("#what-matters details.kc-why").first).to_have_attribute("open", "")
    settled(page)
    assert "5 g" in words_of(page.locator("#what-matters"))


def test_focus_in_the_list_survives_a_new_list(visit):
    page = visit.page
    why = page.locator("#what-matters details.kc-why > summary").first
    why.focus()
    before = words_of(why)
    visit.field("kratom_0_amount").evaluate(ANSWERED_AFTER)
    assert words_of(page.locator(":focus")) == before


def test_each_change_brings_one_new_list(visit):
    field, watch = visit.field("kratom_0_amount"), visit.watch
    for number in range(1, CHANGES + 1):
        field.evaluate(ANSWERED_AFTER)
        settled(visit.page)
        assert lists_asked(watch) == number


def test_leaving_a_field_after_a_pause_asks_for_nothing_twice(visit):
    field, watch = visit.field("kratom_0_amount"), visit.watch
    field.fill("5")
    settled(visit.page)
    before = lists_asked(watch)
    field.blur()
    settled(visit.page)
    assert lists_asked(watch) == before


def lists_asked(watch) -> int:
    return len([url for url in watch.asked if url.endswith("/what-matters/")])
