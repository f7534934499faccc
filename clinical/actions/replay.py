"""Screens stored runs again, from their own facts and the knowledge they were screened with. Changes nothing.

A run that cannot be screened again is named with the reason; nothing is filled in for it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import translation

from clinical import snapshots
from clinical.knowledge_base.packing import Damaged, unpack
from clinical.models import KeptKnowledge, ScreeningRun
from clinical.screening.facts import Facts
from clinical.screening.plain import NotReadable, canonical, from_plain
from clinical.what_matters import result_of

# Kept with the facts of a run and read by no rule.
BESIDE_THE_FACTS = ("asked", "visit_on")
# What the engine answers. The standing words beside it (`texts`) come from the page's tables and are not its answer.
ANSWERED = (
    "reference_version", "flags", "not_assessed", "nothing_found", "no_rule", "exposure", "withdrawal", "safety",
    "medications",
)  # fmt: skip
NOT_KEPT = "was run before its knowledge was kept; it cannot be screened again"


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of one run: `differences` and `problem` are both empty when it gave the same answer."""

    run: UUID
    reference_version: int
    differences: tuple[str, ...] = ()
    problem: str = ""

    @property
    def is_equal(self) -> bool:
        return not (self.differences or self.problem)

    @property
    def is_unkept(self) -> bool:
        """Whether nobody can say, because what it was screened with was not kept at the time."""
        return self.problem == NOT_KEPT


def count_runs(*, run: UUID | None = None) -> int:
    """How many stored runs `replay` will screen again."""
    return _chosen(run).count()


def replay(*, run: UUID | None = None) -> Iterator[Replayed]:
    """Screen every stored run again, or the one named, oldest version first; one answer for each, as it is done.

    Sentences were stored in the reader's language. Only English ships, so they are put into words in the default
    language again; a run stored in another language would differ in words and would say so.
    """
    rules_with = lru_cache(maxsize=1)(_rules_with)  # runs come in the order of their knowledge
    rows = _chosen(run).order_by("reference_version", "knowledge_id", "ran_at", "id")
    for row in rows.iterator(chunk_size=200):
        if row.knowledge_id is None:
            yield Replayed(row.pk, row.reference_version, problem=NOT_KEPT)
            continue
        try:
            with translation.override(settings.LANGUAGE_CODE):
                done = _replayed(row, rules_with(row.knowledge_id))
        except (Damaged, NotReadable) as fault:
            done = Replayed(row.pk, row.reference_version, problem=f"cannot be read: {fault}")
        yield done


def _rules_with(digest: str) -> snapshots.RuleSet:
    kept = KeptKnowledge.objects.get(pk=digest)
    return snapshots.rules_of(unpack(kept.digest, bytes(kept.content)))


def _chosen(run: UUID | None):
    return ScreeningRun.objects.filter(pk=run) if run else ScreeningRun.objects.all()


def _replayed(row: ScreeningRun, rules: snapshots.RuleSet) -> Replayed:
    stored = {name: value for name, value in row.facts.items() if name not in BESIDE_THE_FACTS}
    facts = from_plain(Facts, stored)
    screening = snapshots.screen(facts, rules)
    answer = result_of(screening, facts, snapshots.watch(facts, screening, rules))
    found = [line for name in _answered(row) for line in _differences(name, row.result.get(name), answer[name])]
    return Replayed(row.pk, row.reference_version, tuple(found))


def _answered(row: ScreeningRun) -> tuple[str, ...]:
    """Not everything was answered from the beginning: a run stored before a part is not held to it."""
    return (*ANSWERED, *(name for name in ("load", "change", "monitoring") if name in row.result))


def _differences(name: str, stored: Any, answer: Any) -> Iterator[str]:
    """One line for each part of the answer that is not byte for byte what is stored; flags by rule and subject."""
    if canonical(stored) == canonical(answer):
        return
    if name != "flags" or not isinstance(stored, list):
        yield f"{name}: stored {_short(stored)}, now {_short(answer)}"
        return
    before, after = _by_rule(stored), _by_rule(answer)
    for key in sorted(before.keys() | after.keys()):
        if canonical(before.get(key)) != canonical(after.get(key)):
            yield f"rule {key[0]} about {key[1]}: {_flag_difference(before.get(key), after.get(key))}"
    if before == after:
        yield "flags: in another order"


def _by_rule(flags: list[dict[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(flag["rule"], flag["about"]): flag for flag in flags}


def _flag_difference(before: dict[str, Any] | None, after: dict[str, Any] | None) -> str:
    if before is None:
        return "fires now, and was not stored"
    if after is None:
        return "was stored, and does not fire now"
    names = sorted(before.keys() | after.keys())
    return "differs in " + ", ".join(n for n in names if canonical(before.get(n)) != canonical(after.get(n)))


def _short(value: Any, most: int = 80) -> str:
    text = canonical(value)
    return text if len(text) <= most else f"{text[:most]}…"
