"""The whole job with the keyboard alone, from signing in to a record that cannot change; on a desk and on a phone."""

import pytest
from django.db import Error, connection
from playwright.sync_api import expect

from clinical.models import Consultation, Patient
from tests import factories
from tests.browser.desk import REFUSED
from tests.browser.keyboard import Keyboard
from tests.browser.settling import settled
from tests.browser.shown import flags_on, law_on, rest_on, severities_on, words_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MAJOR = ("Alcohol", "Long QT, heart disease, salt imbalance", "Quetiapine", "Tramadol")


@pytest.fixture(params=[(1280, 900), (375, 720)], ids=["1280", "375"])
def keyboard(request, page) -> Keyboard:
    page.set_viewport_size({"width": request.param[0], "height": request.param[1]})
    return Keyboard(page)


def test_visit_by_keyboard_from_sign_in_to_signed(desk, keyboard, clinician, context):
    sign_in(desk, keyboard, clinician)
    register(desk, keyboard)
    record_visit(desk, keyboard)
    live_flags, live_rest = check_live_list(desk)

    keyboard.press(desk.page.get_by_role("button", name="Review and sign"))
    desk.page.wait_for_url("**/sign/")
    desk.arrived()
    assert flags_on(desk.page) == live_flags

    other_tab = context.new_page()
    other_tab.goto(desk.page.url)
    refused_until_answered(desk, keyboard)
    signed(desk)
    assert flags_on(desk.page) == live_flags
    assert rest_on(desk.page) == live_rest
    told_of_a_second_signature(other_tab)
    refuses_change_by_sql()


def test_back_button_after_signing_tells_who_signed(signed_in, clinician):
    draft = factories.draft(clinician, record=factories.visit("tramadol 50 mg"))
    signed_in.opened(f"/consultations/{draft.pk}/sign/").answered_every_concern("Counsel the patient").pressed("Sign")
    signed(signed_in, concerns=1)
    signed_in.page.go_back()
    signed_in.says("Already signed by Robin Reed").says("Nothing was signed twice.").arrived()


def sign_in(desk, keyboard, clinician):
    page = desk.page
    desk.opened("/account/login/")
    keyboard.type(page.get_by_label("Email"), clinician.email)
    keyboard.type(page.get_by_label("Password"), factories.PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Worklist").wait_for()
    desk.arrived()


def register(desk, keyboard):
    page = desk.page
    keyboard.press(page.get_by_role("link", name="Register a patient"))
    page.get_by_role("heading", name="Register a patient").wait_for()
    desk.arrived()
    keyboard.type(desk.field("name"), "Jordan Vale")
    keyboard.type(desk.field("born_on"), "03041992")
    keyboard.choose(desk.field("sex"), "Female")
    keyboard.type(desk.field("zip_code"), "38103")
    page.keyboard.press("Tab")
    settled(page)
    desk.holds(city="Memphis", county="Shelby County", state="TN", country="US")
    keyboard.press(page.get_by_role("button", name="Register"))
    page.get_by_role("heading", name="Jordan Vale").wait_for()
    desk.arrived()
    patient = Patient.objects.get(name="Jordan Vale")
    assert (patient.city, patient.county, patient.state) == ("Memphis", "Shelby County", "TN")


def record_visit(desk, keyboard):
    page = desk.page
    keyboard.press(page.get_by_role("link", name="Start a consultation"))
    page.get_by_role("heading", name="Asked about kratom").wait_for()
    desk.arrived()
    keyboard.mark(page.locator("fieldset.kc-segments"), page.get_by_role("radio", name="Asked, uses"))
    keyboard.choose(desk.field("kratom_0_product"), "Leaf powder")
    keyboard.type(desk.field("kratom_0_doses_per_day"), "3")
    keyboard.type(desk.field("kratom_0_days_per_week"), "7")
    keyboard.type(desk.field("kratom_0_amount"), "3")
    keyboard.choose(desk.field("kratom_0_unit"), "grams")
    keyboard.type(desk.field("kratom_0_months_of_use"), "12")
    keyboard.type(desk.field("medicine_0_entered"), "Ultram 50 mg prn")
    page.keyboard.press("Enter")  # on to the next row
    expect(desk.field("medicine_1_entered")).to_be_focused()
    page.keyboard.type("quetiapine 100 mg at bedtime")
    keyboard.type(desk.field("other_0_entered"), "alcohol")
    keyboard.type(desk.field("conditions_add"), "long QT syndrome")
    keyboard.type(desk.field("plan"), "Stop tramadol. Look again in a week.")
    settled(page)


def check_live_list(desk):
    page = desk.page
    desk.arrived()
    severities = severities_on(page)
    assert {name: severities.get(name) for name in MAJOR} == dict.fromkeys(MAJOR, "Major")
    assert "Moderate withdrawal concern" in words_of(page.locator("#what-matters"))
    assert "Not lawful Kratom leaf" in law_on(page)
    assert "Tennessee, since 1 Jul 2026" in law_on(page)
    return flags_on(page), rest_on(page)


def refused_until_answered(desk, keyboard):
    page = desk.page
    desk.watch.expect(REFUSED)
    keyboard.press(page.get_by_role("button", name="Sign", exact=True))
    page.get_by_role("heading", name="Not signed yet").wait_for()
    first = page.locator("li.kc-flag").filter(has=page.locator(".kc-needs")).first
    expect(first).to_be_focused()
    assert page.title().startswith("Error:")
    desk.arrived()
    answers = page.locator("li.kc-flag").filter(has=page.locator(".kc-needs")).locator("fieldset")
    assert answers.count() == len(MAJOR)
    for answer in answers.all():
        keyboard.to(answer.locator("input:checked"))
        page.keyboard.press("t")  # one key
        expect(answer.get_by_role("radio", name="Counsel the patient", exact=True)).to_be_checked()
    keyboard.press(page.get_by_role("button", name="Sign", exact=True))


def signed(desk, concerns: int = len(MAJOR)):
    desk.page.get_by_role("heading", name="What was shown").wait_for()
    desk.arrived()
    desk.says("Signed by Robin Reed")
    assert desk.page.get_by_text("Answer: Counsel the patient").count() == concerns


def told_of_a_second_signature(other_tab):
    """In a tab that was opened before the visit was signed."""
    signed_at = Consultation.objects.get().signed_at
    other_tab.get_by_role("button", name="Sign", exact=True).click()
    expect(other_tab.get_by_text("Nothing was signed twice.")).to_be_visible()
    other_tab.close()
    assert Consultation.objects.get().signed_at == signed_at


def refuses_change_by_sql():
    with pytest.raises(Error, match="pgtrigger: Cannot"), connection.cursor() as cursor:
        cursor.execute("UPDATE clinical_consultation SET plan = 'another'")
    assert Consultation.objects.get().plan == "Stop tramadol. Look again in a week."
