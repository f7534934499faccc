"""What feeds a load, as plain frozen values: roles of medicines, and each kind of kratom product on its own.

A load is one mechanism added up over everything a patient takes. Nothing here is scored.
"""

from dataclasses import dataclass
from enum import StrEnum


class Way(StrEnum):
    """How something adds to a load: plainly, by a lower grade of its source, or by potassium or sodium."""

    MAIN = "main"
    LESSER = "lesser"
    INDIRECT = "indirect"


class Direction(StrEnum):
    """Which way a load of two directions is moved. Two that differ are never taken to cancel out."""

    RAISES = "raises"
    LOWERS = "lowers"
    EITHER = "either"


@dataclass(frozen=True, slots=True)
class Feed:
    """One role that feeds a load. `strengths` empty means any. `judgement` says that counting it so is ours."""

    role: str
    strengths: frozenset[str] = frozenset()
    way: str = Way.MAIN.value
    direction: str = ""
    words: str = ""
    judgement: bool = False


@dataclass(frozen=True, slots=True)
class KratomShare:
    """What some kinds of kratom product add. `adds` False: nothing was read on them, so it is not known."""

    products: frozenset[str]
    adds: bool
    direction: str = ""
    certainty: str = ""
    words: str = ""
    sources: tuple[str, ...] = ()
    judgement: bool = False


@dataclass(frozen=True, slots=True)
class Load:
    """One load: the mechanisms of rules that belong to it, the routes counted, and what feeds it.

    A rule whose main mechanism is one of `mechanisms` feeds it too, in `rules_direction`, save for substances with one
    of `rules_except`: a medicine against seizures has a rule on seizures and adds none.
    """

    key: str
    label: str
    mechanisms: tuple[str, ...]
    routes: frozenset[str] = frozenset({"systemic"})
    rules_direction: str = ""
    rules_except: frozenset[str] = frozenset()
    feeds: tuple[Feed, ...] = ()
    kratom: tuple[KratomShare, ...] = ()
