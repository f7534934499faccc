"""The change agreed, in words and calendar days: what to mind, when, and what it rests on. Decides nothing."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


@dataclass(frozen=True, slots=True)
class HazardLine:
    """One hazard as a page prints it. `days` is empty where no day can be named."""

    text: str
    about: str
    days: str
    basis: str
    judgement: bool


@dataclass(frozen=True, slots=True)
class ChangeWords:
    """The heading says what was agreed for when; `no_day` that dates cannot be given yet."""

    heading: str
    no_day: str
    lines: tuple[HazardLine, ...]


def change_words(change: dict[str, Any] | None, visit_on: date) -> ChangeWords | None:
    """`change` as stored with a screening; None where none was agreed."""
    if not change:
        return None
    days = change["days_until"]
    start = None if days is None else visit_on + timedelta(days=days)
    lines = tuple(_line(row, start) for row in change["hazards"])
    no_day = "" if start else _("No day is set yet: days are counted from it.")
    return ChangeWords(_heading(change["kind"], days, start), no_day, lines)


def agreed_words(kind: str, day: date | None) -> str:
    """The change agreed in one line, for a record."""
    if not kind:
        return _("No change of kratom use agreed.")
    when = _day(day) if day else _("day not set")
    agreed = _("Taper agreed: %(when)s") if kind == "taper" else _("Stopping agreed: %(when)s")
    return agreed % {"when": when}


def _heading(kind: str, days: int | None, start: date | None) -> str:
    agreed = agreed_words(kind, start)
    if days is None:
        return agreed
    if days == 0:
        return f"{agreed} ({_('the day of this visit')})"
    if days > 0:
        after = ngettext("%(n)d day after this visit", "%(n)d days after this visit", days) % {"n": days}
        return f"{agreed} ({after})"
    before = ngettext("%(n)d day before this visit", "%(n)d days before this visit", -days) % {"n": -days}
    return f"{agreed} ({before})"


def _line(row: dict[str, Any], start: date | None) -> HazardLine:
    when = "; ".join(_window(first, last, start) for first, last in row["windows"])
    return HazardLine(row["text"], ", ".join(row["about"]), when, row["basis"], row["judgement"])


def _window(first: int, last: int, start: date | None) -> str:
    if start is None:
        return (
            _("day %(n)d") % {"n": first}
            if first == last
            else _("days %(from)d to %(to)d") % {"from": first, "to": last}
        )
    if first == last:
        return _short_day(start + timedelta(days=first))
    return _("%(from)s to %(to)s") % {
        "from": _short_day(start + timedelta(days=first)),
        "to": _short_day(start + timedelta(days=last)),
    }


def _day(day: date) -> str:
    return date_format(day, "D j M Y")


def _short_day(day: date) -> str:
    """Without the year, which the heading says."""
    return date_format(day, "D j M")
