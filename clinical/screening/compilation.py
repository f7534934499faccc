"""Reference data compiled for screening: per substance the rows that may fire on it, in the order they refine.

Done once per reference version. Refuses knowledge that lacks a threshold, names an unknown mechanism or has rules
that refine each other.
"""

from graphlib import CycleError, TopologicalSorter

from clinical.screening.acting import lastingness_of
from clinical.screening.amounts import measures_of
from clinical.screening.changing import changes_of
from clinical.screening.knowledge import (
    CERTAINTY_ORDER,
    Certainty,
    Knowledge,
    Mechanism,
    Rule,
    RuleObject,
    Severity,
)
from clinical.screening.load_compilation import load_index
from clinical.screening.modifiers import EFFECTS, ModifierBits, modifier_bits
from clinical.screening.monitoring import checks_of
from clinical.screening.products import EVERY_PRODUCT, PRODUCT_BITS
from clinical.screening.routes import row_route_mask
from clinical.screening.ruleset import CARRY_OVER_MECHANISMS, SHIFT, CompiledRule, Row, RuleSet
from clinical.screening.withdrawal import plan_of

REQUIRED_PARAMETERS = (
    "carry_over_hours",
    "older_age_years",
    "youth_age_years",
    "childbearing_age_from_years",
    "childbearing_age_to_years",
    "near_daily_days_per_week",
    "implausible_grams_per_day",
    "implausible_mitragynine_mg_per_day",
    "implausible_7oh_mg_per_day",
    "implausible_doses_per_day",
    "phq9_severe_total",
    "phq9_moderately_severe_total",
    "phq9_depression_total",
    "phq9_item_9_positive",
)
KRATOM_ROLES = frozenset({"kratom_product", "kratom_alkaloid"})
KRATOM_NAMES = frozenset(
    {"kratom", "mitragynine", "7-hydroxymitragynine", "mitragynine pseudoindoxyl", "mgm-15", "mgm-16"}
)


class KnowledgeIncomplete(ValueError):
    """Reference data lacks something that screening cannot do without."""


def compile_rules(knowledge: Knowledge) -> RuleSet:
    """Index the reference data: roles expanded to their direct members, products and routes as bits.

    Parents of a role are never expanded. A role row that was not verified makes its hits provisional.
    """
    _check(knowledge)
    rules = _in_refining_order(knowledge.rules)
    index_of = {rule.code: index for index, rule in enumerate(rules)}
    rows, condition_rows = _Rows(knowledge, index_of).build(rules)
    subjects = sorted({*rows, *condition_rows})
    compiled = _compiled(rules, modifiers := modifier_bits(knowledge))
    return RuleSet(
        reference_version=knowledge.reference_version,
        rules=compiled,
        rows=rows,
        condition_rows=condition_rows,
        conditions={condition.key: condition for condition in knowledge.conditions},
        modifiers=modifiers,
        kratom_names=KRATOM_NAMES | {row.substance for row in knowledge.roles if row.role in KRATOM_ROLES},
        parameters=dict(knowledge.parameters),
        implied=dict(knowledge.implied_substances),
        prompts={prompt.code: prompt for prompt in knowledge.safety},
        measures=measures_of(knowledge),
        withdrawal=plan_of(knowledge),
        subject_rank={subject: rank for rank, subject in enumerate(subjects)},
        ranks=len(CERTAINTY_ORDER) * len(rules),
        subjects=len(subjects),
        lastingness=lastingness_of(knowledge),
        loads=load_index(knowledge, rows, compiled),
        changes=changes_of(knowledge),
        checks=checks_of(knowledge),
    )


def _check(knowledge: Knowledge) -> None:
    absent = [name for name in REQUIRED_PARAMETERS if name not in knowledge.parameters]
    if absent:
        raise KnowledgeIncomplete(f"parameters missing: {', '.join(absent)}")
    codes = {rule.code for rule in knowledge.rules}
    if len(codes) != len(knowledge.rules):
        raise KnowledgeIncomplete("two rules share one code")
    for rule in knowledge.rules:
        for item in rule.objects:
            if unknown := [name for name in item.mechanisms if name not in set(Mechanism)]:
                raise KnowledgeIncomplete(f"rule {rule.code}: unknown mechanism {unknown[0]}")
            if unknown := sorted(item.refines - codes):
                raise KnowledgeIncomplete(f"rule {rule.code}: refines {unknown[0]}, which is not a rule")
        if unknown := [item.effect for item in rule.modifiers if item.effect not in EFFECTS]:
            raise KnowledgeIncomplete(f"rule {rule.code}: unknown effect {unknown[0]}")


def _in_refining_order(rules: tuple[Rule, ...]) -> list[Rule]:
    """Rules that refine come before those they replace; a circle would silence all of its rules, so it is refused."""
    by_code = {rule.code: rule for rule in rules}
    before: dict[str, set[str]] = {rule.code: set() for rule in rules}
    for rule in rules:
        for item in rule.objects:
            for refined in item.refines:
                before[refined].add(rule.code)
    try:
        order = list(TopologicalSorter({code: sorted(before[code]) for code in sorted(before)}).static_order())
    except CycleError as error:
        raise KnowledgeIncomplete(f"rules refine each other: {', '.join(error.args[1])}") from error
    return [by_code[code] for code in order]


def _compiled(rules: list[Rule], modifiers: ModifierBits) -> tuple[CompiledRule, ...]:
    code_rank = {code: rank for rank, code in enumerate(sorted(rule.code for rule in rules))}
    compiled = []
    for rule in rules:
        bits = tuple(modifiers.bit_of[modifier.when] for modifier in rule.modifiers)
        relevant = 0
        for bit in bits:
            relevant |= bit
        none_found = rule.severity == Severity.MINOR and rule.certainty == Certainty.NONE_FOUND
        rank = CERTAINTY_ORDER[rule.certainty] * len(rules) + code_rank[rule.code]
        compiled.append(CompiledRule(rule, rank, bits, relevant, none_found))
    return tuple(compiled)


class _Rows:
    """Expands rule objects into rows per substance and per condition."""

    def __init__(self, knowledge: Knowledge, index_of: dict[str, int]) -> None:
        self.index_of = index_of
        self.members: dict[str, list[tuple[str, str, bool]]] = {}
        for row in knowledge.roles:
            self.members.setdefault(row.role, []).append((row.substance, row.strength, row.verified))
        self.substances: dict[str, list[Row]] = {}
        self.by_condition: dict[str, list[Row]] = {}

    def build(self, rules: list[Rule]) -> tuple[dict[str, tuple[Row, ...]], dict[str, tuple[Row, ...]]]:
        """Rows in refining order; within a rule, rows that name the substance come before rows of its roles."""
        for rule in rules:
            for item in sorted(rule.objects, key=lambda item: item.kind == "role"):
                self._add(rule, item)
        return _frozen(self.substances), _frozen(self.by_condition)

    def _add(self, rule: Rule, item: RuleObject) -> None:
        if item.kind == "role":
            for substance, strength, verified in self.members.get(item.key, ()):
                fits = not item.strengths or strength in item.strengths
                if fits and substance not in item.exclude:
                    self.substances.setdefault(substance, []).append(self._row(rule, item, provisional=not verified))
        elif item.kind in ("substance", "other_substance"):
            self.substances.setdefault(item.key, []).append(self._row(rule, item, provisional=False))
        else:
            self.by_condition.setdefault(item.key, []).append(self._row(rule, item, provisional=False))

    def _row(self, rule: Rule, item: RuleObject, *, provisional: bool) -> Row:
        products = 0
        for product in item.products:
            products |= PRODUCT_BITS[product]
        products = products or EVERY_PRODUCT
        if not CARRY_OVER_MECHANISMS.isdisjoint(item.mechanisms):
            products |= products << SHIFT
        return Row(
            rule=self.index_of[rule.code],
            products=products,
            routes=row_route_mask(item.routes),
            phases=frozenset(item.phases),
            excluded=item.exclude,
            mechanisms=item.mechanisms,
            refines=tuple(sorted(self.index_of[code] for code in item.refines)),
            provisional=provisional,
        )


def _frozen(rows: dict[str, list[Row]]) -> dict[str, tuple[Row, ...]]:
    return {key: tuple(found) for key, found in rows.items()}
