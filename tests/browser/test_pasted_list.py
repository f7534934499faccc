"""Forty lines copied from a chart: pasted, seen, corrected, confirmed, screened and signed, with the keyboard alone."""

import pytest
from playwright.sync_api import expect

from clinical.models import Consultation
from tests import factories
from tests.browser.desk import Desk
from tests.browser.keyboard import Keyboard
from tests.browser.settling import settled
from tests.browser.shown import gaps_on, words_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

KNOWN = (
    "1. Ultram 50 mg prn", "2. Seroquel 100 qhs", "- clonidine 0.1 mg bid", "* buspirone 10 mg bid",
    "bupropion XL 300 mg qam", "Prozac 20 mg stopped 3/2026", "fentanyl patch 25 mcg/hr q72h", "metformin ER 500 mg",
    "lisinopril 10 mg, 1 tab daily", "atorvastatin 20 mg", "omeprazole 20 mg daily", "gabapentin 300 mg tid",
    "warfarin 5 mg", "levothyroxine 75 mcg", "amlodipine 5 mg", "losartan 50 mg", "metoprolol 50 mg bid",
    "furosemide 40 mg", "prednisone 5 mg", "montelukast 10 mg", "citalopram 20 mg", "escitalopram 10 mg",
    "venlafaxine 75 mg", "zolpidem 5 mg qhs", "methadone 40 mg", "fluconazole 150 mg", "clarithromycin 500 mg",
    "carbamazepine 200 mg", "phenytoin 100 mg", "lamotrigine 100 mg", "lithium 300 mg", "haloperidol 5 mg",
    "risperidone 2 mg", "digoxin 0.125 mg", "amoxicillin 500 mg",
)  # fmt: skip
DOUBTFUL = ("tramadoll 50 mg", "sertralinne 50 mg", "vitamin", "moodlift plus")
KRATOM = "kratom powder 3 g tid"
LINES = (*KNOWN, *DOUBTFUL, KRATOM)

COVERS_NOTHING = """input => input.getBoundingClientRect().bottom
  <= document.getElementById("names").getBoundingClientRect().top"""


@pytest.fixture(params=[(1280, 900), (375, 720)], ids=["1280", "375"])
def visit(request, signed_in, clinician) -> Desk:
    width, height = request.param
    signed_in.page.set_viewport_size({"width": width, "height": height})
    return signed_in.given_new_visit(factories.patient(clinician))


def paste_by_keyboard(visit: Desk, keys: Keyboard) -> None:
    """As from the clipboard: the whole text arrives at once, and rows come without a press."""
    keys.to(visit.page.locator("#id_pasted"))
    visit.page.evaluate(
        """text => {
          const box = document.activeElement;
          box.value = text;
          box.dispatchEvent(new InputEvent("input", { bubbles: true }));
          box.dispatchEvent(new ClipboardEvent("paste", { bubbles: true }));
        }""",
        "\n".join(LINES),
    )
    expect(visit.page.locator("#medicine-38")).to_be_visible()
    settled(visit.page)


def test_forty_lines_are_pasted_corrected_confirmed_screened_and_signed(visit):
    page, keys = visit.page, Keyboard(visit.page)
    page.get_by_text("Asked, uses", exact=True).click()
    settled(page)
    assert len(LINES) == 40
    paste_by_keyboard(visit, keys)

    summary = page.locator("#medicine-summary")
    assert words_of(summary) == "39 lines: 35 recognised, 2 to confirm, 1 to choose, 1 not recognised."
    expect(page.locator("#rows-said")).to_contain_text("35 recognised")
    visit.holds(kratom_0_product="leaf_powder", kratom_0_amount="3", kratom_0_unit="g", kratom_0_doses_per_day="3")
    visit.says("is kratom: moved to Kratom.")
    assert "stopped in March 2026, counted from 31 Mar 2026" in words_of(page.locator("#medicine-5-reading"))
    expect(visit.field("medicine_0_as_needed")).to_be_checked()
    visit.arrived()

    confirm_and_choose(visit, keys)
    correct_the_last_one(visit, keys)
    assert words_of(summary) == "39 lines: 39 recognised."
    sign(visit, keys)
    words = words_of(page.locator(".kc-record"))
    assert "1. Ultram 50 mg prn" in words
    assert "as needed" in words
    assert "stopped 31 Mar 2026" in words
    assert "not confirmed" not in words
    assert Consultation.objects.get().medications.count() == 39


def confirm_and_choose(visit: Desk, keys: Keyboard) -> None:
    """One press confirms and leads on to what is next."""
    page = visit.page
    first = page.locator("#medicine-summary a", has_text="2 to confirm")
    assert first.get_attribute("href") == "#id_medicine-35-entered"
    assert "confirm the spelling" in gaps_on(page)
    keys.press(page.locator("#medicine-35-confirm"))
    expect(page.locator("#medicine-36-confirm")).to_be_focused()
    settled(page)
    expect(page.locator("#medicine-36-confirm")).to_be_focused()
    page.keyboard.press("Enter")
    expect(visit.field("medicine_37_chosen")).to_be_focused()
    settled(page)
    visit.field("medicine_37_chosen").select_option("vitamin e")
    settled(page)
    assert "confirm the spelling" not in gaps_on(page)


def correct_the_last_one(visit: Desk, keys: Keyboard) -> None:
    """An unknown name, corrected from the names offered while typing."""
    page, name = visit.page, visit.field("medicine_38_entered")
    assert "moodlift plus Name not recognised" in gaps_on(page)
    keys.to(name)
    page.keyboard.press("Control+A")
    page.keyboard.type("hydroxyz")
    expect(name).to_have_attribute("aria-expanded", "true")
    expect(page.locator("#names-said")).to_contain_text("name")
    page.keyboard.press("ArrowDown")
    option = page.locator(f"#{name.get_attribute('aria-activedescendant')}")
    expect(option).to_have_attribute("aria-selected", "true")
    expect(option).to_have_attribute("data-name", "hydroxyzine")
    visit.arrived()
    page.keyboard.press("Enter")
    expect(name).to_have_value("hydroxyzine")
    expect(name).to_have_attribute("aria-expanded", "false")
    settled(page)


def sign(visit: Desk, keys: Keyboard) -> None:
    keys.press(visit.page.get_by_role("button", name="Review and sign"))
    visit.page.get_by_role("button", name="Sign", exact=True).wait_for()
    visit.answered_every_concern("Counsel the patient").arrived()
    keys.press(visit.page.get_by_role("button", name="Sign", exact=True))
    visit.says("Signed by").arrived()


def test_names_offered_close_on_escape_and_leave_what_was_typed(visit):
    name = visit.field("medicine_0_entered")
    name.press_sequentially("seroq")
    expect(visit.page.locator("#names [data-name='Seroquel']")).to_be_visible()
    assert name.evaluate(COVERS_NOTHING)
    visit.page.keyboard.press("Escape")
    expect(visit.page.locator("#names")).to_have_count(0)
    expect(name).to_have_value("seroq")
    visit.page.keyboard.type("uel 100 mg qhs")
    visit.page.locator("#names [data-name='Seroquel']").click()
    expect(name).to_have_value("Seroquel 100 mg qhs")
    settled(visit.page)
    assert "quetiapine" in words_of(visit.page.locator("#medicine-0-reading")).casefold()


def test_kratom_typed_as_a_medicine_is_moved_with_one_press(visit):
    visit.typed(medicine_0_entered="7-OH tablets")
    assert "This is kratom." in words_of(visit.page.locator("#medicine-0-reading"))
    visit.page.locator("#medicine-0-move").click()
    expect(visit.field("kratom_0_product")).to_have_value("7oh")
    visit.holds(kratom_0_brand="7-OH tablets", medicine_0_entered="").says("moved to Kratom").arrived()


BAD = ("<img src=x onerror=alert(1)>", "=cmd|' /C calc'!A0", "\u202egnirpsa", "💊", "x" * 10_000)


def test_hostile_lines_are_shown_as_typed_and_harm_nothing(visit):
    box = visit.page.locator("#id_pasted")
    box.fill("\n".join(BAD))
    visit.pressed("Make rows of it")
    expect(visit.page.locator("#medicine-4")).to_be_visible()
    visit.arrived()
    visit.holds(**{f"medicine_{number}_entered": line for number, line in enumerate(BAD)})
    assert "5 not recognised" in words_of(visit.page.locator("#medicine-summary"))


def test_list_that_is_too_long_stays_in_its_box(visit):
    pasted = "\n".join(f"medicine {number}" for number in range(500))
    visit.page.locator("#id_pasted").fill(pasted)
    visit.pressed("Make rows of it").says("The list would make 500 rows").arrived()
    expect(visit.page.locator("#id_pasted")).to_have_value(pasted)


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_list_is_pasted_confirmed_and_saved_without_scripts(signed_in, clinician):
    desk = signed_in.given_new_visit(factories.patient(clinician))
    desk.page.locator("#id_pasted").fill("tramadoll 50 mg prn\nwarfarin 5 mg\nkratom tea")
    desk.pressed("Make rows of it").says("2 lines: 1 recognised, 1 to confirm.").arrived()
    desk.holds(kratom_0_product="tea", kratom_0_brand="kratom tea")
    desk.page.locator("#medicine-0-confirm").click()
    desk.says("(confirmed)").arrived()
    desk.pressed("Save draft").says("Draft saved.").arrived()
    rows = Consultation.objects.get().medications
    assert list(rows.values_list("entered", "chosen", "as_needed")) == [
        ("tramadoll 50 mg prn", "tramadol", True),
        ("warfarin 5 mg", None, False),
    ]
