"""How long a medicine goes on acting after the last dose, ready to be asked: by substance, route and days since."""

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from clinical.screening.knowledge import Acting, Knowledge, Mechanism
from clinical.screening.phrases import Phrase
from clinical.screening.routes import ROUTE_BITS, SYSTEMIC, route_bit


class Window(NamedTuple):
    """The days a substance goes on acting, for routes as bits and by the mechanisms named. `days` None: not known."""

    routes: int
    days: float | None
    mechanisms: frozenset[str]
    basis: str
    sources: tuple[str, ...]
    judgement: bool


class After(IntEnum):
    """Where a medicine stands after it was stopped."""

    NOT_KNOWN = 0
    ACTING = 1
    OVER = 2


@dataclass(frozen=True, slots=True)
class Lastingness:
    """Windows by substance, the most particular first; which mechanisms last, and what stopping turns round."""

    windows: dict[str, tuple[Window, ...]]
    lasting: frozenset[str]
    turned_round: dict[str, Phrase]

    def window_of(self, substance: str, route: str | None) -> Window | None:
        """The window that applies by this route, if any is on record."""
        bit = route_bit(route)
        return next((window for window in self.windows.get(substance, ()) if window.routes & bit), None)

    def longest_of(self, substance: str) -> Window | None:
        """The longest window by any route, if one is known."""
        return max(self.windows.get(substance, ()), key=_days, default=None)


def standing_after(window: Window | None, days_ago: float | None) -> After:
    """Decide whether a stopped medicine still acts. A day of stopping that is not known counts as just now."""
    if window is None or window.days is None:
        return After.NOT_KNOWN
    return After.ACTING if days_ago is None or days_ago <= window.days else After.OVER


def lastingness_of(knowledge: Knowledge) -> Lastingness:
    """Index the windows: an entry of the substance before one of a role, for some routes before one for all."""
    passing = {row.mechanism for row in knowledge.lasting if not row.lasts}
    lasting = frozenset(name.value for name in Mechanism if name not in passing)
    members: dict[str, list[str]] = {}
    for row in knowledge.roles:
        members.setdefault(row.role, []).append(row.substance)
    found: dict[str, list[tuple[bool, bool, Window]]] = {}
    for entry in knowledge.acting:
        window = _window(entry, lasting)
        by_role = [name for role in entry.roles for name in members.get(role, ())]
        for name in entry.substances:
            found.setdefault(name, []).append((False, not entry.routes, window))
        for name in dict.fromkeys(by_role):
            found.setdefault(name, []).append((True, not entry.routes, window))
    return Lastingness(
        windows={name: tuple(entry[2] for entry in sorted(rows, key=_particular)) for name, rows in found.items()},
        lasting=lasting,
        turned_round={row.mechanism: Phrase(row.note) for row in knowledge.lasting if row.note},
    )


def _window(entry: Acting, lasting: frozenset[str]) -> Window:
    routes = sum(ROUTE_BITS[route] for route in entry.routes) or SYSTEMIC
    mechanisms = entry.mechanisms or lasting
    return Window(routes, entry.days, mechanisms, entry.basis, entry.sources, entry.judgement)


def _particular(entry: tuple[bool, bool, Window]) -> tuple[bool, bool, float]:
    """The order windows are asked in; of two alike the longer goes first."""
    return entry[0], entry[1], -_days(entry[2])


def _days(window: Window) -> float:
    return -1.0 if window.days is None else window.days
