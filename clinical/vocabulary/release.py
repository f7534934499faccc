"""The names and numbers of one loaded RxNorm release, in memory. No Django.

Says what the release says. That our own names go before it is for `index.py` to see to. Retired concepts are
recognised by their exact name or number and never suggested.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from sys import intern
from typing import Any

from clinical.vocabulary.shelf import Shelf, sorted_in_turns
from clinical.vocabulary.text import normalise

ACTIVE = "active"
INGREDIENT_TYPES = frozenset({"IN", "PIN", "MIN"})
BRAND_TYPE = "BN"
_FIRST = INGREDIENT_TYPES | {BRAND_TYPE}
CLINICAL_DRUG_TYPE = "SCD"
_KINDS = {"IN": "ingredient", "PIN": "salt", "MIN": "combination", "BN": "brand"}
SINGLE, PRODUCT = 0, 1  # an ingredient by itself goes before a salt, a combination or a brand

Meaning = frozenset[str]


@dataclass(frozen=True, slots=True)
class ConceptRow:
    """One concept: what it consists of (`substances`), or what to choose from (`choices`), as keys of substances."""

    rxcui: str
    term_type: str
    name: str
    substances: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()
    route: str = ""
    status: str = ACTIVE

    @property
    def kind(self) -> str:
        """What kind of name it is, in one word."""
        return _KINDS.get(self.term_type, "drug")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a name or number of the release stands for: each a list of keys.

    More than one is a choice; `needs_choice` says that even a single one is only to be offered.
    """

    meanings: tuple[tuple[str, ...], ...]
    route: str = ""
    route_from: str = ""
    needs_choice: bool = False


class ReleaseNames:
    """One release. Build once (a second or two for a whole one), ask often."""

    def __init__(self, number: int, rows: Iterable[ConceptRow]) -> None:
        self.number = number
        same: dict[tuple[str, ...], tuple[str, ...]] = {}
        known = (_sparing(row, same) for row in rows if row.substances or row.choices)
        # Plain tuples: the garbage collector, which stops every thread, leaves them out.
        self._stored = sorted_in_turns(known, lambda row: (len(row[0]), row[0][:3]), _by_number)
        named = [_names_of(row) for row in self._concepts()]
        pairs = ((name, at) for at, names in enumerate(named) for name in names)
        pairs = sorted_in_turns(pairs, lambda pair: pair[0][:2])
        self._names = [name for name, _ in pairs]
        self._owners = array("L", (at for _, at in pairs))
        self.commonness = self._count()
        self._fill_shelves(named)

    def _concepts(self) -> Iterator[ConceptRow]:
        return (ConceptRow(*stored) for stored in self._stored)

    def _count(self) -> Counter[Meaning]:
        counts: Counter[Meaning] = Counter()
        for row in self._concepts():
            if row.status == ACTIVE and row.substances and row.term_type in (BRAND_TYPE, CLINICAL_DRUG_TYPE):
                counts.update(counted(row.substances))
        return counts

    def _fill_shelves(self, named: list[tuple[str, ...]]) -> None:
        first: dict[str, int] = {}
        drugs: dict[str, int] = {}
        for at, (row, names) in enumerate(zip(self._concepts(), named, strict=True)):
            if row.status == ACTIVE:
                shelf = first if row.term_type in _FIRST else drugs
                for name in names:
                    shelf.setdefault(name, at)
        self._order = {name: self._preference(name, at) for name, at in first.items()}
        self.first = Shelf(sorted(first, key=self._order.__getitem__))
        beginnings = frozenset(name.split(" ", 1)[0] for name in first)
        by_length = sorted_in_turns(drugs.keys() - first.keys(), len)
        self.drugs = Shelf(by_length, beginnings.__contains__)
        self._at = drugs | first

    def _preference(self, name: str, at: int) -> tuple[int, int, int, str]:
        row = ConceptRow(*self._stored[at])
        kind = SINGLE if row.term_type == "IN" else PRODUCT
        return kind, -self.commonness[frozenset(row.substances)], len(name), name

    def preference(self, name: str) -> tuple[int, int, int, str]:
        """The order among ingredients and brands: single ingredients first, then the commoner, then the shorter."""
        return self._order[name]

    @property
    def suggested(self) -> Container[str]:
        """Every normalised name that may be suggested."""
        return self._at

    @property
    def first_names(self) -> Container[str]:
        """Normalised names of ingredients and brands."""
        return self._order

    def concept(self, name: str) -> ConceptRow:
        """The active concept that is suggested under this normalised name."""
        return ConceptRow(*self._stored[self._at[name]])

    def __contains__(self, name: object) -> bool:
        """Whether this is a normalised name of the release."""
        return bool(self._rows_of(name)) if isinstance(name, str) else False

    def named(self, name: str) -> Reading | None:
        """What a normalised name stands for; names of several concepts are read as all of them."""
        return _reading(self._rows_of(name))

    def numbered(self, rxcui: str) -> Reading | None:
        """What a RxNorm number stands for."""
        wanted = (len(rxcui), rxcui)
        at = bisect_left(self._stored, wanted, key=_by_number)
        found = (ConceptRow(*stored) for stored in self._stored[at : at + 1])
        return _reading([row for row in found if row.rxcui == rxcui])

    def _rows_of(self, name: str) -> list[ConceptRow]:
        start, end = bisect_left(self._names, name), bisect_right(self._names, name)
        return [ConceptRow(*self._stored[at]) for at in self._owners[start:end]]


def counted(substances: Iterable[str]) -> Iterator[Meaning]:
    """What one brand or drug counts for: exactly its combination, and each ingredient of it."""
    whole = frozenset(substances)
    yield whole
    if len(whole) > 1:
        yield from (frozenset((key,)) for key in whole)


def _names_of(row: ConceptRow) -> tuple[str, ...]:
    names = (normalise(name) for name in (row.name, *row.other_names))
    return tuple(dict.fromkeys(name for name in names if name))


def _by_number(stored: tuple[Any, ...]) -> tuple[int, str]:
    return len(stored[0]), stored[0]


def _sparing(row: ConceptRow, same: dict[tuple[str, ...], tuple[str, ...]]) -> tuple[Any, ...]:
    """The cells of the row, with values that many rows share kept once."""
    return (
        row.rxcui,
        intern(row.term_type),
        row.name,
        same.setdefault(row.substances, row.substances),
        same.setdefault(row.choices, row.choices),
        row.other_names,
        intern(row.route),
        intern(row.status),
    )


def _reading(rows: list[ConceptRow]) -> Reading | None:
    if not rows:
        return None
    meanings = {frozenset(row.substances): row.substances for row in rows if row.substances}
    meanings |= {frozenset((key,)): (key,) for row in rows for key in row.choices}
    certain = len({row.route for row in rows}) == 1 and rows[0].route
    origin = "substance" if all(row.term_type in INGREDIENT_TYPES for row in rows) else "name"
    needs_choice = any(row.choices for row in rows)
    return Reading(tuple(meanings.values()), rows[0].route if certain else "", origin if certain else "", needs_choice)
