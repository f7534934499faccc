"""A course of four visits in Chromium: scores and a taper by keyboard, item 9 that stops the visit, and the picture."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from clinical.models import Consultation, InstrumentTaken, SuicideInquiry, TaperPlan
from tests import factories
from tests.browser.accessibility import assert_accessible
from tests.browser.desk import REFUSED
from tests.browser.keyboard import Keyboard
from tests.browser.settling import settled
from tests.clinical.course_scene import phq9, stopped

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHQ9 = "222211111"
COWS = "12120210100"
WEEKS_SINCE = 20
# Text and marks against what lies behind them, by the lightness alone: WCAG 1.4.11 asks for 3.
LEAST_CONTRAST = 3.0
SHAPES = """() => [...document.querySelectorAll(".kc-pic path")].map((one) => {
  const style = getComputedStyle(one);
  return { look: one.getAttribute("class"), colour: style.stroke, width: style.strokeWidth, dash: style.strokeDasharray,
           shown: one.getBoundingClientRect().width + one.getBoundingClientRect().height > 0 };
})"""
PAPER = """() => getComputedStyle(document.querySelector(".kc-pic").closest(".kc-section")).backgroundColor"""
# What tells one course from another, however it is printed.
COURSES = ("kc-pic__score", "kc-pic__leaf", "kc-pic__stop", "kc-pic__taper", "kc-pic__medicine", "kc-pic__tier")


@pytest.fixture
def keyboard(page) -> Keyboard:
    page.set_viewport_size({"width": 1280, "height": 900})
    return Keyboard(page)


def test_visit_with_scores_and_taper_then_three_more_and_the_picture(signed_in, keyboard, clinician, tmp_path):
    patient = factories.patient(clinician, conditions=("major_depression",))
    first_day = timezone.localdate() - timedelta(weeks=WEEKS_SINCE)
    first_visit_typed(signed_in, keyboard, patient, first_day)
    stopped_by_item_9_until_asked(signed_in, keyboard)
    signed_by_keyboard(signed_in, keyboard)
    taper_kept(signed_in, keyboard, patient)
    for record in later_visits(first_day):
        factories.signed_visit(clinician, of=patient, record=record)
    picture_is_read(signed_in, patient, tmp_path)


def first_visit_typed(desk, keyboard, patient, day: date):
    page = desk.page
    desk.opened(f"/patients/{patient.pk}/")
    keyboard.press(page.get_by_role("link", name="Start a consultation"))
    page.get_by_role("heading", name="Asked about kratom").wait_for()
    keyboard.type(desk.field("visit_on"), f"{day:%m%d%Y}")
    keyboard.mark(page.locator("fieldset.kc-segments").first, page.get_by_role("radio", name="Asked, uses"))
    keyboard.choose(desk.field("kratom_0_product"), "Leaf powder")
    for field, value in {"doses_per_day": "3", "days_per_week": "7", "amount": "3", "months_of_use": "12"}.items():
        keyboard.type(desk.field(f"kratom_0_{field}"), value)
        if field == "amount":
            keyboard.choose(desk.field("kratom_0_unit"), "grams")
    keyboard.type(desk.field("medicine_0_entered"), "sertraline 50 mg")
    settled(page)
    scored(desk, keyboard, "phq9", PHQ9, "PHQ-9 13 of 27, moderate")
    expect(page.locator("#item9")).to_be_focused()
    scored(desk, keyboard, "cows", COWS, "COWS 10 of 48, mild")
    keyboard.choose(desk.field("change_plan"), "Taper")
    keyboard.type(desk.field("plan"), "Taper leaf by a tenth a week.")
    settled(page)
    desk.says("Item 9").arrived()


def scored(desk, keyboard, scale: str, answers: str, told: str):
    """Open the scale, then one key an item."""
    keyboard.press(desk.page.locator(f"#{scale} > summary"))
    keyboard.to(desk.page.locator(f'[name="{scale}_1"]'))
    for key in answers:
        desk.page.keyboard.press(key)
    expect(desk.page.locator(f"#{scale} [data-scale-said]")).to_have_text(told)


def stopped_by_item_9_until_asked(desk, keyboard):
    page = desk.page
    keyboard.press(page.get_by_role("button", name="Review and sign"))
    page.wait_for_url("**/suicide-inquiry/")
    desk.arrived()
    found = Consultation.objects.get()
    desk.opened(f"/consultations/{found.pk}/sign/")
    desk.watch.expect(REFUSED)
    keyboard.press(page.get_by_role("button", name="Sign", exact=True))
    page.get_by_role("heading", name="Not signed yet: ask directly about suicide first").wait_for()
    assert not Consultation.objects.get().is_signed
    keyboard.press(page.get_by_role("link", name="Record what you asked"))
    page.wait_for_url("**/suicide-inquiry/")
    chosen(page, keyboard, "ASQ (four questions, free)")
    chosen(page, keyboard, "Thoughts, no plan or intent reported")
    keyboard.type(desk.field("done"), "Safety plan made; sister keeps the powder.")
    keyboard.press(page.get_by_role("button", name="Record, then review the visit"))
    page.wait_for_url("**/sign/")
    assert SuicideInquiry.objects.get().outcome == "thoughts"


def chosen(page, keyboard, words: str):
    """A radio button of a group in which nothing is chosen: Tab to the group, then the arrows."""
    choice = page.get_by_role("radio", name=words)
    group = page.locator("fieldset").filter(has=choice)
    keyboard.to(group.get_by_role("radio").first)
    page.keyboard.press("Space")
    for _ in range(group.get_by_role("radio").count()):
        if choice.is_checked():
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"The arrows never reach {words}")


def signed_by_keyboard(desk, keyboard):
    page = desk.page
    for fieldset in page.locator("li.kc-flag").filter(has=page.locator(".kc-needs")).locator("fieldset").all():
        keyboard.to(fieldset.locator("input:checked"))
        page.keyboard.press("t")
    keyboard.press(page.get_by_role("button", name="Sign", exact=True))
    desk.says("Signed by").says("PHQ-9 13 of 27 moderate").says("COWS 10 of 48 mild").says("Safety plan made").arrived()
    found = Consultation.objects.get()
    assert found.is_signed
    assert (sum(found.phq9), found.change_plan) == (13, "taper")
    assert InstrumentTaken.objects.get(instrument="cows").total == 10


def taper_kept(desk, keyboard, patient):
    page = desk.page
    desk.opened(f"/patients/{patient.pk}/quit-plan/")
    keyboard.to(page.get_by_label("One usual day"))
    page.keyboard.press("Space")
    keyboard.press(page.get_by_role("button", name="Keep this plan"))
    desk.says("The plan is kept.").arrived()
    assert TaperPlan.objects.get().start_grams_per_day == 9


def later_visits(first_day: date):
    """In the taper, six days after the last dose, and twelve weeks after it."""
    return (
        factories.visit("sertraline 50 mg", visit_on=first_day + timedelta(weeks=4), phq9=phq9(11)),
        factories.visit(
            "sertraline 100 mg", visit_on=first_day + timedelta(weeks=8), phq9=phq9(16), uses=stopped(144.0)
        ),
        factories.visit(
            "sertraline 100 mg", visit_on=first_day + timedelta(weeks=20), phq9=phq9(4), uses=stopped(90 * 24.0)
        ),
    )


def picture_is_read(desk, patient, folder):
    page = desk.page
    desk.opened(f"/patients/{patient.pk}/over-time/")
    expect(page.get_by_role("img", name="PHQ-9, kratom, withdrawal concern")).to_be_visible()
    for word in ("Deterioration", "Remission", "Response"):
        desk.says(word)
    page.screenshot(path=folder / "colour.png", full_page=True)
    page.emulate_media(media="print", forced_colors="none")
    page.screenshot(path=folder / "print.png", full_page=True)
    page.evaluate("() => { document.documentElement.style.filter = 'grayscale(1)'; }")
    page.screenshot(path=folder / "grey.png", full_page=True)
    courses_differ_in_grey(page)
    page.emulate_media(media="screen")
    assert_accessible(page)


def courses_differ_in_grey(page):
    """No two courses are told apart by colour alone, and each stands out from the paper by lightness alone."""
    paper = grey(page.evaluate(PAPER))
    shapes = [one for one in page.evaluate(SHAPES) if one["shown"]]
    drawn = {}
    for course in COURSES:
        found = next((one for one in shapes if course in one["look"].split()), None)
        if found:
            drawn[course] = (found["width"], found["dash"])
            assert contrast(grey(found["colour"]), paper) >= LEAST_CONTRAST, course
    assert {"kc-pic__score", "kc-pic__leaf", "kc-pic__stop"} <= set(drawn)
    lanes_apart = {name: drawn[name] for name in ("kc-pic__score", "kc-pic__stop", "kc-pic__taper") if name in drawn}
    assert len(set(lanes_apart.values())) == len(lanes_apart)


def grey(colour: str) -> float:
    """Relative luminance of `rgb(…)`: what is left of a colour on a printer without any."""
    parts = colour[colour.index("(") + 1 :].rstrip(")").split(",")[:3]
    red, green, blue = (_linear(float(part) / 255) for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def contrast(one: float, other: float) -> float:
    high, low = max(one, other), min(one, other)
    return (high + 0.05) / (low + 0.05)
