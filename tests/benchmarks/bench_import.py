"""Prints time, rows and peak memory of `import_rxnorm`, and what ten kills leave behind.

Run: python -m tests.benchmarks.bench_import DIR, a release in NLM's layout. The ten times longer one is made of it.
"""

import random
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.kills import Apart, database_apart, grown
from tests.benchmarks.throwaway import database

SEED = 20261122
KILLS = 10
TIMES = 10
# The whole command in a process of its own, which tells its own high-water mark at the end.
MEASURED = """
import resource, sys
import django
django.setup()
from django.core.management import call_command
call_command("import_rxnorm", sys.argv[1], "--rows", "0")
print("peak", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def measured(apart: Apart, folder: Path) -> tuple[float, int, str]:
    """Seconds, kilobytes at the highest, and what the command said."""
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(folder)],
        env=apart.environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    passed = time.perf_counter() - started
    return passed, int(re.search(r"peak (\d+)", done.stdout)[1]), done.stdout


def show_memory(folder: Path, longer: Path) -> None:
    peaks = []
    for name, release in (("as given", folder), (f"{TIMES} times as long", longer)):
        with database_apart("import") as apart:
            passed, peak, told = measured(apart, release)
        lines = sum(int(found.replace(",", "")) for found in re.findall(r": ([\d,]+) lines read", told))
        concepts = re.search(r"([\d,]+) concepts", told)[1]
        print(f"{name:<20} {lines:>9,} lines, {concepts:>8} concepts: {passed:6.1f} s, peak {peak / 1024:6.1f} MB")
        peaks.append(peak)
    print(f"memory grew by {100 * (peaks[1] / peaks[0] - 1):.1f} % (budget: under 20 %)", flush=True)


def show_kills(folder: Path) -> None:
    chance = random.Random(SEED)
    with database_apart("whole") as apart:
        before = apart.digests()
        started = time.perf_counter()
        apart.start("import_rxnorm", folder).communicate()
        whole, after = time.perf_counter() - started, apart.digests()
    same = 0
    for turn in range(KILLS):
        with database_apart("killed") as apart:
            process = apart.start("import_rxnorm", folder)
            time.sleep(moment := chance.uniform(0.1, 0.95) * whole)
            process.kill()
            process.communicate()
            apart.wait_until_alone()
            state = {before: "old vocabulary whole", after: "new one whole"}.get(apart.digests(), "NEITHER")
            apart.start("import_rxnorm", folder).communicate()
            ended = apart.digests() == after
        same += ended
        print(f"kill {turn + 1:2} after {moment:4.1f} of {whole:.1f} s: {state}; restarted: {ended}", flush=True)
    print(f"{same} of {KILLS} restarts end in the same tables ({after[0]})")


def main() -> None:
    folder = Path(sys.argv[1])
    with database(), tempfile.TemporaryDirectory() as place:
        show_memory(folder, grown(folder, Path(place), TIMES))
        show_kills(folder)


if __name__ == "__main__":
    main()
