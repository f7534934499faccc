"""Front door to the vocabulary: typed medicines and conditions -> substances and keys, at one reference version.

The indexes are built once per process and reference version, see `loading.py`; `vocabulary_rows` reads the rows.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from clinical import snapshots, vocabulary_rows
from clinical.screening.facts import Match, Phase, Taken
from clinical.vocabulary.conditions import ConditionIndex, ConditionRow
from clinical.vocabulary.index import NameIndex, Resolution
from clinical.vocabulary.loading import KeptIndexes
from clinical.vocabulary.local_forms import LocalForms, local_forms_from
from clinical.vocabulary.lookalikes import LookAlikes, look_alikes_from
from clinical.vocabulary.names import NameRow, SubstanceRow
from clinical.vocabulary.pasted import Pasted, read_list, rows_of
from clinical.vocabulary.release import ReleaseNames
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
    "own_names",
    "pasted_list",
    "pasted_rows",
    "resolve_condition",
    "suggest",
    "suggest_conditions",
    "taken",
    "vocabulary",
    "wait_for_release",
]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Both indexes at one reference version."""

    names: NameIndex
    conditions: ConditionIndex

    def with_release(self, release: ReleaseNames) -> "Vocabulary":
        """The same with this release behind our own names."""
        return replace(self, names=self.names.with_release(release))


def build_index(
    substances: Iterable[SubstanceRow],
    names: Iterable[NameRow],
    conditions: Iterable[ConditionRow] = (),
    look_alikes: LookAlikes | None = None,
    release: ReleaseNames | None = None,
    local_forms: LocalForms | None = None,
) -> Vocabulary:
    """Indexes from plain rows, wherever they came from."""
    return Vocabulary(NameIndex(substances, names, None, look_alikes, release, local_forms), ConditionIndex(conditions))


def vocabulary(version: int | None = None) -> Vocabulary:
    """The indexes at this reference version, or at the current one (which costs one query to find out)."""
    return _kept.at(snapshots.current_version() if version is None else version)


def wait_for_release(version: int | None = None) -> Vocabulary:
    """The same, with the RxNorm release in use behind our own names, however long that takes; for commands."""
    return _kept.wait(snapshots.current_version() if version is None else version)


def own_names() -> Vocabulary:
    """Our own names and conditions as they stand in this transaction, no release behind them. Built anew, not kept."""
    return _read_indexes(None)


def forget() -> None:
    """Drop the indexes of this process, for tests and for loading without a new version."""
    _kept.forget()


def taken(
    *,
    entered: str,
    chosen: str | None = None,
    phase: Phase | None = None,
    stopped_days_ago: float | None = None,
    route: str | None = None,
    version: int | None = None,
    day: date | None = None,
    as_needed: bool | None = None,
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
        as_needed=as_needed,
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


def _read_indexes(release: ReleaseNames | None) -> Vocabulary:
    look_alikes, local_forms = vocabulary_rows.documents("lookalikes", "local_forms")
    return build_index(
        vocabulary_rows.substances(),
        vocabulary_rows.names(),
        vocabulary_rows.conditions(),
        look_alikes_from(look_alikes),
        release,
        local_forms_from(local_forms),
    )


def _read_release(number: int) -> ReleaseNames:
    return ReleaseNames(number, vocabulary_rows.concepts(number))


def nothing_kept() -> KeptIndexes[Vocabulary]:
    """A keeper of indexes that has built none yet."""
    return KeptIndexes(
        build=_read_indexes,
        wanted=vocabulary_rows.release_in_use,
        read=_read_release,
        leave=vocabulary_rows.leave_database,
    )


_kept = nothing_kept()
