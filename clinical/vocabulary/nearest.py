"""Finds the name a misspelling was probably meant to be, or says that several are as near. In memory, no Django."""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from clinical.vocabulary.fuzzy import MOST_EDITS, FuzzyNames

_DIGITS = re.compile(r"\d+")
_MOST_NEAR = 500
# Hardly a medicine ends so, and many plain words do ("sleeping", two edits from Sleepinal).
_ENGLISH = "ing"
Rivals = Callable[[str, str], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a spelling may be off. A judgement, set so that look-alike medicines are never swapped in silence.

    `edits` gives the most edits allowed from each length on. A winner with `n` edits needs every other meaning to be
    at least `n * rival_factor` edits away. Words of `exact_word_below` letters or fewer must be spelt as they are.
    A name known to be mistaken for the winner is a rival up to `look_alike_edits` away. `offered` is from which length
    on names so many edits away are worth offering where nothing else is near.
    """

    shortest: int = 5
    edits: tuple[tuple[int, int], ...] = ((5, 1), (9, 2))
    rival_factor: int = 2
    exact_word_up_to: int = 4
    look_alike_edits: int = 3
    offered: tuple[int, int] = (6, 2)

    def edits_for(self, length: int) -> int:
        """The most edits allowed in a word of this length; 0 below the shortest."""
        return max((edits for start, edits in self.edits if length >= start), default=0)


class NearestNames:
    """Normalised names, searched by edit distance (a swap of two neighbouring letters counts as one edit)."""

    def __init__(self, names: Iterable[str], limits: Limits | None = None, fuzzy: FuzzyNames | None = None) -> None:
        """`fuzzy` holds the same names in the same order, where it was built already."""
        self.limits = limits or Limits()
        self._names = tuple(names)
        self._fuzzy = fuzzy or FuzzyNames(self._names)
        self._longest = max(map(len, self._names), default=0)
        self._by_words: dict[int, list[str]] = defaultdict(list)
        for name in sorted(self._names, key=len):
            self._by_words[name.count(" ")].append(name)

    def nearest(
        self, typed: str, meaning: Callable[[str], object], look_alikes: Rivals | None = None
    ) -> tuple[str, ...]:
        """One name when it clearly wins; several when meanings are about equally near; none when nothing is near.

        `meaning` says what a name stands for: names that mean the same are no rivals. `look_alikes` gives the names
        that a winner is known to be mistaken for and that could as well have been meant: rivals as well.
        """
        near = self._nearest_first(typed)
        if not near:
            return ()
        best, winner = min(near)
        reach = best * self.limits.rival_factor - 1
        if reach > best:
            near = self.near(typed, reach)
        rivals = [name for edits, name in sorted(near) if edits <= reach]
        rivals.extend(look_alikes(winner, typed) if rivals and look_alikes else ())
        meanings = {meaning(name) for name in rivals}
        return (winner,) if len(meanings) == 1 else tuple(dict.fromkeys(rivals))

    def further_off(self, typed: str) -> list[str]:
        """Names too far off to be taken for what was typed, near enough to ask; nearest first. Single words only."""
        shortest, edits = self.limits.offered
        if len(typed) < shortest or " " in typed or typed.endswith(_ENGLISH):
            return []
        return [name for _, name in sorted(self.near(typed, edits))]

    def _nearest_first(self, typed: str) -> list[tuple[int, str]]:
        """All names as near as the nearest, by the fewest edits that find any: wider searches cost several times."""
        for edits in range(1, self.limits.edits_for(len(typed)) + 1):
            near = self.near(typed, edits)
            if near:
                return near
        return []

    def near(self, typed: str, edits: int) -> list[tuple[int, str]]:
        """All names up to so many edits away that may be compared with what was typed, with their distance."""
        if len(typed) > self._longest + edits:  # every name is further away than that
            return []
        found = process.extract(typed, self._within(typed, edits), scorer=OSA.distance, score_cutoff=edits, limit=None)
        return [(int(distance), name) for name, distance, _ in found if self.comparable(typed, name)]

    def _within(self, typed: str, edits: int) -> Sequence[str]:
        if edits <= MOST_EDITS:
            return [self._names[place] for place in self._fuzzy.within(typed, edits, _MOST_NEAR)]
        names = self._by_words.get(typed.count(" "), [])
        start = bisect_left(names, len(typed) - edits, key=len)
        return names[start : bisect_right(names, len(typed) + edits, key=len)]

    def comparable(self, typed: str, name: str) -> bool:
        """False where digits or a short word differ: those tell products apart ("Zyrtec-D", "vitamin B6")."""
        if len(name) < self.limits.shortest or _DIGITS.findall(typed) != _DIGITS.findall(name):
            return False
        ours, theirs = typed.split(), name.split()
        if len(ours) != len(theirs):
            return False
        pairs = zip(ours, theirs, strict=True)
        return all(a == b or min(len(a), len(b)) > self.limits.exact_word_up_to for a, b in pairs)
