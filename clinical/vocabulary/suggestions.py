"""Names to offer while someone types: exact, same beginning, beginning of a later word, then similar. No Django."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from clinical.vocabulary.names import NameRow, NameTable
from clinical.vocabulary.text import normalise

INGREDIENT = "ingredient"
_EDITS = ((3, 1), (6, 2))
_WIDTHS_KEPT = 24
_LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One name to offer. `kind` is "ingredient" or the kind of the name; `substances` are the keys it leads to."""

    name: str
    substances: tuple[str, ...]
    kind: str


class Suggester:
    """Ranked suggestions over one name table. Ingredients go before brands within each rank."""

    def __init__(self, table: NameTable, rows: Iterable[NameRow]) -> None:
        shown = {normalise(row.name): (row.name, row.kind) for row in rows}
        shown |= {normalise(key): (key, INGREDIENT) for key in table.keys}
        self._shown = [Suggestion(shown[name][0], table.names[name], shown[name][1]) for name in table.ordered]
        self._table, self._ordered = table, table.ordered
        self._order = [
            (s.kind != INGREDIENT, len(name), name) for s, name in zip(self._shown, self._ordered, strict=True)
        ]
        later = [(tail, i) for i, name in enumerate(self._ordered) for tail in _tails(name)]
        self._tails = sorted(later)
        self._cut = lru_cache(maxsize=_WIDTHS_KEPT)(self._cut_to)

    def suggest(self, typed: str, limit: int) -> list[Suggestion]:
        """The best names for what is typed so far; empty for nothing typed. Each name once."""
        wanted = normalise(typed)
        if not wanted:
            return []
        found: dict[int, None] = {}
        for rank in (self._exact, self._beginning, self._later_word, self._similar):
            found.update(dict.fromkeys(rank(wanted)))
            if len(found) >= limit:
                break
        return [self._shown[index] for index in list(found)[:limit]]

    def _exact(self, wanted: str) -> list[int]:
        name = self._table.find(wanted)
        return [bisect_left(self._ordered, name)] if name else []

    def _beginning(self, wanted: str) -> list[int]:
        start, end = bisect_left(self._ordered, wanted), bisect_left(self._ordered, wanted + _LAST)
        return sorted(range(start, end), key=self._order.__getitem__)

    def _later_word(self, wanted: str) -> list[int]:
        start, end = bisect_left(self._tails, (wanted,)), bisect_left(self._tails, (wanted + _LAST,))
        return sorted({index for _, index in self._tails[start:end]}, key=self._order.__getitem__)

    def _similar(self, wanted: str) -> list[int]:
        """Names that begin nearly like this, or are nearly this, nearest first."""
        allowed = max((edits for length, edits in _EDITS if len(wanted) >= length), default=0)
        if not allowed:
            return []
        near: dict[int, tuple[int, bool]] = {}
        for only_begins, names in ((False, self._ordered), (True, self._cut(len(wanted)))):
            found = process.extract(wanted, names, scorer=OSA.distance, score_cutoff=allowed, limit=None)
            for _, edits, index in found:
                rank = (int(edits), only_begins)
                near[index] = min(rank, near.get(index, rank))
        return sorted(near, key=lambda index: (near[index], self._order[index]))

    def _cut_to(self, length: int) -> list[str]:
        return [name[:length] for name in self._ordered]


def _tails(name: str) -> Iterator[str]:
    """The name from its second word on, from its third word on, and so on."""
    words = name.split(" ")
    return (" ".join(words[first:]) for first in range(1, len(words)))
