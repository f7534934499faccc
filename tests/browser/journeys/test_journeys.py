"""Whole tasks with the keyboard alone, and one with the mouse, each held to a budget of keys, clicks and seconds.

`make journeys` prints what they take.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from clinical.models import Consultation
from tests import factories
from tests.browser.journeys.counted import Budget, Counted

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Asked for: 60 seconds and 15 clicks to the flags, three minutes for all. Keys: what it takes now, a little over.
BUDGETS = {
    "new-patient-to-flags": Budget(keys=110, clicks=0, by_hand=60),
    "empty-form-to-flags-by-mouse": Budget(keys=30, clicks=15, by_hand=60),
    "repeat-visit-to-review": Budget(keys=20, clicks=0, by_hand=30),
    "repeat-visit": Budget(keys=3, clicks=0, by_hand=20),
    "repeat-visit-by-mouse": Budget(keys=0, clicks=2, by_hand=20),
    "full-visit-to-signed-pdf": Budget(keys=160, clicks=0, by_hand=180),
}


@pytest.fixture
def counted(signed_in, request) -> Counted:
    """A journey that starts on the worklist, signed in; its name is that of the test."""
    name = request.node.originalname.removeprefix("test_").replace("_", "-")
    signed_in.page.goto(f"{signed_in.home}/")
    signed_in.page.get_by_role("heading", name="Worklist").wait_for()
    return Counted(name, signed_in.page)


@pytest.fixture
def end(took) -> Callable[[Counted], None]:
    return lambda counted: took(counted.ended(BUDGETS[counted.name]))


def test_new_patient_to_flags(counted, desk, end):
    page = counted.page
    counted.tab_to(page.get_by_role("link", name="Register a patient")).key("Enter")
    counted.fill(desk.field("name"), "Jordan Vale").fill(desk.field("born_on"), "03041992")
    counted.pick(desk.field("sex"), "Female").fill(desk.field("zip_code"), "38103").key("Enter")
    page.get_by_role("heading", name="Jordan Vale").wait_for()
    counted.tab_to(page.get_by_role("link", name="Start a consultation")).key("Enter")
    asked_and_told(counted, desk)
    expect(flag(page, "Tramadol")).to_be_visible()
    end(counted)


def test_empty_form_to_flags_by_mouse(counted, desk, clinician, end):
    page = counted.page
    desk.given_new_visit(factories.patient(clinician))
    counted.__init__(counted.name, page)  # the clock starts at the empty form
    counted.click(page.get_by_text("Asked, uses", exact=True))
    counted.click(desk.field("kratom_0_product")).write("l").key("Enter")
    for name, text in (("doses_per_day", "3"), ("days_per_week", "7"), ("last_use", "8"), ("amount", "3")):
        counted.click(desk.field(f"kratom_0_{name}")).write(text)
    counted.click(desk.field("kratom_0_unit")).write("gr").key("Enter")
    counted.click(desk.field("medicine_0_entered")).write("tramadol 50 mg")
    expect(flag(page, "Tramadol")).to_be_visible()
    end(counted)


def test_full_visit_to_signed_pdf(counted, desk, clinician, end):
    page = counted.page
    patient = factories.patient(clinician)
    page.goto(f"{desk.home}/patients/{patient.pk}/")
    counted.tab_to(page.get_by_role("link", name="Start a consultation")).key("Enter")
    asked_and_told(counted, desk)
    counted.key("Escape").key("6").write("110211010")  # PHQ-9, one key a question
    counted.key("Escape").key("7").tab_to(desk.field("plan")).write("Stop tramadol. Look again in a week.")
    counted.key("Escape").key("r")
    page.wait_for_url("**/sign/")
    for answer in page.locator("li.kc-flag").filter(has=page.locator(".kc-needs")).locator("fieldset").all():
        counted.tab_to(answer.locator("input:checked")).key("t")
    counted.tab_to(page.get_by_role("button", name="Sign", exact=True)).key("Enter")
    page.get_by_role("heading", name="What was shown").wait_for()
    assert Consultation.objects.get().signed_at is not None
    counted.tab_to(page.get_by_role("link", name="Note (PDF)"))
    with page.context.expect_event("response", lambda answer: answer.url.endswith("/note.pdf")) as pdf:
        counted.key("Enter")
    assert pdf.value.status == 200
    assert pdf.value.headers["content-type"] == "application/pdf"
    end(counted)


def test_repeat_visit_to_review(counted, desk, clinician, end):
    """Nothing changed since last time: asked again, and the review shows what was carried over."""
    page = counted.page
    last = factories.signed_visit(clinician, record=factories.visit("lisinopril 10 mg daily"))
    page.goto(f"{desk.home}/patients/{last.patient_id}/")
    counted.tab_to(page.get_by_role("link", name="Start a consultation")).key("Enter")
    asked_uses(counted)
    counted.key("r")
    page.wait_for_url("**/sign/")
    expect(page.locator(".kc-record")).to_contain_text("lisinopril 10 mg daily")
    expect(page.locator(".kc-record")).to_contain_text("Leaf powder")
    end(counted)


@pytest.fixture
def known_patient(counted, desk, clinician) -> str:
    """The chart of a patient with a signed visit; the clock starts there."""
    last = factories.signed_visit(clinician, record=factories.visit("lisinopril 10 mg daily", "warfarin 5 mg"))
    counted.page.goto(f"{desk.home}/patients/{last.patient_id}/")
    counted.__init__(counted.name, counted.page)
    return str(last.patient_id)


def reviewed_without_change(page):
    """Every row stands as confirmed in the review, and in the draft."""
    page.wait_for_url("**/sign/")
    expect(page.locator(".kc-record")).to_contain_text("lisinopril 10 mg daily (lisinopril) [As last time, confirmed")
    expect(page.locator(".kc-record")).not_to_contain_text("not confirmed today")
    assert all(row.as_last_time for row in Consultation.objects.get(signed_at=None).medications.all())


def test_repeat_visit(counted, known_patient, end):
    """No change since last time: from the link that opens the visit, a key to open it and a key to confirm."""
    counted.page.get_by_role("link", name="Start a consultation").focus()
    counted.key("Enter")
    visit_opened(counted.page)
    counted.key("Shift+N")
    reviewed_without_change(counted.page)
    end(counted)


def test_repeat_visit_by_mouse(counted, known_patient, end):
    counted.click(counted.page.get_by_role("link", name="Start a consultation"))
    counted.click(counted.page.get_by_role("button", name="No change since last time"))
    reviewed_without_change(counted.page)
    end(counted)


def visit_opened(page):
    """The page of the visit stands and hears keys: its scripts have run."""
    page.get_by_role("heading", name="Asked about kratom").wait_for()
    page.wait_for_load_state("load")


def asked_uses(counted):
    visit_opened(counted.page)
    counted.key("1")
    answer = counted.page.get_by_role("radio", name="Asked, uses")
    for _ in range(4):
        if answer.is_checked():
            return
        counted.key("ArrowDown")
    raise AssertionError("the arrows do not reach the answer")


def asked_and_told(counted, desk):
    """Asked, one product of leaf and a medicine that must not go with it."""
    asked_uses(counted)
    counted.key("2").pick(desk.field("kratom_0_product"), "Leaf powder")
    counted.fill(desk.field("kratom_0_doses_per_day"), "3").fill(desk.field("kratom_0_days_per_week"), "7")
    counted.fill(desk.field("kratom_0_last_use"), "8").fill(desk.field("kratom_0_amount"), "3")
    counted.pick(desk.field("kratom_0_unit"), "grams")
    counted.key("Escape").key("3").write("tramadol 50 mg").key("Tab")


def flag(page, name: str):
    return page.locator("#what-matters li.kc-flag").filter(has=page.locator("h4", has_text=name)).first
