"""Pages in the states that look different: refused, restored, cut off, full to the brim. As axe reads each of them."""

from datetime import date

import pytest
from playwright.sync_api import expect

from clinical.actions.consultation import amend_consultation
from clinical.actions.screening import answer_flag, run_screening
from tests import factories
from tests.benchmarks import charts
from tests.browser.desk import REFUSED, Desk
from tests.browser.test_every_page import faults_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WAIT = 40_000
ITEM_NINE = (0,) * 8 + (1,)
LONGEST = {"name": "X" * 80, "born_on": date(1920, 1, 2), "city": "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysilio"}
WHERE_SECTIONS_STAND = "all => all.map((one) => Number(one.dataset.kcStep))"
DIARY = "date,time,dose,unit,product\n2026-11-02,08:00,lots,g,leaf powder\n2026-13-40,25:00,3,spoons,?\n"


def says(desk, state: str) -> None:
    expect(desk.page.locator(f"#kc-saving [data-state={state}]")).to_be_visible(timeout=WAIT)


def refused_visit(desk, clinician) -> None:
    desk.given_draft(factories.draft(clinician)).typed(kratom_0_days_per_week="9", cows="60", kratom_0_amount="-3")
    desk.watch.expect(REFUSED)
    desk.pressed("Save draft").says("Please correct:")


@pytest.mark.parametrize("language", ["en-US", pytest.param("es-US", id="Spanish browser")])
def test_visit_with_errors_reads_well(desk_in, clinician, language):
    desk = desk_in(language)
    refused_visit(desk, clinician)
    assert faults_of(desk.page, "visit with errors") == []


@pytest.fixture
def desk_in(browser, live_server, clinician, watch_over):
    """Somebody signed in at a browser of that language."""
    contexts = []

    def sit_down(locale: str) -> Desk:
        context = browser.new_context(locale=locale)
        contexts.append(context)
        return Desk(context.new_page(), live_server.url, watch_over(context)).given_signed_in(clinician)

    yield sit_down
    for context in contexts:
        context.close()


def test_forty_medicines_of_the_oldest_patient_with_the_longest_name_read_well(signed_in, clinician):
    patient, page = factories.patient(clinician, **LONGEST), signed_in.page
    draft = factories.draft(clinician, patient, charts.visit_with(40))
    faults = []
    for address in (f"consultations/{draft.pk}/", f"consultations/{draft.pk}/sign/", f"patients/{patient.pk}/", ""):
        page.goto(f"{signed_in.home}/{address}")
        faults += faults_of(page, address)
    assert faults == []
    page.goto(f"{signed_in.home}/patients/")
    assert faults_of(page, "patients") == []


def test_visit_that_cannot_be_saved_reads_well(signed_in, clinician):
    desk, draft = signed_in, factories.draft(clinician)
    desk.given_draft(draft)
    desk.watch.expect("net::ERR_INTERNET_DISCONNECTED", "htmx:")
    desk.page.context.set_offline(True)
    desk.field("plan").fill("Typed without a network")
    desk.field("plan").blur()
    says(desk, "unreachable")
    faults = faults_of(desk.page, "offline")
    desk.page.context.set_offline(False)
    says(desk, "saved")

    other = desk.page.context.new_page()
    other.goto(desk.page.url)
    desk.typed(plan="From the first tab")
    says(desk, "saved")
    desk.watch.expect("status of 409")
    other.locator("[name=plan]").fill("From the second tab")
    other.locator("[name=plan]").blur()
    expect(other.locator("#kc-saving [data-state=conflict]")).to_be_visible(timeout=WAIT)
    faults += faults_of(other, "told of the conflict")
    other.get_by_role("button", name="Save draft", exact=True).click()
    expect(other.get_by_role("table", name="What differs")).to_be_visible()
    faults += faults_of(other, "difference of the conflict")
    assert faults == []


def test_dialogs_read_well(signed_in, clinician):
    desk = signed_in.given_draft(factories.draft(clinician))
    desk.page.keyboard.press("?")
    expect(desk.page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    faults = faults_of(desk.page, "keyboard map")
    desk.page.keyboard.press("Escape")
    desk.page.locator("#kc-session").evaluate("dialog => dialog.showModal()")
    faults += faults_of(desk.page, "end of the session")
    assert faults == []


def test_answered_refused_signed_and_amended_visits_read_well(signed_in, clinician):
    desk, faults = signed_in, []
    draft = factories.draft(clinician, record=factories.visit("tramadol 50 mg", "quetiapine 100 mg", phq9=ITEM_NINE))
    desk.opened(f"/consultations/{draft.pk}/sign/")
    desk.watch.expect(REFUSED)
    desk.pressed("Sign").says("Not signed yet")
    faults += faults_of(desk.page, "refused for suicide not asked about")
    desk.opened(f"/consultations/{draft.pk}/suicide-inquiry/")
    desk.page.locator("main form button[type=submit]").first.click()
    expect(desk.page.locator(".errorlist").first).to_be_visible()
    faults += faults_of(desk.page, "suicide inquiry with errors")

    factories.asked_about_suicide(draft, clinician)
    flag = run_screening(consultation=draft, by=clinician).result["flags"][0]
    answer_flag(consultation=draft, by=clinician, rule=flag["rule"], about=flag["about"], answer="counsel")
    desk.given_draft(draft)
    faults += faults_of(desk.page, "visit with an answer")
    desk.opened(f"/consultations/{draft.pk}/sign/").pressed("Sign").says("Not signed yet")
    faults += faults_of(desk.page, "refused for concerns not answered")

    signed = factories.signed_visit(clinician)
    amendment = amend_consultation(consultation=signed, by=clinician, reason="The dose was another.")
    for what, found in (("amended", signed), ("amendment", amendment)):
        desk.opened(f"/consultations/{found.pk}/")
        faults += faults_of(desk.page, what)
    assert faults == []


def test_other_forms_with_errors_read_well(signed_in, clinician, tmp_path):
    desk, faults = signed_in, []
    chart = factories.signed_visit(clinician, record=factories.visit("sertraline 50 mg")).patient
    desk.watch.expect(REFUSED)
    desk.opened("/patients/new/").typed(name="Jordan Vale", born_on="2090-01-01").pressed("Register")
    desk.says("The date of birth is after today.")
    faults += faults_of(desk.page, "patient with errors")
    desk.opened(f"/patients/{chart.pk}/quit-plan/").pressed("Keep this plan").says("Weigh one usual day")
    faults += faults_of(desk.page, "quit plan with an error")
    desk.opened(f"/patients/{chart.pk}/monitoring/")
    desk.field("bilirubin-value").fill("2")
    desk.pressed("Keep results").says("Choose the unit.")
    faults += faults_of(desk.page, "monitoring with an error")
    desk.opened(f"/patients/{chart.pk}/diary/import/")
    desk.pressed("Show what is read")
    expect(desk.page.locator(".errorlist").first).to_be_visible()
    faults += faults_of(desk.page, "diary without a file")
    diary = tmp_path / "doses.csv"
    diary.write_text(DIARY)
    desk.page.locator("input[type=file]").set_input_files(diary)
    desk.pressed("Show what is read")
    desk.page.wait_for_load_state()
    faults += faults_of(desk.page, "diary with doubts")
    assert faults == []


def test_sections_stand_in_the_order_that_tab_and_headings_follow(signed_in, clinician):
    page = signed_in.given_draft(factories.draft(clinician)).page
    steps = page.locator("[data-kc-step]").evaluate_all(WHERE_SECTIONS_STAND)
    assert steps == sorted(steps)
    levels = page.locator("main h1, main h2, main h3, main h4, .kc-who h1").evaluate_all(
        "all => all.filter((one) => one.checkVisibility()).map((one) => Number(one.tagName[1]))"
    )
    jumps = [(one, two) for one, two in zip(levels, levels[1:], strict=False) if two > one + 1]
    assert jumps == []
