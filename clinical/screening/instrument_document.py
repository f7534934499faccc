"""The document of a rating instrument (parsed, plain values) made into an `Instrument`. Reads no file, no database.

Refuses what could not be scored: items that do not add up, bands with gaps, a notice about an item that is not there.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from clinical.screening.instruments import Band, CutOff, Instrument, Item, Needed, Notice, Trigger

Document = Mapping[str, Any]
WHEN = frozenset({"total", "items", "each", "count", "one_of"})


def instrument_from(document: Document) -> Instrument:
    """Read an instrument's document. Refuses items that do not add up to its maximum and bands that leave gaps."""
    items = tuple(_item(row, document.get("answers")) for row in document["items"])
    instrument = Instrument(
        code=document["code"],
        items=items,
        bands=tuple(_band(row) for row in document["bands"]),
        maximum=document["maximum"],
        triggers=tuple(_trigger(row, items) for row in document.get("notices") or ()),
        cut_offs=tuple(_cut_off(row) for row in document.get("cut_offs") or ()),
        needed=_needed(document["needed"], items) if document.get("needed") else None,
    )
    _check_totals(instrument)
    return instrument


def _item(row: Document, common: Sequence[Document] | None) -> Item:
    answers = row.get("answers", common)
    if not answers or not all(answer["text"] for answer in answers):
        raise ValueError(f"{row['code']}: has no answers, or one without words")
    allowed = tuple(answer["value"] for answer in answers)
    if list(allowed) != sorted(set(allowed)) or any(type(value) is not int or value < 0 for value in allowed):
        raise ValueError(f"{row['code']}: answers must be whole numbers that rise")
    if not row["text"]:
        raise ValueError(f"{row['code']}: has no words")
    return Item(row["code"], allowed, row.get("reversed", False), row.get("scored", True))


def _band(row: Document) -> Band:
    return Band(row["low"], row["high"], row["code"], row["text"])


def _notice(row: Document) -> Notice:
    if not row["text"]:
        raise ValueError(f"notice {row['code']}: has no words")
    return Notice(row["code"], row["text"], tuple(row["source"]), row["judgement"])


def _trigger(row: Document, items: tuple[Item, ...]) -> Trigger:
    when, codes = row["when"], tuple(item.code for item in items)
    named = (*when.get("items", ()), *when.get("one_of", ()))
    unknown = sorted(set(named) - set(codes)) + sorted(when.keys() - WHEN)
    if unknown or not when:
        raise ValueError(f"notice {row['code']}: when: {', '.join(unknown) or 'nothing'} is not known")
    return Trigger(
        notice=_notice(row),
        total=_limits(when.get("total")),
        items=tuple(when.get("items") or [item.code for item in items if item.is_scored]),
        each=when.get("each", 1),
        count=_limits(when.get("count")),
        one_of=tuple(when.get("one_of", ())),
    )


def _limits(row: Sequence[int | None] | None) -> tuple[int, int | None] | None:
    """From low to high, `[10, null]` for 10 or more."""
    if row is None:
        return None
    low, high = row
    if type(low) is not int or (high is not None and high < low):
        raise ValueError(f"{row}: must be a number and a higher one, or a number and nothing")
    return low, high


def _cut_off(row: Document) -> CutOff:
    return CutOff(
        row["sex"], row["at_least"], row["positive"], row["below"], tuple(row["source"]), bool(row["judgement"])
    )


def _needed(row: Document, items: tuple[Item, ...]) -> Needed:
    if row["item"] not in {item.code for item in items}:
        raise ValueError(f"needed: {row['item']} is no item")
    return Needed(row["item"], row["at_least"], _band(row["otherwise"]), _notice(row["unasked"]))


def _check_totals(instrument: Instrument) -> None:
    codes = [item.code for item in instrument.items]
    if not codes or len(set(codes)) != len(codes):
        raise ValueError(f"{instrument.code}: needs items, each with a code of its own")
    if instrument.maximum is None:
        if instrument.bands or instrument.cut_offs:
            raise ValueError(f"{instrument.code}: claims no total, so it has no bands and no cut-offs")
        return
    if sum(item.allowed[-1] for item in instrument.items if item.is_scored) != instrument.maximum:
        raise ValueError(f"{instrument.code}: the highest answers do not add up to {instrument.maximum}")
    covered = [total for band in instrument.bands for total in range(band.low, band.high + 1)]
    if (instrument.bands or not instrument.cut_offs) and covered != list(range(instrument.maximum + 1)):
        raise ValueError(f"{instrument.code}: bands must cover 0 to {instrument.maximum} once each")
