"""The name index: what was typed -> substances, or a choice, or nothing. In memory, no Django.

Never picks between two substances in silence: an exact name is exact, one clear misspelling is fuzzy, everything
else is shown as a choice or as not recognised. Our own names go before those of a loaded RxNorm release.
"""

import re
from collections.abc import Iterable
from copy import copy
from dataclasses import replace
from functools import lru_cache

from clinical.screening.facts import Match
from clinical.vocabulary.local_forms import LocalForms
from clinical.vocabulary.lookalikes import LookAlikeNames, LookAlikes
from clinical.vocabulary.meanings import MOST_CANDIDATES, NOTHING, Meanings, Resolution, keys_of
from clinical.vocabulary.names import NameRow, NameTable, SubstanceRow
from clinical.vocabulary.nearest import Limits, NearestNames
from clinical.vocabulary.release import ReleaseNames
from clinical.vocabulary.suggestions import Suggester, Suggestion
from clinical.vocabulary.text import Entry, normalise, openings, parse_behind, parse_entry, tidy, unread_after

__all__ = ["MOST_CANDIDATES", "NOTHING", "NameIndex", "Resolution"]

_WORDS_OF_SIG = 2
_WORDS_BETWEEN = r"\s+(?:and|plus|with|w/)\s+|\s*[+;&]\s*|,\s+"
# Ways to write two medicines on one line, from the surest to the least sure.
_BETWEEN = (
    re.compile(_WORDS_BETWEEN),
    re.compile(_WORDS_BETWEEN + r"|\s*/\s*(?=[a-z])"),
    re.compile(_WORDS_BETWEEN + r"|\s*/\s*(?=[a-z])|(?<=[a-z])-(?=[a-z])"),
)

# A medicine kept for somebody else may still be what the patient takes: asked, never assumed.
_WHO = r"(?:dog|cat|pet|horse|husband|wife|spouse|partner|mother|mom|mum|father|dad|son|daughter|brother|sister)"
_SOMEBODY_ELSES = re.compile(rf"\bfor (?:(?:my|his|her|their|the|our|a) )?{_WHO}s?\b|\b{_WHO}['’]s\b")
LINES_REMEMBERED = 4096
# Judgement: more medicines than this on one line are offered as a choice; each costs several searches.
MOST_PARTS = 12
# The full name of a drug or pack of the release fits into this; longer lines are not compared as a whole.
_LONGEST_WHOLE = 4000


class NameIndex:
    """All names of one reference version, and the release if one is given. Build once, ask often."""

    def __init__(
        self,
        substances: Iterable[SubstanceRow],
        names: Iterable[NameRow],
        limits: Limits | None = None,
        look_alikes: LookAlikes | None = None,
        release: ReleaseNames | None = None,
        local_forms: LocalForms | None = None,
    ) -> None:
        self._rows = tuple(names)
        self.table = NameTable(substances, self._rows)
        self._limits = limits or Limits()
        self._local_forms = local_forms or LocalForms()
        self._look_alikes = LookAlikeNames(look_alikes or LookAlikes(), self.table.names)
        self._take(release)

    def with_release(self, release: ReleaseNames) -> "NameIndex":
        """The same names before this release. This index is left as it is and goes on answering."""
        other = copy(self)
        other._take(release)
        return other

    def _take(self, release: ReleaseNames | None) -> None:
        self._meanings = Meanings(self.table, release)
        self._suggester = Suggester(self.table, self._rows, self._look_alikes, release)
        self._nearest = NearestNames(self._suggester.corrected, self._limits, self._suggester.fuzzy)
        # A page screens the same lines again with every change of a field; the answers are frozen.
        self._remembered = lru_cache(maxsize=LINES_REMEMBERED)(self._resolve)

    def suggest(self, typed: str, limit: int = 8) -> list[Suggestion]:
        """Names to offer while someone types; with a strength or sig behind it, for the name before them."""
        found = self._suggester.suggest(typed, limit)
        name = "" if found else parse_entry(typed).name
        return self._suggester.suggest(name, limit) if name else found

    def resolve(self, typed: str) -> Resolution:
        """Recognise one line: exact names, then several medicines, then one clear misspelling, then a choice."""
        return self._remembered(typed)

    def _resolve(self, typed: str) -> Resolution:
        entry = self._entry_of(typed)
        found = (
            self._meanings.of_bare_number(typed)
            or self._whole(typed)
            or self._exact(typed, entry)
            or self._several(typed)
            or self._near(typed, entry)
            or self._choice(typed, entry)
        )
        if found.match in (Match.EXACT, Match.FUZZY) and _SOMEBODY_ELSES.search(tidy(typed)):
            found = self._meanings.offer(keys_of([found]))
        return self._read(found, entry)

    def _entry_of(self, typed: str) -> Entry:
        """The line taken apart; a name that looks like a piece of a sig ("INH") is a name where it is known."""
        entry = parse_entry(typed)
        if entry.name:
            return entry
        ends = (end for name, end in openings(typed) if self._meanings.of_name(name))
        end = next(ends, None)
        return entry if end is None else parse_behind(typed, end)

    def chosen(self, key: str, typed: str) -> Resolution:
        """What a person picked from the candidates: exact, whatever was typed. An unknown key is not recognised.

        The route a name has is kept where the name typed leads to what was picked.
        """
        picked, read = self._meanings.of_key(key), self.resolve(typed)
        by_name = read.name_route if read.substances and read.substances == picked.substances else ""
        return self._read(replace(picked, name_route=by_name), read.entry)

    def _read(self, found: Resolution, entry: Entry) -> Resolution:
        return replace(found, entry=entry, form_route=self._local_forms.route_of(entry, found.substances))

    def _whole(self, typed: str) -> Resolution | None:
        """A line that is nothing but one name, however many brackets and strengths belong to it (drugs and packs)."""
        line = tidy(typed)
        return self._meanings.of_spelling(normalise(line)) if len(line) <= _LONGEST_WHOLE else None

    def _exact(self, typed: str, entry: Entry) -> Resolution | None:
        for name, end in openings(typed):
            found = self._meanings.of_name(name)
            if found:
                unread, adjacent = unread_after(typed, end)
                whole = not adjacent and not self._meanings.mentioned(unread)
                return self._with_aside(found, entry) if whole else None
        return None

    def _with_aside(self, found: Resolution, entry: Entry) -> Resolution:
        """Add what stands in brackets: it settles a choice, adds a medicine, or makes the line a choice."""
        aside = self._meanings.of_name(entry.aside)
        if aside is None or aside.match is not Match.EXACT:
            mentioned = self._meanings.mentioned(entry.aside)
            known = {self.table.expand(key) for key in keys_of([found])} | {found.substances}
            new = [key for key in mentioned if self.table.expand(key) not in known]
            return self._meanings.offer([*keys_of([found]), *new]) if new else found
        if found.match is Match.EXACT:
            return self._both(found, aside, entry)
        settled = any(set(self.table.expand(key)) == set(aside.substances) for key in found.candidates)
        return aside if settled else found

    def _both(self, found: Resolution, aside: Resolution, entry: Entry) -> Resolution:
        """Two names are two medicines, unless they mean the same; a number that says otherwise is a contradiction."""
        if set(found.substances) == set(aside.substances):
            return replace(found, name_route=found.name_route or aside.name_route)
        if self._meanings.is_number(entry.aside):
            return self._meanings.offer(keys_of([found, aside]))
        return self._meanings.merge([found, aside])

    def _several(self, typed: str) -> Resolution | None:
        """Several medicines on one line: recognised when each part is; a choice when only some are."""
        partly: list[Resolution] = []
        text = tidy(typed)
        for between in _BETWEEN:
            parts = [part for part in between.split(text) if part.strip()]
            if not 1 < len(parts) <= MOST_PARTS:
                continue
            found = [self._part(part) for part in parts]
            known = [part for part in found if part]
            if len(known) == len(parts):
                return self._meanings.merge(known)
            partly = partly or known
        return self._meanings.offer([*keys_of(partly), *self._meanings.mentioned(text)]) if partly else None

    def _part(self, part: str) -> Resolution | None:
        entry = parse_entry(part)
        return self._exact(part, entry) or self._near(part, entry)

    def _near(self, typed: str, entry: Entry) -> Resolution | None:
        """One clear misspelling. A name with its next words goes before the name alone ("Claritin Eye")."""
        name = normalise(entry.name)
        most = len(name.split()) + _WORDS_OF_SIG
        longer = (opening for opening, _ in openings(typed) if opening.startswith(entry.name))
        spellings = (opening for opening in map(normalise, longer) if len(opening.split()) <= most)
        for spelling in dict.fromkeys((*spellings, name)):
            names = self._nearest.nearest(spelling, self._meanings.meaning, self._mistaken)
            found = [part for part in map(self._meanings.of_spelling, names) if part]
            if len(found) == 1 and found[0].match is Match.EXACT:
                return self._guess(found[0], typed)
            if found:
                return self._meanings.offer(keys_of(found))
        return None

    def _guess(self, found: Resolution, typed: str) -> Resolution:
        """A guess, unless another medicine is named on the line: then both are offered."""
        new = [
            key
            for key in self._meanings.mentioned(tidy(typed))
            if not set(self.table.expand(key)) <= set(found.substances)
        ]
        return self._meanings.offer([*keys_of([found]), *new]) if new else replace(found, match=Match.FUZZY)

    def _mistaken(self, winner: str, typed: str) -> list[str]:
        """Names that the winner is known to be mistaken for and that are near what was typed as well."""
        found = self._meanings.of_spelling(winner)
        edits = self._limits.look_alike_edits
        near = self._look_alikes.near(found.substances if found else (), typed, edits)
        return [name for name in near if self._nearest.comparable(typed, name)]

    def _choice(self, typed: str, entry: Entry) -> Resolution:
        """Known names within the line, then names that begin with what was typed, else names that are further off.

        All are offered, none is picked.
        """
        name = normalise(entry.name)
        keys = [*self._meanings.mentioned(tidy(typed)), *self._meanings.beginning_with(name)]
        keys = keys or keys_of(filter(None, map(self._meanings.of_spelling, self._nearest.further_off(name))))
        return self._meanings.offer(keys) if keys else NOTHING
