"""The accessibility rules of WCAG 2.2 AA, checked by axe on the page as it stands."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


def assert_accessible(page: Page) -> None:
    """No finding of any weight, and nothing wider than the window."""
    answer = Axe().run(page, options=RULES)
    found = [
        f"{fault['impact']} {fault['id']}: {node['target']}"
        for fault in answer.response["violations"]
        for node in fault["nodes"]
    ]
    assert found == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, f"too wide: {page.url}"
