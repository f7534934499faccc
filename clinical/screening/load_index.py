"""Loads ready to be asked: by substance what it feeds, by kind of kratom product what that adds. Decides nothing."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from clinical.screening.flags import Ground
from clinical.screening.load_knowledge import KratomShare, Load


class Part(NamedTuple):
    """What one substance adds to one load in one direction. `rank` orders contributors: the way, then the grade."""

    load: int
    direction: str
    rank: tuple[int, int]
    grounds: tuple[Ground, ...]


@dataclass(frozen=True, slots=True)
class LoadIndex:
    """`routes` holds for each load the routes that count, as bits; `kratom` what a product adds, in load order.

    `shares` and `totals` only remember pure results and stay bounded.
    """

    loads: tuple[Load, ...] = ()
    routes: tuple[int, ...] = ()
    substances: dict[str, tuple[Part, ...]] = field(default_factory=dict)
    kratom: dict[str, tuple[KratomShare, ...]] = field(default_factory=dict)
    shares: dict[tuple[object, ...], Any] = field(default_factory=dict)
    totals: dict[tuple[object, ...], Any] = field(default_factory=dict)
