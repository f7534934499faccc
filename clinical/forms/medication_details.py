"""What the text of a row says beside the name (as needed, stopped, route), put into the row's own fields.

A field that a person set stays. `seen` holds the text that was read last, so that what a person cleared is not filled
in again until the text changes.
"""

from datetime import date, timedelta

from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy

from clinical.screening.facts import Phase
from clinical.vocabulary import lookup
from clinical.vocabulary.text import Entry

Row = dict[str, str]
LONGEST_NAME = 200
ROUTES = {
    "oral": gettext_lazy("by mouth"),
    "sublingual": gettext_lazy("under the tongue"),
    "buccal": gettext_lazy("in the cheek"),
    "injected": gettext_lazy("injected"),
    "transdermal": gettext_lazy("skin patch"),
    "rectal": gettext_lazy("rectal"),
    "implant": gettext_lazy("implant"),
    "topical": gettext_lazy("on the skin"),
    "ophthalmic": gettext_lazy("in the eye"),
    "otic": gettext_lazy("in the ear"),
    "nasal": gettext_lazy("in the nose"),
    "inhaled": gettext_lazy("inhaled"),
    "vaginal": gettext_lazy("vaginal"),
}
READ = ("phase", "route", "as_needed", "stopped_on")


def entry_of(entered: str, version: int) -> Entry:
    """The line taken apart; what is beyond the longest name is not read."""
    return lookup.vocabulary(version).names.resolve(entered.strip()[:LONGEST_NAME]).entry


def details_in(entered: str, day: date, version: int) -> Row:
    """The fields that the text fills. A stop counts from the latest day it can mean, never after the visit."""
    if not entered.strip():
        return dict.fromkeys(READ, "")
    entry = entry_of(entered, version)
    # What a line says of several medicines at once is left unread there, and so here.
    taken = lookup.taken(entered=entered.strip()[:LONGEST_NAME], day=day, version=version)
    stopped = taken.phase is Phase.STOPPED
    stopped_on = _stopped_on(entry, day) if stopped else None
    return {
        "phase": Phase.STOPPED.value if stopped else "",
        "route": entry.route if entry.route in ROUTES and taken.route_from == "typed" else "",
        "as_needed": "on" if entry.as_needed else "",
        "stopped_on": stopped_on.isoformat() if stopped_on else "",
    }


def _stopped_on(entry: Entry, day: date) -> date | None:
    if entry.stopped_days_ago is not None:
        return day - timedelta(days=min(entry.stopped_days_ago, (day - date.min).days))
    return min(entry.stopped_until, day) if entry.stopped_until else None


def filled_in(row: Row, day: date, version: int) -> Row:
    """The row with what its text says, where the text is new and the field empty or still as the old text had it."""
    entered, seen = row.get("entered", ""), row.get("seen", "")
    if entered == seen:
        return row
    old, new = details_in(seen, day, version), details_in(entered, day, version)
    read = {name: new[name] for name in READ if row.get(name, "") in ("", old[name])}
    return {**row, **read, "seen": entered}


def day_of(typed: object, otherwise: date) -> date:
    """The day of the visit as typed, where it is one."""
    try:
        return parse_date(str(typed or "")) or otherwise
    except ValueError:
        return otherwise
