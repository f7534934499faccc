"""What cannot be is refused at its field, in words, with everything typed still there."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from clinical.models import Consultation, Patient
from tests import factories
from tests.browser.desk import REFUSED
from tests.browser.shown import gaps_on, words_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TOMORROW_AT_THE_LATEST = (date.today() + timedelta(days=2)).isoformat()
# Field, what is typed into it, what the page answers at that field.
IMPOSSIBLE = {
    "visit_on": (TOMORROW_AT_THE_LATEST, "The visit cannot be in the future."),
    "kratom_0_amount": ("-3", "An amount cannot be negative."),
    "kratom_0_days_per_week": ("9", "A week has 7 days."),
    "medicine_0_stopped_on": ("2025-01-01", "Stopped before it was started."),
    "cows": ("60", "COWS runs from 0 to 48."),
}
POSSIBLE = {
    "kratom_0_product": "leaf_powder",
    "kratom_0_unit": "g",
    "medicine_0_entered": "tramadol 50 mg",
    "medicine_0_started_on": "2025-06-01",
    "other_0_entered": "alcohol",
    "plan": "Look again in a week.",
}


@pytest.mark.parametrize("width", [1280, 375])
def test_impossible_entries_are_refused_at_their_fields_and_nothing_is_lost(signed_in, clinician, width):
    typed = {**POSSIBLE, **{name: value for name, (value, _words) in IMPOSSIBLE.items()}}
    desk = visit_with_all_fields_open(signed_in, clinician, width).typed(**typed).arrived()
    for _value, words in IMPOSSIBLE.values():
        assert words in gaps_on(desk.page)
    desk.watch.expect(REFUSED)
    desk.pressed("Save draft").says("Nothing was saved yet. Please correct:").arrived()

    desk.holds(**typed)
    expect(desk.page.locator(".kc-summary")).to_be_focused()
    assert desk.page.title().startswith("Error:")
    stored = Consultation.objects.get()  # the page keeps itself: what could be read, and the rest as typed
    assert stored.draft_text.fields["plan"] == [typed["plan"]] if "plan" in typed else stored.draft_text
    assert not stored.is_signed
    for name, (_value, words) in IMPOSSIBLE.items():
        assert words in described(desk, name)
    summary_leads_to_the_field(desk)


def visit_with_all_fields_open(desk, clinician, width):
    desk.page.set_viewport_size({"width": width, "height": 800})
    desk.given_new_visit(factories.patient(clinician)).asked_and_uses()
    desk.page.locator("#medicine-0 summary").click()
    return desk


def described(desk, name: str) -> str:
    """What a screen reader says with the field."""
    field = desk.field(name)
    assert field.get_attribute("aria-invalid") == "true"
    return words_of(desk.page.locator(f"#{field.get_attribute('aria-describedby')}"))


def summary_leads_to_the_field(desk):
    link = desk.page.locator(".kc-summary a", has_text="An amount cannot be negative.")
    link.focus()
    desk.page.keyboard.press("Enter")
    expect(desk.field("kratom_0_amount")).to_be_focused()


def test_corrected_entries_are_saved(signed_in, clinician):
    desk = visit_with_all_fields_open(signed_in, clinician, 1280).typed(kratom_0_product="tea", kratom_0_amount="-3")
    desk.watch.expect(REFUSED)
    desk.pressed("Save draft").says("Nothing was saved yet").typed(kratom_0_amount="3")
    desk.pressed("Save draft").says("Draft saved.").arrived()
    assert Consultation.objects.get().kratom_uses.get().amount == 3


def test_patient_born_in_the_future_is_refused_at_the_field(signed_in):
    desk = signed_in.opened("/patients/new/")
    typed = {"name": "Jordan Vale", "born_on": TOMORROW_AT_THE_LATEST, "sex": "male", "pregnant": "yes"}
    desk.watch.expect(REFUSED)
    desk.typed(**typed).pressed("Register").says("The date of birth is after today.").arrived()
    desk.holds(**typed).says("Recorded as male and pregnant.")
    assert not Patient.objects.exists()
