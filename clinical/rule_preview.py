"""A proposed rule as the engine would flag it for an invented patient who sets it off. Reads only, stores nothing.

The patient is there to show the words; what a change does to real patients is `clinical.effect`'s to say.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from clinical import snapshots
from clinical.effect.proposed import knowledge_with
from clinical.rule_reach import Reach, reach_of
from clinical.screening.facts import Facts, KratomUse, Patient, Phase, Product, Taken
from clinical.screening.plain import to_plain

# Invented people: one of any adult age, and one whom every population of older people holds.
ADULT, OLDER = 30, 90


def flag_of(entry: Mapping[str, Any]) -> dict[str, Any] | None:
    """The flag as plain values, or None where no invented patient of ours sets it off. The entry has no faults."""
    known = snapshots.in_force().knowledge
    code = entry["code"]
    reaches = reach_of(entry["objects"])
    tried = [example(group, reach) for group, reach in zip(entry["objects"], reaches, strict=True)]
    names = {name for facts in tried for taken in facts.taken for name in taken.substances}
    few = replace(known, roles=tuple(row for row in known.roles if row.substance in names))
    rules = snapshots.rules_of(knowledge_with(few, code=code, entry=dict(entry)))
    for facts in tried:
        for flag in snapshots.screen(facts, rules).flags:
            if flag.rule == code:
                return to_plain(flag)
    return None


def example(group: Mapping[str, Any], reach: Reach) -> Facts:
    """Somebody who takes kratom and has or takes the first thing that one line names."""
    product = Product((group.get("products") or [Product.LEAF_POWDER])[0])
    kratom = (KratomUse(product=product),)
    if reach.substances:
        return Facts(patient=Patient(age=ADULT), kratom=kratom, taken=(_taken(group, reach.substances[0]),))
    key = group["keys"][0] if group["keys"] else ""
    if group["kind"] == "condition":
        return Facts(patient=Patient(age=ADULT, conditions=(key,)), kratom=kratom)
    age = OLDER if key.startswith("age") else ADULT
    patient = Patient(age=age, sex="female", pregnant=key == "pregnancy", breastfeeding=key == "lactation")
    return Facts(patient=patient, kratom=kratom)


def _taken(group: Mapping[str, Any], substance: str) -> Taken:
    routes = [route for route in group.get("routes") or () if route not in ("any", "systemic")]
    phases = group.get("phases") or ()
    return Taken(
        entered=substance,
        substances=(substance,),
        route=routes[0] if routes else "oral",
        phase=Phase(phases[0]) if phases else None,
    )
