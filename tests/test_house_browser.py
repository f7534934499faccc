"""The way in, in a real browser: nothing blocked by the content policy, nothing too wide, readable in both themes."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import Group
from playwright.sync_api import expect

from clinical.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "practice makes perfect"
SIZES = [(1280, 800), (375, 720), (320, 640)]
THEMES = ["light", "dark"]
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}

REFRESH = "htmx.ajax('GET', '/patients/?q=x', {target: '#messages'}).catch(() => {})"


@pytest.fixture
def complaints(page):
    """What the browser complains of: refused by policy, failed to load, broken script."""
    heard = []
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("console", lambda message: heard.append(message.text) if message.type == "error" else None)
    return heard


@pytest.fixture
def person():
    ada = User.objects.create_user("ada@example.org", PASSWORD, first_name="Ada")
    ada.groups.add(Group.objects.get(name="Clinician"))
    return ada


def _faults(page) -> list[str]:
    answer = Axe().run(page, options=RULES)
    return [f"{fault['id']}: {node['target']}" for fault in answer.response["violations"] for node in fault["nodes"]]


def _overflow(page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")


def _wait_for_account_page(page) -> None:
    page.get_by_role("heading", name="Two-Factor Authentication").wait_for()


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size[0]))
def test_sign_in_page_with_an_error_is_readable_and_fits(live_server, page, complaints, person, size, theme):
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(f"{live_server.url}/account/login/")
    assert _faults(page) == []

    page.get_by_label("Email").fill("ada@example.org")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in", exact=True).click()

    expect(page).to_have_title(re.compile("^Error:"))
    assert page.locator("main .alert-danger").is_visible()
    assert page.evaluate("document.documentElement.dataset.bsTheme") == theme
    assert _faults(page) == []
    assert _overflow(page) <= 0
    assert complaints == []


def test_sign_in_by_keyboard_then_account_pages_then_out(live_server, page, complaints, person):
    page.goto(f"{live_server.url}/account/login/?next=/account/2fa/")
    page.get_by_label("Email").focus()
    page.keyboard.type("ada@example.org")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    _wait_for_account_page(page)
    assert _faults(page) == []

    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "kc-find"

    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/account/login/")
    assert complaints == []


def test_form_token_follows_a_sign_in_in_another_tab(live_server, page, context, person):
    page.goto(f"{live_server.url}/account/login/?next=/account/2fa/")
    other = context.new_page()
    other.goto(f"{live_server.url}/account/login/?next=/account/2fa/")
    for tab in (page, other):
        tab.get_by_label("Email").fill("ada@example.org")
        tab.get_by_label("Password").fill(PASSWORD)
    other.get_by_role("button", name="Sign in", exact=True).click()
    _wait_for_account_page(other)
    page.get_by_role("button", name="Sign in", exact=True).click()
    _wait_for_account_page(page)
    assert page.get_by_role("button", name="Sign out").is_visible()


def test_lost_server_is_said_aloud_and_typed_text_stays(live_server, page, person):
    page.goto(f"{live_server.url}/account/login/?next=/account/2fa/")
    page.get_by_label("Email").fill("ada@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    _wait_for_account_page(page)
    page.get_by_label("Find a patient").fill("typed")
    page.route("**/patients/**", lambda route: route.abort())
    page.evaluate(REFRESH)
    trouble = page.get_by_role("alert").filter(has_text="did not answer")
    trouble.wait_for()
    assert page.get_by_label("Find a patient").input_value() == "typed"

    page.unroute("**/patients/**")
    page.context.clear_cookies()
    page.evaluate(REFRESH)
    page.get_by_role("alert").filter(has_text="signed out").wait_for()
    assert page.get_by_label("Find a patient").input_value() == "typed"
