"""What became of each concern between two screenings: new, gone, raised, lowered or reworded. Pure, plain values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from clinical.screening.flags import Flag
from clinical.screening.knowledge import SEVERITY_ORDER, Severity

NEW, GONE, RAISED, LOWERED, REWORDED = "new", "gone", "raised", "lowered", "reworded"
GAINED, LOST, CHANGED = "gained", "lost", "changed"
# How a change is counted before publishing: a patient gains, loses or changes a flag.
COUNTED = {NEW: GAINED, GONE: LOST, RAISED: CHANGED, LOWERED: CHANGED, REWORDED: CHANGED}
_ORDER = {NEW: 0, RAISED: 1, LOWERED: 2, GONE: 3, REWORDED: 4}

Key = tuple[str, str]  # rule, about


class Stand(NamedTuple):
    """How one concern stood. `words` are those that change what a clinician does or believes: action and certainty.

    None where only the revision is known.
    """

    severity: str
    revision: int
    words: tuple[str, str] | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One concern that differs. For one that went, `severity` is the one it had."""

    rule: str
    about: str
    what: str
    severity: str
    former_severity: str = ""
    revision: int = 0
    title: str = ""

    @property
    def rank(self) -> tuple[int, int, str, str]:
        """Most consequential first."""
        worst = min(SEVERITY_ORDER[Severity(s)] for s in (self.severity, self.former_severity) if s)
        return (worst, _ORDER[self.what], self.rule, self.about)


def standing(flags: Iterable[Flag]) -> dict[Key, Stand]:
    """Flags of a screening by rule and subject."""
    return {
        (flag.rule, flag.about): Stand(
            flag.severity.value, flag.revision, (flag.action, str(flag.certainty)), flag.title
        )
        for flag in flags
    }


def standing_of_shown(flags: Iterable[Mapping[str, Any]]) -> dict[Key, Stand]:
    """The same of flags as they were shown and stored."""
    return {
        (flag["rule"], flag["about"]): Stand(
            flag["severity"], flag["revision"], (flag["action"], flag["certainty"]), flag["title"]
        )
        for flag in flags
    }


def changes_between(before: Mapping[Key, Stand], after: Mapping[Key, Stand]) -> tuple[Change, ...]:
    """Every concern that differs, most consequential first."""
    found = []
    for key in before.keys() | after.keys():
        old, new = before.get(key), after.get(key)
        if old is None:
            found.append(_change(key, NEW, new))
        elif new is None:
            found.append(_change(key, GONE, old))
        elif what := _what(old, new):
            found.append(_change(key, what, new, former=old.severity))
    return tuple(sorted(found, key=lambda change: change.rank))


def _change(key: Key, what: str, stand: Stand, former: str = "") -> Change:
    return Change(*key, what, stand.severity, former, stand.revision, stand.title)


def _what(old: Stand, new: Stand) -> str:
    was, is_now = (SEVERITY_ORDER[Severity(stand.severity)] for stand in (old, new))
    if was != is_now:
        return RAISED if is_now < was else LOWERED
    if old.revision == new.revision:
        return ""
    return REWORDED if old.words is None or old.words != new.words else ""
