"""The accessibility rules of WCAG 2.2 AA, checked by axe on the page as it stands."""

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SCRIPTS = re.compile(r"<script\b.*?</script>", re.DOTALL)

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}

# Axe reads styles that others import at a wrong address and puts them inline, which the content policy refuses. Such
# pages, all of the admin, are checked without: one rule, on turning the screen, then has no answer.
IMPORTS_STYLES = "() => [...document.styleSheets].some(one => [...one.cssRules].some(rule => rule.type === 3))"


def assert_accessible(page: Page) -> None:
    """No finding of any weight, and nothing wider than the window."""
    answer = Axe().run(page, options={**RULES, "preload": not page.evaluate(IMPORTS_STYLES)})
    found = [
        f"{fault['impact']} {fault['id']}: {node['target']}"
        for fault in answer.response["violations"]
        for node in fault["nodes"]
    ]
    assert found == [], f"{page.url} {found}"
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, f"too wide: {page.url}"


def assert_copy_accessible(page: Page) -> None:
    """The same for a browser without scripts, in which axe cannot run: on a still copy in one that has them."""
    context = page.context.browser.new_context(viewport=page.viewport_size)
    copy, still = context.new_page(), SCRIPTS.sub("", page.content())
    copy.route(page.url, lambda route: route.fulfill(body=still, content_type="text/html; charset=utf-8"))
    copy.goto(page.url)
    assert_accessible(copy)
    context.close()
