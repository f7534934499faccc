"""A database of its own for imports in other processes, what they left in it, and a release as large as one likes."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
# What an import stores, without times and counters of rows.
KEPT = (
    "SELECT * FROM clinical_rxnormconcept",
    "SELECT * FROM clinical_substance",
    "SELECT from_substance_id, to_substance_id FROM clinical_substance_components",
    "SELECT digest, is_current, counts, report FROM clinical_rxnormrelease",
    "SELECT * FROM clinical_source",
)
DIGEST = "SELECT md5(string_agg(kept::text, E'\\n' ORDER BY kept::text)) FROM ({}) kept"


class Apart:
    """One database beside the test database, filled from it."""

    def __init__(self, name: str) -> None:
        self.name = name

    def environment(self) -> dict[str, str]:
        settings = connection.settings_dict
        address = f"postgresql://{settings['USER']}@/{self.name}?host={quote(str(settings['HOST']))}"
        kept = {key: value for key, value in os.environ.items() if not key.startswith("KRATOMCARE_")}
        return kept | {"DATABASE_URL": address, "KRATOMCARE_DEV": "1", "DJANGO_SETTINGS_MODULE": "kratomcare.settings"}

    def start(self, *arguments: object) -> subprocess.Popen:
        """`manage.py` in a process of its own."""
        return subprocess.Popen(
            [sys.executable, "manage.py", *map(str, arguments)],
            cwd=ROOT,
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def connect(self) -> psycopg.Connection:
        settings = connection.settings_dict
        return psycopg.connect(host=settings["HOST"], user=settings["USER"], dbname=self.name, autocommit=True)

    def digests(self) -> tuple[str | None, ...]:
        """A fingerprint of each table that an import fills."""
        with self.connect() as other:
            return tuple(other.execute(DIGEST.format(rows)).fetchone()[0] for rows in KEPT)

    def wait_until_alone(self) -> None:
        """The server notices a killed client when it next writes to it; end what is left."""
        with self.connect() as other:
            other.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
            )


@contextmanager
def database_apart(suffix: str) -> Iterator[Apart]:
    """A copy of the present test database, gone afterwards. Other sessions on the original are ended first."""
    original = connection.settings_dict["NAME"]
    name = f"{original}_{suffix}"
    connection.close()
    with connection._nodb_cursor() as cursor:
        # A thread of an earlier test may still hold a connection it no longer needs.
        # PostgreSQL's own workers make way by themselves, and are not ours to end.
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = %s AND backend_type = 'client backend'",
            [original],
        )
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{original}"')
    try:
        yield Apart(name)
    finally:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')


def grown(source: Path, target: Path, times: int) -> Path:
    """The release so many times over, each copy with numbers and names of its own."""
    target.mkdir(parents=True, exist_ok=True)
    for name, numbers in (("RXNCONSO.RRF", (0,)), ("RXNREL.RRF", (0, 4))):
        with (target / name).open("w", encoding="utf-8") as out:
            shutil.copyfileobj((source / name).open(encoding="utf-8"), out)
            for copy in range(1, times):
                with (source / name).open(encoding="utf-8") as lines:
                    out.writelines(_copied(line, copy, numbers, name == "RXNCONSO.RRF") for line in lines)
    return target


def _copied(line: str, copy: int, numbers: tuple[int, ...], is_named: bool) -> str:
    cells = line.split("|")
    for at in numbers:
        cells[at] = f"{copy}{cells[at]:0>8}"
    if is_named:
        cells[14] = f"x{copy}{cells[14]}".replace(" / ", f" / x{copy}")
    return "|".join(cells)
