"""Withdrawal concern: which rules fire, the highest tier they lead to, and what is missing.

A planning aid, not a probability and not a diagnosis. Every threshold comes from a withdrawal rule or a parameter.
"""

from dataclasses import dataclass, replace

from clinical.screening.amounts import Measures, measures_of
from clinical.screening.criteria import ALWAYS, WHILE_USE_COUNTS, Criterion
from clinical.screening.facts import Facts, Phase, Taken
from clinical.screening.flags import Exposure, Fired, Withdrawal
from clinical.screening.knowledge import Condition, Knowledge, WithdrawalRule
from clinical.screening.situation import DAYS_PER_WEEK, Definitions, Group, Situation, groups_of, situation_of

TIERS = ("minimal", "low", "moderate", "high")
RANK = {tier: rank for rank, tier in enumerate(TIERS)}
# Tier values of a rule that are no tiers: beside the tier, a name for it, and "too little is known: one higher".
COMPLICATED, LABEL, MOVES_UP = "complicated", "label", "one_higher"
OPIOID_ROLES = frozenset({"opioid_agonist", "opioid_partial_agonist"})

CORE_INPUTS = ("product", "doses_per_day", "amount", "months_of_use")
# The highest tier each unanswered question could lead to; named as not asked only while it could raise the tier.
HISTORY_REACH = {
    "past_withdrawal": "high",
    "opioid_use_disorder": "high",
    "failed_quits": "high",
    "doses_to_avoid_symptoms": "moderate",
    "dose_on_waking": "moderate",
    "dose_at_night": "moderate",
}


@dataclass(frozen=True, slots=True)
class WithdrawalPlan:
    """Withdrawal rules tied to their criteria, conditions and definitions; built once per reference version."""

    rules: tuple[tuple[Criterion, float, Fired], ...]
    rules_when_over: tuple[tuple[Criterion, float, Fired], ...]
    conditions: dict[str, Condition]
    opioids: frozenset[str]
    measures: Measures
    definitions: Definitions
    carry_over_hours: float


def withdrawal_concern(facts: Facts, exposure: Exposure, knowledge: Knowledge) -> Withdrawal | None:
    """Judge withdrawal concern, or None when no kratom use is recorded.

    The tier is the highest rule that fires on what is known. A core input not known makes `could_be` one tier higher
    and names it; neither amount nor frequency known for regular use moves the tier itself up.
    """
    plan = plan_of(knowledge)
    takes_opioid = any(is_opioid_line(line, plan.opioids) for line in facts.taken)
    return concern(facts, exposure, plan, takes_opioid=takes_opioid)


def plan_of(knowledge: Knowledge) -> WithdrawalPlan:
    """Tie each rule to its criterion. Refuses a rule that names no known criterion."""
    tied = tuple(_tie(rule) for rule in knowledge.withdrawal)
    thresholds = {rule.criterion: rule.threshold for rule in knowledge.withdrawal}
    return WithdrawalPlan(
        rules=tied,
        rules_when_over=tuple(_tie(rule) for rule in knowledge.withdrawal if rule.criterion in ALWAYS),
        conditions={condition.key: condition for condition in knowledge.conditions},
        opioids=frozenset(row.substance for row in knowledge.roles if row.role in OPIOID_ROLES),
        measures=measures_of(knowledge),
        definitions=Definitions(
            occasional_days=thresholds.get("few_days_leaf"),
            brief_weeks=thresholds.get("brief_leaf"),
            near_daily_days=knowledge.parameters["near_daily_days_per_week"],
        ),
        carry_over_hours=knowledge.parameters["carry_over_hours"],
    )


def _tie(rule: WithdrawalRule) -> tuple[Criterion, float, Fired]:
    criterion = ALWAYS.get(rule.criterion) or WHILE_USE_COUNTS.get(rule.criterion)
    if criterion is None:
        raise ValueError(f"withdrawal rule {rule.code}: unknown criterion {rule.criterion}")
    fired = Fired(rule.code, rule.tier, rule.text, rule.basis, rule.judgement)
    return criterion, rule.threshold or 0.0, fired


def concern(facts: Facts, exposure: Exposure, plan: WithdrawalPlan, *, takes_opioid: bool) -> Withdrawal | None:
    """As `withdrawal_concern`, with reference data already tied together and the medicine list already searched."""
    if not facts.kratom:
        return None
    groups = groups_of(facts.kratom, exposure, plan.measures, plan.carry_over_hours)
    situation = _situation(facts, groups, plan, takes_opioid=takes_opioid)
    fired = _fired(situation, plan)
    tier = _tier(fired)
    missing = _missing(groups)
    return Withdrawal(
        tier=tier,
        could_be=next_up(tier) if missing else tier,
        missing=missing,
        not_asked=_not_asked(situation, groups, tier, plan) if groups else (),
        complicated=_complicated(facts, fired, plan),
        fired=tuple(sorted(fired, key=_most_serious_first)),
        labels=tuple(row.rule for row in fired if row.tier == LABEL),
        mood_watch=any(use.stopped for use in facts.kratom),
    )


def uses_regularly(facts: Facts, exposure: Exposure, plan: WithdrawalPlan) -> bool:
    """Whether any product that still counts is taken regularly; not known is taken as regular."""
    groups = groups_of(facts.kratom, exposure, plan.measures, plan.carry_over_hours)
    return bool(_situation(facts, groups, plan, takes_opioid=False).regular)


def next_up(tier: str) -> str:
    """One tier higher, never past high."""
    return TIERS[min(RANK[tier] + 1, len(TIERS) - 1)]


def _situation(facts: Facts, groups: tuple[Group, ...], plan: WithdrawalPlan, *, takes_opioid: bool) -> Situation:
    known = [plan.conditions[key] for key in facts.patient.conditions if key in plan.conditions]
    high = frozenset(reason for condition in known for reason in condition.tier_high)
    return situation_of(facts, groups, plan.definitions, high, takes_opioid)


def is_opioid_line(line: Taken, opioids: frozenset[str]) -> bool:
    """Whether a medicine taken now (not one only planned) holds a full or partial opioid agonist."""
    return line.phase not in (Phase.STOPPED, Phase.PLANNED) and not opioids.isdisjoint(line.substances)


def _fired(situation: Situation, plan: WithdrawalPlan) -> list[Fired]:
    rules = plan.rules_when_over if situation.is_over else plan.rules
    return [fired for criterion, threshold, fired in rules if criterion(situation, threshold)]


def _tier(fired: list[Fired]) -> str:
    """The highest tier among what fired; one higher where a rule says that too little is known."""
    rank = max((RANK[row.tier] for row in fired if row.tier in RANK), default=0)
    tier = TIERS[rank]
    return next_up(tier) if any(row.tier == MOVES_UP for row in fired) else tier


def _missing(groups: tuple[Group, ...]) -> tuple[str, ...]:
    """Core inputs not known for some product that counts."""
    lacking = set().union(*(group.lacking for group in groups))
    return tuple(name for name in CORE_INPUTS if name in lacking)


def _not_asked(situation: Situation, groups: tuple[Group, ...], tier: str, plan: WithdrawalPlan) -> tuple[str, ...]:
    """Other questions still open whose answer could put the tier higher."""
    lacking = set().union(*(group.lacking for group in groups))
    days = "days_per_week" in lacking and _daily_would_raise(situation, groups, tier, plan)
    history = situation.facts.history
    open_questions = (
        name for name, reach in HISTORY_REACH.items() if RANK[reach] > RANK[tier] and getattr(history, name) is None
    )
    return (*(("days_per_week",) if days else ()), *open_questions)


def _daily_would_raise(situation: Situation, groups: tuple[Group, ...], tier: str, plan: WithdrawalPlan) -> bool:
    """Whether use on every day, if that is how it is, would lead to a higher tier."""
    daily = tuple(
        replace(group, days_per_week=DAYS_PER_WEEK) if "days_per_week" in group.lacking else group for group in groups
    )
    as_daily = _situation(situation.facts, daily, plan, takes_opioid=situation.takes_opioid)
    return RANK[_tier(_fired(as_daily, plan))] > RANK[tier]


def _complicated(facts: Facts, fired: list[Fired], plan: WithdrawalPlan) -> tuple[str, ...]:
    reasons = {row.text for row in fired if row.tier == COMPLICATED}
    for key in facts.patient.conditions:
        if key in plan.conditions:
            reasons.update(plan.conditions[key].complicated)
    return tuple(sorted(reasons))


def _most_serious_first(row: Fired) -> tuple[int, str]:
    return (-RANK.get(row.tier, -1), row.rule)
