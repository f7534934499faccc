"""Reads when a medicine was stopped from the words behind "stopped": the days it can mean. Standard library only.

Never picks one reading in silence: "3/4/2026" covers both orders, "3/26" says nothing that could be relied on.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_NAMED = re.compile(rf"(?:(?P<before>\d{{1,2}})\s)?{_MONTH}(?:\s(?P<after>\d{{1,2}})(?!\d))?,?(?:\s(?P<year>\d{{4}}))")
_PARTS = re.compile(r"(?<![\d/.-])(\d{1,4})[/.-](\d{1,4})(?:[/.-](\d{1,4}))?(?![\d/.-])")
_YEAR = re.compile(r"(?<![\d/.-])((?:19|20)\d{2})(?![\d/.-])")
_AGO = re.compile(
    r"(?P<count>\d{1,4}|a|an|one|two|three|four|five|six|few)\s?"
    r"(?P<unit>days?|d|weeks?|wks?|w|months?|mos?|years?|yrs?)(?:\sago)?(?![a-z])"
)
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "few": 2}
# The fewest days a unit can mean: a month may be February.
_DAYS = {"d": 1, "w": 7, "m": 28, "y": 365}
_WORDS = {"today": 0, "last night": 0, "yesterday": 1, "last week": 1, "last month": 1, "last year": 1}


@dataclass(frozen=True, slots=True)
class StopDays:
    """First and last day that the words can mean, or the fewest days that have passed; None where they do not say."""

    first: date | None = None
    last: date | None = None
    days_ago: int | None = None


UNSAID = StopDays()


def stop_days(words: str) -> StopDays:
    """What lower-case words behind "stopped" say about the day. A date that no calendar has says nothing."""
    spans = [span for span in _readings(words) if span]
    if spans:
        return StopDays(min(first for first, _ in spans), max(last for _, last in spans))
    for word, days in _WORDS.items():
        if word in words:
            return StopDays(days_ago=days)
    ago = _AGO.search(words)
    if not ago:
        return UNSAID
    count = _COUNTS.get(ago["count"]) or int(ago["count"] if ago["count"].isdigit() else 0)
    return StopDays(days_ago=count * _DAYS[ago["unit"][0]])


def _readings(words: str) -> list[tuple[date, date] | None]:
    named = _NAMED.search(words)
    if named:
        day = named["before"] or named["after"]
        return [_span(int(named["year"]), _MONTHS.index(named["month"]) + 1, int(day) if day else None)]
    parts = _PARTS.search(words)
    if parts:
        return _of_numbers(*parts.groups())
    year = _YEAR.search(words)
    return [_span(int(year[1]))] if year else []


def _of_numbers(one: str, two: str, three: str | None) -> list[tuple[date, date] | None]:
    """Year first, month and year, or day and month in both orders. Month and day without a year say nothing."""
    if len(one) == 4:
        return [_span(int(one), int(two), int(three) if three else None)]
    if three is None:
        return [_span(int(two), int(one))] if len(two) == 4 else []
    year = int(three) if len(three) == 4 else 2000 + int(three)
    return [_span(year, int(one), int(two)), _span(year, int(two), int(one))] if len(three) in (2, 4) else []


def _span(year: int, month: int | None = None, day: int | None = None) -> tuple[date, date] | None:
    """The days of this year, month or day; None where the calendar has no such day."""
    try:
        if month is None:
            return date(year, 1, 1), date(year, 12, 31)
        if day is None:
            return date(year, month, 1), date(year, month, monthrange(year, month)[1])
        return date(year, month, day), date(year, month, day)
    except ValueError:
        return None
