"""What is not known, not clear or not recognised is said on the page, or offered as a choice; never passed over."""

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.browser.shown import gaps_on, law_on, words_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TWO_CITIES = "80012"  # each with kratom law of its own
KRATOM = {"kratom_0_product": "leaf_powder", "kratom_0_unit": "g", "kratom_0_doses_per_day": "3"}


@pytest.fixture
def visit(signed_in, clinician):
    return signed_in.given_new_visit(factories.patient(clinician)).asked_and_uses()


def test_medicine_that_nobody_knows_is_listed_as_not_assessed(visit):
    visit.typed(medicine_0_entered="moodlift plus").arrived()
    assert "moodlift plus Name not recognised" in gaps_on(visit.page)
    assert "Not recognised" in words_of(visit.page.locator("#medicine-0-reading"))


def test_missing_amount_is_listed_as_not_assessed(visit):
    visit.typed(**KRATOM).arrived()
    assert "Amount not recorded" in gaps_on(visit.page)
    visit.typed(kratom_0_amount="3")
    assert "Amount not recorded" not in gaps_on(visit.page)


def test_name_of_several_meanings_is_a_choice_until_made(visit):
    visit.typed(medicine_0_entered="vitamin").arrived()
    assert "vitamin Name could mean several things" in gaps_on(visit.page)
    visit.typed(medicine_0_chosen="vitamin e").arrived()
    assert "could mean several things" not in gaps_on(visit.page)
    visit.holds(medicine_0_entered="vitamin", medicine_0_chosen="vitamin e")


def test_misspelt_name_asks_to_confirm(visit):
    visit.typed(medicine_0_entered="tramadoll").arrived()
    assert "Did you mean tramadol" in words_of(visit.page.locator("#medicine-0-reading")).replace(
        "traMADol", "tramadol"
    )
    assert "confirm the spelling" in gaps_on(visit.page)


def test_names_are_offered_while_typing(visit):
    visit.field("medicine_0_entered").press_sequentially("seroq")
    expect(visit.page.locator("#names [data-name='seroquel' i]")).to_have_count(1)
    visit.arrived()


def test_visit_without_kratom_asked_says_that_nothing_was_looked_for(signed_in, clinician):
    signed_in.given_new_visit(factories.patient(clinician)).typed(medicine_0_entered="tramadol").arrived()
    assert "Not asked: interactions with kratom were not looked for." in gaps_on(signed_in.page)


@pytest.mark.parametrize("where", ["chart", "visit"])
def test_address_of_several_places_has_no_ruling_and_shows_the_choices(signed_in, clinician, where):
    somewhere = factories.patient(clinician, zip_code="", city="Springfield", county="", state="")
    desk = signed_in.opened(f"/patients/{somewhere.pk}/") if where == "chart" else signed_in.given_new_visit(somewhere)
    said = (
        law_on(desk.page) if where == "visit" else words_of(desk.page.locator("section", has_text="Law at home today"))
    )
    assert "Not assessed" in said
    assert "Springfield, Sangamon County, IL" in said
    assert "awful" not in said


def test_zip_of_several_places_asks_and_keeps_what_was_typed(signed_in):
    desk = signed_in.opened("/patients/new/")
    desk.typed(name="Jordan Vale", born_on="1992-03-04", zip_code=TWO_CITIES).arrived()
    desk.says("This ZIP covers several places")
    desk.watch.expect("the server responded with a status of 422")
    desk.pressed("Register").says("Nothing was saved yet").arrived()
    desk.holds(name="Jordan Vale", born_on="1992-03-04", zip_code=TWO_CITIES)
