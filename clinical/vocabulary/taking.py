"""One typed line as the engine sees it: what a person chose or set goes before what was read. Standard library only.

Decides how a stop that was read from the text counts; which substance a line means is for the index to say.
"""

import re
from datetime import date

from clinical.screening.facts import Phase, Taken
from clinical.vocabulary.index import NameIndex, Resolution
from clinical.vocabulary.text import Entry

_JOINED = re.compile(r"[,;+&]|\b(?:and|plus|with|w/)\b", re.IGNORECASE)


def taken_from(
    names: NameIndex,
    *,
    entered: str,
    chosen: str | None = None,
    phase: Phase | None = None,
    stopped_days_ago: float | None = None,
    route: str | None = None,
    day: date | None = None,
    as_needed: bool | None = None,
) -> Taken:
    """The line after its name was looked up. `chosen` settles the name; what is given goes before what was read.

    A stop that the text dates counts from the latest day it can mean. A stop dated after `day` has not happened yet:
    the medicine counts as taken. Where one line names several medicines, nobody can tell which of them a stop or a
    route belongs to: both are left unread, so that nothing goes unscreened.
    """
    found = names.chosen(chosen, entered) if chosen else names.resolve(entered)
    several = _is_several(names, entered, found)
    phase = phase or (None if several else _phase_read(found.entry, day))
    if stopped_days_ago is None and phase is Phase.STOPPED:
        stopped_days_ago = days_since_stop(found.entry, day)
    return Taken(
        entered=entered,
        match=found.match,
        substances=found.substances,
        products=found.products,
        candidates=found.candidates,
        phase=phase,
        stopped_days_ago=stopped_days_ago,
        route=route or (None if several else found.route),
        route_from="typed" if route else ("" if several else found.route_from),
        as_needed=found.entry.as_needed if as_needed is None else as_needed,
    )


def days_since_stop(entry: Entry, day: date | None) -> float | None:
    """The fewest days that can have passed since the stop the text gives, or None where it does not say."""
    if entry.stopped_days_ago is not None:
        return float(entry.stopped_days_ago)
    if day is None or entry.stopped_until is None:
        return None
    return float(max(0, (day - entry.stopped_until).days))


def _phase_read(entry: Entry, day: date | None) -> Phase | None:
    still_to_come = day is not None and entry.stopped_from is not None and entry.stopped_from > day
    return Phase.STOPPED if entry.stopped and not still_to_come else None


def _is_several(names: NameIndex, entered: str, found: Resolution) -> bool:
    """Whether the line joins medicines that are no one product ("tramadol, timolol eye drops")."""
    separate = len(found.substances) > 1 and names.table.combination_of(found.substances) is None
    return separate and _JOINED.search(entered) is not None
