"""What of the reference data waits to be looked at, most consequential first. Reads only; decides nothing.

Consequential means: how many of the practice's patients it touches now, counted in their latest signed visits.
The number of queries is the same whatever the number of rules, roles and patients.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinical import stewardship
from clinical.effect.charts import latest_signed_visits
from clinical.models import (
    InteractionRule,
    Practice,
    RuleDraft,
    RuleModifier,
    RuleObject,
    ScreeningFlag,
    Source,
    Substance,
    SubstanceName,
    SubstanceRole,
)
from clinical.resting import fallen
from clinical.rule_reviews import due_on, interval
from clinical.screening.knowledge import SEVERITY_ORDER, Certainty, Severity

GRAVE = frozenset({Severity.CONTRAINDICATED.value, Severity.MAJOR.value})
Runs = frozenset[UUID]


class Why(StrEnum):
    """Why something waits, gravest first."""

    FALLEN = "source-fallen"
    THEORY = "theory-alone"
    ANSWERS = "answers"
    OVERDUE = "overdue"
    PROVISIONAL = "provisional"
    UNSEEN = "claim-unseen"
    UNDATED = "no-review-date"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason in words."""

    why: Why
    words: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """One entry of the queue. `kind` is rule, role, source or substances; `pk` the row it is about, if one.

    `patients` is None for somebody who belongs to no practice: nobody was counted.
    """

    kind: str
    key: str
    title: str
    reasons: tuple[Reason, ...]
    patients: int | None
    severity: str = ""
    pk: int | None = None
    has_draft: bool = False

    @property
    def order(self) -> tuple:
        rank = SEVERITY_ORDER.get(Severity(self.severity), 0) if self.severity else len(SEVERITY_ORDER)
        return (-(self.patients or 0), rank, list(Why).index(self.reasons[0].why), -len(self.reasons), self.title)


@dataclass(frozen=True, slots=True)
class Touched:
    """The latest signed runs of a practice in which each rule spoke about each subject."""

    runs: dict[tuple[str, str], Runs]
    is_counted: bool

    def count(self, keys: Iterable[tuple[str, str]]) -> int | None:
        """Patients touched: each has one latest run."""
        if not self.is_counted:
            return None
        return len(frozenset().union(*(self.runs.get(key, frozenset()) for key in keys)))

    def by_rules(self, codes: Iterable[str]) -> int | None:
        wanted = frozenset(codes)
        return self.count(key for key in self.runs if key[0] in wanted)


def queue(*, practice: Practice | None, today: date | None = None) -> list[Waiting]:
    """Everything that waits."""
    touched = _touched(practice)
    fell = fallen()
    entries = [
        *_rules(touched, fell, today or timezone.localdate()),
        *_roles(touched),
        *_sources(touched, fell),
        *_substances(touched),
    ]
    return sorted(entries, key=lambda entry: entry.order)


def _touched(practice: Practice | None) -> Touched:
    if practice is None:
        return Touched({}, is_counted=False)
    flags = ScreeningFlag.objects.filter(run__in=latest_signed_visits(practice).values("signed_run")).order_by()
    found = flags.values_list("rule", "about").annotate(runs=ArrayAgg("run_id"))
    return Touched({(rule, about): frozenset(runs) for rule, about, runs in found}, is_counted=True)


def _rules(touched: Touched, fell: dict[str, Source], today: date) -> Iterator[Waiting]:
    held = interval()
    proposed = {one.rule: one.why for one in stewardship.proposed(today)}
    drafts = set(RuleDraft.objects.filter(state__in=("draft", "in_review")).values_list("code", flat=True))
    for rule in InteractionRule.objects.filter(closed_at=None).prefetch_related("sources"):
        found = [*_of_evidence(rule, fell), *_of_days(rule, due_on(rule, held), today)]
        if rule.code in proposed:
            found.append(Reason(Why.ANSWERS, proposed[rule.code]))
        if found:
            yield Waiting(
                kind="rule",
                key=rule.code,
                title=rule.title,
                reasons=_gravest_first(found),
                patients=touched.by_rules([rule.code]),
                severity=rule.severity,
                pk=rule.pk,
                has_draft=rule.code in drafts,
            )


def _of_evidence(rule: InteractionRule, fell: dict[str, Source]) -> Iterator[Reason]:
    for source in rule.sources.all():
        if source.pk in fell:
            yield Reason(Why.FALLEN, _source_words(source.pk, fell[source.pk]))
    if rule.severity in GRAVE and rule.certainty == Certainty.THEORETICAL:
        yield Reason(Why.THEORY, _("%(severity)s, and rests on theory alone") % {"severity": rule.severity})
    if rule.is_provisional:
        yield Reason(Why.PROVISIONAL, _("provisional: the claim on kratom was not seen in a source"))
    elif not rule.is_quote_checked:
        yield Reason(Why.UNSEEN, _("the claim was not checked against its source"))


def _of_days(rule: InteractionRule, due: date | None, today: date) -> Iterator[Reason]:
    if due is None:
        yield Reason(Why.UNDATED, _("no review is on record, so no next day is known"))
    elif due <= today:
        yield Reason(Why.OVERDUE, _("review was due on %(day)s") % {"day": date_format(due, "j M Y")})


def _source_words(key: str, because: Source) -> str:
    told = _("rests on %(source)s, which is %(status)s")
    if because.superseded_by:
        told = _("rests on %(source)s, which is %(status)s by %(by)s")
    return told % {"source": key, "status": because.get_status_display(), "by": because.superseded_by}


def _gravest_first(found: list[Reason]) -> tuple[Reason, ...]:
    return tuple(sorted(found, key=lambda reason: list(Why).index(reason.why)))


def _roles(touched: Touched) -> Iterator[Waiting]:
    """One entry for each role that a rule reads and that nobody has read in a source for some substances."""
    members: dict[str, list[str]] = defaultdict(list)
    rows = SubstanceRole.objects.filter(is_verified=False, withdrawn_at=None, role__raises_flags=True)
    for role, substance in rows.values_list("role_id", "substance_id"):
        members[role].append(substance)
    rules, changing = _read_by_rules()
    for role in sorted(members.keys() & (rules.keys() | changing)):
        found = members[role]
        told = ngettext(
            "provisional for %(n)d substance: not read in a source",
            "provisional for %(n)d substances: not read in a source",
            len(found),
        )
        of_role = frozenset(found)
        yield Waiting(
            kind="role",
            key=role,
            title=role.replace("_", " "),
            reasons=(Reason(Why.PROVISIONAL, told % {"n": len(found)}),),
            patients=touched.count(
                (code, about)
                for code, about in touched.runs
                if about in of_role and (role in changing or code in rules[role])
            ),
        )


def _read_by_rules() -> tuple[dict[str, set[str]], set[str]]:
    """Roles that rules fire on, with those rules; and roles beside another medicine that change what a rule says."""
    rules: dict[str, set[str]] = defaultdict(set)
    objects = RuleObject.objects.filter(rule__closed_at=None, role__isnull=False)
    for role, code in objects.values_list("role_id", "rule__code"):
        rules[role].add(code)
    modifiers = RuleModifier.objects.filter(rule__closed_at=None, when__startswith="role:")
    return rules, {when.removeprefix("role:") for when in modifiers.values_list("when", flat=True)}


def _sources(touched: Touched, fell: dict[str, Source]) -> Iterator[Waiting]:
    """Each source that no longer stands, with what rests on it besides rules."""
    if not fell:
        return
    rules: dict[str, set[str]] = defaultdict(set)
    links = InteractionRule.objects.filter(closed_at=None, sources__in=fell).values_list("sources", "code")
    for key, code in links:
        rules[key].add(code)
    facts: dict[str, int] = defaultdict(int)
    for model, limits in (
        (SubstanceRole, {"withdrawn_at": None}),
        (SubstanceName, {"withdrawn_at": None}),
        (Substance, {}),
    ):
        named = model.objects.filter(source_id_text__in=fell, **limits).order_by()
        for key in named.values_list("source_id_text", flat=True):
            facts[key] += 1
    for key, because in sorted(fell.items()):
        told = _("%(status)s; %(rules)d rules and %(facts)d names, roles or substances rest on it")
        values = {"status": because.get_status_display(), "rules": len(rules[key]), "facts": facts[key]}
        yield Waiting(
            kind="source",
            key=key,
            title=key,
            reasons=(Reason(Why.FALLEN, told % values),),
            patients=touched.by_rules(rules[key]),
        )


def _substances(touched: Touched) -> Iterator[Waiting]:
    """Unverified substances, in one entry."""
    keys = frozenset(Substance.objects.filter(is_verified=False).values_list("pk", flat=True))
    if keys:
        told = ngettext(
            "%(n)d substance whose number and name were not read together in a source",
            "%(n)d substances whose number and name were not read together in a source",
            len(keys),
        )
        yield Waiting(
            kind="substances",
            key="substances",
            title=_("Substances not verified"),
            reasons=(Reason(Why.UNSEEN, told % {"n": len(keys)}),),
            patients=touched.count(pair for pair in touched.runs if pair[1] in keys),
        )
