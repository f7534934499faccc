"""What became of a row since last time, in words and with a mark, and the ways to say so. Written without templates."""

from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinical.forms.medication_details import ROUTES
from clinical.models.consultation import PHASE_LABELS, PRODUCT_LABELS, UNIT_LABELS
from clinical.models.history import DOSE_TIME_LABELS, REASON_LABELS
from clinical.since_last import Line, Mark, changes_in, last_time_of, mark_against

# Unicode's own marks around text of a direction that is not known.
APART, TOGETHER = "\u2068", "\u2069"
WORDS = {
    Mark.NEW: gettext_lazy("New since last time"),
    Mark.CHANGED: gettext_lazy("Changed"),
    Mark.STOPPED: gettext_lazy("Stopped since last time"),
    Mark.CONFIRMED: gettext_lazy("As last time, confirmed today"),
    Mark.UNCONFIRMED: gettext_lazy("As last time, not confirmed today"),
}
SIGNS = {Mark.NEW: "+", Mark.CHANGED: "≠", Mark.STOPPED: "■", Mark.CONFIRMED: "✓", Mark.UNCONFIRMED: "?"}
# What a field is called before "3 → 5"; the name itself needs no label.
LABELS = {
    "phase": gettext_lazy("now"),
    "route": gettext_lazy("route"),
    "as_needed": gettext_lazy("as needed"),
    "started_on": gettext_lazy("started on"),
    "stopped_on": gettext_lazy("stopped on"),
    "product": gettext_lazy("product"),
    "brand": gettext_lazy("brand"),
    "amount": gettext_lazy("amount"),
    "unit": gettext_lazy("unit"),
    "per": gettext_lazy("amount is for"),
    "doses_per_day": gettext_lazy("doses a day"),
    "days_per_week": gettext_lazy("days a week"),
    "months_of_use": gettext_lazy("months of use"),
    "stopped": gettext_lazy("stopped"),
    "dose_times": gettext_lazy("times"),
    "reasons": gettext_lazy("reasons"),
    "highest_amount": gettext_lazy("highest amount"),
    "bought_from": gettext_lazy("where it is bought"),
    "switches_brand": gettext_lazy("switches brands"),
}
_PER = {"dose": gettext_lazy("each dose"), "day": gettext_lazy("a whole day")}
_KEYS = {"phase": PHASE_LABELS, "route": ROUTES, "product": PRODUCT_LABELS, "unit": UNIT_LABELS, "per": _PER}
_LISTED = {"dose_times": DOSE_TIME_LABELS, "reasons": REASON_LABELS}
# A stop says itself in its mark; its day stands with the row.
_OF_A_STOP = ("phase", "stopped", "stopped_on")


def since_words(line: Line, *, is_repeat: bool) -> str:
    """The mark of a row in words; a change from what to what. "" where there is no visit to compare with."""
    before = last_time_of(line)
    return _words(mark_against(line, before, is_repeat=is_repeat), line, before)


def _words(mark: Mark, line: Line, before: Line | None) -> str:
    if mark is Mark.NONE or before is None:
        return str(WORDS.get(mark, ""))
    hidden = _OF_A_STOP if mark is Mark.STOPPED else ()
    changes = [_change(name, line, before) for name in changes_in(line, before) if name not in hidden]
    return f"{WORDS[mark]}: {'; '.join(changes)}" if changes else str(WORDS[mark])


def _change(name: str, line: Any, before: Line) -> str:
    values = {"from": value_words(name, getattr(before, name)), "to": value_words(name, getattr(line, name))}
    words = _("%(from)s → %(to)s") % values
    return words if name == "entered" else f"{LABELS[name]} {words}"


def value_words(name: str, value: Any) -> str:
    """One value as a person reads it; nothing is said to be not recorded."""
    if value in (None, "", ()) or value == []:
        return _("not recorded")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, date):
        return date_format(value, "j M Y")
    if name in _LISTED:
        return ", ".join(str(_LISTED[name].get(one, one)) for one in value)
    return str(_KEYS[name].get(value, value)) if name in _KEYS else f"{APART}{value}{TOGETHER}"


def mark_html(line: Line | None, *, is_repeat: bool) -> SafeString | str:
    """The mark as the page shows it: a sign for the eye, the words for everybody."""
    if line is None or not is_repeat:
        return ""
    before = last_time_of(line)
    mark = mark_against(line, before, is_repeat=is_repeat)
    return format_html(
        '<span class="kc-since kc-since--{}" dir="auto"><span aria-hidden="true">{}</span> {}</span>',
        mark.value,
        SIGNS[mark],
        _words(mark, line, before),
    )


def ways_html(*, prefix: str, text: object, before: Line | None, is_confirmed: bool, what: str) -> SafeString | str:
    """How to say what became of a carried row: a box that works everywhere, and two buttons for the page's script."""
    if before is None:
        return ""
    has_stopped = before.phase == "stopped" if hasattr(before, "entered") else before.stopped
    still = _("Still stopped") if has_stopped else _("Still so")
    more = "" if has_stopped else format_html(_BUTTON, "stopped", _("Stopped"), what)
    return format_html(
        '<div class="kc-ways" data-kc-ways="{0}"><input type="hidden" name="{0}-last_time" value="{1}">'
        '<label class="kc-choice" for="id_{0}-as_last_time"><input class="form-check-input" type="checkbox" '
        'id="id_{0}-as_last_time" name="{0}-as_last_time"{2}> {3}<span class="visually-hidden">: {4}</span></label>'
        "{5}{6}</div>",
        prefix,
        text,
        SafeString(" checked") if is_confirmed else "",
        still,
        what,
        more,
        format_html(_BUTTON, "changed", _("Changed"), what),
    )


_BUTTON = (
    '<button class="btn btn-outline-secondary btn-sm" type="button" data-kc-way="{}">{}'
    '<span class="visually-hidden">: {}</span></button>'
)
