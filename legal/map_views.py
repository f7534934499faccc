"""Pages of the law as a whole: the map of the states on a day, and what changed and what is coming."""

from collections import Counter
from datetime import date, timedelta

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from legal.answers import label_of
from legal.choices import StatusChoice, SubstanceChoice
from legal.coming import Coming, changes_between
from legal.index import LegalIndex, current_index
from legal.periods import Status, Substance
from legal.tiles import Tile, days_shown, tiles_on

DAYS_BACK = "CHANGES_DAYS_BACK"
NO_RULE = _("No rule on record")


class MapForm(forms.Form):
    """Substance and day, by GET. The slider counts months; a day typed anew wins over it."""

    substance = forms.ChoiceField(
        label=_("Substance"), choices=SubstanceChoice.choices[:3], required=False, initial=Substance.KRATOM_LEAF
    )
    on = forms.DateField(
        label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    month = forms.IntegerField(required=False)
    shown = forms.DateField(required=False)

    def asked(self, first: date, today: date) -> tuple[str, date]:
        """(substance, day): the day typed, or the first of the month slid to where only the slider moved."""
        given = self.cleaned_data
        shown, month = given.get("shown"), given.get("month")
        day = given.get("on") or today
        slid = shown is not None and month is not None and month != months_from(first, shown)
        if slid and given.get("on") in (None, shown):
            day = month_after(first, month)
        return given.get("substance") or Substance.KRATOM_LEAF, day


def months_from(first: date, day: date) -> int:
    return (day.year - first.year) * 12 + day.month - first.month


def month_after(first: date, months: int) -> date:
    """The first day of a month so many after; beyond what a calendar holds, its end."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(min(max(year, 1), 9999), month + 1, 1)


def law_map(request: HttpRequest) -> HttpResponse:
    """What holds in every state for one substance on one day, as squares and as a table."""
    index, today = current_index(), timezone.localdate()
    first, last = days_shown(index, today)
    form = MapForm(request.GET)
    is_valid = form.is_valid()
    substance, day = form.asked(first, today) if is_valid else (str(Substance.KRATOM_LEAF), today)
    tiles = [_shown(tile) for tile in tiles_on(index, day, substance, today)] if is_valid and index.limits else []
    context = {
        "form": form,
        "tiles": tiles,
        "legend": _legend(tiles),
        "known_legend": _known_legend(tiles),
        "day": day,
        "day_typed": day.isoformat() if is_valid else request.GET.get("on", ""),
        "first": first,
        "last": last,
        "months": months_from(first, last),
        "month": min(max(months_from(first, day), 0), months_from(first, last)),
        "substance": substance,
        "substance_label": SubstanceChoice(substance).label,
        "substances": SubstanceChoice.choices[:3],
    }
    return render(request, "legal/map.html", context, status=200 if is_valid else 422)


def changes(request: HttpRequest) -> HttpResponse:
    """What changed of late, what has a day ahead, and what is announced without one."""
    index, today = current_index(), timezone.localdate()
    days_back = index.parameters.get(DAYS_BACK)
    start = today - timedelta(days=days_back) if days_back is not None else today
    found = [_change(one) for one in changes_between(index, start, date.max)]
    context = {
        "days_back": days_back,
        "start": start,
        "today": today,
        "past": [row for row in reversed(found) if row["change"].on <= today],
        "ahead": [row for row in found if row["change"].on > today],
        "pending": _undated(index),
    }
    return render(request, "legal/changes.html", context)


def _shown(tile: Tile) -> dict:
    ruling = tile.ruling
    is_sure = ruling.firm or ruling.status is Status.PROHIBITED
    known = ruling.strictest_known
    return {
        "tile": tile,
        "code": tile.square.code,
        "label": label_of(ruling),
        "shown_as": str(ruling.status if is_sure else Status.UNKNOWN),
        "known": str(known) if known and not is_sure else "",
        "known_label": StatusChoice(known).label if known and not is_sure else "",
        "decided_by": ruling.standing.decided_by.level.name if ruling.standing.decided_by else "",
        "checked_on": ruling.row.checked_on if ruling.row else None,
        "confidence": ruling.row.confidence if ruling.row else "",
        "changes_label": _status(tile.changes_to) if tile.changes_on else "",
        "place": f"{tile.square.row}-{tile.square.column}",
    }


def _legend(tiles: list[dict]) -> list[tuple[str, str, int]]:
    """Every word there is with its count, also where it is nought."""
    counts = dict.fromkeys(StatusChoice.values, 0)
    for tile in tiles:
        counts[tile["shown_as"]] += 1
    return [(value, StatusChoice(value).label, count) for value, count in counts.items()]


def _known_legend(tiles: list[dict]) -> list[tuple[str, str, int]]:
    """Of the uncertain ones: every strictest known word with its count, the strictest first."""
    counts = Counter(tile["known"] for tile in tiles if tile["known"])
    return [(value, StatusChoice(value).label, counts[value]) for value in StatusChoice.values if counts[value]]


def _status(status: str) -> str:
    return StatusChoice(status).label if status in StatusChoice.values else NO_RULE


def _change(change: Coming) -> dict:
    return {
        "change": change,
        "substance": SubstanceChoice(change.substance).label if change.substance else "",
        "before": _status(change.before),
        "after": _status(change.after),
    }


def _undated(index: LegalIndex) -> list[dict]:
    """What is announced without a sure day, by name of place."""
    rows = [
        {"place": index.places[code], "entry": entry}
        for code, entries in index.pending.items()
        for entry in entries
        if entry.expected_on is None
    ]
    return sorted(rows, key=lambda row: row["place"].name)
