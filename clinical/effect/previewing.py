"""What a proposed rule would do before it is published: to the case library, and to the practice's own patients.

Stores nothing. Each patient's record is read once and screened with the rules in force and with the draft put in.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from clinical import snapshots
from clinical.actions.screening import NEED_AN_ANSWER
from clinical.effect import charts, compared, library
from clinical.effect.proposed import knowledge_with
from clinical.models import Practice, ReferenceTable
from clinical.screening.facts import Facts, Match
from clinical.screening.knowledge import Severity

Progress = Callable[[int, int], None]
MOST_LISTED = 500
SIDES = ("now", "then")
WHAT = (compared.GAINED, compared.LOST, compared.CHANGED)
ALERTING, TARGET_SHARE = "alerting", "top_tier_target_share"


@dataclass(frozen=True, slots=True)
class PatientEffect:
    """One patient whose flags would differ."""

    patient: UUID
    name: str
    visit: UUID
    changes: tuple[compared.Change, ...]


@dataclass(frozen=True, slots=True)
class TopTier:
    """How many of all flags shown are of the top tier, now and with the draft, and the share aimed at.

    `target` is None where reference data holds none; then nothing is said about it.
    """

    now: int
    now_of: int
    then: int
    then_of: int
    target: float | None

    @property
    def share_now(self) -> float:
        return self.now / self.now_of if self.now_of else 0.0

    @property
    def share_then(self) -> float:
        return self.then / self.then_of if self.then_of else 0.0

    @property
    def is_raised_above_target(self) -> bool:
        """Whether the draft raises the share, and to more than is aimed at."""
        return self.target is not None and self.share_then > self.target and self.share_then > self.share_now


@dataclass(frozen=True, slots=True)
class EffectPreview:
    """`counts` holds patients by what happens and by severity ("gained", "major"); a patient counts once in each.

    `patients` were screened; `without_visit` have no record to screen, `without_kratom` none with kratom on it, so
    that no rule could fire; `with_unread_lines` have a line that was not recognised. `affected` lists the first
    `MOST_LISTED` of `touched` patients, most consequential change first.
    """

    reference_version: int
    library: library.LibraryAnswer
    patients: int = 0
    without_visit: int = 0
    without_kratom: int = 0
    with_unread_lines: int = 0
    touched: int = 0
    counts: dict[tuple[str, str], int] = field(default_factory=dict)
    affected: tuple[PatientEffect, ...] = ()
    top_tier: TopTier | None = None

    def count(self, what: str, severity: str = "") -> int:
        """Patients with at least one flag gained, lost or changed, of one severity or of any ("")."""
        return self.counts.get((what, severity), 0)

    @property
    def rows(self) -> Iterator[tuple[str, int, int, int]]:
        """By severity: patients who gain, lose and change a flag; "" is any severity."""
        for severity in (*(s.value for s in Severity), ""):
            yield (
                severity,
                *(self.count(what, severity) for what in (compared.GAINED, compared.LOST, compared.CHANGED)),
            )


def preview(
    *, entry: dict[str, Any] | None, code: str, practice: Practice | None, progress: Progress | None = None
) -> EffectPreview:
    """Compare the knowledge in force with the same plus this entry; None is the rule retired. Stores nothing.

    `entry` passed the checks of the reference files. Raises `ValueError` where screening could not read the outcome.
    Without a practice only the case library is run. `progress` is told (done, total).
    """
    in_force = snapshots.in_force()
    then = snapshots.rules_of(knowledge_with(in_force.knowledge, code=code, entry=entry))
    version = in_force.knowledge.reference_version
    answer = library.run_library(then)
    if practice is None:
        return EffectPreview(version, answer)
    count = _Count(in_force.rules, then)
    total = practice.patients.count()
    visits = charts.latest_visits(practice)
    for done, chart in enumerate(charts.charts_of(visits, charts.resolver(version)), start=1):
        count.add(chart)
        if progress:
            progress(done, total)
    return count.preview(version, answer, total)


class _Count:
    """Adds up what differs, patient by patient."""

    def __init__(self, now: snapshots.RuleSet, then: snapshots.RuleSet) -> None:
        self.now, self.then = now, then
        self.patients = self.without_kratom = self.with_unread = 0
        self.counts: Counter[tuple[str, str]] = Counter()
        self.shown: Counter[tuple[str, bool]] = Counter()
        self.affected: list[PatientEffect] = []

    def add(self, chart: charts.Chart) -> None:
        before, after = (snapshots.screen(chart.facts, rules).flags for rules in (self.now, self.then))
        self.patients += 1
        self.without_kratom += not chart.facts.kratom
        self.with_unread += _has_unread_lines(chart.facts)
        for side, flags in zip(SIDES, (before, after), strict=True):
            for flag in flags:
                self.shown[side, flag.severity in NEED_AN_ANSWER] += 1
        if before == after:
            return
        changes = compared.changes_between(compared.standing(before), compared.standing(after))
        if changes:
            self.affected.append(PatientEffect(chart.patient, chart.name, chart.visit, changes))
            self.counts.update({(compared.COUNTED[c.what], s) for c in changes for s in (c.severity, "")})

    def preview(self, version: int, answer: library.LibraryAnswer, total: int) -> EffectPreview:
        self.affected.sort(key=lambda effect: (effect.changes[0].rank, effect.name))
        return EffectPreview(
            reference_version=version,
            library=answer,
            patients=self.patients,
            without_visit=total - self.patients,
            without_kratom=self.without_kratom,
            with_unread_lines=self.with_unread,
            touched=len(self.affected),
            counts=dict(self.counts),
            affected=tuple(self.affected[:MOST_LISTED]),
            top_tier=self._top_tier(),
        )

    def _top_tier(self) -> TopTier:
        now, then = ((self.shown[side, True], self.shown[side, True] + self.shown[side, False]) for side in SIDES)
        return TopTier(*now, *then, target=target_share())


def target_share() -> float | None:
    """The share of the top tier that is aimed at, from reference data."""
    content = ReferenceTable.objects.filter(key=ALERTING).values_list("content", flat=True).first() or {}
    found = (row["value"] for row in content.get("parameters", ()) if row.get("name") == TARGET_SHARE)
    return next(found, None)


def _has_unread_lines(known: Facts) -> bool:
    return any(line.match in (Match.NONE, Match.AMBIGUOUS) for line in known.taken)
