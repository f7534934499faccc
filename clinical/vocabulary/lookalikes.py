"""Names that are mistaken for each other: how each is written apart, what it is for, and who belongs together.

No Django. What is listed and why stands in the reference document; nothing here decides which name is meant.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from rapidfuzz.distance import OSA

from clinical.vocabulary.text import normalise

# Judgement: so many letters may be off while a look-alike is still shown beside what is being typed.
_EDITS_WHILE_TYPING = 3


@dataclass(frozen=True, slots=True)
class LookAlikes:
    """By key of a substance: its spelling in tall letters, what it is for, and the substances it is mistaken for."""

    tall_man: Mapping[str, str] = field(default_factory=dict)
    used_for: Mapping[str, str] = field(default_factory=dict)
    others: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def look_alikes_from(document: Mapping[str, Any] | None) -> LookAlikes:
    """The document "lookalikes" as plain values; without it, nobody looks like anybody."""
    document = document or {}
    named = document.get("names") or ()
    others: dict[str, dict[str, None]] = defaultdict(dict)
    for group in document.get("groups") or ():
        for key in group["substances"]:
            others[key].update(dict.fromkeys(other for other in group["substances"] if other != key))
    return LookAlikes(
        tall_man={row["substance"]: row["tall_man"] for row in named if row.get("tall_man")},
        used_for={row["substance"]: row["used_for"] for row in named if row.get("used_for")},
        others={key: tuple(found) for key, found in others.items()},
    )


class LookAlikeNames:
    """All names of the substances that are mistaken for others, to find which of them could have been meant."""

    def __init__(self, look_alikes: LookAlikes, names: Mapping[str, tuple[str, ...]]) -> None:
        """`names` are normalised names with the keys they lead to. A substance's own name comes first."""
        self.listed = look_alikes
        self._names: dict[str, list[str]] = defaultdict(list)
        for name, keys in names.items():
            if len(keys) == 1 and keys[0] in look_alikes.others:
                self._names[keys[0]].append(name)
        for key, found in list(self._names.items()):
            self._names[key] = sorted(found, key=lambda name: (len(name), name))
            _to_front(self._names[key], normalise(key))

    def near(self, keys: Iterable[str], typed: str, edits: int) -> list[str]:
        """Names of the look-alikes of these substances that are as few edits from what was typed, or fewer."""
        return [name for name in self._of_others(keys) if OSA.distance(typed, name, score_cutoff=edits) <= edits]

    def could_be(self, keys: Iterable[str], begun: str) -> list[str]:
        """One name for each look-alike of these substances that may become of what has been typed so far."""
        edits = min(_EDITS_WHILE_TYPING, len(begun) // 2)
        found = (
            next((name for name in self._names.get(other, ()) if _begins_like(name, begun, edits)), None)
            for key in keys
            for other in self.listed.others.get(key, ())
        )
        return [name for name in found if name]

    def _of_others(self, keys: Iterable[str]) -> Iterator[str]:
        others = (other for key in keys for other in self.listed.others.get(key, ()))
        return (name for other in others for name in self._names.get(other, ()))


def _to_front(names: list[str], name: str) -> None:
    if name in names:
        names.remove(name)
        names.insert(0, name)


def _begins_like(name: str, begun: str, edits: int) -> bool:
    return OSA.distance(begun, name[: len(begun)], score_cutoff=edits) <= edits
