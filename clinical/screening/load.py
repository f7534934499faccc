"""Adds up each mechanism over everything a patient takes, kratom as one contributor among them.

One row per mechanism, in place of a pop-up per pair. It names and counts; it never scores, and what it could not
count it says. Without kratom in use or lately stopped nothing is added up.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from clinical.screening.acting import After, Window, standing_after
from clinical.screening.facts import KratomUse, Match, Phase, Product, Taken
from clinical.screening.flags import Contributor, Ground, LoadRow, NotCounted
from clinical.screening.load_index import LoadIndex, Part
from clinical.screening.load_knowledge import KratomShare, Way
from clinical.screening.phrases import Phrase, gettext_noop, phrase
from clinical.screening.products import LABELS, Standing, standing_of
from clinical.screening.routes import route_bit
from clinical.screening.ruleset import KEPT_LINES, RuleSet, remember
from clinical.screening.stopped import goes_on, since
from clinical.screening.wording import SPELLING

EVERY_LOAD = -1
KRATOM, MEDICINE = "kratom", "medicine"
_NOT_RECOGNISED = phrase(gettext_noop("Name not recognised: may add to this."))
_AMBIGUOUS = phrase(gettext_noop("Name could mean several things: not counted until one is chosen."))
_ROUTE = gettext_noop("Given as %(route)s: how much of it reaches the body was not looked at; not counted.")
_STOPPED = phrase(gettext_noop("Stopped: not known how long it goes on acting; not counted."))
_KRATOM_STOPPED = phrase(gettext_noop("Stopped: how long it goes on adding to this is not known; not counted."))
_NOT_KNOWN = gettext_noop("Not known whether it adds: %(words)s.")
_PLANNED = phrase(gettext_noop("Planned, not taken yet."))


Place = tuple[int, int, int, str, str]


class Adding(NamedTuple):
    """One contributor to one load, and its place in the list: kratom first, then by way and grade, then by name."""

    load: int
    place: Place
    contributor: Contributor


@dataclass(frozen=True, slots=True, eq=False)
class Share:
    """What one line, or the kratom record, brings to the loads. `uncounted` goes by load; `EVERY_LOAD` for all."""

    adding: tuple[Adding, ...] = ()
    uncounted: tuple[tuple[int, NotCounted], ...] = ()


NOTHING = Share()


def share_of_line(taken: Taken, ruleset: RuleSet) -> Share:
    """What one line brings: its recognised substances by the routes that count, or why it is not counted."""
    if not ruleset.loads.loads:
        return NOTHING
    if taken.match is Match.AMBIGUOUS:
        return Share(uncounted=((EVERY_LOAD, NotCounted(taken.entered, _AMBIGUOUS)),))
    if taken.match is Match.NONE or not taken.substances:
        return Share(uncounted=((EVERY_LOAD, NotCounted(taken.entered, _NOT_RECOGNISED)),))
    adding: list[Adding] = []
    uncounted: list[tuple[int, NotCounted]] = []
    for substance in taken.substances:
        if substance not in ruleset.kratom_names:
            _add_substance(taken, substance, ruleset, adding, uncounted)
    return Share(tuple(adding), tuple(uncounted)) if adding or uncounted else NOTHING


def _add_substance(
    taken: Taken, substance: str, ruleset: RuleSet, adding: list[Adding], uncounted: list[tuple[int, NotCounted]]
) -> None:
    stopped = taken.phase is Phase.STOPPED
    window = ruleset.lastingness.window_of(substance, taken.route) if stopped else None
    standing = standing_after(window, taken.stopped_days_ago) if stopped else After.ACTING
    if standing is After.OVER:  # named as over among what was not assessed
        return
    index = ruleset.loads
    for part in index.substances.get(substance, ()):
        lasts = window is None or not window.mechanisms.isdisjoint(index.loads[part.load].mechanisms)
        if not index.routes[part.load] & route_bit(taken.route):
            what = phrase(_ROUTE, route=taken.route)
            uncounted.append((part.load, NotCounted(_what(taken, substance), what)))
        elif standing is After.NOT_KNOWN or not lasts:
            uncounted.append((part.load, NotCounted(_what(taken, substance), _STOPPED)))
        else:
            adding.append(_adding(taken, substance, part, _notes(taken, substance, window)))


def _adding(taken: Taken, substance: str, part: Part, notes: tuple[Phrase, ...]) -> Adding:
    by_spelling = taken.match is Match.FUZZY
    contributor = Contributor(
        about=substance,
        entered=(taken.entered,),
        kind=MEDICINE,
        way=part.grounds[0].way,
        direction=part.direction,
        provisional=by_spelling or all(ground.provisional for ground in part.grounds),
        grounds=part.grounds,
        notes=notes,
    )
    return Adding(part.load, (1, *part.rank, substance, part.direction), contributor)


def _notes(taken: Taken, substance: str, window: Window | None) -> tuple[Phrase, ...]:
    """What qualifies a contributor: it was stopped and still acts, is only planned, or was read by its spelling."""
    notes = [since(taken, substance), goes_on(window)] if window else []
    if taken.phase is Phase.PLANNED:
        notes.append(_PLANNED)
    if taken.match is Match.FUZZY:
        notes.append(SPELLING)
    return tuple(notes)


def _what(taken: Taken, substance: str) -> str:
    return taken.entered if taken.entered.casefold() == substance.casefold() else f"{taken.entered} ({substance})"


def share_of_kratom(uses: Iterable[KratomUse], index: LoadIndex, carry_over_hours: float) -> Share:
    """What each kind of kratom product adds, from what is known of that kind alone. One stopped lately is named."""
    kinds = tuple(dict.fromkeys((use.product, standing_of(use, carry_over_hours)) for use in uses))
    return index.shares.get(kinds) or remember(index.shares, kinds, _share_of_kinds(kinds, index), KEPT_LINES)


def _share_of_kinds(kinds: tuple[tuple[Product, Standing], ...], index: LoadIndex) -> Share:
    adding: list[Adding] = []
    uncounted: list[tuple[int, NotCounted]] = []
    for product, standing in kinds:
        if standing is Standing.ENDED or (standing is Standing.CARRY_OVER and (product, Standing.CURRENT) in kinds):
            continue
        for number, share in enumerate(index.kratom.get(product, ())):
            if standing is Standing.CARRY_OVER:
                uncounted.append((number, NotCounted(LABELS[product], _KRATOM_STOPPED)))
            elif share.adds:
                adding.append(_kratom_adding(number, product, share))
            else:
                uncounted.append((number, NotCounted(LABELS[product], phrase(_NOT_KNOWN, words=share.words))))
    return Share(tuple(adding), tuple(uncounted))


def _kratom_adding(number: int, product: Product, share: KratomShare) -> Adding:
    way = Way.MAIN.value
    ground = Ground("", "", way, share.words, share.certainty, share.sources, False, share.judgement)
    label = LABELS[product]
    contributor = Contributor(label, (label,), KRATOM, way, share.direction, False, (ground,))
    return Adding(number, (0, 0, 0, label, share.direction), contributor)


def total(kratom: Share, lines: list[Share], index: LoadIndex) -> tuple[LoadRow, ...]:
    """One row for each mechanism that something beside kratom adds to, or may add to. The order of entry is nothing."""
    brings = [share for share in lines if share is not NOTHING]
    if not brings:
        return ()
    key = (kratom, *brings)
    known = index.totals.get(key)
    return remember(index.totals, key, _rows(kratom, brings, index), KEPT_LINES) if known is None else known


def _rows(kratom: Share, lines: list[Share], index: LoadIndex) -> tuple[LoadRow, ...]:
    contributors: dict[int, dict[Place, Contributor]] = {}
    uncounted: dict[int, set[NotCounted]] = {}
    for share in lines:
        _gather(share, contributors, uncounted)
    everywhere = uncounted.pop(EVERY_LOAD, set())
    shown = sorted({*contributors, *uncounted})
    _gather(kratom, contributors, uncounted)
    rows = []
    for number in shown:
        load, found = index.loads[number], contributors.get(number, {})
        not_counted = uncounted.get(number, set()) | everywhere
        rows.append(
            LoadRow(
                load.key,
                load.label,
                load.mechanisms,
                tuple([found[place] for place in sorted(found)]),
                tuple(sorted(not_counted, key=_named)),
            )
        )
    return tuple(rows)


def _gather(
    share: Share, contributors: dict[int, dict[Place, Contributor]], uncounted: dict[int, set[NotCounted]]
) -> None:
    for number, place, contributor in share.adding:
        of_load = contributors.setdefault(number, {})
        known = of_load.get(place)
        of_load[place] = contributor if known is None else _merged(known, contributor)
    for number, item in share.uncounted:
        uncounted.setdefault(number, set()).add(item)


def _merged(left: Contributor, right: Contributor) -> Contributor:
    """The same substance on two lines counts once, with both entries; it is provisional only where both are."""
    return replace(
        left,
        entered=tuple(sorted({*left.entered, *right.entered})),
        provisional=left.provisional and right.provisional,
        notes=tuple(sorted({*left.notes, *right.notes})),
    )


def _named(item: NotCounted) -> tuple[str, Phrase]:
    return (item.what, item.why)
