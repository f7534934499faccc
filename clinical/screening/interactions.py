"""Which rules fire on one substance, condition or population.

Refining is per kratom product: a rule that replaces another for the leaf a patient takes leaves the other standing for
the 7-OH tablet taken beside it. Flags are made in `flagging`.
"""

from dataclasses import dataclass, field, replace
from typing import NamedTuple

from clinical.screening.facts import Phase
from clinical.screening.flags import Flag, NothingFound
from clinical.screening.phrases import Phrase
from clinical.screening.ruleset import CARRY_OVER_MECHANISMS, KEPT_LINES, SHIFT, Row, RuleSet, remember

IN_USE = (1 << SHIFT) - 1

# Why a subject has no hit. "covered": another ingredient of the same product answers for it.
NO_RULE, BY_ROUTE, WHILE_STOPPED, COVERED = "no_rule", "route", "stopped", "covered"
# Of a medicine that was stopped: no rule is about an effect that lasts.
NOT_LASTING = "not_lasting"
_REASON_ORDER = (COVERED, BY_ROUTE, WHILE_STOPPED, NOT_LASTING, NO_RULE)


class Origin(NamedTuple):
    """Where a subject came from: what was typed, the sentence that says so, and whether only its spelling matched.

    `goes_on` is empty for what is taken; for a medicine that was stopped it says how long it goes on acting, by
    `sources`.
    """

    entered: str
    sentence: Phrase
    by_spelling: bool = False
    goes_on: tuple[Phrase, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """One rule firing on one subject: for which kratom products (bits), by which mechanisms, how surely."""

    rule: int
    products: int
    mechanisms: tuple[str, ...]
    provisional: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What fires on a subject taken this way beside this kratom, whoever takes it and whatever it was typed as."""

    hits: tuple[Hit, ...]
    reason: str
    flagged: tuple[Hit, ...]
    once: tuple[Hit, ...]
    nothing_found: tuple[NothingFound, ...]
    relevant: int
    speaks_otherwise: bool  # once per patient, or "nothing found"


@dataclass(slots=True)
class Part:
    """One subject of this patient: its plan and where it came from.

    `origins_of` holds origins by rule where lines were merged. `blocks` remembers flags by the modifiers then active.
    """

    subject: str
    plan: Plan
    reason: str
    origins: tuple[Origin, ...]
    own: int = 0
    origins_of: dict[int, tuple[Origin, ...]] = field(default_factory=dict)
    blocks: dict[int, list[tuple[int, Flag]]] = field(default_factory=dict)


def plan_for(
    ruleset: RuleSet,
    subject: str,
    rows: tuple[Row, ...],
    active: int,
    *,
    route: int,
    phase: Phase | None = None,
    combinations: tuple[str, ...] = (),
    lasting: frozenset[str] | None = None,
) -> Plan:
    """The plan of a subject, worked out once for each way of taking it.

    `lasting` are the mechanisms that go on after a stop; None for what is taken.
    """
    key = (subject, active, route, phase, combinations, lasting)
    known = ruleset.plans.get(key)
    if known is not None:
        return known
    found = hits_on(rows, active, route=route, phase=phase, combinations=combinations)
    if lasting is not None:
        found = _that_last(*found, lasting)
    return remember(ruleset.plans, key, _sorted_out(ruleset, subject, found), KEPT_LINES)


def hits_on(
    rows: tuple[Row, ...],
    active: int,
    *,
    route: int,
    phase: Phase | None = None,
    combinations: tuple[str, ...] = (),
) -> tuple[tuple[Hit, ...], str]:
    """Decide which rules fire, or why none does.

    `active` holds products in use, and above them those that only carry over. A rule that another firing rule refines
    is dropped for the products that rule covers.
    """
    reason = NO_RULE
    fitting: dict[int, list[tuple[Row, int]]] = {}
    for row in rows:
        if not row.excluded.isdisjoint(combinations):
            reason = COVERED if reason == NO_RULE else reason
            continue
        if row.phases and phase and phase not in row.phases:
            continue
        products = row.products & active
        if not products:
            if row.products & (active >> SHIFT) and reason != BY_ROUTE:
                reason = WHILE_STOPPED
        elif not row.routes & route:
            reason = BY_ROUTE
        else:
            fitting.setdefault(row.rule, []).append((row, products))
    return (_unrefined(fitting), "") if fitting else ((), reason)


def _unrefined(fitting: dict[int, list[tuple[Row, int]]]) -> tuple[Hit, ...]:
    replaced: dict[int, int] = {}
    hits = []
    for rule in sorted(fitting):  # refining order: a rule comes before those it replaces
        left = ~replaced.get(rule, 0)
        firing = [(row, products & left) for row, products in fitting[rule] if products & left]
        for row, products in firing:
            for refined in row.refines:
                replaced[refined] = replaced.get(refined, 0) | products
        if firing:
            hits.append(_hit(rule, firing))
    return tuple(hits)


def _hit(rule: int, firing: list[tuple[Row, int]]) -> Hit:
    products = 0
    mechanisms: dict[str, None] = {}
    for row, row_products in firing:
        products |= row_products
        mechanisms.update(dict.fromkeys(row.mechanisms))
    if not products & IN_USE:
        mechanisms = {name: None for name in mechanisms if name in CARRY_OVER_MECHANISMS}
    return Hit(rule, products, tuple(mechanisms), all(row.provisional for row, _ in firing))


def _that_last(hits: tuple[Hit, ...], reason: str, lasting: frozenset[str]) -> tuple[tuple[Hit, ...], str]:
    """Hits whose main mechanism lasts, with the mechanisms that do.

    Done after refining, so that a rule which no longer fires never brings back the one it replaces.
    """
    kept = tuple(
        replace(hit, mechanisms=tuple(name for name in hit.mechanisms if name in lasting))
        for hit in hits
        if lasting.issuperset(hit.mechanisms[:1])
    )
    return kept, NOT_LASTING if hits and not kept else reason


def _sorted_out(ruleset: RuleSet, subject: str, found: tuple[tuple[Hit, ...], str]) -> Plan:
    """Sort hits into flags, once-per-patient flags and "nothing found"."""
    hits, reason = found
    relevant = 0
    flagged: list[Hit] = []
    once: list[Hit] = []
    nothing: list[NothingFound] = []
    for hit in hits:
        compiled = ruleset.rules[hit.rule]
        if compiled.nothing_found:
            nothing.append(NothingFound(compiled.rule.code, subject, compiled.rule.summary))
        elif compiled.rule.once_per_patient:
            once.append(hit)
        else:
            flagged.append(hit)
            relevant |= compiled.relevant
    return Plan(hits, reason, tuple(flagged), tuple(once), tuple(nothing), relevant, bool(once or nothing))


def origins_of(part: Part, hit: Hit) -> tuple[Origin, ...]:
    """The entries one rule fires on."""
    return part.origins_of.get(hit.rule, part.origins) if part.origins_of else part.origins


def merged_parts(ruleset: RuleSet, left: Part, right: Part) -> Part:
    """Two lines with one substance become one subject: each rule keeps the entries that it fires on."""
    first, second = sorted((left, right), key=lambda part: part.origins)
    by_rule = {hit.rule: hit for hit in first.plan.hits}
    origins = {hit.rule: origins_of(first, hit) for hit in first.plan.hits}
    for hit in second.plan.hits:
        entries = origins_of(second, hit)
        known = by_rule.get(hit.rule)
        by_rule[hit.rule] = hit if known is None else merged_hits(known, hit)
        origins[hit.rule] = tuple(sorted({*origins.get(hit.rule, ()), *entries}))
    hits = tuple(by_rule[rule] for rule in sorted(by_rule))
    reason = "" if hits else min(left.reason, right.reason, key=_REASON_ORDER.index)
    plan = _sorted_out(ruleset, left.subject, (hits, reason))
    return Part(left.subject, plan, reason, tuple(sorted({*left.origins, *right.origins})), left.own, origins)


def merged_hits(left: Hit, right: Hit) -> Hit:
    """The same rule fired twice: one hit with the mechanisms of both."""
    return Hit(
        rule=left.rule,
        products=left.products | right.products,
        mechanisms=tuple(dict.fromkeys(left.mechanisms + right.mechanisms)),
        provisional=left.provisional and right.provisional,
    )
