"""Names to offer while someone types: exact, same beginning, beginning of a later word, then similar. No Django.

Within each: ingredients before products, then the commoner, then the shorter. Commonness is our judgement, by what we
can count: brand names and, once a release is loaded, clinical drugs that lead to the substance.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from clinical.vocabulary.fuzzy import FuzzyNames
from clinical.vocabulary.lookalikes import LookAlikeNames, LookAlikes
from clinical.vocabulary.names import NameRow, NameTable
from clinical.vocabulary.release import PRODUCT, SINGLE, Meaning, ReleaseNames, counted
from clinical.vocabulary.shelf import Shelf
from clinical.vocabulary.text import normalise

INGREDIENT = "ingredient"
BRAND = "brand"
_EDITS = ((3, 1), (6, 2))
_MOST_SIMILAR = 100
# Judgement: nobody corrects the spelling of a name longer than this; vaccines list their strains in theirs.
_LONGEST_CORRECTED = 80
BEGINNINGS_REMEMBERED = 2048

Order = tuple[int, int, int, str]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One name to offer. `kind` is "ingredient" or the kind of the name; `substances` are the keys it leads to.

    `shown_as` is the name in tall letters where it has such a spelling, `about` what it is for, else what it leads to.
    """

    name: str
    substances: tuple[str, ...]
    kind: str
    shown_as: str = ""
    about: str = ""


class Suggester:
    """Ranked suggestions over our own names and the release behind them."""

    def __init__(
        self,
        table: NameTable,
        rows: Iterable[NameRow],
        look_alikes: LookAlikeNames | None = None,
        release: ReleaseNames | None = None,
    ) -> None:
        rows = tuple(rows)
        self._table, self._release = table, release
        self._look_alikes = look_alikes or LookAlikeNames(LookAlikes(), table.names)
        self._shown = {normalise(row.name): (row.name, row.kind) for row in rows}
        self._shown |= {normalise(key): (key, INGREDIENT) for key in table.keys}
        common = Counter(release.commonness) if release else Counter()
        common.update(_counted_brands(table, rows))
        self._order = {name: self._preference(name, common) for name in table.ordered}
        self._shelf = Shelf(sorted(table.ordered, key=self._order.__getitem__))
        names = {*table.ordered, *(release.first.by_preference if release else ())}
        short = (name for name in names if len(name) <= _LONGEST_CORRECTED)
        self.corrected = sorted(short, key=self._order_of)
        self.fuzzy = FuzzyNames(self.corrected)
        # The beginnings of names are typed again and again, and offer everybody the same.
        self._remembered = lru_cache(maxsize=BEGINNINGS_REMEMBERED)(self._best)

    def _preference(self, name: str, common: Counter[Meaning]) -> Order:
        keys = self._table.names[name]
        by_itself = self._shown[name][1] == INGREDIENT and self._table.expand(keys[0]) == keys
        most = max(common[frozenset(self._table.expand(key))] for key in keys)
        return SINGLE if by_itself else PRODUCT, -most, len(name), name

    def suggest(self, typed: str, limit: int) -> list[Suggestion]:
        """The best names for what is typed so far; empty for nothing typed. Each name once."""
        wanted = normalise(typed)
        return list(self._remembered(wanted, limit)) if wanted else []

    def _best(self, wanted: str, limit: int) -> tuple[Suggestion, ...]:
        found: dict[str, None] = {}
        for rank in (self._exact, self._beginning, self._later_word, self._similar, self._drugs):
            found.update(dict.fromkeys(rank(wanted, limit)))
            if len(found) >= limit:
                break
        return tuple(self._suggestion(name) for name in self._with_look_alikes(list(found)[:limit], wanted)[:limit])

    def _exact(self, wanted: str, _limit: int) -> list[str]:
        name = self._table.find(wanted)
        if name:
            return [name]
        return [wanted] if self._release and wanted in self._release.suggested else []

    def _beginning(self, wanted: str, limit: int) -> list[str]:
        return self._from_shelves(Shelf.beginning, wanted, limit)

    def _later_word(self, wanted: str, limit: int) -> list[str]:
        return self._from_shelves(Shelf.later_word, wanted, limit)

    def _from_shelves(self, search, wanted: str, limit: int) -> list[str]:
        names = {self._shelf.by_preference[place] for place in search(self._shelf, wanted, limit)}
        if self._release:
            names.update(
                self._release.first.by_preference[place] for place in search(self._release.first, wanted, limit)
            )
        return sorted(names, key=self._order_of)

    def _order_of(self, name: str) -> Order:
        return self._order.get(name) or self._release.preference(name)

    def _similar(self, wanted: str, _limit: int) -> list[str]:
        """Names that are nearly this, or begin nearly like this, by the fewest edits that find any; nearest first."""
        allowed = max((edits for length, edits in _EDITS if len(wanted) >= length), default=0)
        for edits in range(1, allowed + 1):
            places = self.fuzzy.within(wanted, edits, _MOST_SIMILAR)
            places += self.fuzzy.within(wanted, edits, _MOST_SIMILAR, begins=True)
            if places:
                near = {place: (_distance(wanted, self.corrected[place], edits), place) for place in places}
                return [self.corrected[place] for place in sorted(near, key=near.__getitem__)]
        return []

    def _drugs(self, wanted: str, limit: int) -> list[str]:
        """Clinical and branded drugs and packs: after every ingredient and brand."""
        if not self._release:
            return []
        shelf = self._release.drugs
        places = [*shelf.beginning(wanted, limit), *shelf.later_word(wanted, limit)]
        return [shelf.by_preference[place] for place in places]

    def _with_look_alikes(self, names: list[str], wanted: str) -> list[str]:
        """The same, with every look-alike that could as well be meant right behind the name it is mistaken for."""
        shown: dict[str, None] = {}
        for name in names:
            beside = self._look_alikes.could_be(self._ingredients(name), wanted) if len(wanted) > 1 else []
            shown.update(dict.fromkeys((name, *beside)))
        return list(shown)

    def _ingredients(self, name: str) -> tuple[str, ...]:
        """The one substance this name stands for; nothing for a choice or a combination."""
        keys = self._keys(name)
        expanded = self._table.expand(keys[0]) if len(keys) == 1 else ()
        return expanded if len(expanded) == 1 else ()

    def _keys(self, name: str) -> tuple[str, ...]:
        own = self._table.names.get(name)
        if own:
            return own
        concept = self._release.concept(name)
        combination = self._table.combination_of(concept.substances) if len(concept.substances) > 1 else None
        return (combination,) if combination else concept.substances or concept.choices

    def _suggestion(self, name: str) -> Suggestion:
        keys = self._keys(name)
        shown, kind = self._shown.get(name) or self._released(name)
        listed = self._look_alikes.listed
        return Suggestion(shown, keys, kind, listed.tall_man.get(shown, shown), self._about(shown, keys))

    def _released(self, name: str) -> tuple[str, str]:
        concept = self._release.concept(name)
        spellings = (concept.name, *concept.other_names)
        return next(spelling for spelling in spellings if normalise(spelling) == name), concept.kind

    def _about(self, shown: str, keys: tuple[str, ...]) -> str:
        """What it is for where that is listed; else what it leads to, unless that is its name."""
        listed = self._look_alikes.listed
        if len(keys) > 1:
            return ", ".join(keys)
        use = listed.used_for.get(keys[0], "")
        if shown == keys[0]:
            return use
        leads_to = " + ".join(listed.tall_man.get(key, key) for key in self._table.expand(keys[0]))
        return f"{leads_to}: {use}" if use else leads_to


def _counted_brands(table: NameTable, rows: Iterable[NameRow]) -> Iterator[Meaning]:
    brands = {(normalise(row.name), table.expand(row.substance)) for row in rows if row.kind == BRAND}
    return (meaning for _, substances in brands for meaning in counted(substances))


def _distance(wanted: str, name: str, allowed: int) -> tuple[int, bool]:
    """Edits to the name or to its nearest beginning, the whole name first."""
    whole = OSA.distance(wanted, name, score_cutoff=allowed)
    begun = min(OSA.distance(wanted, name[: len(wanted) + more], score_cutoff=allowed) for more in (-1, 0, 1))
    return min((whole, False), (begun, True))
