"""Flags out of hits: severity for this patient, the sentences that say why, and the order they are shown in."""

from clinical.screening.flags import Flag
from clinical.screening.interactions import IN_USE, Hit, Part, merged_hits
from clinical.screening.knowledge import SEVERITY_ORDER, Mechanism
from clinical.screening.modifiers import reasons_of, shifted
from clinical.screening.phrases import Phrase
from clinical.screening.ruleset import SHIFT, CompiledRule, RuleSet
from clinical.screening.wording import CARRIED_OVER, PROVISIONAL_ROLE, PROVISIONAL_RULE, SPELLING, kratom_phrase

RankedFlag = tuple[int, Flag]


def block_of(ruleset: RuleSet, part: Part, bits: int) -> list[RankedFlag]:
    """The flags of one subject while the modifiers in `bits` are active, each with its place in the order."""
    block = [flag_of(ruleset, hit, part.subject, bits, ruleset.subject_rank[part.subject]) for hit in part.flagged]
    part.blocks[bits] = block
    return block


def once_per_patient(ruleset: RuleSet, parts: list[Part], base: int) -> list[RankedFlag]:
    """One flag for each rule that speaks once, naming every subject it fired on."""
    gathered: dict[int, tuple[Hit, list[str]]] = {}
    for part in sorted(parts, key=lambda part: part.subject):
        for hit in part.once:
            known = gathered.get(hit.rule)
            if known is None:
                gathered[hit.rule] = (hit, [part.subject])
            else:
                gathered[hit.rule] = (merged_hits(known[0], hit), [*known[1], part.subject])
    flags = []
    for hit, subjects in gathered.values():
        own = {part.subject: part.own for part in parts if part.subject not in subjects}
        bits = base
        for other in own.values():
            bits |= other
        flags.append(flag_of(ruleset, hit, ", ".join(subjects), bits, ruleset.subject_rank[subjects[0]]))
    return flags


def flag_of(ruleset: RuleSet, hit: Hit, about: str, bits: int, subject_rank: int) -> RankedFlag:
    """Build one flag. Its rank puts severity first, then certainty, rule and subject."""
    compiled = ruleset.rules[hit.rule]
    rule = compiled.rule
    active = tuple(m for m, bit in zip(rule.modifiers, compiled.modifier_bits, strict=True) if bit & bits)
    severity = shifted(rule, active)
    by_spelling = all(origin.by_spelling for origin in hit.origins)
    flag = Flag(
        rule=rule.code,
        revision=rule.revision,
        about=about,
        entered=tuple(dict.fromkeys(origin.entered for origin in hit.origins)),
        mechanism=hit.mechanisms[0] if hit.mechanisms else Mechanism.OTHER.value,
        mechanisms=hit.mechanisms,
        severity=severity,
        base_severity=rule.severity,
        certainty=rule.certainty,
        provisional=rule.provisional or hit.provisional or by_spelling,
        title=rule.title,
        summary=rule.summary,
        why=_why(compiled, hit, reasons_of(active), by_spelling),
        action=rule.action,
        sources=rule.sources,
    )
    return ((SEVERITY_ORDER[severity] * ruleset.ranks + compiled.rank) * ruleset.subjects + subject_rank, flag)


def _why(compiled: CompiledRule, hit: Hit, reasons: tuple[Phrase, ...], by_spelling: bool) -> tuple[Phrase, ...]:
    """What was taken, the kratom use, modifiers, what is provisional, carry-over: always in this order."""
    why = [*dict.fromkeys(origin.sentence for origin in hit.origins)]
    why.append(kratom_phrase((hit.products | hit.products >> SHIFT) & IN_USE))
    why.extend(reasons)
    if by_spelling:
        why.append(SPELLING)
    if hit.provisional:
        why.append(PROVISIONAL_ROLE)
    if compiled.rule.provisional:
        why.append(PROVISIONAL_RULE)
    if not hit.products & IN_USE:
        why.append(CARRIED_OVER)
    return tuple(why)
