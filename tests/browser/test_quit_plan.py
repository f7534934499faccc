"""A taper planned by keyboard, two steps that failed, and the other way that is then proposed."""

import pytest
from playwright.sync_api import expect

from clinical.models import FollowUp, TaperPlan
from tests import factories
from tests.browser.desk import REFUSED
from tests.browser.keyboard import Keyboard

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def chart(clinician):
    """A patient with a signed visit: 9 g of leaf a day in three doses."""
    visit = factories.signed_visit(clinician)
    return visit.patient


def plan_page(patient):
    return f"/patients/{patient.pk}/quit-plan/"


def test_taper_by_keyboard_two_failures_and_another_way(signed_in, chart):
    signed_in.opened(f"/patients/{chart.pk}/")
    page, keys = signed_in.page, Keyboard(signed_in.page)
    keys.press(page.get_by_role("link", name="Quit plan", exact=True))
    page.wait_for_url("**/quit-plan/")
    signed_in.arrived()
    expect(signed_in.field("start_grams_per_day")).to_have_value("9")

    signed_in.watch.expect(REFUSED)
    keys.press(page.get_by_role("button", name="Keep this plan"))
    signed_in.says("Weigh one usual day").arrived()

    keys.to(page.get_by_label("One usual day"))
    page.keyboard.press("Space")
    keys.press(page.get_by_role("button", name="Show the calendar"))
    signed_in.says("not kept yet").says("2.7 + 2.7 + 2.7 g").arrived()
    assert not TaperPlan.objects.exists()
    keys.press(page.get_by_role("button", name="Keep this plan"))
    signed_in.says("The plan is kept.").says("Step 1 is on").arrived()

    fail(signed_in, keys, "cramps and no sleep")
    expect(page.get_by_text("Another way")).to_have_count(0)
    fail(signed_in, keys, "the same again")
    signed_in.says("Another way").says("discuss medication treatment").arrived()
    rows = page.locator(".kc-steps tbody tr")
    expect(rows.nth(0)).to_contain_text("failed: went back: cramps and no sleep")
    expect(page.locator('[aria-current="step"]')).to_contain_text("on now")

    keys.type(page.get_by_label("Why the plan ends"), "moving to medication")
    keys.press(page.get_by_role("button", name="End the plan"))
    signed_in.says("Earlier plans").says("moving to medication").arrived()


def fail(desk, keys, why):
    """Note the step that is on as failed, with arrows and letters alone."""
    keys.to(desk.page.get_by_role("radio", name="Done: go on"))
    failed = desk.page.get_by_role("radio", name="Failed")
    desk.page.keyboard.press("ArrowDown")
    desk.page.keyboard.press("ArrowDown")
    expect(failed).to_be_checked()
    keys.type(desk.page.get_by_label("Why (needed"), why)
    keys.press(desk.page.get_by_role("button", name="Note the step"))
    desk.says("is noted.").arrived()


@pytest.mark.parametrize("width", [320, 375, 1280])
def test_plan_fits_every_window(signed_in, chart, width):
    signed_in.page.set_viewport_size({"width": width, "height": 800})
    signed_in.opened(plan_page(chart))
    signed_in.page.get_by_label("One usual day").check()
    signed_in.pressed("Keep this plan").says("The plan is kept.").arrived()


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_plan_and_its_follow_ups_without_scripts(signed_in, chart):
    signed_in.opened(plan_page(chart))
    signed_in.page.get_by_label("One usual day").check()
    signed_in.pressed("Keep this plan").says("The plan is kept.").arrived()
    signed_in.pressed("Book the days ticked").says("8 follow-ups are booked.").arrived()
    assert FollowUp.objects.filter(patient=chart).count() == 8


def test_change_agreed_in_a_visit_brings_its_dates(signed_in, clinician):
    visit = factories.draft(clinician, record=factories.visit("naltrexone 50 mg", "sertraline 50 mg"))
    signed_in.given_draft(visit)
    panel = signed_in.page.locator("#what-matters")
    expect(panel.get_by_text("Stopping agreed")).to_have_count(0)
    signed_in.typed(change_plan="quit", change_on="2026-12-01")
    expect(panel.get_by_role("heading", name="Stopping agreed: Tue 1 Dec 2026")).to_be_visible()
    expect(panel.get_by_text("Wed 2 Dec to Fri 4 Dec; Tue 8 Dec; Tue 15 Dec; Tue 29 Dec")).to_be_visible()
    expect(panel.get_by_text("count the wait from the last dose").first).to_be_visible()
    signed_in.arrived()
