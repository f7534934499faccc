"""Short ways to write facts and small rule sets in tests. Thresholds and prompts are the real ones."""

from dataclasses import replace
from functools import cache
from typing import Any

from clinical.screening.engine import compile_rules, screen
from clinical.screening.facts import (
    Facts,
    History,
    KratomUse,
    OpioidUseDisorder,
    PastWithdrawal,
    Patient,
    Product,
    Scores,
    Taken,
    Unit,
)
from clinical.screening.flags import Screening
from clinical.screening.knowledge import Certainty, Condition, Knowledge, Modifier, RoleOf, Rule, RuleObject, Severity
from clinical.screening.tables import knowledge_from
from tests.clinical.screening.reference import documents

LEAF = KratomUse(Product.LEAF_POWDER, 3, Unit.GRAM, "dose", 3, 7, 12, 8)
SEVEN_OH = KratomUse(Product.SEVEN_OH, 15, Unit.MG_7OH, "dose", 2, 7, 3, 4)
ADULT = Patient(age=34, sex="male")
ANSWERED = History(PastWithdrawal.NONE, OpioidUseDisorder.NONE, False, False, False, 0)


def use(product: str = "leaf_powder", amount: float | None = 3, unit: str | None = "g", **rest: Any) -> KratomUse:
    """One use on every day unless told otherwise."""
    known = {"doses_per_day": 1, "days_per_week": 7, "months_of_use": 3} | rest
    return KratomUse(Product(product), amount, Unit(unit) if unit else None, **known)


def took(*names: str, **rest: Any) -> Taken:
    """One line recognised exactly, entered as its first substance unless told otherwise."""
    return Taken(**{"entered": names[0], "substances": names} | rest)


def item(key: str, kind: str = "substance", **rest: Any) -> RuleObject:
    """One thing a rule fires on; lists may be given where sets are meant."""
    sets = {name: frozenset(value) for name, value in rest.items() if name != "mechanisms"}
    return RuleObject(kind, key, mechanisms=tuple(rest.get("mechanisms", ("cns-depression",))), **sets)


def rule(code: str, *objects: RuleObject, **rest: Any) -> Rule:
    known = {"severity": "moderate", "certainty": "theoretical", "modifiers": ()} | rest
    return Rule(
        code=code,
        revision=1,
        severity=Severity(known.pop("severity")),
        certainty=Certainty(known.pop("certainty")),
        title=f"title of {code}",
        summary=f"summary of {code}",
        action=f"action of {code}",
        sources=("W01",),
        objects=objects,
        modifiers=tuple(Modifier(*parts) for parts in known.pop("modifiers")),
        **known,
    )


def knowledge(*rules: Rule, roles: tuple[RoleOf, ...] = (), conditions: tuple[Condition, ...] = ()) -> Knowledge:
    """Real thresholds, units, tiers and prompts with these rules, roles and conditions."""
    return replace(_base(), rules=rules, roles=roles, conditions=conditions)


@cache
def _base() -> Knowledge:
    return knowledge_from(version=7, rules=(), roles=(), conditions=(), documents=documents())


def screened(known: Knowledge, *taken: Taken, kratom: tuple[KratomUse, ...] = (LEAF,), **rest: Any) -> Screening:
    """Screen an adult man on leaf, with these lines, unless told otherwise."""
    facts = Facts(**{"patient": ADULT, "history": ANSWERED, "scores": Scores()} | rest, kratom=kratom, taken=taken)
    return screen(facts, compile_rules(known))


def fired(screening: Screening) -> list[str]:
    """Each flag as "rule: about"."""
    return [f"{flag.rule}: {flag.about}" for flag in screening.flags]


def reasons(flag: Any) -> list[str]:
    return [str(sentence) for sentence in flag.why]
