"""A repeat visit at the desk: each row by one key, by one press, and without scripts; stored is what was said."""

import pytest
from playwright.sync_api import expect

from clinical.models import Consultation
from tests import factories
from tests.browser.settling import settled

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SIZES = {"desk": (1280, 900), "phone": (375, 800), "narrow": (320, 800)}


@pytest.fixture
def last(clinician) -> Consultation:
    names = ("lisinopril 10 mg daily", "warfarin 5 mg", "quetiapine 100 mg at bedtime")
    return factories.signed_visit(clinician, record=factories.visit(*names))


@pytest.fixture
def visit(desk, clinician, last):
    return desk.given_signed_in(clinician).given_new_visit(last.patient)


def box(desk, row: str):
    return desk.field(f"{row}_as_last_time")


def saved(page) -> Consultation:
    settled(page)
    expect(page.locator("#kc-saving [data-state=saved]")).to_be_visible()
    return Consultation.objects.get(signed_at=None)


def test_each_row_is_told_by_one_key(visit):
    page = visit.page
    page.keyboard.press("=")
    expect(box(visit, "kratom_0")).to_be_focused()
    page.keyboard.press("=")
    expect(box(visit, "medicine_0")).to_be_focused()
    page.keyboard.press("=")
    expect(box(visit, "medicine_1")).to_be_focused()
    page.keyboard.press("s")
    day = visit.field("medicine_1_stopped_on")
    expect(day).to_be_focused()
    expect(day).to_have_value(visit.field("visit_on").input_value())
    page.keyboard.press("Escape")
    page.keyboard.press("=")
    expect(box(visit, "medicine_2")).to_be_focused()
    page.keyboard.press("c")
    expect(visit.field("medicine_2_entered")).to_be_focused()
    page.keyboard.type("quetiapine 50 mg")
    page.keyboard.press("Tab")
    reading = page.locator("#medicine-2-reading")
    expect(reading).to_contain_text("Changed: \u2068quetiapine 100 mg at bedtime\u2069 → \u2068quetiapine 50 mg\u2069")
    expect(page.locator("#medicine-1-reading")).to_contain_text("Stopped since last time")
    expect(page.locator("#kratom-0-since")).to_contain_text("As last time, confirmed today")
    draft = saved(page)
    assert [row.as_last_time for row in draft.medications.all()] == [True, False, False]
    assert draft.medications.all()[1].phase == "stopped"
    visit.arrived()


def test_keys_are_off_with_the_single_keys_and_in_a_field(visit):
    page = visit.page
    visit.field("medicine_0_entered").focus()
    page.keyboard.press("End")
    page.keyboard.type("=")
    expect(visit.field("medicine_0_entered")).to_have_value("lisinopril 10 mg daily=")
    page.locator("[data-kc-keys-open]").click()
    page.get_by_label("Single keys are on").uncheck()
    page.get_by_role("button", name="Close").click()
    box(visit, "medicine_1").focus()
    page.keyboard.press("=")
    expect(box(visit, "medicine_1")).not_to_be_checked()


def test_a_correction_takes_the_confirmation_back(visit):
    box(visit, "medicine_0").check()
    visit.field("medicine_0_entered").fill("lisinopril 20 mg daily")
    expect(box(visit, "medicine_0")).not_to_be_checked()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES.keys())
def test_rows_of_every_mark_are_accessible(desk, clinician, last, size, theme):
    page = desk.page
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    desk.given_signed_in(clinician).given_new_visit(last.patient)
    page.locator("#medicine-0 [data-kc-way=stopped]").click()
    box(desk, "medicine_1").check()
    desk.typed(medicine_2_entered="quetiapine 50 mg", medicine_3_entered="aspirin 81 mg")
    for number, sign in enumerate(("stopped", "confirmed", "changed", "new")):
        expect(page.locator(f"#medicine-{number}-reading .kc-since--{sign}")).to_be_visible()
    desk.arrived()


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_the_same_without_scripts(desk, clinician, last):
    page = desk.page
    desk.given_signed_in(clinician).given_new_visit(last.patient)
    expect(page.locator("[data-kc-way]").first).to_be_hidden()
    page.get_by_role("radio", name="Asked, uses").check(force=True)
    box(desk, "medicine_0").check()
    desk.field("medicine_1_phase").select_option("stopped")
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator("#medicine-0-reading")).to_contain_text("confirmed today")
    expect(page.locator("#medicine-1-reading")).to_contain_text("Stopped since last time")
    page.get_by_role("button", name="No change since last time").click()
    page.wait_for_url("**/sign/")
    draft = Consultation.objects.get(signed_at=None)
    assert [row.as_last_time for row in draft.medications.all()] == [True, False, True]
