"""All names of one reference version in memory: exact look-up, beginnings, and what a substance consists of.

Decides nothing about typed lines; `index.py` does. No Django.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from clinical.vocabulary.text import normalise

AMBIGUOUS_KIND = "ambiguous"
SALT_KIND = "salt"
SHORTEST_BEGINNING = 4
_MOST_WORDS = 8
# Taken on their own as well, so dropping them could drop a substance ("vitamin C zinc").
_NEVER_JUST_A_SALT = frozenset({"calcium", "magnesium", "potassium", "strontium", "zinc"})


@dataclass(frozen=True, slots=True)
class SubstanceRow:
    """One substance. `components` are keys: the ingredients of a combination, or the base of a salt."""

    key: str
    components: tuple[str, ...] = ()
    route: str = ""
    rxcui: str = ""


@dataclass(frozen=True, slots=True)
class NameRow:
    """One name of a substance. Names of the kind "ambiguous" are only ever offered as a choice."""

    name: str
    substance: str
    kind: str
    route: str = ""


class NameTable:
    """Normalised names and the substances they lead to."""

    def __init__(self, substances: Iterable[SubstanceRow], names: Iterable[NameRow]) -> None:
        substances = tuple(substances)
        self._components = {row.key: row.components for row in substances}
        self._routes = {row.key: row.route for row in substances if row.route}
        self.numbers = {row.rxcui: row.key for row in substances if row.rxcui}
        self.ambiguous: set[str] = set()
        self._salts: set[str] = set()
        self._routes_of_names: dict[str, set[str]] = defaultdict(set)
        self.names = self._read(names)
        self.ordered = sorted(self.names)
        self._joined = self._join_words()
        products = sorted((key for key in self._components if self.is_product(key)), reverse=True)
        self._combinations = {frozenset(self.expand(key)): key for key in products}

    def _read(self, rows: Iterable[NameRow]) -> dict[str, tuple[str, ...]]:
        keys: dict[str, list[str]] = defaultdict(list)
        for row in rows:
            name, base = normalise(row.name), normalise(row.substance)
            keys[name].append(row.substance)
            self._routes_of_names[name].add(row.route)
            if row.kind == AMBIGUOUS_KIND:
                self.ambiguous.add(name)
            if row.kind == SALT_KIND and name.startswith(base + " "):
                self._salts.update(name.removeprefix(base).split())
        self._salts -= _NEVER_JUST_A_SALT
        self._salts_begun = {salt[:end] for salt in self._salts for end in range(SHORTEST_BEGINNING, len(salt) + 1)}
        names = {name: tuple(dict.fromkeys(found)) for name, found in keys.items() if name}
        # A substance's own name goes before the same word used for another one ("pyridoxine" for vitamin B6).
        return names | {normalise(key): (key,) for key in self._components}

    def _join_words(self) -> dict[str, str]:
        """Names without their spaces ("7oh", "vitaminb12"), where that can be one name only."""
        joined: dict[str, list[str]] = defaultdict(list)
        for name in self.names:
            joined[name.replace(" ", "")].append(name)
        return {short: names[0] for short, names in joined.items() if len(names) == 1}

    def __contains__(self, key: object) -> bool:
        """Whether this is the key of a substance."""
        return key in self._components

    @property
    def keys(self) -> Iterable[str]:
        """All substances."""
        return self._components

    def expand(self, key: str) -> tuple[str, ...]:
        """The ingredients a substance acts through: components of a combination, base of a salt, else itself."""
        components = self._components.get(key, ())
        if not components:
            return (key,)
        return tuple(dict.fromkeys(base for component in components for base in self.expand(component)))

    def is_product(self, key: str) -> bool:
        """Whether this is a combination of several ingredients."""
        return len(self.expand(key)) > 1

    def combination_of(self, substances: Iterable[str]) -> str | None:
        """The combination with exactly these ingredients, if there is one."""
        return self._combinations.get(frozenset(substances))

    def meaning(self, name: str) -> frozenset[tuple[str, ...]]:
        """What a normalised name stands for, so that two names can be compared."""
        return frozenset(self.expand(key) for key in self.names[name])

    def route_of_name(self, name: str) -> str:
        """How everything of this normalised name is given, if all rows of it agree."""
        routes = self._routes_of_names.get(name, set())
        return next(iter(routes)) if len(routes) == 1 else ""

    def route_of(self, key: str) -> str:
        """How everything of this substance is given: as its own row says, else as all its ingredients agree."""
        routes = {self._routes.get(part, "") for part in self.expand(key)}
        return self._routes.get(key) or (next(iter(routes)) if len(routes) == 1 else "")

    def find(self, name: str) -> str | None:
        """The normalised name this exactly is: as spelt, with its words joined, or without the name of a salt."""
        wanted = normalise(name)
        while wanted:
            if wanted in self.names:
                return wanted
            joined = self._joined.get(wanted.replace(" ", ""))
            if joined:
                return joined
            wanted = self.without_salt(wanted)
        return None

    def without_salt(self, name: str) -> str:
        """The normalised name without the name of a salt at its end; empty where none stands there."""
        rest, _, last = name.rpartition(" ")
        return rest if last in self._salts_begun else ""

    def beginning_with(self, beginning: str) -> Iterator[str]:
        """Normalised names that begin like this, in order; none for a very short beginning."""
        if len(beginning) < SHORTEST_BEGINNING:
            return
        for name in self.ordered[bisect_left(self.ordered, beginning) :]:
            if not name.startswith(beginning):
                return
            yield name

    def mentioned(self, text: str) -> tuple[str, ...]:
        """Substances whose exact names stand anywhere in this text."""
        known = (run for run in runs_of(text) if run in self.names)
        return tuple(dict.fromkeys(key for run in known for key in self.names[run]))


def runs_of(text: str) -> dict[str, None]:
    """Every run of neighbouring words that could be a name, each once, in order."""
    words = normalise(text).split()
    runs = (" ".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, i + 1 + _MOST_WORDS))
    return dict.fromkeys(run for run in runs if len(run) >= SHORTEST_BEGINNING)
