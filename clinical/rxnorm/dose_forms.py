"""How a product is given, read from the dose form in its name; brands and ingredients only where all products agree.

Left open where the form does not say (irrigation, mouthwash, intrauterine ...): an unknown route counts as systemic.
So does a bare ingredient whose products are all nasal or inhaled: esketamine, cocaine and nitrous oxide act on the
whole body.
"""

from clinical.rxnorm.staging import run

# RxNorm writes dose forms with capitals and ingredients without. A name with forms of two routes settles nothing.
FORMS = (
    ("ophthalmic", "Ophthalmic"),
    ("otic", "Otic"),
    ("nasal", "Nasal"),
    ("inhaled", "Inhal(ation|er|ant)"),
    ("vaginal", "Vaginal"),
    ("rectal", "Rectal|Enema"),
    ("sublingual", "Sublingual"),
    ("buccal", "Buccal"),
    ("implant", "Drug Implant"),
    ("transdermal", "Transdermal"),
    ("injected", "Injection|Injectable|Prefilled Syringe|Auto-Injector|Pen Injector|Jet Injector|Injector"),
    ("topical", "Topical|Medicated (Shampoo|Pad|Liquid Soap|Bar Soap|Patch|Tape)|Shampoo|Soap"),
    ("oral", "Oral|Chewable|Chewing Gum|Tablet|Capsule|Lozenge"),
)
# A form that says more than a word it contains: "Sublingual Tablet" is not swallowed, a nasal inhaler not inhaled.
STRONGER = {
    "oral": ("sublingual", "buccal", "vaginal", "rectal"),
    "inhaled": ("nasal",),
    "topical": ("ophthalmic", "otic", "nasal", "vaginal", "rectal"),
    "injected": (),
}
# Neither on the skin nor settled by one of these words.
OPEN = (
    "Mucous Membrane|Mucosal|Oral (Gel|Paste|Ointment|Cream|Foam)|Irrigation|Intra[a-z]+|Pyelocalyceal|Nasal Inhalant"
)


def _matches(pattern: str) -> str:
    return f"p.bare ~ '\\m({pattern})\\M'"


def _condition(route: str, pattern: str) -> str:
    forms = dict(FORMS)
    against = [f"NOT {_matches(forms[other])}" for other in STRONGER.get(route, ())]
    return " AND ".join([_matches(pattern), *against])


def work_out() -> None:
    """Fill `rx_route`: one row for each concept whose route is settled."""
    found = " UNION ALL ".join(
        f"SELECT p.rxcui, '{route}' AS route FROM rx_product p WHERE {_condition(route, pattern)}"
        for route, pattern in FORMS
    )
    run(BEGIN.replace("FOUND", found).replace("OPEN", OPEN))


BEGIN = """
CREATE TEMP TABLE rx_product AS SELECT rxcui, bare FROM rx_concept
  WHERE kind LIKE 'S_D%' AND kind NOT IN ('SCDC', 'SBDC') AND bare !~ '\\m(OPEN)\\M';
CREATE TEMP TABLE rx_route AS
  SELECT rxcui, min(route) AS route FROM (FOUND) found GROUP BY rxcui HAVING count(DISTINCT route) = 1;
ALTER TABLE rx_route ADD PRIMARY KEY (rxcui);
ANALYZE rx_route;
-- What each active product is a product of: its pack, its brand, its components, its ingredients.
CREATE TEMP TABLE rx_user AS
  SELECT DISTINCT e.upper AS rxcui, e.lower AS product FROM rx_edge e
    WHERE e.upper_kind IN ('GPCK', 'BPCK') AND e.lower_kind IN ('SCD', 'SBD')
  UNION SELECT brand, product FROM rx_brand
  UNION SELECT e.lower, e.upper FROM rx_edge e JOIN rx_concept p ON p.rxcui = e.upper AND p.status = 'active'
    WHERE e.upper_kind = 'SCD' AND e.lower_kind IN ('SCDC', 'MIN')
  UNION SELECT c.lower, e.upper FROM rx_edge e JOIN rx_edge c ON c.upper = e.lower
    JOIN rx_concept p ON p.rxcui = e.upper AND p.status = 'active'
    WHERE e.upper_kind = 'SCD' AND e.lower_kind = 'SCDC' AND c.lower_kind = 'PIN'
  UNION SELECT m.ingredient, m.rxcui FROM rx_made m JOIN rx_concept p ON p.rxcui = m.rxcui
    WHERE p.kind = 'SCD' AND p.status = 'active';
-- A brand sold as a pack has the pack's route, so packs come first.
INSERT INTO rx_route
  SELECT u.rxcui, min(r.route) FROM rx_user u JOIN rx_concept c USING (rxcui)
    LEFT JOIN rx_route r ON r.rxcui = u.product
  WHERE c.kind IN ('GPCK', 'BPCK') GROUP BY 1 HAVING count(DISTINCT r.route) = 1 AND count(*) = count(r.route);
INSERT INTO rx_route
  SELECT u.rxcui, min(r.route) FROM rx_user u JOIN rx_concept c USING (rxcui)
    LEFT JOIN rx_route r ON r.rxcui = u.product
  WHERE c.kind NOT IN ('GPCK', 'BPCK') GROUP BY 1 HAVING count(DISTINCT r.route) = 1 AND count(*) = count(r.route)
ON CONFLICT DO NOTHING;
DELETE FROM rx_route r USING rx_concept c
  WHERE c.rxcui = r.rxcui AND c.kind IN ('IN', 'PIN', 'MIN') AND r.route IN ('nasal', 'inhaled');
"""
