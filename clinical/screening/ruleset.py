"""What reference data becomes for screening, and the bounded memory of pure results that goes with it.

Built by `compilation.compile_rules`; nothing here decides.
"""

from dataclasses import dataclass, field
from typing import Any, TypeVar

from clinical.screening.acting import Lastingness
from clinical.screening.amounts import Measures
from clinical.screening.changing import Changes
from clinical.screening.facts import KratomUse
from clinical.screening.knowledge import Condition, Mechanism, Modifier, Rule, SafetyPrompt
from clinical.screening.load_index import LoadIndex
from clinical.screening.modifiers import ModifierBits
from clinical.screening.monitoring import Checks
from clinical.screening.products import PRODUCT_BITS
from clinical.screening.withdrawal import WithdrawalPlan

# What may last after kratom is stopped: an effect on enzymes and transporters, and tolerance that a blocker unmasks.
CARRY_OVER_MECHANISMS = frozenset(
    mechanism.value
    for mechanism in Mechanism
    if mechanism.value.startswith(("cyp", "pgp", "ugt")) or mechanism is Mechanism.OPIOID_ANTAGONIST
)
SHIFT = len(PRODUCT_BITS)  # products that only carry over stand above those in use


@dataclass(frozen=True, slots=True)
class Row:
    """One rule object as it applies to one substance, condition or population, ready to be tested with bits."""

    rule: int
    products: int
    routes: int
    phases: frozenset[str]
    excluded: frozenset[str]
    mechanisms: tuple[str, ...]
    refines: tuple[int, ...]
    provisional: bool


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule with what its flags share: sort rank, modifier bits, and whether it answers as "nothing found"."""

    rule: Rule
    rank: int
    modifier_bits: tuple[int, ...]
    relevant: int
    nothing_found: bool

    def active(self, bits: int) -> tuple[Modifier, ...]:
        """The rule's modifiers that hold for a patient with these bits."""
        if not self.relevant & bits:
            return ()
        return tuple(m for m, bit in zip(self.rule.modifiers, self.modifier_bits, strict=True) if bit & bits)


@dataclass(slots=True)
class RuleSet:
    """Everything `screen` needs. The tables never change; the caches only remember pure results and stay bounded."""

    reference_version: int
    rules: tuple[CompiledRule, ...]
    rows: dict[str, tuple[Row, ...]]
    condition_rows: dict[str, tuple[Row, ...]]
    conditions: dict[str, Condition]
    modifiers: ModifierBits
    kratom_names: frozenset[str]
    parameters: dict[str, float]
    implied: dict[str, tuple[str, ...]]
    prompts: dict[str, SafetyPrompt]
    measures: Measures
    withdrawal: WithdrawalPlan
    subject_rank: dict[str, int]
    ranks: int
    subjects: int
    lastingness: Lastingness
    loads: LoadIndex
    changes: Changes
    checks: Checks = field(default_factory=Checks)
    plans: dict[tuple[object, ...], Any] = field(default_factory=dict)
    lines: dict[tuple[object, ...], Any] = field(default_factory=dict)
    kratom: dict[tuple[KratomUse, ...], Any] = field(default_factory=dict)


# How many pure results are kept. Typed lines repeat within a practice; people hardly do.
KEPT_LINES, KEPT_MASKS, KEPT_KRATOM, KEPT_PEOPLE = 4096, 64, 1024, 32
T = TypeVar("T")


def remember(cache: dict[Any, T], key: object, value: T, limit: int) -> T:
    """Keep a pure result; start afresh when full, so that memory stays bounded."""
    if len(cache) >= limit:
        cache.clear()
    cache[key] = value
    return value
