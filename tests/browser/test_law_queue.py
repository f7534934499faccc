"""The queue of law to check again, and the look-up's errors, at a desk and on a phone."""

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import assert_accessible

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def assert_accessible_on_a_phone_too(desk):
    desk.page.set_viewport_size({"width": 375, "height": 800})
    assert_accessible(desk.page)
    desk.page.set_viewport_size({"width": 1280, "height": 800})


def test_verification_queue_in_the_admin(desk_of):
    desk = desk_of("Reference editor")
    desk.opened("/admin/legal/rowtoverify/").says("Look in the Federal Register")
    expect(desk.page.get_by_role("button", name="Still true").first).to_be_visible()
    assert_accessible_on_a_phone_too(desk)


def test_look_up_tells_of_its_errors(signed_in):
    asked = {
        "place=Kansas+City&beside=Springfield": "Which place?",
        "place=00000": "Place not found",
        "place=Alaska&on=1900-01-01": "The tables put no date to anything here before",
        "place=Kentucky&on=2100-01-01": "No firm answer",
    }
    for question, words in asked.items():
        signed_in.opened(f"/legal/?{question}").says(words)
    assert_accessible_on_a_phone_too(signed_in)
    signed_in.opened("/legal/?place=TN&on=soon", status=422)
    assert signed_in.page.title().startswith("Error:")
    assert_accessible_on_a_phone_too(signed_in)
