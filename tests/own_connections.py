"""Acts that run beside each other, each on a connection of its own, as two people's requests do."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from django.db import connections


@contextmanager
def own_connection():
    """What a thread opened is closed with it."""
    try:
        yield
    finally:
        connections.close_all()


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each act answered or raised, all started together on connections of their own."""
    ready = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        with own_connection():
            ready.wait(timeout=30)
            try:
                return act()
            except Exception as fault:  # the test looks at which
                return fault

    with ThreadPoolExecutor(len(acts)) as pool:
        return [job.result(timeout=60) for job in [pool.submit(run, act) for act in acts]]
