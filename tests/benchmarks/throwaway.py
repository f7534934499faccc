"""A throwaway database with the reference data, and how long pages take on it. For benchmarks only.

Not through pytest: Django's test set-up copies every template's context, which would be measured too.
"""

# ruff: noqa: E402 - Django is set up before anything that needs it is imported.
import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clinical.models import User
from kratomcare.reference import load_all

WARM_UP = 5


@contextmanager
def database() -> Iterator[None]:
    """A database of its own, gone afterwards."""
    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        assert [fault for report in load_all(check=False) for fault in report.faults] == []
        yield
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def settle() -> None:
    """Let the database count its rows, as it does by itself within minutes; else it plans as if all were empty."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def browser_of(person: User) -> Client:
    """Somebody signed in. Nothing is kept of one request for the next but the session."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(person)
    return client


@dataclass(frozen=True, slots=True)
class Figures:
    """Milliseconds of one page: all time that passed, and what of it this process worked."""

    passed: list[float]
    worked: list[float]
    queries: list[int]
    bytes_sent: int

    def __str__(self) -> str:
        cuts = statistics.quantiles(self.passed, n=100)
        return (
            f"median {cuts[49]:6.2f} ms, p95 {cuts[94]:6.2f} ms, best {min(self.passed):6.2f} ms, "
            f"own work {statistics.median(self.worked):6.2f} ms, "
            f"{max(self.queries):2d} queries, {self.bytes_sent / 1000:.0f} kB"
        )


def measure(asks: list[Callable[[], HttpResponse]], rounds: int = 1) -> Figures:
    """Each request in turn, in several rounds, after a few to warm up. Queries are counted apart from the clock."""
    for ask in (asks * WARM_UP)[:WARM_UP]:
        assert ask().status_code == 200
    passed, worked = [], []
    for ask in asks * rounds:
        started, started_work = time.perf_counter(), time.process_time()
        ask()
        passed.append((time.perf_counter() - started) * 1000)
        worked.append((time.process_time() - started_work) * 1000)
    queries = []
    for ask in asks[:20]:
        with CaptureQueriesContext(connection) as counted:
            answer = ask()
        queries.append(len(counted))
    return Figures(passed, worked, queries, len(answer.content))


def show(what: str, budget: str, figures: Figures) -> None:
    print(f"{what:<42} {figures}   (budget: {budget}; {load()})", flush=True)


def load() -> str:
    """How busy the machine is. Above one for each core, time passed says little, and own work is longer too."""
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
