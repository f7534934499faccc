"""Names while typing, as eight clinicians get them from a served KratomCare on this machine, with one slip in each.

Run: python -m tests.benchmarks.bench_names_http [FOLDER WITH A RXNORM RELEASE]
"""

from tests.benchmarks.throwaway import browser_of, database, load, settle  # first: it sets Django up

# isort: split
import json
import random
import statistics
import subprocess
import sys
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import psutil
import psycopg
from django.core.management import call_command
from django.db import connection

from clinical.models import RxNormConcept
from clinical.vocabulary import lookup
from clinical.vocabulary.text import normalise
from tests import factories
from tests.benchmarks import typist
from tests.benchmarks.bench_names import SEED, SHORTEST, one_edit
from tests.benchmarks.served import Server, served

CLIENTS = 8
PAUSE_SECONDS = 0.120  # between keys; the page asks when a key is this old
SECONDS = {"typing pace": 40, "flat out": 10}
LONGEST = 30  # nobody types the name of a combination of four to its end
WORDS_EACH = 4000
OFFERED_OF_RELEASE = ("IN", "PIN", "MIN", "BN")
PAUSE_OF_SELECT = 0.01
SECONDS_TO_BUILD = 180

Meanings = dict[str, set[frozenset[str]]]


def meanings() -> Meanings:
    """What each name stands for: our own, and those that the release offers."""
    table = lookup.vocabulary().names.table
    found: Meanings = {name: {frozenset(table.expand(key)) for key in keys} for name, keys in table.names.items()}
    for name, substances, choices in RxNormConcept.objects.filter(
        status="active", term_type__in=OFFERED_OF_RELEASE
    ).values_list("name", "substances", "choices"):
        keys = [frozenset(substances)] if substances else [frozenset(table.expand(key)) for key in choices]
        if keys and normalise(name):
            found.setdefault(normalise(name), set()).update(keys)
    return found


def main() -> None:
    with database():
        if len(sys.argv) > 1:
            call_command("import_rxnorm", sys.argv[1], stdout=open("/dev/null", "w"))  # noqa: SIM115
        people = [browser_of(factories.clinician()).cookies["sessionid"].value for _ in range(CLIENTS)]
        meant = meanings()
        names = sorted(name for name in meant if SHORTEST <= len(name) <= LONGEST and name[:1].isalpha())
        print(f"{len(meant)} names, {CLIENTS} clients, one worker", flush=True)
        settle()
        with served(connection.settings_dict) as server:
            wait_for_all_names(server, people[0], names)
            for pace, seconds in SECONDS.items():
                run(pace, seconds, server, people, names, meant)


def wait_for_all_names(server: Server, session: str, names: list[str]) -> None:
    """The worker puts the release's names behind our own while it answers already; begin when they are there."""
    own, started = lookup.vocabulary().names.table.names, time.perf_counter()
    later = next((name for name in names if name not in own), names[0])
    asks = urllib.request.Request(
        f"http://127.0.0.1:{server.port}/suggest/?q={quote(later)}", headers={"Cookie": f"sessionid={session}"}
    )
    while later not in {normalise(found) for found in typist.names_in(urllib.request.urlopen(asks).read())}:
        time.sleep(0.2)
        if time.perf_counter() - started > SECONDS_TO_BUILD:
            raise SystemExit(f"“{later}” is not offered.")
    print(f"all names offered {time.perf_counter() - started:.1f} s after the first answer", flush=True)


def run(pace: str, seconds: int, server: Server, people: list[str], names: list[str], meant: Meanings) -> None:
    chance = random.Random(SEED)
    picked = [[chance.choice(names) for _ in range(WORDS_EACH)] for _ in people]
    tasks = [
        {
            "port": server.port,
            "session": session,
            "words": [one_edit(name, chance) for name in words],
            "pause_seconds": PAUSE_SECONDS if pace == "typing pace" else 0,
            "seconds": seconds,
            "seed": chance.random(),
        }
        for session, words in zip(people, picked, strict=True)
    ]
    worker, ended = psutil.Process(server.worker), threading.Event()
    with ThreadPoolExecutor(CLIENTS + 1) as pool:
        worked, started = sum(worker.cpu_times()[:2]), time.perf_counter()
        selects = pool.submit(plain_selects, ended)
        done = list(pool.map(typed_by, tasks))
        ended.set()
        worked, passed = sum(worker.cpu_times()[:2]) - worked, time.perf_counter() - started
    waited = [took for one in done for took in one["milliseconds"]]
    print(f"{pace}: {len(waited)} answers, {len(waited) / passed:.0f} a second; {load()}")
    print(f"  answer    {cuts(waited)}; worker {worked * 1000 / len(waited):.2f} ms each")
    print(f"  SELECT 1  {cuts(selects.result())}")
    print(f"  one-slip recall in the first 8: {recall(done, picked, meant)}", flush=True)


def typed_by(task: dict) -> dict:
    command = [sys.executable, "-m", "tests.benchmarks.typist"]
    return json.loads(
        subprocess.run(command, input=json.dumps(task), capture_output=True, text=True, check=True).stdout
    )


def plain_selects(ended: threading.Event) -> list[float]:
    """Round trips to the same database beside the run, over an open connection and nothing else."""
    settings, waited = connection.settings_dict, []
    with psycopg.connect(
        dbname=settings["NAME"], user=settings["USER"], host=settings["HOST"], autocommit=True
    ) as line:
        while not ended.wait(PAUSE_OF_SELECT):
            started = time.perf_counter()
            line.execute("SELECT 1").fetchone()
            waited.append((time.perf_counter() - started) * 1000)
    return waited


def cuts(waited: list[float]) -> str:
    at = statistics.quantiles(waited, n=100)
    return f"p50 {at[49]:.2f} ms, p95 {at[94]:.2f} ms, p99 {at[98]:.2f} ms, worst {max(waited):.1f} ms"


def recall(done: list[dict], picked: list[list[str]], meant: Meanings) -> str:
    hits = words = 0
    for one, names in zip(done, picked, strict=True):
        for offered, name in zip(one["offered"], names, strict=False):
            words += 1
            hits += any(meant.get(normalise(found), set()) & meant[name] for found in offered)
    return f"{hits / words:.1%} of {words} words"


if __name__ == "__main__":
    main()
