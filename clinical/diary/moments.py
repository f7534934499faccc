"""Reads when a dose was taken. A date that can be read two ways and an hour that came twice are asked about.

An hour that the clocks skipped is refused by name: whoever wrote it meant another.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})|(\d{4})(\d{2})(\d{2})")
_EITHER = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})")
_SHORT_YEAR = re.compile(r"\d{1,2}([-/.])\d{1,2}\1\d{2}")
_NAMED = re.compile(
    r"(?:[a-z]{3,9},? )?(?:(\d{1,2})\.?[ -]([a-z]{3,9})\.?,?[ -]|([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? )(\d{4})"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CLOCK = re.compile(r"(\d{1,2})(?:[:.h](\d{2})(?:[:.](\d{2})(?:\.\d+)?)?)?\s*([ap]\.?m\.?)?")
_MOMENT = re.compile(r"(.+?)(?:t|,?\s+|,)(\d{1,2}(?:[:.h]\d{2}.*|\s*[ap]\.?m\.?))")
_OFFSET = re.compile(r"(.+?)\s*(z|utc|gmt|[+-]\d{2}:?\d{2})")


class Unreadable(ValueError):
    """This cell cannot be read; the words say what is wrong with it."""


class Ambiguous(ValueError):
    """This can be read two ways. `question` is "dates" or "hours"."""

    def __init__(self, question: str, words: str):
        super().__init__(words)
        self.question = question


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read: the zone of clock times, and what was answered; None and "" are not answered yet."""

    zone: ZoneInfo
    day_first: bool | None = None
    which_hour: str = ""  # "first" or "second" of an hour that came twice


def orders_shown(text: str) -> bool | None:
    """Whether a date shows by itself that the day (True) or the month (False) comes first; None where it does not."""
    found = _EITHER.fullmatch(_date_part(text))
    if not found or (int(found[1]) > 12) == (int(found[3]) > 12):
        return None
    return int(found[1]) > 12


def moment_of(day: str, clock: str, reading: Reading) -> datetime:
    """The instant, in UTC. Raises `Unreadable` or `Ambiguous`."""
    if not clock:
        day, clock = _apart(day)
    clock, offset = _offset(clock)
    local = datetime.combine(_day(day, reading.day_first), _time(clock))
    if offset is not None:
        return local.replace(tzinfo=offset).astimezone(UTC)
    return _placed(local, reading)


def _date_part(text: str) -> str:
    found = _MOMENT.fullmatch(text.casefold().strip())
    return (found[1] if found else text.casefold()).strip()


def _apart(text: str) -> tuple[str, str]:
    found = _MOMENT.fullmatch(text.casefold().strip())
    if not found:
        raise Unreadable(_("No time of day in “%(text)s”.") % {"text": text} if text else _("No date and time."))
    return found[1].strip(), found[2].strip()


def _offset(clock: str) -> tuple[str, timezone | None]:
    found = _OFFSET.fullmatch(clock.casefold().strip())
    if not found:
        return clock, None
    if found[2][0] not in "+-":
        return found[1], UTC
    sign, digits = found[2][0], found[2][1:].replace(":", "")
    if int(digits[:2]) > 14 or int(digits[2:]) > 59:
        raise Unreadable(_("“%(text)s” is no time.") % {"text": clock})
    ahead = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return found[1], timezone(ahead if sign == "+" else -ahead)


def _day(text: str, day_first: bool | None) -> date:
    plain = text.casefold().strip()
    if not plain:
        raise Unreadable(_("No date."))
    try:
        return _iso(plain) or _named(plain) or _either(plain, day_first)
    except (ValueError, OverflowError) as wrong:
        if isinstance(wrong, Unreadable | Ambiguous):
            raise
        raise Unreadable(_("“%(text)s” is no day of the calendar.") % {"text": text}) from wrong


def _iso(plain: str) -> date | None:
    found = _ISO.fullmatch(plain)
    parts = [int(part) for part in found.groups() if part] if found else []
    return date(*parts) if parts else None


def _named(plain: str) -> date | None:
    found = _NAMED.fullmatch(plain)
    if not found:
        return None
    month = (found[2] or found[3])[:3]
    if month not in _MONTHS:
        raise Unreadable(_("“%(text)s” names no month.") % {"text": plain})
    return date(int(found[5]), _MONTHS.index(month) + 1, int(found[1] or found[4]))


def _either(plain: str, day_first: bool | None) -> date:
    """Day and month in the order the numbers show, else the order that was answered."""
    found = _EITHER.fullmatch(plain)
    if not found and _SHORT_YEAR.fullmatch(plain):
        raise Unreadable(_("“%(text)s”: write the year with four digits.") % {"text": plain})
    if not found:
        raise Unreadable(_("“%(text)s” is no date that can be read. Write it as 2026-11-22.") % {"text": plain})
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    if first <= 12 and second <= 12 and first != second:
        if day_first is None:
            raise Ambiguous("dates", _("“%(text)s” can be read two ways.") % {"text": plain})
    else:
        day_first = first > 12 or second <= 12
    return date(year, second, first) if day_first else date(year, first, second)


def _time(text: str) -> time:
    found = _CLOCK.fullmatch(text.casefold().strip())
    if not text.strip():
        raise Unreadable(_("No time of day."))
    if not found or (found[2] is None and not found[4]):
        raise Unreadable(_("“%(text)s” is no time. Write it as 07:30 or 7:30 pm.") % {"text": text})
    hour, minute, second, half = int(found[1]), int(found[2] or 0), int(found[3] or 0), (found[4] or "")[:1]
    if hour > 23 or minute > 59 or second > 59 or (half and not 1 <= hour <= 12):
        raise Unreadable(_("“%(text)s” is no time of a day.") % {"text": text})
    return time(hour % 12 + (12 if half == "p" else 0) if half else hour, minute, second)


def _placed(local: datetime, reading: Reading) -> datetime:
    first, second = (local.replace(tzinfo=reading.zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    said = {"when": f"{local:%Y-%m-%d %H:%M}", "zone": reading.zone.key}
    if first.astimezone(reading.zone).replace(tzinfo=None) != local:
        raise Unreadable(_("%(when)s did not exist in %(zone)s: the clocks went forward over it.") % said)
    if first == second:
        return first
    if not reading.which_hour:
        raise Ambiguous("hours", _("%(when)s came twice in %(zone)s: the clocks went back.") % said)
    return first if reading.which_hour == "first" else second
