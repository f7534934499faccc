"""The name index: what was typed -> substances, or a choice, or nothing. In memory, no Django.

Never picks between two substances in silence: an exact name is exact, one clear misspelling is fuzzy, everything
else is shown as a choice or as not recognised.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache

from clinical.screening.facts import Match
from clinical.vocabulary.names import NameRow, NameTable, SubstanceRow
from clinical.vocabulary.nearest import Limits, NearestNames
from clinical.vocabulary.suggestions import Suggester, Suggestion
from clinical.vocabulary.text import Entry, normalise, openings, parse_entry, tidy, unread_after

MOST_CANDIDATES = 12
_WORDS_OF_SIG = 2
_WORDS_BETWEEN = r"\s+(?:and|plus|with|w/)\s+|\s*[+;&]\s*|,\s+"
# Ways to write two medicines on one line, from the surest to the least sure.
_BETWEEN = (
    re.compile(_WORDS_BETWEEN),
    re.compile(_WORDS_BETWEEN + r"|\s*/\s*(?=[a-z])"),
    re.compile(_WORDS_BETWEEN + r"|\s*/\s*(?=[a-z])|(?<=[a-z])-(?=[a-z])"),
)

LINES_REMEMBERED = 4096
# Judgement: more medicines than this on one line are offered as a choice; each costs several searches.
MOST_PARTS = 12


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a line was recognised as; see `clinical.screening.facts.Taken` for what the fields mean."""

    match: Match
    substances: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    entry: Entry = field(default_factory=lambda: Entry(raw=""))

    @property
    def route(self) -> str | None:
        """The route as typed, or None."""
        return self.entry.route


NOTHING = Resolution(Match.NONE)


class NameIndex:
    """All names of one reference version. Build once, ask often."""

    def __init__(
        self, substances: Iterable[SubstanceRow], names: Iterable[NameRow], limits: Limits | None = None
    ) -> None:
        names = tuple(names)
        self.table = NameTable(substances, names)
        clear = (name for name in self.table.ordered if name not in self.table.ambiguous)
        self._nearest = NearestNames(clear, limits)
        self._suggester = Suggester(self.table, names)
        # A page screens the same lines again with every change of a field; the answers are frozen.
        self._remembered = lru_cache(maxsize=LINES_REMEMBERED)(self._resolve)

    def suggest(self, typed: str, limit: int = 8) -> list[Suggestion]:
        """Names to offer while someone types."""
        return self._suggester.suggest(typed, limit)

    def resolve(self, typed: str) -> Resolution:
        """Recognise one line: exact names, then several medicines, then one clear misspelling, then a choice."""
        return self._remembered(typed)

    def _resolve(self, typed: str) -> Resolution:
        entry = parse_entry(typed)
        found = (
            self._exact(typed, entry) or self._several(typed) or self._near(typed, entry) or self._choice(typed, entry)
        )
        return replace(found, entry=entry)

    def chosen(self, key: str, typed: str) -> Resolution:
        """What a person picked from the candidates: exact, whatever was typed. An unknown key is not recognised."""
        known = self._of_keys((key,)) if key in self.table else NOTHING
        return replace(known, entry=parse_entry(typed))

    def _of_keys(self, keys: tuple[str, ...], choice: bool = False) -> Resolution:
        """One meaning is exact; several, or a name marked ambiguous, are a choice."""
        if choice or len({self.table.expand(key) for key in keys}) > 1:
            return self._offer(keys)
        substances = self.table.expand(keys[0])
        product = self.table.combination_of(substances) if len(substances) > 1 else None
        return Resolution(Match.EXACT, substances, (product,) if product else ())

    def _offer(self, keys: Iterable[str]) -> Resolution:
        """A choice of substances, each meaning once."""
        meanings = {self.table.expand(key): key for key in reversed(tuple(dict.fromkeys(keys)))}
        return Resolution(Match.AMBIGUOUS, candidates=tuple(reversed(meanings.values()))[:MOST_CANDIDATES])

    def _of_name(self, name: str) -> Resolution | None:
        found = self.table.find(name)
        return self._of_keys(self.table.names[found], found in self.table.ambiguous) if found else None

    def _exact(self, typed: str, entry: Entry) -> Resolution | None:
        for name, end in openings(typed):
            found = self._of_name(name)
            if found:
                unread, adjacent = unread_after(typed, end)
                whole = not adjacent and not self.table.mentioned(unread)
                return self._with_aside(found, entry) if whole else None
        return None

    def _with_aside(self, found: Resolution, entry: Entry) -> Resolution:
        """Add what stands in brackets: it settles a choice, adds a medicine, or makes the line a choice."""
        aside = self._of_name(entry.aside)
        if aside is None or aside.match is not Match.EXACT:
            mentioned = self.table.mentioned(entry.aside)
            known = {self.table.expand(key) for key in _keys_of([found])} | {found.substances}
            new = [key for key in mentioned if self.table.expand(key) not in known]
            return self._offer([*_keys_of([found]), *new]) if new else found
        if found.match is Match.EXACT:
            return self._merge([found, aside])
        settled = any(self.table.expand(key) == aside.substances for key in found.candidates)
        return aside if settled else found

    def _several(self, typed: str) -> Resolution | None:
        """Several medicines on one line: recognised when each part is; a choice when only some are."""
        partly: list[Resolution] = []
        for between in _BETWEEN:
            parts = [part for part in between.split(tidy(typed)) if part.strip()]
            if len(parts) > MOST_PARTS:
                continue
            found = [self._part(part) for part in parts]
            known = [part for part in found if part]
            if len(parts) > 1 and len(known) == len(parts):
                return self._merge(known)
            partly = partly or (known if len(parts) > 1 else [])
        return self._offer(_keys_of(partly)) if partly else None

    def _part(self, part: str) -> Resolution | None:
        entry = parse_entry(part)
        return self._exact(part, entry) or self._near(part, entry)

    def _merge(self, found: list[Resolution]) -> Resolution:
        """All of these together; the least sure match is the match of the whole."""
        matches = {part.match for part in found}
        if Match.AMBIGUOUS in matches:
            return self._offer(_keys_of(found))
        substances = tuple(dict.fromkeys(item for part in found for item in part.substances))
        combination = self.table.combination_of(substances) if len(substances) > 1 else None
        products = [item for part in found for item in part.products] + ([combination] if combination else [])
        match = Match.FUZZY if Match.FUZZY in matches else Match.EXACT
        return Resolution(match, substances, tuple(dict.fromkeys(products)))

    def _near(self, typed: str, entry: Entry) -> Resolution | None:
        """One clear misspelling. A name with its next words goes before the name alone ("Claritin Eye")."""
        name = normalise(entry.name)
        most = len(name.split()) + _WORDS_OF_SIG
        longer = (opening for opening, _ in openings(typed) if opening.startswith(entry.name))
        spellings = (opening for opening in map(normalise, longer) if len(opening.split()) <= most)
        for spelling in dict.fromkeys((*spellings, name)):
            names = self._nearest.nearest(spelling, self.table.meaning)
            if names:
                found = self._of_keys(tuple(key for name in names for key in self.table.names[name]))
                return replace(found, match=Match.FUZZY) if found.match is Match.EXACT else found
        return None

    def _choice(self, typed: str, entry: Entry) -> Resolution:
        """Known names within the line, then names that begin with what was typed: offered, never picked."""
        beginning = self.table.beginning_with(normalise(entry.name))
        keys = [*self.table.mentioned(tidy(typed)), *(key for name in beginning for key in self.table.names[name])]
        return self._offer(keys) if keys else NOTHING


def _keys_of(found: Iterable[Resolution]) -> list[str]:
    """What a choice between these offers: combinations as such rather than their ingredients."""
    return [key for part in found for key in (part.candidates or part.products or part.substances)]
