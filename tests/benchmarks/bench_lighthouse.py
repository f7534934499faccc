"""Lighthouse on the consultation page as it is served: accessibility 100 and performance at least 90 are the budget.

Needs npx, which fetches Lighthouse, and a Chromium. Where there is no npx it says so and measures nothing.
Run: python -m tests.benchmarks.bench_lighthouse
"""

from tests.benchmarks.throwaway import browser_of, database, load, settle  # first: it sets Django up

# isort: split
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from django.db import connection

from tests import factories
from tests.benchmarks import charts
from tests.benchmarks.served import served

LIGHTHOUSE = "lighthouse@12"
BUDGET = {"accessibility": 100, "performance": 90}
MEDICINES = 10
# As Lighthouse measures by itself, a slow phone on a slow network; and a desk.
DEVICES = {"phone": [], "desk": ["--preset=desktop"]}


def main() -> int:
    npx = shutil.which("npx")
    if npx is None:
        print("Not measured: npx is not installed.")
        return 0
    with database():
        doctor = factories.clinician()
        draft, client = charts.draft_with(doctor, MEDICINES), browser_of(doctor)
        settle()
        with served(connection.settings_dict) as server:
            address = f"http://127.0.0.1:{server.port}/consultations/{draft.pk}/"
            cookie = f"sessionid={client.cookies['sessionid'].value}"
            kept = [scores_kept(npx, address, cookie, device) for device in DEVICES]
    return 0 if all(kept) else 1


def scores_kept(npx: str, address: str, cookie: str, device: str) -> bool:
    scores = scores_of(npx, address, cookie, DEVICES[device])
    words = ", ".join(f"{name} {score} (budget {BUDGET[name]})" for name, score in scores.items())
    print(f"consultation page, {MEDICINES} medicines, {device}: {words}   ({load()})")
    return all(score >= BUDGET[name] for name, score in scores.items())


def scores_of(npx: str, address: str, cookie: str, options: list[str]) -> dict[str, int]:
    chromium = os.environ.get("CHROMIUM_PATH") or shutil.which("chromium") or ""
    with tempfile.TemporaryDirectory() as folder:
        headers, report = Path(folder, "headers.json"), Path(folder, "report.json")
        headers.write_text(json.dumps({"Cookie": cookie}))
        command = [npx, "--yes", LIGHTHOUSE, address, "--quiet", "--output=json", f"--output-path={report}"]
        command += [f"--extra-headers={headers}", f"--only-categories={','.join(BUDGET)}", *options]
        command += ["--chrome-flags=--headless=new --no-sandbox --disable-gpu"]
        subprocess.run(command, check=True, env={**os.environ, "CHROME_PATH": chromium})
        found = json.loads(report.read_text())
    if found["finalDisplayedUrl"] != address:
        raise SystemExit(f"Lighthouse was led to {found['finalDisplayedUrl']}")
    failed = [name for name, audit in found["audits"].items() if audit["score"] == 0]
    print(f"  not passed: {', '.join(failed) or 'nothing'}")
    return {name: round(found["categories"][name]["score"] * 100) for name in BUDGET}


if __name__ == "__main__":
    sys.exit(main())
