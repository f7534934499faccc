"""What became of a row since the visit it was carried over from. Plain values in and out; nothing else is decided.

A carried row keeps what it said then as text (`last_time`), so that a draft, its page and the signed visit all tell the
same without reading another visit.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, replace
from datetime import date
from enum import StrEnum
from math import isfinite
from typing import Any, TypeVar

from clinical.records import MedicationRecord, UseRecord, VisitRecord

Line = MedicationRecord | UseRecord
T = TypeVar("T", MedicationRecord, UseRecord)
LONGEST_TEXT = 4000
LONGEST_WORD = 300
USE = "use"


class Mark(StrEnum):
    """NONE: no visit to compare with. Not confirmed is no error: the row is screened, and said to be not confirmed."""

    NONE = ""
    NEW = "new"
    CHANGED = "changed"
    STOPPED = "stopped"
    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_WORD:
        raise ValueError(value)
    return value


def _number(value: Any) -> float | None:
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)):
        return None if value is None else float(value)
    raise ValueError(value)


def _day(value: Any) -> date | None:
    return None if value is None else date.fromisoformat(_text(value))


def _truth(value: Any) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    raise ValueError(value)


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError(value)
    return tuple(_text(one) for one in value)


# What is compared. Left out: what is asked again at each visit, and how a name was settled.
_Readers = Mapping[str, Callable[[Any], Any]]
_OF_MEDICATION: _Readers = {
    "entered": _text, "phase": _text, "route": _text, "as_needed": _truth, "started_on": _day, "stopped_on": _day,
}  # fmt: skip
_OF_USE: _Readers = {
    "product": _text, "brand": _text, "amount": _number, "unit": _text, "per": _text, "doses_per_day": _number,
    "days_per_week": _number, "months_of_use": _number, "stopped": _truth, "dose_times": _texts, "reasons": _texts,
    "highest_amount": _number, "bought_from": _text, "switches_brand": _truth,
}  # fmt: skip


_DEFAULTS = {
    kind: {field.name: [] if field.default == () else field.default for field in fields(kind)}
    for kind in (MedicationRecord, UseRecord)
}


def compared_in(line: Any) -> _Readers:
    """The fields that are compared, of a record or a row of either kind."""
    return _OF_MEDICATION if hasattr(line, "entered") else _OF_USE


def carried(line: T) -> T:
    """The row as a new visit begins with it: what it says now is what it said last time, and nobody confirmed it."""
    values = {name: _plain(getattr(line, name)) for name in compared_in(line)}
    defaults = _DEFAULTS[type(line)]
    told = {name: value for name, value in values.items() if value != defaults[name]}
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return replace(line, last_time=text if len(text) <= LONGEST_TEXT else "", as_last_time=False)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else list(value) if isinstance(value, tuple) else value


def last_time_of(line: Any) -> Line | None:
    """What the row said last time; None where it was not carried over, or the text cannot be read."""
    return read(line.last_time, MedicationRecord if hasattr(line, "entered") else UseRecord) if line.last_time else None


def read(text: str, kind: type[T]) -> T | None:
    """The text of `carried` as a record; None for anything else, because it comes back from a page."""
    try:
        told = json.loads(text)
        readers = _OF_MEDICATION if kind is MedicationRecord else _OF_USE
        return kind(**{name: readers[name](value) for name, value in told.items()})
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        return None


def changes_in(line: Any, before: Line) -> tuple[str, ...]:
    """Names of the fields that say something else than last time, in their order."""
    return tuple(name for name in compared_in(line) if _same(getattr(line, name)) != _same(getattr(before, name)))


def _same(value: Any) -> Any:
    """Values that say the same as one value: nothing in any of its forms, a list in any order."""
    if isinstance(value, list | tuple):
        return sorted(value) or None
    return None if value == "" else value


def mark_of(line: Any, *, is_repeat: bool) -> Mark:
    """`is_repeat`: the visit carries rows over, so that one without a past is new."""
    return mark_against(line, last_time_of(line), is_repeat=is_repeat)


def mark_against(line: Any, before: Line | None, *, is_repeat: bool) -> Mark:
    """As `mark_of`, where what the row said last time is read already."""
    if before is None:
        return Mark.NEW if is_repeat else Mark.NONE
    changes = changes_in(line, before)
    if not changes:
        return Mark.CONFIRMED if line.as_last_time else Mark.UNCONFIRMED
    return Mark.STOPPED if _has_stopped(line) and not _has_stopped(before) else Mark.CHANGED


def _has_stopped(line: Any) -> bool:
    return line.phase == "stopped" if hasattr(line, "entered") else bool(line.stopped)


def settled(line: T) -> T:
    """The row with its confirmation only where it says what it said last time."""
    is_so = line.as_last_time and mark_of(line, is_repeat=True) is Mark.CONFIRMED
    return line if line.as_last_time == is_so else replace(line, as_last_time=False)


def is_repeat(record: VisitRecord) -> bool:
    """Whether any row was carried over."""
    return any(line.last_time for line in (*record.uses, *record.medications))


def unconfirmed_in(record: VisitRecord) -> int:
    """How many rows stand as last time without anybody having said so today."""
    lines = (line for line in (*record.uses, *record.medications) if line.last_time and not line.as_last_time)
    return sum(mark_of(line, is_repeat=True) is Mark.UNCONFIRMED for line in lines)


def carried_in(record: VisitRecord) -> tuple[str, ...]:
    """Every carried row of a record, as "use:", "medicine:" or "other:" and what it said last time."""
    uses = tuple(f"{USE}:{use.last_time}" for use in record.uses if use.last_time)
    return (*uses, *(f"{line.kind}:{line.last_time}" for line in record.medications if line.last_time))


def taken_off(carried: Iterable[str], record: VisitRecord) -> list[tuple[str, Line]]:
    """(list, row as it was) of each row the visit began with that no row of the record goes back to.

    One that was taken off and named again counts as there. Nothing is said of why it is gone: nobody told.
    """
    here = set(carried_in(record))
    gone = (text.partition(":") for text in carried if text not in here)
    lines = [(kind, read(said, UseRecord if kind == USE else MedicationRecord)) for kind, _colon, said in gone]
    return [(kind, line) for kind, line in lines if line is not None and not _stands_in(record, line)]


def _stands_in(record: VisitRecord, line: Line) -> bool:
    if isinstance(line, UseRecord):
        return any((use.product, use.brand) == (line.product, line.brand) for use in record.uses)
    return any(one.entered.casefold() == line.entered.casefold() for one in record.medications)


def without_marks(record: VisitRecord) -> VisitRecord:
    """The record as if nothing had been carried over: for comparing what two visits say."""
    uses = tuple(replace(use, last_time="", as_last_time=False) for use in record.uses)
    lines = tuple(replace(line, last_time="", as_last_time=False) for line in record.medications)
    return replace(record, uses=uses, medications=lines)
