"""One screening from plain facts and compiled reference data. Pure: no clock, no database, no settings, no logging.

`compile_rules` once per reference version, then `screen` for each patient.
"""

from operator import itemgetter

from clinical.screening.changing import change_ahead, flags_with_change
from clinical.screening.compilation import KnowledgeIncomplete, compile_rules
from clinical.screening.facts import Facts, Taken
from clinical.screening.flagging import RankedFlag, block_of, once_per_patient
from clinical.screening.flags import Flag, NotAssessed, NothingFound, Screening
from clinical.screening.interactions import NO_RULE, WHILE_STOPPED, Part, merged_parts
from clinical.screening.lines import line_of
from clinical.screening.load import Share, total
from clinical.screening.persons import kratom_context, person_of
from clinical.screening.ruleset import KEPT_LINES, KEPT_MASKS, RuleSet, remember
from clinical.screening.unassessed import as_sorted, stopped_medicines_note, stopped_note

__all__ = ["KnowledgeIncomplete", "RuleSet", "compile_rules", "screen"]

_rank = itemgetter(0)


def screen(facts: Facts, ruleset: RuleSet) -> Screening:
    """Decide every flag, what was looked for and not found, what could not be assessed, exposure, tier and prompts.

    Loads are added up beside them. The same facts and rules always give the same answer, in the same order. Without
    kratom on record nothing fires; names that were not recognised and safety prompts are still given.
    """
    kratom = ruleset.kratom.get(facts.kratom) or kratom_context(facts.kratom, ruleset)
    parts, notes, takes_opioid, shares = _lines(facts.taken + kratom.contains, kratom.active, ruleset)
    person = person_of(facts, kratom, ruleset, takes_opioid=takes_opioid)
    notes.extend(person.notes)
    flags, nothing_found = _flags([*parts.values(), *person.parts], person.bits, ruleset)
    no_rule = sorted([subject for subject, part in parts.items() if part.reason == NO_RULE])
    stopped = [subject for subject, part in parts.items() if part.reason == WHILE_STOPPED] if kratom.carries else ()
    if stopped:
        notes.append(stopped_note(stopped))
    change = None
    if facts.change is not None and facts.kratom:
        change = change_ahead(facts.change, facts, flags, ruleset.changes)
        flags = flags_with_change(flags, facts.change, ruleset.changes)
    return Screening(
        ruleset.reference_version,
        flags,
        as_sorted(notes),
        nothing_found,
        tuple(no_rule),
        kratom.exposure,
        person.withdrawal,
        person.safety,
        total(kratom.share, shares, ruleset.loads) if kratom.active else (),
        change,
    )


def _lines(
    taken: tuple[Taken, ...], active: int, ruleset: RuleSet
) -> tuple[dict[str, Part], list[NotAssessed], bool, list[Share]]:
    """Every substance of this patient, lines with the same one merged; notes on the lines; whether one is an opioid;
    what the lines add to the loads.
    """
    parts: dict[str, Part] = {}
    shares: list[Share] = []
    notes: list[NotAssessed] = []
    ended: list[str] = []
    takes_opioid = False
    known = ruleset.lines.get(active) or remember(ruleset.lines, active, {}, KEPT_MASKS)
    for item in taken:
        key = (
            item.entered,
            item.substances,
            item.match,
            item.phase,
            item.route,
            item.products,
            item.candidates,
            item.stopped_days_ago,
            item.route_from,
        )
        line = known.get(key) or remember(known, key, line_of(item, ruleset, active), KEPT_LINES)
        takes_opioid = takes_opioid or line.is_opioid
        shares.append(line.share)
        if line.notes:
            notes.extend(line.notes)
        if line.not_known:
            ended.extend(line.not_known)
        for part in line.parts:
            other = parts.get(part.subject)
            parts[part.subject] = part if other is None else merged_parts(ruleset, other, part)
    if ended:
        notes.append(stopped_medicines_note(ended))
    return parts, notes, takes_opioid, shares


def _flags(parts: list[Part], base: int, ruleset: RuleSet) -> tuple[tuple[Flag, ...], tuple[NothingFound, ...]]:
    """Flags in order, and what was looked for and not found. A medicine never modifies its own flag."""
    seen = 0
    for part in parts:
        if own := part.own:
            base |= seen & own  # set by two medicines, so each has another one beside it
            seen |= own
    ranked: list[RankedFlag] = []
    other: list[Part] = []
    for part in parts:
        plan = part.plan
        bits = plan.relevant
        if bits:
            bits &= base | seen & ~part.own
        block = part.blocks.get(bits)
        ranked += block_of(ruleset, part, bits) if block is None else block
        if plan.speaks_otherwise:
            other.append(part)
    if other:
        ranked += once_per_patient(ruleset, parts, base)
    ranked.sort(key=_rank)
    nothing_found = sorted([found for part in other for found in part.plan.nothing_found], key=_by_rule)
    return tuple([flag for _, flag in ranked]), tuple(nothing_found)


def _by_rule(found: NothingFound) -> tuple[str, str]:
    return (found.rule, found.about)
