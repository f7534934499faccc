"""Front door to the vocabulary: typed medicines and conditions -> substances and keys, at one reference version.

The indexes are built once per process and reference version. Only the `_rows` functions touch the database.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from clinical import snapshots
from clinical.models import Condition, Substance, SubstanceName
from clinical.screening.facts import Match, Phase, Taken
from clinical.vocabulary.conditions import ConditionIndex, ConditionRow
from clinical.vocabulary.index import NameIndex, Resolution
from clinical.vocabulary.names import AMBIGUOUS_KIND, NameRow, SubstanceRow
from clinical.vocabulary.pasted import Pasted, read_list, rows_of
from clinical.vocabulary.suggestions import Suggestion
from clinical.vocabulary.taking import taken_from

__all__ = [
    "Match",
    "Pasted",
    "Resolution",
    "Suggestion",
    "Vocabulary",
    "build_index",
    "condition_labels",
    "forget",
    "pasted_list",
    "pasted_rows",
    "resolve_condition",
    "suggest",
    "suggest_conditions",
    "taken",
    "vocabulary",
]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Both indexes at one reference version."""

    names: NameIndex
    conditions: ConditionIndex


def build_index(
    substances: Iterable[SubstanceRow], names: Iterable[NameRow], conditions: Iterable[ConditionRow] = ()
) -> Vocabulary:
    """Indexes from plain rows, wherever they came from."""
    return Vocabulary(NameIndex(substances, names), ConditionIndex(conditions))


def vocabulary(version: int | None = None) -> Vocabulary:
    """The indexes at this reference version, or at the current one (which costs one query to find out)."""
    return _vocabulary_at(snapshots.current_version() if version is None else version)


def forget() -> None:
    """Drop the indexes of this process, for tests and for loading without a new version."""
    _vocabulary_at.cache_clear()


def taken(
    *,
    entered: str,
    chosen: str | None = None,
    phase: Phase | None = None,
    stopped_days_ago: float | None = None,
    route: str | None = None,
    version: int | None = None,
    day: date | None = None,
) -> Taken:
    """One line as the engine sees it; see `taking.taken_from`. `day` is the day of the visit, for "stopped 3/2026".

    Pass `version` when resolving several lines, so that the current version is asked for once.
    """
    return taken_from(
        vocabulary(version).names,
        entered=entered,
        chosen=chosen,
        phase=phase,
        stopped_days_ago=stopped_days_ago,
        route=route,
        day=day,
    )


def pasted_rows(text: str, version: int | None = None) -> list[str]:
    """The lines a pasted list makes, in order, headings among them; nothing is lost."""
    return rows_of(text, vocabulary(version).names)


def pasted_list(text: str, version: int | None = None) -> Pasted:
    """The same in two parts: `rows` for the medicine list, and `apart`, what was not read as a medicine."""
    return read_list(text, vocabulary(version).names)


def suggest(typed: str, limit: int = 8, version: int | None = None) -> list[Suggestion]:
    """Names to offer while someone types a medicine or substance."""
    return vocabulary(version).names.suggest(typed, limit)


def resolve_condition(text: str, version: int | None = None) -> str | tuple[str, ...] | None:
    """One condition key, several to choose from, or None."""
    return vocabulary(version).conditions.resolve(text)


def suggest_conditions(typed: str, limit: int = 8, version: int | None = None) -> list[tuple[str, str]]:
    """Condition keys and labels to offer while someone types."""
    conditions = vocabulary(version).conditions
    return [(key, conditions.labels[key]) for key in conditions.suggest(typed, limit)]


def condition_labels(version: int | None = None) -> dict[str, str]:
    """Every condition's label by key, in the order of labels."""
    return vocabulary(version).conditions.labels


@lru_cache(maxsize=2)
def _vocabulary_at(version: int) -> Vocabulary:
    return build_index(_substance_rows(), _name_rows(), _condition_rows())


def _substance_rows() -> list[SubstanceRow]:
    components: dict[str, list[str]] = defaultdict(list)
    links = Substance.components.through.objects.order_by("id")
    for whole, part in links.values_list("from_substance_id", "to_substance_id"):
        components[whole].append(part)
    rows = Substance.objects.order_by("key").values_list("key", "route")
    return [SubstanceRow(key, tuple(components[key]), route) for key, route in rows]


def _name_rows() -> list[NameRow]:
    rows = (
        SubstanceName.objects.filter(withdrawn_at=None)
        .order_by("id")
        .values_list("name", "substance_id", "kind", "needs_choice", "route")
    )
    return [NameRow(name, key, AMBIGUOUS_KIND if choice else kind, route) for name, key, kind, choice, route in rows]


def _condition_rows() -> list[ConditionRow]:
    rows = Condition.objects.order_by("key").values_list("key", "label", "synonyms", "icd10cm")
    return [ConditionRow(key, label, tuple(synonyms), tuple(codes)) for key, label, synonyms, codes in rows]
