"""The answers to "where is this?": one place, several to choose from, or none with what to do. Plain values."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from legal.gazetteer import Settlement
from legal.periods import Level, StalenessGroup

HOME = "US"


@dataclass(frozen=True, slots=True)
class Found:
    """One place: its levels, broadest first, and every doubt a reader must know of."""

    label: str
    levels: tuple[Level, ...]
    doubts: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        """Code of the narrowest level that has a record."""
        return next((level.code for level in reversed(self.levels) if level.listed), "")


@dataclass(frozen=True, slots=True)
class Several:
    """More than one place fits; `choices` are texts that each lead to one of them. `why` says what is not settled."""

    choices: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class NotFound:
    """No place fits; `what_to_do` says how to go on."""

    what_to_do: str


@dataclass(frozen=True, slots=True)
class Address:
    """The parts of an address that decide the law. The country is a two-letter code or a name; empty is the US.

    `is_unincorporated`: it was said to lie outside every city, so no ZIP may fill one in.
    """

    zip_code: str = ""
    city: str = ""
    county: str = ""
    state: str = ""
    country: str = ""
    is_unincorporated: bool = False


Answer = Found | Several | NotFound


def doubted(answer: Answer, *doubts: str) -> Answer:
    """The same answer with more doubts, where it is a place at all."""
    return replace(answer, doubts=(*doubts, *answer.doubts)) if isinstance(answer, Found) else answer


def unlisted(code: str, name: str, kind: str, group: StalenessGroup = StalenessGroup.LOCAL) -> Level:
    """A level that we hold no record of: it stays in the chain and says "no entry"."""
    return Level(code, name, kind, (), group, listed=False)


def as_text(settlement: Settlement) -> str:
    """A settlement as a text that finds it again."""
    return ", ".join(part for part in (settlement.city, settlement.county, settlement.state) if part)


def as_choices(settlements: Iterable[Settlement]) -> tuple[str, ...]:
    return tuple(as_text(s) for s in sorted(settlements, key=lambda s: (s.state, s.county, s.city)))
