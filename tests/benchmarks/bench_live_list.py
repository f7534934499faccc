"""From a change of a field to the new list beside it, in Chromium on the page as it is served. Budget: 200 ms, median.

Needs a Chromium. Run: python -m tests.benchmarks.bench_live_list
"""

from tests.benchmarks.throwaway import browser_of, database, load, settle  # first: it sets Django up

# isort: split
import os
import shutil
import statistics
import sys

from django.db import connection
from playwright.sync_api import Page, sync_playwright

from tests import factories
from tests.benchmarks import charts
from tests.benchmarks.served import served
from tests.browser.changing import ANSWERED_AFTER

BUDGET_MILLISECONDS = 200
MEDICINES = 10
WARM_UP, CHANGES = 3, 21
PAUSE_MILLISECONDS = 1200  # the save that follows a change is over


def main() -> int:
    with database():
        doctor = factories.clinician()
        draft, client = charts.draft_with(doctor, MEDICINES), browser_of(doctor)
        settle()
        with served(connection.settings_dict) as server, sync_playwright() as playwright:
            chromium = os.environ.get("CHROMIUM_PATH") or shutil.which("chromium")
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            context, home = browser.new_context(), f"http://127.0.0.1:{server.port}"
            context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": home}])
            page = context.new_page()
            page.goto(f"{home}/consultations/{draft.pk}/")
            took = milliseconds_of(page)
            browser.close()
    median = statistics.median(took)
    words = f"median {median:.0f} ms, longest {max(took):.0f} ms (budget {BUDGET_MILLISECONDS} ms)"
    print(f"live list after a change, {MEDICINES} medicines: {words}   ({load()})")
    return 0 if median <= BUDGET_MILLISECONDS else 1


def milliseconds_of(page: Page) -> list[float]:
    field = page.locator("[name=kratom-0-amount]")
    took = []
    for _ in range(WARM_UP + CHANGES):
        took.append(field.evaluate(ANSWERED_AFTER))
        page.wait_for_timeout(PAUSE_MILLISECONDS)
    return took[WARM_UP:]


if __name__ == "__main__":
    sys.exit(main())
