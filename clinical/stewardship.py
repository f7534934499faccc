"""How each rule's flags were answered over a range of days: counts, never names. Reads only.

One flag counts once for each visit that showed it, with the last answer given in that visit. An answer carried forward
was not given again: it counts as carried, neither accepted nor overridden. `clinical.standing` says which is which.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from django.db.models import Min, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from clinical.models import Answer, FlagAnswer, InteractionRule, Practice, ReferenceTable, ScreeningFlag, ScreeningRun
from clinical.standing import ACCEPTED, OVERRIDDEN, PUT_OFF

TABLE = "stewardship"


@dataclass(frozen=True, slots=True)
class Limits:
    """When a rule is proposed for review, and which counts are too small to show outside a practice."""

    overridden_over: float
    leading_reason: str
    least_decided: int
    days: int
    shown_from: int


@dataclass(frozen=True, slots=True)
class RuleAnswers:
    """One rule: in how many visits it was shown, to how many patients, and what came of it."""

    rule: str
    title: str = ""
    severity: str = ""
    shown: int = 0
    patients: int = 0
    accepted: int = 0
    overridden: int = 0
    put_off: int = 0
    carried: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    seconds_to_answer: float | None = None

    @property
    def decided(self) -> int:
        return self.accepted + self.overridden

    @property
    def unanswered(self) -> int:
        """Shown and left without an answer: concerns below the top need none, and drafts may have none yet."""
        return self.shown - self.decided - self.put_off - self.carried

    @property
    def overridden_share(self) -> float | None:
        """Of the answers that decided something; None where there is none."""
        return self.overridden / self.decided if self.decided else None

    @property
    def leading_reason(self) -> str:
        """The reason given more often than any other, empty where two share the place."""
        first, second, *_ = [*Counter(self.reasons).most_common(2), ("", 0), ("", 0)]
        return first[0] if first[1] > second[1] else ""


@dataclass(frozen=True, slots=True)
class ProposedReview:
    """A rule whose answers call for a look at the rule: overridden too often, or disagreed with.

    `why` says it in words without small counts; it alone may be shown to readers of reference data.
    """

    rule: str
    shown: int
    overridden_share: float | None
    leading_reason: str
    is_overridden: bool
    disagreed: int
    why: str


def limits() -> Limits:
    """The figures in force. Raises `ReferenceTable.DoesNotExist` where reference data is not loaded."""
    content = ReferenceTable.objects.values_list("content", flat=True).get(key=TABLE)
    review, small = content["proposed_for_review"][0], content["small_counts"][0]
    return Limits(
        overridden_over=review["overridden_over_percent"] / 100,
        leading_reason=review["leading_reason"],
        least_decided=review["least_decided_answers"],
        days=review["days"],
        shown_from=small["shown_from"],
    )


def answers_by_rule(*, first_day: date, last_day: date, practice: Practice | None) -> list[RuleAnswers]:
    """Every rule that was shown on these days, both included, in one practice or (None) in all of them."""
    flags = _shown(first_day, last_day, practice)
    answers = _answers(_runs(first_day, last_day, practice))
    rules = dict(_titles(InteractionRule.objects.filter(closed_at=None)))
    grouped: dict[str, list[dict]] = defaultdict(list)
    for flag in flags:
        grouped[flag["rule"]].append(flag)
    return [_counted(rule, rows, answers, rules.get(rule, ("", ""))) for rule, rows in sorted(grouped.items())]


def days_in(first_day: date, last_day: date, practice: Practice | None) -> tuple[datetime, datetime]:
    """From the first moment of the first day to the first moment after the last, by the practice's clock."""
    zone = ZoneInfo(practice.time_zone) if practice else timezone.get_default_timezone()
    return datetime.combine(first_day, time.min, zone), datetime.combine(last_day + timedelta(days=1), time.min, zone)


def _shown(first_day: date, last_day: date, practice: Practice | None) -> list[dict]:
    """One row for each visit, rule and subject, with the moment it was first shown within the days."""
    flags = ScreeningFlag.objects.filter(run__in=_runs(first_day, last_day, practice)).order_by()
    by_visit = flags.values("run__consultation_id", "run__consultation__patient_id", "rule", "about")
    return list(by_visit.annotate(first_shown=Min("run__ran_at")))


def _runs(first_day: date, last_day: date, practice: Practice | None) -> QuerySet[ScreeningRun]:
    begin, end = days_in(first_day, last_day, practice)
    runs = ScreeningRun.objects.filter(ran_at__gte=begin, ran_at__lt=end)
    return (runs.filter(consultation__patient__practice=practice) if practice else runs).order_by()


def _answers(runs: QuerySet[ScreeningRun]) -> dict[tuple, FlagAnswer]:
    """The last answer for each visit, rule and subject."""
    names = ("consultation_id", "rule", "about", "answer", "answered_at", "carried_from_id")
    given = FlagAnswer.objects.filter(consultation__in=runs.values("consultation")).only(*names)
    return {(row.consultation_id, row.rule, row.about): row for row in given.order_by("answered_at", "id")}


def _titles(rules: QuerySet[InteractionRule]) -> Iterable[tuple[str, tuple[str, str]]]:
    return ((code, (title, severity)) for code, title, severity in rules.values_list("code", "title", "severity"))


def _counted(rule: str, rows: list[dict], answers: dict[tuple, FlagAnswer], words: tuple[str, str]) -> RuleAnswers:
    found = [(row, answers.get((row["run__consultation_id"], row["rule"], row["about"]))) for row in rows]
    given = [(row, answer) for row, answer in found if answer and not answer.carried_from_id]
    kinds = Counter(answer.answer for _row, answer in given)
    waits = [max((answer.answered_at - row["first_shown"]).total_seconds(), 0) for row, answer in given]
    return RuleAnswers(
        rule=rule,
        title=words[0],
        severity=words[1],
        shown=len(rows),
        patients=len({row["run__consultation__patient_id"] for row in rows}),
        accepted=sum(kinds[kind] for kind in ACCEPTED),
        overridden=sum(kinds[kind] for kind in OVERRIDDEN),
        put_off=sum(kinds[kind] for kind in PUT_OFF),
        carried=sum(1 for _row, answer in found if answer and answer.carried_from_id),
        reasons={kind.value: kinds[kind] for kind in Answer if kind in OVERRIDDEN and kinds[kind]},
        seconds_to_answer=median(waits) if waits else None,
    )


def proposed(today: date | None = None) -> list[ProposedReview]:
    """Rules to look at, over all practices: overridden too often for not applying, or disagreed with. Worst first."""
    known, last = limits(), today or timezone.localdate()
    rows = answers_by_rule(first_day=last - timedelta(days=known.days - 1), last_day=last, practice=None)
    found = [
        ProposedReview(
            rule=row.rule,
            shown=row.shown,
            overridden_share=row.overridden_share,
            leading_reason=row.leading_reason,
            is_overridden=is_overridden_too_often(row, known),
            disagreed=row.reasons.get(Answer.DISAGREE, 0),
            why=_why(row, known),
        )
        for row in rows
        if is_overridden_too_often(row, known) or row.reasons.get(Answer.DISAGREE)
    ]
    return sorted(found, key=lambda one: (not one.is_overridden, -one.shown, one.rule))


def _why(row: RuleAnswers, known: Limits) -> str:
    words = []
    if is_overridden_too_often(row, known):
        values = {"percent": round(known.overridden_over * 100), "reason": Answer(row.leading_reason).label}
        words.append(_("overridden in more than %(percent)d %% of its answers, mostly “%(reason)s”") % values)
    if row.reasons.get(Answer.DISAGREE):
        words.append(_("disagreed with: %(times)s") % {"times": counted(row.reasons[Answer.DISAGREE], known)})
    return "; ".join(words)


def counted(number: int, known: Limits) -> str:
    """A count in words that hides small ones."""
    return str(number) if number >= known.shown_from else _("fewer than %(n)d") % {"n": known.shown_from}


def is_overridden_too_often(row: RuleAnswers, known: Limits) -> bool:
    """Enough answers, more of them overrides than the limit, and "does not apply" ahead of every other reason."""
    share = row.overridden_share
    return (
        row.decided >= known.least_decided
        and share is not None
        and share > known.overridden_over
        and row.leading_reason == known.leading_reason
    )
