"""Results entered, struck out and followed up by keyboard, and what they say in the visit."""

import pytest
from playwright.sync_api import expect

from clinical.models import FollowUp, Result
from tests import factories
from tests.browser.desk import REFUSED
from tests.browser.keyboard import Keyboard

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def chart(clinician):
    """A patient with a signed visit: leaf and sertraline."""
    return factories.signed_visit(clinician, record=factories.visit("sertraline 50 mg")).patient


def monitoring_page(patient):
    return f"/patients/{patient.pk}/monitoring/"


def test_raised_liver_test_by_keyboard_from_entry_to_visit_to_striking_out(signed_in, chart):
    signed_in.opened(f"/patients/{chart.pk}/")
    page, keys = signed_in.page, Keyboard(signed_in.page)
    keys.press(page.get_by_role("link", name="Monitoring", exact=True))
    page.wait_for_url("**/monitoring/")
    signed_in.arrived()

    signed_in.watch.expect(REFUSED)
    keys.type(signed_in.field("bilirubin-value"), "2")
    keys.press(page.get_by_role("button", name="Keep results"))
    signed_in.says("Bilirubin, total: unit: Choose the unit.").arrived()
    assert not Result.objects.exists()

    keys.choose(signed_in.field("bilirubin-unit"), "mg/dL")
    keys.type(signed_in.field("alt-value"), "300")
    keys.type(signed_in.field("alt-limit"), "40")
    keys.press(page.get_by_role("button", name="Keep results"))
    signed_in.says("2 results are kept.").says("ALT is more than 5 times the upper limit").arrived()
    signed_in.says("No upper limit was entered")

    signed_in.opened(f"/patients/{chart.pk}/consultations/new/")
    expect(page.locator("#what-matters")).to_contain_text("Refer to hepatology: ALT is more than 5 times")

    signed_in.opened(monitoring_page(chart))
    keys.press(page.locator("summary", has_text="Strike out: ALT"))
    keys.type(page.get_by_label("Why it is struck out").first, "hemolysed tube")
    keys.press(page.get_by_role("button", name="Strike it out").first)
    signed_in.says("It stays readable.").says("hemolysed tube").arrived()
    expect(page.get_by_text("Refer to hepatology: ALT")).to_have_count(0)


def test_check_is_planned_and_moved_by_keyboard(signed_in, chart, clinician):
    signed_in.opened(monitoring_page(chart))
    page, keys = signed_in.page, Keyboard(signed_in.page)
    keys.press(page.locator("summary", has_text="Plan: Liver tests"))
    keys.press(page.get_by_role("button", name="Plan it"))
    signed_in.says("Planned for").arrived()
    task = FollowUp.objects.get(check_code="liver")
    assert task.owner == clinician

    keys.press(page.locator("summary", has_text="Change day or owner"))
    keys.type(page.locator(f"#id_move_{task.pk}_due_on"), "12312027")
    keys.type(page.get_by_label("Why it is changed"), "holiday")
    keys.press(page.get_by_role("button", name="Change it"))
    signed_in.says("The follow-up is changed.").says("holiday").arrived()
    task.refresh_from_db()
    assert task.due_on.isoformat() == "2027-12-31"


@pytest.mark.parametrize("width", [320, 375, 1280])
def test_page_fits_every_window_with_everything_open(signed_in, chart, width):
    signed_in.page.set_viewport_size({"width": width, "height": 800})
    signed_in.opened(monitoring_page(chart))
    signed_in.page.locator("[name=alt-value]").fill("300")
    signed_in.page.locator("[name=alt-limit]").fill("40")
    signed_in.pressed("Keep results").says("1 result is kept.").arrived()
    for fold in signed_in.page.locator("main details > summary").all():
        fold.click()
    signed_in.arrived()
