"""Waiting until a page has come to rest: nothing typed waits for its delay, no fragment is on its way or being put in.

Asked from outside in a loop; the content policy forbids what a wait inside the page would need.
"""

import time

from playwright.sync_api import Page

# Longer than the longest delay between typing and asking the server.
REST_MILLISECONDS = 800
PATIENCE_SECONDS = 15

NOTE_WHEN_LAST_ACTIVE = """
window.kcLastActive = 0;
for (const name of ["input", "change", "htmx:beforeRequest", "htmx:afterRequest", "htmx:afterSettle"]) {
  document.addEventListener(name, () => { window.kcLastActive = performance.now(); }, true);
}
"""
AT_REST = f"""() => document.readyState === "complete"
  && performance.now() - (window.kcLastActive || -{REST_MILLISECONDS}) >= {REST_MILLISECONDS}
  && !document.querySelector(".htmx-request, .htmx-swapping, .htmx-settling")"""


def settled(page: Page) -> None:
    """Return when the page is at rest; fail when it never is."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not page.evaluate(AT_REST):
        assert time.monotonic() < end, "the page never came to rest"
        page.wait_for_timeout(50)
