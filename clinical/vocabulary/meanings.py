"""What one exact name or number stands for: our own names first, then the loaded RxNorm release. No Django.

Never picks between two substances: more than one meaning is a choice. Typed lines are for `index.py` to take apart.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import islice

from clinical.screening.facts import Match
from clinical.vocabulary.names import SHORTEST_BEGINNING, NameTable, runs_of
from clinical.vocabulary.release import Reading, ReleaseNames
from clinical.vocabulary.text import Entry, normalise, tidy

MOST_CANDIDATES = 12
_NUMBER = re.compile(r"(?:rx ?cui|rxnorm)(?: (?:id|no|number|code))? ?(\d{1,12})")
# Judgement: a bare number shorter than this is as likely a dose or a year; what it leads to has to be confirmed.
_SURE_NUMBER = 5


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a line was recognised as; see `clinical.screening.facts.Taken` for what the fields mean.

    `name_route` is how everything of the matched name is given, `substance_route` everything of the substance, and
    `form_route` how the substance is given in the form that was typed.
    """

    match: Match
    substances: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    entry: Entry = field(default_factory=lambda: Entry(raw=""))
    name_route: str = ""
    substance_route: str = ""
    form_route: str = ""

    @property
    def route(self) -> str | None:
        """The route as typed, else as the name, the form or the substance has it, or None."""
        return self.entry.route or self.name_route or self.form_route or self.substance_route or None

    @property
    def route_from(self) -> str:
        """Where the route is known from: "typed", "name", "form", "substance" or ""."""
        known = (
            ("typed", self.entry.route),
            ("name", self.name_route),
            ("form", self.form_route),
            ("substance", self.substance_route),
        )
        return next((origin for origin, route in known if route), "")


NOTHING = Resolution(Match.NONE)


class Meanings:
    """Our own names and, once it is loaded, the release behind them."""

    def __init__(self, table: NameTable, release: ReleaseNames | None = None) -> None:
        self.table, self.release = table, release

    def of_key(self, key: str) -> Resolution:
        """What a person picked; an unknown key is not recognised."""
        return self._of_keys((key,)) if key in self.table else NOTHING

    def of_name(self, name: str) -> Resolution | None:
        """A name as spelt, with joined words or without its salt, or a RxNorm number; None for anything else."""
        wanted = normalise(name)
        number = _NUMBER.fullmatch(wanted)
        if number:
            return self.of_number(number[1])
        own = self.table.find(wanted)
        return self.of_spelling(own) if own else self._released(wanted)

    def of_spelling(self, name: str) -> Resolution | None:
        """A normalised name that one of the layers holds exactly so."""
        reading = self.release.named(name) if self.release else None
        keys = self.table.names.get(name)
        if keys is None:
            return self._of_reading(reading) if reading else None
        found = self._of_keys(keys, name in self.table.ambiguous)
        if found.match is not Match.EXACT:
            return found
        return replace(found, name_route=self.table.route_of_name(name) or self._route_besides(found, reading))

    def of_number(self, rxcui: str) -> Resolution | None:
        """A RxNorm number as the release says, else as our own substances say."""
        reading = self.release.numbered(rxcui) if self.release else None
        if reading:
            return self._of_reading(reading)
        own = self.table.numbers.get(rxcui)
        return self.of_key(own) if own else None

    def is_number(self, name: str) -> bool:
        """Whether this is written as a RxNorm number."""
        return bool(_NUMBER.fullmatch(normalise(name)))

    def of_bare_number(self, typed: str) -> Resolution | None:
        """A line that is nothing but a number: a short one is a guess to be confirmed."""
        text = tidy(typed)
        found = self.of_number(text) if text.isascii() and text.isdigit() else None
        if found and found.match is Match.EXACT and len(text) < _SURE_NUMBER:
            return replace(found, match=Match.FUZZY)
        return found

    def meaning(self, name: str) -> object:
        """What a normalised name stands for, so that two names can be compared. One that always asks is its own."""
        found = self.of_spelling(name)
        if found is None or found.match is not Match.EXACT:
            return name, found and found.candidates
        return frozenset(found.substances)

    def offer(self, keys: Iterable[str]) -> Resolution:
        """A choice of substances, each meaning once."""
        meanings = {frozenset(self.table.expand(key)): key for key in reversed(tuple(dict.fromkeys(keys)))}
        return Resolution(Match.AMBIGUOUS, candidates=tuple(reversed(meanings.values()))[:MOST_CANDIDATES])

    def merge(self, found: list[Resolution]) -> Resolution:
        """All of these together; the least sure match is the match of the whole. A route counts where all share it."""
        matches = {part.match for part in found}
        if Match.AMBIGUOUS in matches:
            return self.offer(keys_of(found))
        substances = tuple(dict.fromkeys(item for part in found for item in part.substances))
        combination = self.table.combination_of(substances) if len(substances) > 1 else None
        products = [item for part in found for item in part.products] + ([combination] if combination else [])
        match = Match.FUZZY if Match.FUZZY in matches else Match.EXACT
        routes = {part.name_route or part.substance_route for part in found}
        shared = next(iter(routes)) if len(routes) == 1 else ""
        return Resolution(match, substances, tuple(dict.fromkeys(products)), name_route=shared)

    def mentioned(self, text: str) -> tuple[str, ...]:
        """Substances whose exact names stand anywhere in this text."""
        own = self.table.mentioned(text)
        if self.release is None:
            return own
        new = (run for run in runs_of(text) if run in self.release.first_names and run not in self.table.names)
        return tuple(dict.fromkeys((*own, *keys_of(filter(None, map(self.of_spelling, new))))))

    def beginning_with(self, beginning: str) -> list[str]:
        """Keys of names that begin like this, our own first."""
        names = islice(self.table.beginning_with(beginning), MOST_CANDIDATES * 4)
        keys = [key for name in names for key in self.table.names[name]]
        if self.release and len(beginning) >= SHORTEST_BEGINNING:
            places = self.release.first.beginning(beginning, MOST_CANDIDATES)
            more = map(self.of_spelling, (self.release.first.by_preference[place] for place in places))
            keys += keys_of(filter(None, more))
        return keys

    def _of_keys(self, keys: tuple[str, ...], choice: bool = False) -> Resolution:
        """One meaning is exact; several, or a name marked ambiguous, are a choice."""
        if choice or len({frozenset(self.table.expand(key)) for key in keys}) > 1:
            return self.offer(keys)
        substances = self.table.expand(keys[0])
        product = self.table.combination_of(substances) if len(substances) > 1 else None
        return Resolution(
            Match.EXACT, substances, (product,) if product else (), substance_route=self.table.route_of(keys[0])
        )

    def _released(self, name: str) -> Resolution | None:
        """A name of the release, with or without its salt."""
        while self.release and name:
            reading = self.release.named(name)
            if reading:
                return self._of_reading(reading)
            name = self.table.without_salt(name)
        return None

    def _of_reading(self, reading: Reading) -> Resolution:
        keys = [key for meaning in reading.meanings for key in self._as_keys(meaning)]
        if reading.needs_choice or len(reading.meanings) > 1:
            return self.offer(keys)
        if len(keys) == 1:
            found = self._of_keys((keys[0],))
        else:
            found = Resolution(
                Match.EXACT, tuple(dict.fromkeys(base for key in keys for base in self.table.expand(key)))
            )
        by_name = reading.route if reading.route_from == "name" else ""
        return replace(found, name_route=by_name, substance_route=found.substance_route or reading.route)

    def _as_keys(self, substances: tuple[str, ...]) -> tuple[str, ...]:
        """The combination as one key where we have it, else its ingredients."""
        combination = self.table.combination_of(substances) if len(substances) > 1 else None
        return (combination,) if combination else substances

    def _route_besides(self, found: Resolution, reading: Reading | None) -> str:
        """The route the release gives for a name of ours, where both mean the same by it."""
        released = self._of_reading(reading) if reading else NOTHING
        same = released.match is Match.EXACT and set(released.substances) == set(found.substances)
        return released.name_route if same else ""


def keys_of(found: Iterable[Resolution]) -> list[str]:
    """What a choice between these offers: combinations as such rather than their ingredients."""
    return [key for part in found for key in (part.candidates or part.products or part.substances)]
