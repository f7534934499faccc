"""The production server on a free port of this machine, on a database that is there already. For benchmarks only."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil

SECONDS_TO_START = 120
SERVE = "import sys; from kratomcare.serving import serve; serve(int(sys.argv[1]))"


@dataclass(frozen=True, slots=True)
class Server:
    """Where it is, and the process that answers."""

    port: int
    worker: int


@contextmanager
def served(database: dict) -> Iterator[Server]:
    """Serve as quickstart does, static files collected as in production; ended afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    plain = {name: value for name, value in os.environ.items() if not name.startswith("KRATOMCARE_")}
    address = f"postgres://{database['USER']}@/{database['NAME']}?host={database['HOST']}"
    environment = plain | {"KRATOMCARE_DEV": "1", "KRATOMCARE_COLLECTED": "1", "DATABASE_URL": address}
    environment["DJANGO_SETTINGS_MODULE"] = "kratomcare.settings"
    process = subprocess.Popen([sys.executable, "-c", SERVE, str(port)], env=environment)
    try:
        _wait_for(port, process)
        yield Server(port, psutil.Process(process.pid).children()[0].pid)
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int, process: subprocess.Popen) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz") as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    raise SystemExit("The server did not start.")
