"""The server does not answer a live refresh: the page says so, keeps what was typed, and recovers."""

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.browser.shown import severities_on

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AWAY = {
    "no answer": (lambda route: route.abort(), ("net::ERR_FAILED", "htmx:"), "did not answer"),
    "answer of a broken server": (
        lambda route: route.fulfill(status=503),
        ("status of 503", "Error Code 503"),
        "did not work",
    ),
    "signed out": (lambda route: route.fulfill(status=401), ("status of 401", "Error Code 401"), "signed out"),
}


@pytest.mark.parametrize(("away", "complaints", "words"), AWAY.values(), ids=AWAY)
def test_list_that_could_not_be_renewed_says_so_until_it_is(signed_in, clinician, away, complaints, words):
    desk = signed_in.given_new_visit(factories.patient(clinician)).asked_and_uses()
    desk.typed(kratom_0_product="leaf_powder", medicine_0_entered="quetiapine")
    assert severities_on(desk.page)["Quetiapine"]

    desk.watch.expect(*complaints)
    desk.page.route("**/what-matters/", away)
    desk.typed(medicine_0_entered="tramadol", plan="typed while away").arrived()
    stale, trouble = desk.page.locator("#matters-stale"), desk.page.get_by_role("alert").filter(has_text=words)
    expect(stale).to_be_visible()
    expect(trouble).to_be_visible()
    expect(desk.page.locator("#what-matters[data-kc-old]")).to_have_count(1)
    desk.holds(kratom_0_product="leaf_powder", medicine_0_entered="tramadol", plan="typed while away")

    desk.page.unroute("**/what-matters/")
    desk.typed(kratom_0_amount="3").arrived()
    expect(stale).to_be_hidden()
    expect(trouble).to_be_hidden()
    assert "Tramadol" in severities_on(desk.page)
    desk.holds(medicine_0_entered="tramadol", plan="typed while away")


def test_names_that_cannot_be_offered_leave_the_field_to_type_in(signed_in, clinician):
    desk = signed_in.given_new_visit(factories.patient(clinician)).asked_and_uses()
    desk.watch.expect("net::ERR_FAILED")
    desk.page.route("**/suggest/**", lambda route: route.abort())
    desk.typed(kratom_0_product="leaf_powder")
    desk.field("medicine_0_entered").press_sequentially("tramadol")
    desk.arrived().holds(medicine_0_entered="tramadol")
    assert "Tramadol" in severities_on(desk.page)
