"""Scores of rating instruments: complete or no total. Items, allowed values, bands and notices are data passed in.

Never turns a score into reassurance, and never fills a gap.
"""

from collections.abc import Sequence
from dataclasses import dataclass

ITEM_9 = "self_harm"


@dataclass(frozen=True, slots=True)
class Item:
    """One question and the only values it may be answered with.

    `is_reversed`: the lowest answer counts most. `is_scored` False: asked, kept, and left out of the total.
    """

    code: str
    allowed: tuple[int, ...]
    is_reversed: bool = False
    is_scored: bool = True

    def points(self, answer: int) -> int:
        return self.allowed[0] + self.allowed[-1] - answer if self.is_reversed else answer


@dataclass(frozen=True, slots=True)
class Band:
    """Totals from `low` to `high`, both included."""

    low: int
    high: int
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to say beside a score, and what it rests on."""

    code: str
    text: str
    source: tuple[str, ...] = ()
    judgement: bool = False


@dataclass(frozen=True, slots=True)
class Trigger:
    """When a notice is said: every part that is given must hold.

    `total` from low to high; `count` is how many of `items` reach `each` points; one of `one_of` must reach it too.
    """

    notice: Notice
    total: tuple[int, int | None] | None = None
    items: tuple[str, ...] = ()
    each: int = 1
    count: tuple[int, int | None] | None = None
    one_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CutOff:
    """A total that counts as positive for one sex, with what to say at or above it and below it."""

    sex: str
    at_least: int
    positive: str
    below: str
    source: tuple[str, ...] = ()
    judgement: bool = False


@dataclass(frozen=True, slots=True)
class Needed:
    """An item without which the bands do not hold; `otherwise` is then the band."""

    item: str
    at_least: int
    otherwise: Band
    unasked: Notice


@dataclass(frozen=True, slots=True)
class Instrument:
    """`maximum` None: a list that claims no total. Without bands there are cut-offs, or nothing is read into it."""

    code: str
    items: tuple[Item, ...]
    bands: tuple[Band, ...]
    maximum: int | None
    triggers: tuple[Trigger, ...] = ()
    cut_offs: tuple[CutOff, ...] = ()
    needed: Needed | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """`total` and `band` are None while an answer is missing; `missing` names the items still open."""

    total: int | None
    band: Band | None
    missing: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()


class ImpossibleAnswer(ValueError):
    """An answer its item does not have; `item` is the code of the item."""

    def __init__(self, instrument: Instrument, item: Item, answer: object):
        allowed = ", ".join(str(value) for value in item.allowed)
        super().__init__(f"{instrument.code}, {item.code}: {answer!r} is not one of {allowed}")
        self.item = item.code


def score(instrument: Instrument, answers: Sequence[int | None], *, sex: str | None = None) -> Score:
    """Add up the answers when all are there. Refuses a wrong number of answers or a value an item does not have.

    What is not scored may be left open. `sex` decides which cut-off holds; without it every cut-off is told.
    """
    points = _points(instrument, answers)
    missing = tuple(item.code for item in instrument.items if item.is_scored and item.code not in points)
    scored = {item.code: points[item.code] for item in instrument.items if item.is_scored and item.code in points}
    total = None if missing or instrument.maximum is None else sum(scored.values())
    notices = [rule.notice for rule in instrument.triggers if _speaks(rule, points, total, is_whole=not missing)]
    if total is None:
        return Score(None, None, missing, tuple(notices))
    band = _band(instrument, total, points, notices)
    if instrument.cut_offs:
        band, told = _cut_off(instrument, total, sex)
        notices += told
    return Score(total, band, (), tuple(notices))


def _points(instrument: Instrument, answers: Sequence[int | None]) -> dict[str, int]:
    """What each answered item counts."""
    if len(answers) != len(instrument.items):
        raise ValueError(f"{instrument.code}: {len(instrument.items)} answers expected, {len(answers)} given")
    points = {}
    for item, answer in zip(instrument.items, answers, strict=True):
        if answer is None:
            continue
        if isinstance(answer, bool) or answer not in item.allowed:
            raise ImpossibleAnswer(instrument, item, answer)
        points[item.code] = item.points(answer)
    return points


def _speaks(rule: Trigger, points: dict[str, int], total: int | None, *, is_whole: bool) -> bool:
    """Whether a notice holds already. With answers open only a count that is reached can be known."""
    if rule.total is not None and (total is None or not _within(total, rule.total)):
        return False
    if rule.count is not None:
        count = sum(points.get(code, -1) >= rule.each for code in rule.items)
        if not _within(count, rule.count) or (not is_whole and rule.count[1] is not None):
            return False
    return not rule.one_of or any(points.get(code, -1) >= rule.each for code in rule.one_of)


def _within(number: int, limits: tuple[int, int | None]) -> bool:
    low, high = limits
    return low <= number and (high is None or number <= high)


def _band(instrument: Instrument, total: int, points: dict[str, int], notices: list[Notice]) -> Band | None:
    """The band of the total, unless an item that the bands rest on says otherwise; unasked, a notice says so."""
    if not instrument.bands:
        return None
    band, needed = band_of(instrument, total), instrument.needed
    if needed is None or total < needed.otherwise.low:
        return band
    if needed.item not in points:
        notices.append(needed.unasked)
        return band
    return band if points[needed.item] >= needed.at_least else needed.otherwise


def _cut_off(instrument: Instrument, total: int, sex: str | None) -> tuple[Band | None, list[Notice]]:
    known = [cut for cut in instrument.cut_offs if cut.sex == sex]
    told = [
        Notice(f"cut-off-{cut.sex}", cut.positive if total >= cut.at_least else cut.below, cut.source, cut.judgement)
        for cut in known or instrument.cut_offs
    ]
    if not known:
        return None, told
    is_positive, maximum = total >= known[0].at_least, instrument.maximum or 0
    low, high = (known[0].at_least, maximum) if is_positive else (0, known[0].at_least - 1)
    return Band(low, high, "positive" if is_positive else "below_cut_off", told[0].text), told


def band_of(instrument: Instrument, total: int) -> Band:
    """The band a total falls in. Refuses a total that the instrument cannot reach."""
    for band in instrument.bands:
        if band.low <= total <= band.high:
            return band
    raise ValueError(f"{instrument.code}: {total} is not between 0 and {instrument.maximum}")


def item_9(instrument: Instrument, answers: Sequence[int | None]) -> int | None:
    """The answer to the PHQ-9 question on self-harm, or None when it was not answered; looked at whatever the total."""
    position = [item.code for item in instrument.items].index(ITEM_9)
    score(instrument, answers)
    return answers[position]
