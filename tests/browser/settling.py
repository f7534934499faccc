"""Waiting until a page has come to rest: nothing typed waits for its delay, no fragment is on its way or being put in.

Asked from outside in a loop; the content policy forbids what a wait inside the page would need. And until the server
has: what a page asked for as it closed must not write into a database that is being emptied.
"""

import threading
import time

from django.core.signals import request_finished, request_started
from playwright.sync_api import Page

# Longer than the longest delay between typing and asking the server.
REST_MILLISECONDS = 800
PATIENCE_SECONDS = 15
MOMENT_SECONDS = 0.1

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


class Answering:
    """How many requests this process answers just now, from its beginning to its `stop`."""

    def __init__(self):
        self._lock, self._count, self._last = threading.Lock(), 0, time.monotonic()
        request_started.connect(self._begun)
        request_finished.connect(self._done)

    def _begun(self, **_signal) -> None:
        self._counted(1)

    def _done(self, **_signal) -> None:
        self._counted(-1)

    def _counted(self, change: int) -> None:
        with self._lock:
            self._count, self._last = self._count + change, time.monotonic()

    def ended(self) -> None:
        """Return when nothing has been asked or answered for a moment; fail when that never comes."""
        end = time.monotonic() + PATIENCE_SECONDS
        while self._count > 0 or time.monotonic() - self._last < MOMENT_SECONDS:
            assert time.monotonic() < end, "the server never came to rest"
            time.sleep(0.02)

    def stop(self) -> None:
        request_started.disconnect(self._begun)
        request_finished.disconnect(self._done)
