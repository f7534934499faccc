"""The law by place and day: a name of several places is asked about, and the chosen one answered."""

import pytest
from playwright.sync_api import expect

from tests.browser.desk import REFUSED

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_ambiguous_place_is_asked_then_answered(signed_in):
    choose_between_places(signed_in)


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_ambiguous_place_is_asked_then_answered_without_scripts(signed_in):
    choose_between_places(signed_in)


def choose_between_places(desk):
    desk.opened("/legal/").typed(place="Springfield", on="2026-11-20", age="30")
    desk.field("place").press("Enter")
    desk.says("Which place?").arrived()
    desk.page.get_by_role("link", name="Springfield, Sangamon County, IL", exact=True).click()
    expect(desk.page.get_by_role("heading", name="Springfield, Sangamon County, Illinois")).to_be_visible()
    desk.arrived().holds(age="30", on="2026-11-20")
    for substance in ("Kratom leaf", "7-OH"):
        expect(desk.page.locator(".kc-law h3", has_text=substance).first).to_be_visible()
    desk.says("on 20 Nov 2026").says("Decided by")


def test_unknown_place_says_that_nothing_is_known(signed_in):
    signed_in.opened("/legal/?place=Nowhere+at+all").says("Place not found")
    signed_in.says("Nothing is known about the law there from this look-up.")


def test_empty_place_is_refused_at_the_field(signed_in):
    signed_in.opened("/legal/?place=", status=422).says("This field is required.")
    assert signed_in.page.title().startswith("Error:")
    assert any(REFUSED in text for text in signed_in.watch.complaints)
