"""Temporary tables of this session that hold one release while it is worked out. A kill leaves none of them behind.

Checks what only shows when all lines are there: numbers given twice, relations that run in a circle.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.db import DatabaseError, connection, transaction

from clinical.rxnorm.layout import File
from clinical.rxnorm.reading import AGAIN, Progress, ReleaseFaulty, rows_of

# Any number of our own: one import at a time holds this lock; it goes with the session.
IMPORTING = 731_027
WAIT_SECONDS = 20
LOOK_AGAIN_SECONDS = 0.5
COLUMNS = {
    "rx_atom": "line, rxcui, kind, name, suppressed, plain",
    "rx_relation": "line, upper, lower, suppressed",
    "rx_history": "line, rxcui, became, name, kind",
}
TABLES = """
CREATE TEMP TABLE rx_atom (line int, rxcui text, kind text, name text, suppressed bool, plain text);
CREATE TEMP TABLE rx_relation (line int, upper text, lower text, suppressed bool);
CREATE TEMP TABLE rx_history (line int, rxcui text, became text, name text, kind text);
"""
DROP = """
DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT relname FROM pg_class WHERE relnamespace = pg_my_temp_schema() AND relkind = 'r'
    AND relname LIKE 'rx\\_%' LOOP EXECUTE format('DROP TABLE pg_temp.%I', name); END LOOP;
END $$;
"""


class ImportRunning(Exception):
    """Somebody else is importing at this moment."""


@contextmanager
def only_import() -> Iterator[None]:
    """Refuse a second import while one runs, and leave no staging table behind.

    Waits a little first: the server may not have noticed yet that an earlier import was killed.
    """
    until = time.monotonic() + WAIT_SECONDS
    while not _is_locked():
        if time.monotonic() >= until:
            raise ImportRunning("Another import of RxNorm is running. Wait until it has ended.")
        time.sleep(LOOK_AGAIN_SECONDS)
    with suppress(DatabaseError), transaction.atomic():
        run("SET client_connection_check_interval = '1s'")  # not every server's system can look
    try:
        run(DROP)
        yield
    finally:
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [IMPORTING])


def _is_locked() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [IMPORTING])
        return cursor.fetchone()[0]


def run(statements: str) -> None:
    """Run SQL of this package. It takes no values from outside."""
    with connection.cursor() as cursor:
        cursor.execute(statements)


@transaction.atomic
def fill(files: list[tuple[File, Path]], tell: Progress) -> None:
    """Copy all files into fresh staging tables, then check them as a whole."""
    run(DROP + TABLES)
    for file, path in files:
        with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY {file.table} ({COLUMNS[file.table]}) FROM STDIN") as copy,
        ):
            for row in rows_of(file, path, tell):
                copy.write_row(row)
    run(PREPARE)
    _refuse_first(DUPLICATE, "RXNCONSO.RRF", "concept {} is given a second time")
    _refuse_first(SELF, "RXNREL.RRF", "concept {} is said to be made of itself")
    _refuse_circles()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM rx_concept WHERE kind = 'IN' AND status = 'active'")
        if not cursor.fetchone()[0]:
            raise ReleaseFaulty(f"RXNCONSO.RRF: holds no ingredient of RxNorm. {AGAIN}")


def _refuse_first(query: str, file: str, fault: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(query)
        found = cursor.fetchone()
    if found:
        raise ReleaseFaulty(f"{file}, line {found[0]:,}: {fault.format(found[1])}. {AGAIN}")


def _refuse_circles() -> None:
    """Take away, again and again, what leads to nothing more; what remains goes round in circles or leads to one."""
    run(CIRCLE_TABLE)
    for shrink in (WITHOUT_ENDS, WITHOUT_BEGINNINGS):
        with connection.cursor() as cursor:
            cursor.execute(shrink)
            while cursor.rowcount:
                cursor.execute(shrink)
    _refuse_first(CIRCLE, "RXNREL.RRF", "concept {} is made of itself through others")
    run("DROP TABLE rx_circle")


# An active row goes before suppressed ones; of several suppressed ones the first counts.
PREPARE = """
CREATE TEMP TABLE rx_concept AS
  SELECT DISTINCT ON (rxcui) rxcui, kind, name, plain, line,
    CASE WHEN suppressed THEN 'retired' ELSE 'active' END AS status,
    regexp_replace(name, ' \\[[^]]*\\]$', '') AS bare, 0 AS parts, false AS complete
  FROM rx_atom WHERE kind NOT IN ('SY', 'TMSY', 'PSN') ORDER BY rxcui, suppressed, line;
ALTER TABLE rx_concept ADD PRIMARY KEY (rxcui);
UPDATE rx_concept SET parts = CASE WHEN kind IN ('IN', 'PIN', 'BN') THEN 1
  WHEN kind IN ('GPCK', 'BPCK') THEN (
    SELECT count(DISTINCT regexp_replace(piece, '^[{]?[0-9.]+ ', ''))
    FROM regexp_split_to_table(regexp_replace(bare, ' ?[}] Pack$', ''), ' / (?=[0-9.]+ [(])') piece)
  ELSE 1 + (length(bare) - length(replace(bare, ' / ', ''))) / 3 END;
CREATE TEMP TABLE rx_edge AS
  SELECT r.upper, r.lower, u.kind AS upper_kind, l.kind AS lower_kind, min(r.line) AS line
  FROM rx_relation r JOIN rx_concept u ON u.rxcui = r.upper JOIN rx_concept l ON l.rxcui = r.lower
  WHERE NOT r.suppressed OR u.status <> 'active' GROUP BY 1, 2, 3, 4;
CREATE INDEX ON rx_edge (upper_kind, lower_kind); CREATE INDEX ON rx_edge (upper); CREATE INDEX ON rx_edge (lower);
ANALYZE rx_concept; ANALYZE rx_edge; ANALYZE rx_atom;
"""
DUPLICATE = """
SELECT a.line, a.rxcui FROM rx_atom a JOIN rx_concept c USING (rxcui)
WHERE NOT a.suppressed AND a.kind NOT IN ('SY', 'TMSY', 'PSN') AND a.line <> c.line ORDER BY a.line LIMIT 1
"""
SELF = "SELECT line, upper FROM rx_relation WHERE upper = lower ORDER BY line LIMIT 1"
CIRCLE_TABLE = """
CREATE TEMP TABLE rx_circle AS SELECT upper, lower, line FROM rx_edge;
CREATE INDEX ON rx_circle (upper); CREATE INDEX ON rx_circle (lower); ANALYZE rx_circle;
"""
WITHOUT_ENDS = "DELETE FROM rx_circle c WHERE NOT EXISTS (SELECT 1 FROM rx_circle n WHERE n.upper = c.lower)"
WITHOUT_BEGINNINGS = "DELETE FROM rx_circle c WHERE NOT EXISTS (SELECT 1 FROM rx_circle n WHERE n.lower = c.upper)"
CIRCLE = "SELECT line, upper FROM rx_circle ORDER BY line LIMIT 1"
