"""What a load changes, as rows: kind, number, term type, what stands here, what the release says.

Lists changes against the release in use before, and whatever concerns a number of ours. Of a first load the concepts
are counted, not listed: all are new.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

from django.db import connection
from django.utils.translation import gettext_lazy as _

from clinical.rxnorm.staging import run

# In the order in which they are shown: what needs a person first.
KINDS = {
    "mismatch": _("our number no longer matches a name"),
    "absent": _("our number is not in the release"),
    "retired": _("retired"),
    "remapped": _("became another number"),
    "renamed": _("renamed"),
    "unsettled": _("not known what it consists of"),
    "question": _("several meanings: always ask"),
    "numbered": _("number filled in"),
    "other name": _("known here by another name"),
    "new": _("new substance"),
    "new concept": _("new in the release"),
}
COLUMNS = ("kind", "rxcui", "term_type", "ours", "theirs")
_BATCH = 2_000
# What a spreadsheet would run instead of showing.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the report."""

    kind: str
    rxcui: str
    term_type: str
    ours: str
    theirs: str


def work_out() -> None:
    """Fill `rx_report`. To be called before anything is stored."""
    run(REPORT)


def counts() -> dict[str, int]:
    """How many rows of each kind, kinds without any included."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, count(*) FROM rx_report GROUP BY 1")
        found = dict(cursor.fetchall())
    return {kind: found.get(kind, 0) for kind in KINDS}


def term_types() -> dict[str, int]:
    """How many active concepts of each term type the release has."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT term_type, count(*) FROM rx_row WHERE status = 'active' GROUP BY 1 ORDER BY 1")
        return dict(cursor.fetchall())


def first(kind: str, most: int) -> list[Row]:
    """The first rows of a kind."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(COLUMNS)} FROM rx_report WHERE kind = %s ORDER BY line LIMIT %s", [kind, most]
        )
        return [Row(*cells) for cells in cursor.fetchall()]


def every() -> Iterator[Row]:
    """All rows, a batch at a time."""
    after, more = 0, True
    while more:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT line, {', '.join(COLUMNS)} FROM rx_report WHERE line > %s ORDER BY line LIMIT {_BATCH}",
                [after],
            )
            cells = cursor.fetchall()
        more = bool(cells)
        after = cells[-1][0] if cells else after
        yield from (Row(*row[1:]) for row in cells)


def write_csv(stream: TextIO) -> None:
    """All rows as CSV; a cell that a spreadsheet might run gets an apostrophe in front."""
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    for row in every():
        cells = (row.kind, row.rxcui, row.term_type, row.ours, row.theirs)
        writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells])


REPORT = """
CREATE TEMP TABLE rx_report (line serial PRIMARY KEY, kind text, rxcui text, term_type text, ours text, theirs text);
CREATE TEMP TABLE rx_before AS SELECT rxcui, term_type, name, status, remapped_to FROM clinical_rxnormconcept;
ALTER TABLE rx_before ADD PRIMARY KEY (rxcui); ANALYZE rx_before;
-- Ours, and whether the release has its number and under a name we know.
CREATE TEMP TABLE rx_checked AS
  SELECT o.key, o.rxcui, r.term_type, r.name AS theirs, r.status, r.remapped_to,
    (c.plain <> '' AND (c.plain = o.plain OR EXISTS (
      SELECT 1 FROM rx_name n WHERE n.key = o.key AND n.plain = c.plain))) IS TRUE AS agrees,
    (SELECT min(a.rxcui) FROM rx_asked a WHERE a.plain = o.plain AND a.status = 'active') AS same_name
  FROM rx_ours o LEFT JOIN rx_row r USING (rxcui) LEFT JOIN rx_concept c USING (rxcui) WHERE o.rxcui <> '';
INSERT INTO rx_report (kind, rxcui, term_type, ours, theirs)
  SELECT 'mismatch', rxcui, coalesce(term_type, ''), key,
    coalesce(theirs, '') || CASE WHEN same_name <> rxcui THEN ' (the name has number ' || same_name || ')' ELSE '' END
  FROM rx_checked
  WHERE (theirs IS NOT NULL AND status <> 'remapped' AND NOT agrees) OR (theirs IS NULL AND same_name IS NOT NULL)
  ORDER BY key;
INSERT INTO rx_report (kind, rxcui, term_type, ours, theirs)
  SELECT 'absent', rxcui, '', key, '' FROM rx_checked WHERE theirs IS NULL AND same_name IS NULL ORDER BY key;
INSERT INTO rx_report (kind, rxcui, term_type, ours, theirs)
  SELECT r.status, r.rxcui, r.term_type, coalesce(o.key, r.name),
    CASE WHEN r.remapped_to <> '' THEN r.remapped_to || ' ' || coalesce(t.name, '') ELSE r.name END
  FROM rx_row r LEFT JOIN rx_before b USING (rxcui) LEFT JOIN rx_row t ON t.rxcui = r.remapped_to
    LEFT JOIN (SELECT rxcui, min(key) AS key FROM rx_ours GROUP BY 1) o ON o.rxcui = r.rxcui
  WHERE r.status <> 'active' AND (o.key IS NOT NULL OR (b.rxcui IS NOT NULL AND
    (b.status, b.remapped_to) IS DISTINCT FROM (r.status, r.remapped_to))) ORDER BY r.name;
INSERT INTO rx_report (kind, rxcui, term_type, ours, theirs)
  SELECT 'renamed', r.rxcui, r.term_type, b.name, r.name FROM rx_row r JOIN rx_before b USING (rxcui)
  WHERE r.status = 'active' AND r.name <> b.name ORDER BY r.name;
INSERT INTO rx_report (kind, rxcui, term_type, ours, theirs)
  SELECT 'unsettled', rxcui, term_type, '', name FROM rx_row
  WHERE status = 'active' AND substances = '{}' AND choices = '{}' ORDER BY name;
INSERT INTO rx_report (kind, rxcui, term_type, ours, theirs)
  SELECT 'question', rxcui, term_type, array_to_string(choices, '; '), name FROM rx_row
  WHERE status = 'active' AND choices <> '{}' ORDER BY name;
INSERT INTO rx_report (kind, rxcui, term_type, ours, theirs)
  SELECT 'numbered', n.rxcui, c.kind, n.key, c.name FROM rx_number n JOIN rx_concept c USING (rxcui) ORDER BY n.key;
INSERT INTO rx_report (kind, rxcui, term_type, ours, theirs)
  SELECT 'other name', m.rxcui, c.kind, m.key, c.name FROM rx_match m JOIN rx_concept c USING (rxcui)
  WHERE m.how IN ('other name', 'same ingredients') ORDER BY m.key;
INSERT INTO rx_report (kind, rxcui, term_type, ours, theirs)
  SELECT 'new', rxcui, kind, '', key FROM rx_fresh ORDER BY key;
INSERT INTO rx_report (kind, rxcui, term_type, ours, theirs)
  SELECT 'new concept', r.rxcui, r.term_type, '', r.name FROM rx_row r
  WHERE r.status = 'active' AND EXISTS (SELECT 1 FROM rx_before)
    AND NOT EXISTS (SELECT 1 FROM rx_before b WHERE b.rxcui = r.rxcui) ORDER BY r.name;
ANALYZE rx_report;
"""
