"""A proposed rule as the engine would flag it for an invented patient who sets it off. Reads only, stores nothing.

The patient is there to show the words; what a change does to real patients is `clinical.effect`'s to say.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from clinical import snapshots
from clinical.effect.proposed import knowledge_with
from clinical.rule_reach import Reach, reach_of
from clinical.screening.facts import Facts, KratomUse, Patient, Phase, Product, Taken
from clinical.what_matters import plain

# Invented people: one of any adult age, and one whom every population of older people holds.
ADULT, OLDER = 30, 90
MOST_TRIED = 40


def flag_of(entry: Mapping[str, Any]) -> dict[str, Any] | None:
    """The flag as plain values, or None where no invented patient of ours sets it off. The entry has no faults."""
    known = snapshots.in_force().knowledge
    code = entry["code"]
    reaches = reach_of(entry["objects"])
    tried = [facts for group, reach in zip(entry["objects"], reaches, strict=True) for facts in examples(group, reach)]
    names = {name for facts in tried for taken in facts.taken for name in taken.substances}
    few = replace(known, roles=tuple(row for row in known.roles if row.substance in names))
    rules = snapshots.rules_of(knowledge_with(few, code=code, entry=dict(entry)))
    for facts in tried:
        for flag in snapshots.screen(facts, rules).flags:
            if flag.rule == code:
                return plain(flag)
    return None


def examples(group: Mapping[str, Any], reach: Reach) -> Iterator[Facts]:
    """People who take kratom and take or have one thing that a line names. Another rule may replace the first."""
    product = Product((group.get("products") or [Product.LEAF_POWDER])[0])
    kratom = (KratomUse(product=product),)
    for substance in reach.substances[:MOST_TRIED]:
        yield Facts(patient=Patient(age=ADULT), kratom=kratom, taken=(_taken(group, substance),))
    for key in () if reach.substances else group["keys"]:
        yield Facts(patient=_person(group["kind"], key), kratom=kratom)


def _person(kind: str, key: str) -> Patient:
    if kind == "condition":
        return Patient(age=ADULT, conditions=(key,))
    age = OLDER if key.startswith("age") else ADULT
    return Patient(age=age, sex="female", pregnant=key == "pregnancy", breastfeeding=key == "lactation")


def _taken(group: Mapping[str, Any], substance: str) -> Taken:
    routes = [route for route in group.get("routes") or () if route not in ("any", "systemic")]
    phases = group.get("phases") or ()
    return Taken(
        entered=substance,
        substances=(substance,),
        route=routes[0] if routes else "oral",
        phase=Phase(phases[0]) if phases else None,
    )
