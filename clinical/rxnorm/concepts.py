"""The concept rows of the new release, as they will be stored: `rx_row`, in the columns of `RxNormConcept`.

Settled or a question, never a pick. A number given up leads where the one it became leads.
"""

from clinical.rxnorm.staging import run


def work_out() -> None:
    """Fill `rx_row` from what was worked out so far and from the release in use now."""
    run(ROWS)
    run(GIVEN_UP)


ROWS = """
CREATE TEMP TABLE rx_row (rxcui text PRIMARY KEY, term_type text, name text, substances text[], choices text[],
  other_names text[], route text, status text, remapped_to text);
CREATE TEMP TABLE rx_settled AS SELECT rxcui, leaves AS substances FROM rx_acts;
ALTER TABLE rx_settled ADD PRIMARY KEY (rxcui);
-- What is ours acts as our own row says.
DELETE FROM rx_settled s USING rx_match m WHERE m.rxcui = s.rxcui;
INSERT INTO rx_settled
  SELECT m.rxcui, array_agg(DISTINCT l.leaf ORDER BY l.leaf) FROM rx_match m JOIN rx_leaf l USING (key) GROUP BY 1;
DELETE FROM rx_settled s USING rx_question q WHERE q.rxcui = s.rxcui;
-- A brand: one content, or a question.
CREATE TEMP TABLE rx_content AS
  SELECT s.brand, (SELECT array_agg(DISTINCT l.leaf ORDER BY l.leaf)
    FROM unnest(s.made) i LEFT JOIN rx_match m ON m.rxcui = i LEFT JOIN rx_leaf l ON l.key = m.key
    HAVING bool_and(l.leaf IS NOT NULL)) AS leaves
  FROM rx_set s;
INSERT INTO rx_settled SELECT brand, min(leaves) FROM rx_content GROUP BY brand
  HAVING count(*) = count(leaves) AND count(DISTINCT leaves) = 1;
INSERT INTO rx_question SELECT DISTINCT c.brand, coalesce(w.key, c.leaves[1]) FROM rx_content c
  LEFT JOIN rx_whole w USING (leaves)
  WHERE c.leaves IS NOT NULL AND (w.key IS NOT NULL OR cardinality(c.leaves) = 1)
    AND NOT EXISTS (SELECT 1 FROM rx_settled s WHERE s.rxcui = c.brand);
INSERT INTO rx_row
  SELECT c.rxcui, c.kind, c.name, coalesce(s.substances, '{}'),
    coalesce(q.choices, '{}'), coalesce(o.names, '{}'), coalesce(r.route, ''), c.status, ''
  FROM rx_concept c LEFT JOIN rx_settled s USING (rxcui) LEFT JOIN rx_route r USING (rxcui)
  LEFT JOIN (SELECT rxcui, array_agg(DISTINCT key ORDER BY key) AS choices FROM rx_question GROUP BY 1) q USING (rxcui)
  LEFT JOIN (SELECT a.rxcui, array_agg(DISTINCT a.name ORDER BY a.name) AS names
    FROM rx_atom a JOIN rx_concept n USING (rxcui)
    WHERE a.kind IN ('SY', 'TMSY', 'PSN') AND NOT a.suppressed AND lower(a.name) <> lower(n.name) GROUP BY 1) o
    USING (rxcui);
"""
# The trail of a number may have several steps; UNION ends a trail that comes back on itself.
GIVEN_UP = """
CREATE INDEX ON rx_history (rxcui); ANALYZE rx_history;
CREATE TEMP TABLE rx_became AS
  WITH RECURSIVE trail (was, at) AS (
    SELECT DISTINCT h.rxcui, h.became FROM rx_history h LEFT JOIN rx_row r ON r.rxcui = h.rxcui
      WHERE r.status IS DISTINCT FROM 'active'
    UNION SELECT t.was, h.became FROM trail t JOIN rx_history h ON h.rxcui = t.at
      LEFT JOIN rx_row r ON r.rxcui = t.at WHERE r.status IS DISTINCT FROM 'active'
  )
  SELECT t.was, min(t.at) AS became, count(*) AS several FROM trail t JOIN rx_row r ON r.rxcui = t.at
  WHERE r.status = 'active' GROUP BY 1;
CREATE TEMP TABLE rx_heir AS
  SELECT DISTINCT b.was, r.* FROM rx_became b JOIN rx_row r ON r.rxcui = b.became WHERE b.several = 1;
INSERT INTO rx_row
  SELECT h.was, coalesce(o.kind, h.term_type), coalesce(o.name, h.name), h.substances, h.choices, '{}', h.route,
    'remapped', h.rxcui
  FROM rx_heir h LEFT JOIN (
    SELECT DISTINCT ON (rxcui) rxcui, kind, name FROM (
      SELECT rxcui, kind, name, 0 AS line FROM rx_row JOIN rx_concept USING (rxcui, name)
      UNION ALL SELECT rxcui, kind, name, line FROM rx_history WHERE name <> '') known ORDER BY rxcui, line
  ) o ON o.rxcui = h.was
ON CONFLICT (rxcui) DO UPDATE SET substances = excluded.substances, choices = excluded.choices,
  route = excluded.route, status = 'remapped', remapped_to = excluded.remapped_to;
-- Split into several: a question between what each of them is, where one key says it.
INSERT INTO rx_row
  SELECT b.was, coalesce(min(h.kind), ''), coalesce(min(h.name), 'RxCUI ' || b.was), '{}', '{}', '{}', '',
    'remapped', ''
  FROM rx_became b LEFT JOIN rx_history h ON h.rxcui = b.was AND h.name <> '' WHERE b.several > 1 GROUP BY b.was
ON CONFLICT (rxcui) DO UPDATE SET substances = '{}', route = '', status = 'remapped', remapped_to = '';
UPDATE rx_row r SET choices = coalesce((
  SELECT array_agg(DISTINCT k.key ORDER BY k.key) FROM rx_history h JOIN rx_row t ON t.rxcui = h.became
    JOIN LATERAL (
      SELECT m.key FROM rx_match m WHERE m.rxcui = t.rxcui
      UNION SELECT t.substances[1] WHERE cardinality(t.substances) = 1
      UNION SELECT w.key FROM rx_whole w WHERE w.leaves = t.substances
      UNION SELECT unnest(t.choices)) k ON true
  WHERE h.rxcui = r.rxcui), '{}')
FROM rx_became b WHERE b.was = r.rxcui AND b.several > 1;
-- What was in use until now and is named no more is kept as retired, with what it consisted of.
INSERT INTO rx_row
  SELECT rxcui, term_type, name, substances, choices, other_names, route, 'retired', '' FROM clinical_rxnormconcept
ON CONFLICT DO NOTHING;
ANALYZE rx_row;
"""
