"""The law pages in a real browser: an ambiguous address settled by a link, accessible, and no wider than a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth import get_user_model

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


@pytest.fixture
def signed_in(live_server, page, client):
    """A page in a browser that has a session; complaints of the browser are gathered on it."""
    client.force_login(get_user_model().objects.create_user("reader@example.org", "a long enough password"))
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    page.complaints = []
    page.on("console", lambda message: page.complaints.append(message.text) if message.type == "error" else None)
    return page


def faults(page):
    answer = Axe().run(page, options=RULES)
    return [f"{fault['id']}: {node['target']}" for fault in answer.response["violations"] for node in fault["nodes"]]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_ambiguous_address_is_settled_and_every_page_is_accessible(live_server, signed_in, width, theme):
    page = signed_in
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{live_server.url}/legal/")
    page.get_by_role("textbox", name="Place").fill("Springfield")
    page.get_by_role("spinbutton", name="Age in years").fill("30")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Which place?").wait_for()
    assert faults(page) == []

    page.get_by_role("link", name="Springfield, Sangamon County, IL").click()
    page.get_by_role("heading", name="Springfield, Sangamon County, Illinois").wait_for()
    assert page.locator(".kc-status--restricted").first.inner_text() == "Limited"
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0

    page.locator(".kc-law summary").first.click()
    assert faults(page) == []
    page.locator(".kc-law").get_by_role("link", name="Illinois").first.click()
    page.get_by_role("heading", name="Time line").wait_for()
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    assert page.complaints == []


def test_empty_place_is_named_as_an_error(live_server, signed_in):
    signed_in.goto(f"{live_server.url}/legal/?place=")
    assert signed_in.title().startswith("Error:")
    assert faults(signed_in) == []
