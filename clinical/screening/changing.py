"""What a change agreed with the patient (stopping on a day, or a taper) brings with it: hazards, and added reasons.

Claims nothing new about a medicine: which ones are meant comes from the flags and roles on record. No clock.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from clinical.screening.facts import Change, Facts, Phase
from clinical.screening.flags import ChangeAhead, Flag, Hazard
from clinical.screening.knowledge import ChangeRule, Knowledge
from clinical.screening.phrases import phrase

HOURS_PER_DAY = 24


@dataclass(frozen=True, slots=True)
class Changes:
    """The rules of change with the substances each is about by role; built once per reference version."""

    rules: tuple[tuple[ChangeRule, frozenset[str]], ...] = ()
    carry_over_days: int = 0
    stopped_days: float = 0.0


def changes_of(knowledge: Knowledge) -> Changes:
    """Tie each rule to the substances that have one of its roles."""
    members: dict[str, set[str]] = {}
    for row in knowledge.roles:
        members.setdefault(row.role, set()).add(row.substance)
    return Changes(
        rules=tuple(
            (rule, frozenset().union(*(members.get(role, ()) for role in rule.roles))) for rule in knowledge.changes
        ),
        carry_over_days=int(knowledge.parameters["carry_over_hours"] // HOURS_PER_DAY),
        stopped_days=knowledge.parameters.get("antidepressant_stopped_days", 0.0),
    )


def change_ahead(change: Change, facts: Facts, flags: tuple[Flag, ...], changes: Changes) -> ChangeAhead:
    """Every hazard of the change agreed that applies to this patient and is not over."""
    found = (
        _hazard(rule, about, changes)
        for rule, substances in changes.rules
        if change.kind in rule.kinds and (about := _about(rule, substances, facts, flags, changes)) is not None
    )
    return ChangeAhead(change.kind, change.days_until, tuple(row for row in found if not _is_over(row, change)))


def flags_with_change(flags: tuple[Flag, ...], change: Change, changes: Changes) -> tuple[Flag, ...]:
    """The flags with what the change means for them among their reasons; severity and order stay as they are."""
    rules = [rule for rule, _ in changes.rules if rule.flag_text and change.kind in rule.kinds]
    return tuple(_with_reasons(flag, rules) for flag in flags)


def _with_reasons(flag: Flag, rules: Iterable[ChangeRule]) -> Flag:
    added = tuple(phrase(rule.flag_text) for rule in rules if not rule.mechanisms.isdisjoint(flag.mechanisms))
    return replace(flag, why=(*flag.why, *added)) if added else flag


def _about(
    rule: ChangeRule, substances: frozenset[str], facts: Facts, flags: tuple[Flag, ...], changes: Changes
) -> tuple[str, ...] | None:
    """The medicines the rule is about; None where it does not apply to this patient."""
    if rule.passed:
        return () if _day_passed_in_use(facts) else None
    if not rule.mechanisms and not rule.roles:
        return ()
    by_flags = {flag.about for flag in flags if not rule.mechanisms.isdisjoint(flag.mechanisms)}
    by_role = {
        name
        for line in facts.taken
        if _stands(line.phase, line.stopped_days_ago, rule, changes)
        for name in line.substances
        if name in substances
    }
    return tuple(sorted(by_flags | by_role)) or None


def _stands(phase: Phase | None, stopped_days_ago: float | None, rule: ChangeRule, changes: Changes) -> bool:
    """Whether a line is one the rule asks about. A day of stopping that is not known counts as lately."""
    if phase is not Phase.STOPPED:
        return not rule.stopped
    return rule.stopped and (stopped_days_ago is None or stopped_days_ago <= changes.stopped_days)


def _day_passed_in_use(facts: Facts) -> bool:
    days = facts.change.days_until if facts.change else None
    return days is not None and days < 0 and any(not use.stopped for use in facts.kratom)


def _hazard(rule: ChangeRule, about: tuple[str, ...], changes: Changes) -> Hazard:
    return Hazard(
        code=rule.code,
        text=rule.text,
        about=about,
        windows=((0, changes.carry_over_days),) if rule.while_carried else rule.windows,
        basis=rule.basis,
        sources=rule.sources,
        judgement=rule.judgement,
    )


def _is_over(hazard: Hazard, change: Change) -> bool:
    if change.days_until is None or not hazard.windows:
        return False
    return max(last for _, last in hazard.windows) < -change.days_until
