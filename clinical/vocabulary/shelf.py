"""Names in alphabetical order, found by how they or their later words begin, the most wanted first. No Django."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from heapq import nsmallest
from typing import Any, TypeVar

_LAST = "\U0010ffff"
# Beginnings so short that a good part of all names share them: their best names are noted once.
_NOTED_LENGTH = 3
_NOTED_NAMES = 32

Item = TypeVar("Item")


def sorted_in_turns(
    items: Iterable[Item], first: Callable[[Item], Any], key: Callable[[Item], Any] | None = None
) -> list[Item]:
    """The same as sorted by `first` and then `key`, in many short sorts: one long sort holds up every other thread."""
    parts: dict[Any, list[Item]] = defaultdict(list)
    for item in items:
        parts[first(item)].append(item)
    return [item for part in sorted(parts) for item in sorted(parts[part], key=key)]


class Shelf:
    """Normalised names, each once, with their place in the order of preference (0 is the best)."""

    def __init__(self, by_preference: Iterable[str], later_words: Callable[[str], bool] = bool) -> None:
        """`later_words` says which words may be found inside a name."""
        self.by_preference = tuple(by_preference)
        self._whole = _Beginnings((name, place) for place, name in enumerate(self.by_preference))
        self._later = _Beginnings(
            (tail, place) for place, name in enumerate(self.by_preference) for tail in _tails(name, later_words)
        )

    def place_of(self, name: str) -> int | None:
        """The place of exactly this name."""
        return self._whole.exact(name)

    def beginning(self, wanted: str, most: int) -> list[int]:
        """Places of the best names that begin like this, in order."""
        return self._whole.best(wanted, most)

    def later_word(self, wanted: str, most: int) -> list[int]:
        """Places of the best names with a later word that begins like this, in order."""
        return self._later.best(wanted, most)


class _Beginnings:
    """Texts in order. `pairs` come in the order of preference."""

    def __init__(self, pairs: Iterable[tuple[str, int]]) -> None:
        self._noted: dict[str, list[int]] = defaultdict(list)
        pairs = sorted_in_turns(self._note(pairs), lambda pair: pair[0][:2])
        self._texts = [text for text, _ in pairs]
        self._places = [place for _, place in pairs]

    def _note(self, pairs: Iterable[tuple[str, int]]) -> Iterator[tuple[str, int]]:
        for text, place in pairs:
            for length in range(1, min(len(text), _NOTED_LENGTH) + 1):
                noted = self._noted[text[:length]]
                if len(noted) < _NOTED_NAMES and place not in noted[-1:]:
                    noted.append(place)
            yield text, place

    def exact(self, text: str) -> int | None:
        at = bisect_left(self._texts, text)
        return self._places[at] if self._texts[at : at + 1] == [text] else None

    def best(self, wanted: str, most: int) -> list[int]:
        if len(wanted) <= _NOTED_LENGTH and most <= _NOTED_NAMES:
            return self._noted.get(wanted, [])[:most]
        return nsmallest(most, set(self._between(wanted)))

    def _between(self, wanted: str) -> Sequence[int]:
        return self._places[bisect_left(self._texts, wanted) : bisect_left(self._texts, wanted + _LAST)]


def _tails(name: str, wanted: Callable[[str], bool]) -> Iterator[str]:
    """The name from its second word on, from its third word on, and so on."""
    words = name.split(" ")
    return (" ".join(words[first:]) for first in range(1, len(words)) if wanted(words[first]))
