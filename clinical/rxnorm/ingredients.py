"""What every concept consists of: numbers of ingredients, worked out in the staging tables level by level.

A concept counts as settled only when every part its name speaks of is accounted for; half a combination is never
passed off as the whole. Follows relations from products down to ingredients and nowhere else.
"""

from django.db import connection

from clinical.rxnorm.staging import run

# Each level leans on those before it: the kind, and the kinds it may be made of.
LEVELS = (
    ("PIN", ("IN",)),
    ("MIN", ("IN", "PIN")),
    ("SCDC", ("IN", "PIN")),
    ("SCDF", ("IN", "PIN", "MIN")),
    ("SCDFP", ("IN", "PIN", "MIN")),
    ("SCDG", ("IN", "PIN", "MIN")),
    ("SCDGP", ("IN", "PIN", "MIN")),
    ("SCD", ("SCDC", "MIN", "IN", "PIN")),
    ("SBDC", ("SCDC",)),
    ("SBDF", ("SCDF",)),
    ("SBDFP", ("SCDFP", "SCDF")),
    ("SBDG", ("SCDG",)),
    ("SBD", ("SCD", "SBDC", "SCDC")),
    ("GPCK", ("SCD",)),
    ("BPCK", ("SCD", "SBD", "GPCK")),
)
# The placebo tablets of a pack: no part of what the pack does.
INERT = "inert ingredients"


def work_out() -> None:
    """Fill `rx_made` (concept, ingredient), mark complete concepts, and collect what each brand's products hold."""
    run(BEGIN)
    for kind, below in LEVELS:
        with connection.cursor() as cursor:
            cursor.execute(LEVEL, [kind, list(below)])
            cursor.execute(COMPLETE, {"kind": kind, "below": list(below)})
            if kind in ("MIN", "SCD"):
                cursor.execute(BY_NAME, [kind])
        run("ANALYZE rx_made")
        if kind == "PIN":
            run(OWN_INGREDIENT)
    with connection.cursor() as cursor:
        cursor.execute(WITHOUT_INERT, [INERT])
    run(BRANDS)


BEGIN = """
CREATE TEMP TABLE rx_made (rxcui text, ingredient text, PRIMARY KEY (rxcui, ingredient));
INSERT INTO rx_made SELECT rxcui, rxcui FROM rx_concept WHERE kind = 'IN';
UPDATE rx_concept SET complete = true WHERE kind = 'IN';
"""
LEVEL = """
INSERT INTO rx_made SELECT DISTINCT e.upper, m.ingredient FROM rx_edge e JOIN rx_made m ON m.rxcui = e.lower
WHERE e.upper_kind = %s AND e.lower_kind = ANY(%s)
"""
# A precise ingredient that is the form of nothing else stands for itself.
OWN_INGREDIENT = """
INSERT INTO rx_made SELECT rxcui, rxcui FROM rx_concept c WHERE kind = 'PIN'
  AND NOT EXISTS (SELECT 1 FROM rx_made m WHERE m.rxcui = c.rxcui);
UPDATE rx_concept SET complete = true WHERE kind = 'PIN';
-- The words by which ingredients are found in the names of products, in a table so that the planner knows how many.
CREATE TEMP TABLE rx_word AS
  SELECT lower(i.name) AS word, m.ingredient FROM rx_concept i JOIN rx_made m USING (rxcui)
  WHERE i.kind IN ('IN', 'PIN') AND i.status = 'active';
CREATE INDEX ON rx_word (word); ANALYZE rx_word; ANALYZE rx_concept;
"""
# As many ingredients as the name has parts, or as many pieces below it, or one whole thing below with as many parts.
COMPLETE = """
UPDATE rx_concept c SET complete = true
FROM (SELECT rxcui, count(*) AS made FROM rx_made GROUP BY 1) m
WHERE m.rxcui = c.rxcui AND c.kind = %(kind)s AND (
  (m.made >= c.parts AND c.kind NOT IN ('GPCK', 'BPCK'))
  OR (SELECT count(*) FROM rx_edge e JOIN rx_concept l ON l.rxcui = e.lower
      WHERE e.upper = c.rxcui AND e.lower_kind = ANY(%(below)s) AND l.complete
        AND e.lower_kind NOT IN ('MIN', 'GPCK')) >= c.parts
  OR EXISTS (SELECT 1 FROM rx_edge e JOIN rx_concept l ON l.rxcui = e.lower
      WHERE e.upper = c.rxcui AND e.lower_kind = ANY(%(below)s) AND l.complete AND l.parts >= c.parts
        AND (c.kind NOT IN ('GPCK', 'BPCK') OR l.kind = 'GPCK')))
"""
# Where relations account for some parts only, the name itself may: each part, less strength and form, is an ingredient.
BY_NAME = """
WITH part AS (
  SELECT c.rxcui, regexp_replace(regexp_replace(piece, '^[0-9.]+ [A-Z]+ ', ''), ' [0-9][0-9.,]* [A-Z].*$', '') AS word
  FROM rx_concept c, regexp_split_to_table(c.bare, ' / ') piece
  WHERE c.kind = %s AND NOT c.complete
), read AS (
  SELECT p.rxcui, k.ingredient, bool_and(k.ingredient IS NOT NULL) OVER (PARTITION BY p.rxcui) AS whole
  FROM part p LEFT JOIN rx_word k ON k.word = lower(p.word)
), added AS (
  INSERT INTO rx_made SELECT DISTINCT rxcui, ingredient FROM read WHERE whole ON CONFLICT DO NOTHING
)
UPDATE rx_concept c SET complete = true FROM read r WHERE r.rxcui = c.rxcui AND r.whole
"""
WITHOUT_INERT = """
DELETE FROM rx_made m USING rx_concept i WHERE i.rxcui = m.ingredient AND i.kind = 'IN' AND i.name = %s
AND EXISTS (SELECT 1 FROM rx_made o WHERE o.rxcui = m.rxcui AND o.ingredient <> m.ingredient)
"""
# rx_set: each different content of a brand's products; `open` where a product is not accounted for. Packs name their
# brand in brackets. A brand's own ingredient that no product holds is a content of its own.
BRANDS = """
CREATE TEMP TABLE rx_brand AS
  SELECT DISTINCT e.lower AS brand, e.upper AS product FROM rx_edge e JOIN rx_concept p ON p.rxcui = e.upper
    JOIN rx_concept b ON b.rxcui = e.lower
  WHERE e.lower_kind = 'BN' AND e.upper_kind IN ('SBD', 'BPCK') AND (p.status = 'active' OR b.status <> 'active')
  UNION SELECT b.rxcui, p.rxcui FROM rx_concept b JOIN rx_concept p
    ON p.kind = 'BPCK' AND b.name = substring(p.name FROM '\\[([^]]*)\\]$') AND p.status = b.status
  WHERE b.kind = 'BN';
ANALYZE rx_brand;
CREATE TEMP TABLE rx_set AS
  SELECT b.brand, CASE WHEN p.complete THEN s.made ELSE '{}' END AS made
  FROM rx_brand b JOIN rx_concept p ON p.rxcui = b.product
  LEFT JOIN (SELECT rxcui, array_agg(ingredient ORDER BY ingredient) AS made FROM rx_made GROUP BY 1) s
    ON s.rxcui = b.product
  GROUP BY 1, 2;
CREATE TEMP TABLE rx_own AS
  SELECT DISTINCT e.upper AS brand, m.ingredient FROM rx_edge e JOIN rx_made m ON m.rxcui = e.lower
  WHERE e.upper_kind = 'BN' AND e.lower_kind IN ('IN', 'PIN', 'MIN');
INSERT INTO rx_set SELECT brand, ARRAY[ingredient] FROM rx_own o
WHERE NOT EXISTS (SELECT 1 FROM rx_set s WHERE s.brand = o.brand AND o.ingredient = ANY(s.made));
ANALYZE rx_set;
"""
