"""Which of our substances each ingredient, salt and combination of the release is. Decides; writes staging tables only.

Our rows always win. A number and a name that agree are the same thing; so is the same name where ours has no number or
another one. A number of ours whose name there is one we do not know settles nothing: it becomes a question.
"""

from django.db import connection

from clinical.models import Substance, SubstanceName
from clinical.rxnorm.staging import run
from clinical.vocabulary.text import normalise

LONGEST_KEY = 200


def work_out() -> None:
    """Fill `rx_match` (concept, our key, how), `rx_question` (concept, keys to ask about), `rx_fresh` (to be made)."""
    run(TABLES)
    _copy("rx_ours (key, plain, rxcui)", _own_rows())
    _copy("rx_name (key, plain, asks)", _own_names())
    run(MATCH)
    with connection.cursor() as cursor:
        cursor.execute(FRESH, [LONGEST_KEY])
    run(LEAVES)


def _own_rows():
    for key, rxcui in Substance.objects.values_list("key", "rxcui"):
        yield key, normalise(key), rxcui


def _own_names():
    names = SubstanceName.objects.filter(withdrawn_at=None)
    for name, key, asks in names.values_list("name", "substance_id", "needs_choice"):
        yield key, normalise(name), asks


def _copy(into: str, rows) -> None:
    rows = list(rows)  # read to the end first: the same connection cannot do both
    with connection.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


TABLES = """
CREATE TEMP TABLE rx_ours (key text PRIMARY KEY, plain text, rxcui text);
CREATE TEMP TABLE rx_name (key text, plain text, asks bool);
CREATE TEMP TABLE rx_match (rxcui text PRIMARY KEY, key text, how text);
CREATE TEMP TABLE rx_question (rxcui text, key text);
"""
# In this order: number and name; our own name; one known other name; then questions.
MATCH = """
CREATE INDEX ON rx_ours (plain); CREATE INDEX ON rx_ours (rxcui); CREATE INDEX ON rx_name (plain);
CREATE TEMP TABLE rx_asked AS
  SELECT rxcui, kind, plain, status FROM rx_concept WHERE kind IN ('IN', 'PIN', 'MIN') AND plain <> '';
CREATE INDEX ON rx_asked (plain); CREATE INDEX ON rx_asked (rxcui);
ANALYZE rx_asked; ANALYZE rx_ours; ANALYZE rx_name;
INSERT INTO rx_match
  SELECT a.rxcui, min(o.key), 'number' FROM rx_asked a JOIN rx_ours o ON o.rxcui = a.rxcui
  WHERE o.plain = a.plain OR EXISTS (SELECT 1 FROM rx_name n WHERE n.key = o.key AND n.plain = a.plain)
  GROUP BY 1 HAVING count(*) = 1;
INSERT INTO rx_match
  SELECT a.rxcui, min(o.key), 'name' FROM rx_asked a JOIN rx_ours o ON o.plain = a.plain
  GROUP BY 1 HAVING count(*) = 1 ON CONFLICT DO NOTHING;
INSERT INTO rx_question
  SELECT DISTINCT a.rxcui, n.key FROM rx_asked a JOIN rx_name n ON n.plain = a.plain
  WHERE NOT EXISTS (SELECT 1 FROM rx_match m WHERE m.rxcui = a.rxcui);
INSERT INTO rx_match
  SELECT q.rxcui, min(q.key), 'other name' FROM rx_question q JOIN rx_asked a USING (rxcui)
  WHERE NOT EXISTS (SELECT 1 FROM rx_name n WHERE n.plain = a.plain AND n.asks)
    AND NOT EXISTS (SELECT 1 FROM rx_ours o WHERE o.rxcui = a.rxcui AND o.key <> q.key)
  GROUP BY 1 HAVING count(*) = 1;
INSERT INTO rx_question
  SELECT a.rxcui, o.key FROM rx_asked a JOIN rx_ours o ON o.rxcui = a.rxcui;
DELETE FROM rx_question q USING rx_match m WHERE m.rxcui = q.rxcui;
ANALYZE rx_match; ANALYZE rx_question;
"""
# A new substance for each active concept that nothing of ours answers to. Two that would be called the same are one.
FRESH = """
CREATE TEMP TABLE rx_fresh AS
  SELECT DISTINCT ON (a.plain) a.rxcui, a.kind, c.name AS key, a.plain FROM rx_asked a JOIN rx_concept c USING (rxcui)
  WHERE a.status = 'active' AND length(c.name) <= %s AND c.complete
    AND NOT EXISTS (SELECT 1 FROM rx_match m WHERE m.rxcui = a.rxcui)
    AND NOT EXISTS (SELECT 1 FROM rx_question q WHERE q.rxcui = a.rxcui)
  ORDER BY a.plain, array_position(ARRAY['IN', 'PIN', 'MIN'], a.kind), length(a.rxcui), a.rxcui
"""
# rx_leaf: the ingredients a key acts through, by our own links and, for what is new, by the release's.
LEAVES = """
INSERT INTO rx_match SELECT a.rxcui, f.key, 'new' FROM rx_asked a JOIN rx_fresh f USING (plain)
  WHERE a.status = 'active' AND a.kind <> 'MIN' ON CONFLICT DO NOTHING;
CREATE TEMP TABLE rx_link AS
  SELECT from_substance_id::text AS whole, to_substance_id::text AS part FROM clinical_substance_components;
INSERT INTO rx_link
  SELECT f.key, m.key FROM rx_fresh f JOIN rx_made d ON d.rxcui = f.rxcui AND d.ingredient <> f.rxcui
    JOIN rx_match m ON m.rxcui = d.ingredient
  WHERE m.key <> f.key AND f.kind = 'PIN';
CREATE INDEX ON rx_link (whole); ANALYZE rx_link;
CREATE TEMP TABLE rx_leaf AS
  WITH RECURSIVE reached (key, at) AS (
    SELECT key, key FROM (SELECT key FROM rx_ours UNION SELECT key FROM rx_fresh WHERE kind <> 'MIN') every
    UNION SELECT r.key, l.part FROM reached r JOIN rx_link l ON l.whole = r.at
  )
  SELECT key, at AS leaf FROM reached r WHERE NOT EXISTS (SELECT 1 FROM rx_link l WHERE l.whole = r.at);
CREATE INDEX ON rx_leaf (key); ANALYZE rx_leaf;
-- What each complete concept acts through, all its ingredients being known to us; and the combinations we have already.
CREATE TEMP TABLE rx_acts AS
  SELECT d.rxcui, array_agg(DISTINCT l.leaf ORDER BY l.leaf) AS leaves
  FROM rx_made d JOIN rx_concept c USING (rxcui) LEFT JOIN rx_match m ON m.rxcui = d.ingredient
    LEFT JOIN rx_leaf l ON l.key = m.key
  WHERE c.complete GROUP BY 1 HAVING bool_and(l.leaf IS NOT NULL);
ALTER TABLE rx_acts ADD PRIMARY KEY (rxcui);
CREATE TEMP TABLE rx_whole AS
  SELECT min(key) AS key, leaves FROM (
    SELECT o.key, array_agg(DISTINCT l.leaf ORDER BY l.leaf) AS leaves FROM rx_ours o JOIN rx_leaf l USING (key)
    GROUP BY 1 HAVING count(DISTINCT l.leaf) > 1) own GROUP BY leaves;
-- A combination of ours with the same ingredients is that combination, whatever it is called.
INSERT INTO rx_match SELECT f.rxcui, w.key, 'same ingredients' FROM rx_fresh f JOIN rx_acts a USING (rxcui)
  JOIN rx_whole w USING (leaves) WHERE f.kind = 'MIN';
DELETE FROM rx_fresh f WHERE kind = 'MIN' AND (
  EXISTS (SELECT 1 FROM rx_match m WHERE m.rxcui = f.rxcui)
  OR NOT EXISTS (SELECT 1 FROM rx_acts a WHERE a.rxcui = f.rxcui AND cardinality(a.leaves) > 1));
INSERT INTO rx_match SELECT rxcui, key, 'new' FROM rx_fresh WHERE kind = 'MIN';
INSERT INTO rx_link SELECT f.key, m.key FROM rx_fresh f JOIN rx_made d ON d.rxcui = f.rxcui
  JOIN rx_match m ON m.rxcui = d.ingredient WHERE f.kind = 'MIN' AND m.key <> f.key;
INSERT INTO rx_leaf SELECT f.key, unnest(a.leaves) FROM rx_fresh f JOIN rx_acts a USING (rxcui) WHERE f.kind = 'MIN';
INSERT INTO rx_whole SELECT min(f.key), a.leaves FROM rx_fresh f JOIN rx_acts a USING (rxcui)
  WHERE f.kind = 'MIN' GROUP BY 2;
ANALYZE rx_leaf; ANALYZE rx_whole;
-- Ours without a number whose name the release has: the number may be filled in, unless another of ours has it.
CREATE TEMP TABLE rx_number AS
  SELECT o.key, m.rxcui, a.kind FROM rx_match m JOIN rx_ours o USING (key) JOIN rx_asked a ON a.rxcui = m.rxcui
  WHERE m.how = 'name' AND o.rxcui = '' AND a.status = 'active'
    AND NOT EXISTS (SELECT 1 FROM rx_ours other WHERE other.rxcui = m.rxcui)
    AND NOT EXISTS (SELECT 1 FROM rx_match twin JOIN rx_asked t USING (rxcui)
      WHERE twin.key = m.key AND twin.how = 'name' AND t.status = 'active' AND twin.rxcui <> m.rxcui);
"""
