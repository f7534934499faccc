"""Flags out of hits: severity for this patient, the sentences that say why, and the order they are shown in."""

from clinical.screening.flags import Flag
from clinical.screening.interactions import IN_USE, Hit, Origin, Part, merged_hits, origins_of
from clinical.screening.knowledge import SEVERITY_ORDER, Mechanism
from clinical.screening.modifiers import reasons_of, shifted
from clinical.screening.phrases import Phrase
from clinical.screening.ruleset import SHIFT, CompiledRule, RuleSet
from clinical.screening.wording import CARRIED_OVER, PROVISIONAL_ROLE, PROVISIONAL_RULE, SPELLING, kratom_phrase

RankedFlag = tuple[int, Flag]


def block_of(ruleset: RuleSet, part: Part, bits: int) -> list[RankedFlag]:
    """The flags of one subject while the modifiers in `bits` are active, each with its place in the order."""
    rank = ruleset.subject_rank.get(part.subject, 0)
    block = [flag_of(ruleset, hit, origins_of(part, hit), part.subject, bits, rank) for hit in part.plan.flagged]
    part.blocks[bits] = block
    return block


def once_per_patient(ruleset: RuleSet, parts: list[Part], base: int) -> list[RankedFlag]:
    """One flag for each rule that speaks once, naming every subject it fired on."""
    gathered: dict[int, tuple[Hit, list[Part]]] = {}
    speaking = [part for part in parts if part.plan.once]
    for part in sorted(speaking, key=lambda part: part.subject):
        for hit in part.plan.once:
            known, subjects = gathered.get(hit.rule, (hit, []))
            gathered[hit.rule] = (merged_hits(known, hit), [*subjects, part])
    return [_once(ruleset, hit, subjects, parts, base) for hit, subjects in gathered.values()]


def _once(ruleset: RuleSet, hit: Hit, subjects: list[Part], parts: list[Part], base: int) -> RankedFlag:
    bits = base
    for part in parts:
        if part not in subjects:
            bits |= part.own
    origins = tuple(sorted({origin for part in subjects for origin in origins_of(part, hit)}))
    about = ", ".join(part.subject for part in subjects)
    return flag_of(ruleset, hit, origins, about, bits, ruleset.subject_rank[subjects[0].subject])


def flag_of(
    ruleset: RuleSet, hit: Hit, origins: tuple[Origin, ...], about: str, bits: int, subject_rank: int
) -> RankedFlag:
    """Build one flag. Its rank puts severity first, then certainty, rule and subject."""
    compiled = ruleset.rules[hit.rule]
    rule = compiled.rule
    active = compiled.active(bits)
    severity = shifted(rule, active)
    by_spelling = all(origin.by_spelling for origin in origins)
    why, sources = _why(compiled, hit, origins, reasons_of(active), by_spelling), rule.sources
    if any(origin.goes_on for origin in origins):
        why, sources = _with_stops(ruleset, hit, origins, why), (*sources, *_sources_of_stops(origins))
    flag = Flag(
        rule=rule.code,
        revision=rule.revision,
        about=about,
        entered=tuple(dict.fromkeys(origin.entered for origin in origins)),
        mechanism=hit.mechanisms[0] if hit.mechanisms else Mechanism.OTHER.value,
        mechanisms=hit.mechanisms,
        severity=severity,
        base_severity=rule.severity,
        certainty=rule.certainty,
        provisional=rule.provisional or hit.provisional or by_spelling,
        title=rule.title,
        summary=rule.summary,
        why=why,
        action=rule.action,
        sources=sources,
    )
    return ((SEVERITY_ORDER[severity] * ruleset.ranks + compiled.rank) * ruleset.subjects + subject_rank, flag)


def _why(
    compiled: CompiledRule, hit: Hit, origins: tuple[Origin, ...], reasons: tuple[Phrase, ...], by_spelling: bool
) -> tuple[Phrase, ...]:
    """What was taken, the kratom use, modifiers, what is provisional, carry-over: always in this order."""
    why = [*dict.fromkeys(origin.sentence for origin in origins)]
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


def _with_stops(ruleset: RuleSet, hit: Hit, origins: tuple[Origin, ...], why: tuple[Phrase, ...]) -> tuple[Phrase, ...]:
    """Add how long what was stopped goes on acting; and what stopping turns round, where nobody takes it any more."""
    taken = tuple(dict.fromkeys(sentence for origin in origins for sentence in (origin.sentence, *origin.goes_on)))
    turned = ruleset.lastingness.turned_round if all(origin.goes_on for origin in origins) else {}
    rest = why[len({origin.sentence for origin in origins}) :]
    return (*taken, *rest, *(turned[name] for name in hit.mechanisms if name in turned))


def _sources_of_stops(origins: tuple[Origin, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for origin in origins for key in origin.sources))
