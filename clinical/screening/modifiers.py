"""What makes one rule's concern larger or smaller for this patient, as bits, so that a patient is one number per rule.

A modifier key is set by a condition or by age; `product:` by the kratom used; `substance:` and `role:` by another
current medicine than the one flagged; `over_g_per_day:` by leaf on a day of use (the middle estimate).
"""

from dataclasses import dataclass, field

from clinical.screening.facts import Product
from clinical.screening.knowledge import Condition, Knowledge, Modifier, Rule, Severity
from clinical.screening.phrases import Phrase
from clinical.screening.products import PRODUCT_BITS

EFFECTS = ("raise", "lower", "note")
_RAISED = {Severity.MINOR: Severity.MODERATE, Severity.MODERATE: Severity.MAJOR}
_LOWERED = {
    Severity.CONTRAINDICATED: Severity.MAJOR,
    Severity.MAJOR: Severity.MODERATE,
    Severity.MODERATE: Severity.MINOR,
}


@dataclass(slots=True)
class ModifierBits:
    """One bit for each thing any rule asks about, and what sets it. Built once per reference version."""

    bit_of: dict[str, int] = field(default_factory=dict)
    conditions: dict[str, int] = field(default_factory=dict)
    substances: dict[str, int] = field(default_factory=dict)
    products: dict[int, int] = field(default_factory=dict)
    over_grams: tuple[tuple[float, int], ...] = ()

    def of_products(self, product_mask: int) -> int:
        """Bits set by the kratom products in use."""
        bits = 0
        for product_bit, modifier_bit in self.products.items():
            if product_mask & product_bit:
                bits |= modifier_bit
        return bits

    def of_grams(self, grams_per_day: float) -> int:
        """Bits set by leaf on a day of use above a rule's limit."""
        bits = 0
        for limit, bit in self.over_grams:
            if grams_per_day > limit:
                bits |= bit
        return bits


def modifier_bits(knowledge: Knowledge) -> ModifierBits:
    """Number every modifier key of every rule and note what sets each."""
    table = ModifierBits()
    for rule in knowledge.rules:
        for modifier in rule.modifiers:
            table.bit_of.setdefault(modifier.when, 1 << len(table.bit_of))
    for condition in knowledge.conditions:
        table.conditions[condition.key] = _bits_of_condition(condition, table.bit_of)
    members: dict[str, list[str]] = {}
    for row in knowledge.roles:
        members.setdefault(row.role, []).append(row.substance)
    for when, bit in table.bit_of.items():
        _note_what_sets(table, when, bit, members)
    return table


def _note_what_sets(table: ModifierBits, when: str, bit: int, members: dict[str, list[str]]) -> None:
    kind, _, value = when.partition(":")
    if kind == "product":
        product_bit = PRODUCT_BITS[Product(value)]
        table.products[product_bit] = table.products.get(product_bit, 0) | bit
    elif kind == "over_g_per_day":
        table.over_grams = (*table.over_grams, (float(value), bit))
    elif kind in ("substance", "role"):
        for substance in (value,) if kind == "substance" else members.get(value, ()):
            table.substances[substance] = table.substances.get(substance, 0) | bit


def _bits_of_condition(condition: Condition, bit_of: dict[str, int]) -> int:
    bits = 0
    for key in condition.modifiers:
        bits |= bit_of.get(key, 0)
    return bits


def shifted(rule: Rule, active: tuple[Modifier, ...]) -> Severity:
    """Severity for this patient: one step up at most and never past major, one step down at most and never below minor.

    Where something raises and something else lowers, raising wins.
    """
    if not active:
        return rule.severity
    effects = {modifier.effect for modifier in active}
    if "raise" in effects:
        return _RAISED.get(rule.severity, rule.severity)
    if "lower" in effects:
        return _LOWERED.get(rule.severity, rule.severity)
    return rule.severity


def reasons_of(active: tuple[Modifier, ...]) -> tuple[Phrase, ...]:
    """Each matching modifier's reason, in the rule's own order, without repeats."""
    return tuple(dict.fromkeys(Phrase(modifier.reason) for modifier in active)) if active else ()
