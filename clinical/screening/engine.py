"""One screening from plain facts and compiled reference data. Pure: no clock, no database, no settings, no logging.

`compile_rules` once per reference version, then `screen` for each patient.
"""

from dataclasses import dataclass, field

from clinical.screening.exposure import add_up
from clinical.screening.facts import Facts, KratomUse, Match, Taken
from clinical.screening.flagging import RankedFlag, block_of, once_per_patient
from clinical.screening.flags import Exposure, NotAssessed, NothingFound, Screening, Withdrawal
from clinical.screening.interactions import NO_RULE, WHILE_STOPPED, Part, merged_parts
from clinical.screening.lines import Line, line_of, state_part
from clinical.screening.products import LABELS, PRODUCT_BITS, Standing, standing_of
from clinical.screening.ruleset import SHIFT, KnowledgeIncomplete, RuleSet, compile_rules, remember
from clinical.screening.safety import safety_prompts
from clinical.screening.states import OLDER, OLDER_MODIFIER, YOUNG, YOUNG_MODIFIER, states_of
from clinical.screening.unassessed import as_sorted, condition_notes, kratom_notes, person_notes, stopped_note
from clinical.screening.withdrawal import concern

__all__ = ["KnowledgeIncomplete", "RuleSet", "compile_rules", "screen"]


@dataclass(slots=True)
class KratomContext:
    """What the kratom alone decides: products as bits, exposure, what it contains besides, what is not known of it."""

    active: int
    bits: int
    exposure: Exposure
    contains: tuple[Taken, ...]
    notes: tuple[NotAssessed, ...]
    concerns: dict[tuple[object, ...], Withdrawal | None] = field(default_factory=dict)


def screen(facts: Facts, ruleset: RuleSet) -> Screening:
    """Decide every flag, what was looked for and not found, what could not be assessed, exposure, tier and prompts.

    The same facts and rules always give the same answer, in the same order. Without kratom on record nothing fires;
    names that were not recognised and safety prompts are still given.
    """
    context = ruleset.kratom.get(facts.kratom) or _kratom_context(facts.kratom, ruleset)
    states = states_of(facts.patient, ruleset.conditions, ruleset.parameters)
    parts, notes = _parts(facts, context, states, ruleset)
    flags, nothing_found = _flags(parts, _base_bits(context, states, ruleset), ruleset)
    no_rule = sorted(part.subject for part in parts.values() if part.reason == NO_RULE)
    notes.extend(condition_notes(facts.patient, ruleset.conditions))
    if facts.kratom:
        notes.extend(context.notes)
        notes.extend(person_notes(facts.patient, states, ruleset.parameters))
    return Screening(
        reference_version=ruleset.reference_version,
        flags=flags,
        not_assessed=as_sorted(notes),
        nothing_found=nothing_found,
        no_rule=tuple(no_rule),
        exposure=context.exposure,
        withdrawal=_withdrawal(facts, context, ruleset),
        safety=safety_prompts(facts, states, ruleset.conditions, ruleset.prompts, ruleset.parameters),
    )


def _kratom_context(uses: tuple[KratomUse, ...], ruleset: RuleSet) -> KratomContext:
    carry_over_hours = ruleset.parameters["carry_over_hours"]
    current = carried = 0
    contains = []
    for use in uses:
        standing = standing_of(use, carry_over_hours)
        if standing is Standing.CURRENT:
            current |= PRODUCT_BITS[use.product]
            if implied := ruleset.implied.get(use.product):
                contains.append(Taken(LABELS[use.product], Match.EXACT, tuple(implied)))
        elif standing is Standing.CARRY_OVER:
            carried |= PRODUCT_BITS[use.product]
    exposure = add_up(uses, ruleset.measures, carry_over_hours)
    bits = ruleset.modifiers.of_products(current | carried)
    if exposure.grams_per_day is not None:
        bits |= ruleset.modifiers.of_grams(exposure.grams_per_day[1])
    context = KratomContext(
        active=current | (carried & ~current) << SHIFT,
        bits=bits,
        exposure=exposure,
        contains=tuple(dict.fromkeys(contains)),
        notes=kratom_notes(uses, exposure, ruleset.parameters),
    )
    return remember(ruleset.kratom, uses, context)


def _parts(
    facts: Facts, context: KratomContext, states: dict[str, str], ruleset: RuleSet
) -> tuple[dict[str, Part], list[NotAssessed]]:
    """Every subject of this patient, lines with the same substance merged, and notes on the lines."""
    parts: dict[str, Part] = {}
    notes: list[NotAssessed] = []
    for taken in facts.taken + context.contains if context.contains else facts.taken:
        line = _line(taken, context.active, ruleset)
        notes.extend(line.notes)
        for part in line.parts:
            known = parts.get(part.subject)
            parts[part.subject] = part if known is None else merged_parts(ruleset, known, part)
    if context.active:
        stopped = [part.subject for part in parts.values() if part.reason == WHILE_STOPPED]
        if stopped:
            notes.append(stopped_note(stopped))
        for key, entered in states.items():
            if key in ruleset.condition_rows:
                parts[f"{key} "] = _state(key, entered, context.active, ruleset)
    return parts, notes


def _line(taken: Taken, active: int, ruleset: RuleSet) -> Line:
    key = (
        taken.entered,
        taken.substances,
        taken.match,
        taken.phase,
        taken.route,
        taken.products,
        taken.candidates,
        active,
    )
    return ruleset.lines.get(key) or remember(ruleset.lines, key, line_of(taken, ruleset, active))


def _state(key: str, entered: str, active: int, ruleset: RuleSet) -> Part:
    known = (key, entered, active)
    return ruleset.lines.get(known) or remember(ruleset.lines, known, state_part(ruleset, key, entered, active))


def _base_bits(context: KratomContext, states: dict[str, str], ruleset: RuleSet) -> int:
    """Modifiers that hold for every flag of this patient: kratom products and amount, conditions, age."""
    bits = context.bits
    for key in states:
        bits |= ruleset.modifiers.conditions.get(key, 0)
    if OLDER in states:
        bits |= ruleset.modifiers.bit_of.get(OLDER_MODIFIER, 0)
    if YOUNG in states:
        bits |= ruleset.modifiers.bit_of.get(YOUNG_MODIFIER, 0)
    return bits


def _flags(parts: dict[str, Part], base: int, ruleset: RuleSet) -> tuple[tuple, tuple[NothingFound, ...]]:
    """Flags in order, and what was looked for and not found. Co-medication never modifies a medicine's own flag."""
    seen = twice = 0
    for part in parts.values():
        twice |= seen & part.own
        seen |= part.own
    base |= twice
    ranked: list[RankedFlag] = []
    nothing_found: list[NothingFound] = []
    once = False
    for part in parts.values():
        bits = (base | seen & ~part.own) & part.relevant
        ranked.extend(part.blocks.get(bits) or block_of(ruleset, part, bits))
        nothing_found.extend(part.nothing_found)
        once = once or bool(part.once)
    if once:
        ranked.extend(once_per_patient(ruleset, list(parts.values()), base))
    ranked.sort(key=_rank)
    return tuple(flag for _, flag in ranked), tuple(sorted(nothing_found, key=_by_rule))


def _rank(ranked: RankedFlag) -> int:
    return ranked[0]


def _by_rule(found: NothingFound) -> tuple[str, str]:
    return (found.rule, found.about)


def _withdrawal(facts: Facts, context: KratomContext, ruleset: RuleSet) -> Withdrawal | None:
    return concern(facts, context.exposure, ruleset.withdrawal)
