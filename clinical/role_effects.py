"""What a change of a substance's roles would do: which rules begin or cease to fire on it, before anything is stored.

Asks the engine itself, on the reference data in force with the change laid over it. Writes nothing.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from clinical import snapshots
from clinical.screening.facts import Facts, KratomUse, Product, Taken
from clinical.screening.knowledge import Knowledge, RoleOf, Rule
from clinical.screening.products import CONCENTRATE_KINDS
from clinical.screening.routes import ROUTES
from clinical.screening.ruleset import RuleSet

# Told apart because evidence on leaf says nothing about 7-OH products. Kava-kratom drinks bring kava's own flags and
# an unknown product may be any of these, so neither is asked about.
LEAF = tuple(p for p in Product if p not in {*CONCENTRATE_KINDS, Product.KAVA_KRATOM, Product.UNKNOWN})
SEVEN_OH = (Product.SEVEN_OH, Product.PSEUDOINDOXYL)
GROUPS = {"leaf": LEAF, "seven_oh": SEVEN_OH}
BEGINS, CEASES, CHANGES = "begins", "ceases", "changes"

# (substance, role) -> the row as it would be, or None where it would be out of force.
Changes = Mapping[tuple[str, str], RoleOf | None]


@dataclass(frozen=True, slots=True, order=True)
class Effect:
    """One rule that begins, ceases or changes (provisional or not) on one substance.

    `group` is "leaf" or "seven_oh". `routes` are those where it happens, empty for all.
    """

    substance: str
    group: str
    what: str
    rule: str
    title: str
    severity: str
    certainty: str
    is_flag: bool
    is_provisional: bool
    routes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Effects:
    """Every effect of one change, and the rules of other medicines that look at a changed role beside their own."""

    found: tuple[Effect, ...]
    beside: tuple[tuple[str, str], ...]
    digest: str

    def of(self, group: str) -> tuple[Effect, ...]:
        """The effects with one kind of kratom product."""
        return tuple(effect for effect in self.found if effect.group == group)


Fired = dict[str, dict[tuple[bool, bool], set[str]]]


def effects_of(changes: Changes) -> Effects:
    """Screen every substance concerned with and without the change, by every route, leaf and 7-OH products apart."""
    version = snapshots.current_version()
    known = snapshots.read_knowledge(version)
    concerned = {substance for substance, _role in changes}
    own = {(row.substance, row.role): row for row in known.roles if row.substance in concerned}
    after = {**own, **changes}
    rules = {rule.code: rule for rule in known.rules}
    now, then = (_rules_with(known, rows) for rows in (own, after))
    found = [
        effect
        for substance in sorted(concerned)
        for group, products in GROUPS.items()
        for effect in _compared(
            substance, group, _fired(substance, products, now), _fired(substance, products, then), rules
        )
    ]
    return Effects(tuple(sorted(found)), _beside(known, changes, own), _digest(version, changes))


def _rules_with(known: Knowledge, rows: Mapping[tuple[str, str], RoleOf | None]) -> RuleSet:
    """The rules compiled for the substances concerned alone: quick, and the same for each of them."""
    return snapshots.rules_of(replace(known, roles=tuple(row for row in rows.values() if row)))


def _fired(substance: str, products: tuple[Product, ...], rules: RuleSet) -> Fired:
    """What fires on a substance: by rule, whether as a flag and whether provisional, and by which routes."""
    fired: Fired = {}
    kratom = tuple(KratomUse(product=product) for product in products)
    for route in ROUTES:
        taken = Taken(entered=substance, substances=(substance,), route=route)
        answer = snapshots.screen(Facts(kratom=kratom, taken=(taken,)), rules)
        ways = [(flag.rule, (True, flag.provisional)) for flag in answer.flags if substance in flag.about]
        ways += [(found.rule, (False, False)) for found in answer.nothing_found if found.about == substance]
        for rule, way in ways:
            fired.setdefault(rule, {}).setdefault(way, set()).add(route)
    return fired


def _compared(substance: str, group: str, now: Fired, then: Fired, rules: Mapping[str, Rule]) -> list[Effect]:
    changed = [code for code in {*now, *then} if now.get(code) != then.get(code)]
    return [_effect(substance, group, rules[code], now.get(code, {}), then.get(code, {})) for code in changed]


def _effect(substance: str, group: str, rule: Rule, now: dict, then: dict) -> Effect:
    before, after = (set().union(*ways.values()) for ways in (now, then))
    what = BEGINS if after - before else CEASES if before - after else CHANGES
    where = after - before or before - after or after
    is_flag, is_provisional = max(then or now)
    return Effect(
        substance=substance,
        group=group,
        what=what,
        rule=rule.code,
        title=rule.title,
        severity=rule.severity.value,
        certainty=rule.certainty.value,
        is_flag=is_flag,
        is_provisional=is_provisional,
        routes=() if len(where) == len(ROUTES) else tuple(route for route in ROUTES if route in where),
    )


def _beside(known: Knowledge, changes: Changes, own: Mapping) -> tuple[tuple[str, str], ...]:
    """Rules on other medicines whose grading looks for a role that the substance would gain or lose."""
    moved = {f"role:{key[1]}" for key, row in changes.items() if (row is None) != (own.get(key) is None)}
    return tuple(
        sorted((rule.code, rule.title) for rule in known.rules if any(m.when in moved for m in rule.modifiers))
    )


def _digest(version: int, changes: Changes) -> str:
    words = repr((version, sorted(changes.items(), key=lambda item: item[0])))
    return hashlib.blake2b(words.encode(), digest_size=16).hexdigest()
