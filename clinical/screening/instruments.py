"""Scores of rating instruments: complete or no total. Items, allowed values and bands are data passed in.

Never turns a score into reassurance, and never fills a gap.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ITEM_9 = "self_harm"


@dataclass(frozen=True, slots=True)
class Item:
    """One question and the only values it may be answered with."""

    code: str
    allowed: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """Totals from `low` to `high`, both included."""

    low: int
    high: int
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Instrument:
    code: str
    items: tuple[Item, ...]
    bands: tuple[Band, ...]
    maximum: int


@dataclass(frozen=True, slots=True)
class Score:
    """`total` and `band` are None while an answer is missing; `missing` names the items still open."""

    total: int | None
    band: Band | None
    missing: tuple[str, ...] = ()


def instrument_from(document: Mapping[str, Any]) -> Instrument:
    """Read an instrument's document. Refuses items that do not add up to its maximum and bands that leave gaps."""
    common = document.get("answers")
    items = tuple(
        Item(row["code"], tuple(answer["value"] for answer in row.get("answers", common))) for row in document["items"]
    )
    bands = tuple(Band(row["low"], row["high"], row["code"], row["text"]) for row in document["bands"])
    instrument = Instrument(document["code"], items, bands, document["maximum"])
    if sum(max(item.allowed) for item in items) != instrument.maximum:
        raise ValueError(f"{instrument.code}: the highest answers do not add up to {instrument.maximum}")
    covered = [total for band in bands for total in range(band.low, band.high + 1)]
    if covered != list(range(instrument.maximum + 1)):
        raise ValueError(f"{instrument.code}: bands must cover 0 to {instrument.maximum} once each")
    return instrument


def score(instrument: Instrument, answers: Sequence[int | None]) -> Score:
    """Add up the answers when all are there. Refuses a wrong number of answers or a value an item does not have."""
    if len(answers) != len(instrument.items):
        raise ValueError(f"{instrument.code}: {len(instrument.items)} answers expected, {len(answers)} given")
    missing = []
    total = 0
    for item, answer in zip(instrument.items, answers, strict=True):
        if answer is None:
            missing.append(item.code)
            continue
        if isinstance(answer, bool) or answer not in item.allowed:
            allowed = ", ".join(str(value) for value in item.allowed)
            raise ValueError(f"{instrument.code}, {item.code}: {answer!r} is not one of {allowed}")
        total += answer
    return Score(None, None, tuple(missing)) if missing else Score(total, band_of(instrument, total))


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
