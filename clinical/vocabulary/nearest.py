"""Finds the name a misspelling was probably meant to be, or says that several are as near. In memory, no Django."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a spelling may be off. A judgement, set so that look-alike medicines are never swapped in silence.

    `edits` gives the most edits allowed from each length on. A winner with `n` edits needs every other meaning to be
    at least `n * rival_factor` edits away. Words of `exact_word_below` letters or fewer must be spelt as they are.
    """

    shortest: int = 5
    edits: tuple[tuple[int, int], ...] = ((5, 1), (9, 2))
    rival_factor: int = 2
    exact_word_up_to: int = 4

    def edits_for(self, length: int) -> int:
        """The most edits allowed in a word of this length; 0 below the shortest."""
        return max((edits for start, edits in self.edits if length >= start), default=0)


class NearestNames:
    """Normalised names, searched by edit distance (a swap of two neighbouring letters counts as one edit)."""

    def __init__(self, names: Iterable[str], limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._names = tuple(name for name in names if len(name) >= self.limits.shortest)
        self._longest = max(map(len, self._names), default=0)

    def nearest(self, typed: str, meaning: Callable[[str], object]) -> tuple[str, ...]:
        """One name when it clearly wins; several when meanings are about equally near; none when nothing is near.

        `meaning` says what a name stands for: names that mean the same are no rivals.
        """
        allowed = self.limits.edits_for(len(typed))
        if not allowed:
            return ()
        reach = allowed * self.limits.rival_factor - 1
        if len(typed) > self._longest + reach:  # every name is further away than that
            return ()
        found = process.extract(typed, self._names, scorer=OSA.distance, score_cutoff=reach, limit=None)
        near = [(int(edits), name) for name, edits, _ in found if self._comparable(typed, name)]
        best = min(near, default=(reach + 1, ""))
        if best[0] > allowed:
            return ()
        rivals = [name for edits, name in sorted(near) if edits < best[0] * self.limits.rival_factor]
        meanings = {meaning(name) for name in rivals}
        return (best[1],) if len(meanings) == 1 else tuple(rivals)

    def _comparable(self, typed: str, name: str) -> bool:
        """False where digits or a short word differ: those tell products apart ("Zyrtec-D", "vitamin B6")."""
        if _DIGITS.findall(typed) != _DIGITS.findall(name):
            return False
        ours, theirs = typed.split(), name.split()
        if len(ours) != len(theirs):
            return False
        pairs = zip(ours, theirs, strict=True)
        return all(a == b or min(len(a), len(b)) > self.limits.exact_word_up_to for a, b in pairs)
