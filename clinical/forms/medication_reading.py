"""How one row was read, in words beside it: the substances, a guess to confirm, a choice, or that nobody knows it.

Written without a template: forty rows have forty of them, and each is renewed with every change of a field.
"""

from datetime import date

from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from clinical.forms.lookalike_words import shown
from clinical.forms.medication_details import ROUTES, entry_of
from clinical.forms.since_last_words import mark_html
from clinical.screening.facts import Match, Phase

KNOWN, TO_CONFIRM, TO_CHOOSE, UNKNOWN = "known", "to_confirm", "to_choose", "unknown"


def state_of(form) -> str:
    """What is left to do about a row; "" for a row without a name."""
    if not form.reading:
        return ""
    states = {Match.FUZZY: TO_CONFIRM, Match.AMBIGUOUS: TO_CHOOSE, Match.NONE: UNKNOWN}
    return states.get(form.reading["match"], KNOWN)


def reading_of(form, *, out_of_band: bool = False) -> SafeString:
    """The element under the name; `out_of_band` replaces the one in the page."""
    return format_html(
        '<div class="kc-reading" id="{}-reading"{}>{}</div>',
        form.prefix,
        mark_safe(' hx-swap-oob="true"') if out_of_band else "",
        _words(form) + _since(form) if form.reading else "",
    )


def _since(form) -> SafeString:
    """What became of the row since last time, on a line of its own."""
    mark = mark_html(form.line, is_repeat=form.is_repeat)
    return format_html("<div>{}</div>", mark) if mark else SafeString("")


def _words(form) -> SafeString:
    state = state_of(form)
    if form.is_kratom:
        return _kratom(form)
    if state == TO_CONFIRM:
        return _guess(form)
    if state == TO_CHOOSE or form.candidates:
        return format_html("{}{}", _choice(form), details(form))
    if state == UNKNOWN:
        words = _("Correct the name, or leave it: it stays listed as not assessed.")
        return format_html('<span class="kc-tag kc-tag--unknown">{}</span> {}', _("Not recognised"), words)
    return format_html("{}{}{}{}", names_of(form), _confirmed(form), details(form), _kratom_besides(form))


def names_of(form) -> SafeString:
    """The substances, in tall-man letters and with what they are for where names are mixed up."""
    found = [shown(substance, form.version) for substance in form.reading["substances"]]
    return format_html_join(" + ", "{}{}", ((one.written, _for(one.used_for)) for one in found))


def _for(used_for: str) -> SafeString | str:
    return format_html('<span class="kc-for">: {}</span>', used_for) if used_for else ""


def _guess(form) -> SafeString:
    """One clear misspelling: screened as provisional until somebody says yes."""
    return format_html(
        '<span class="kc-tag kc-tag--unknown">{}</span> {} {} <span class="kc-reading__more">{}{}</span>',
        _("Provisional"),
        format_html(_("Did you mean <strong>{}</strong>?"), names_of(form)),
        _yes(form),
        _("If not, correct the name.") if form.guess else _("If so, give each its own row; if not, correct the name."),
        details(form),
    )


def _yes(form) -> SafeString | str:
    if not form.guess:
        return ""
    return format_html(
        '<button id="{0}-confirm" class="btn btn-outline-primary btn-sm" type="submit" name="confirm" '
        'value="{0}:{1}" formnovalidate hx-post=""{2}>{3}</button>',
        form.prefix,
        form.guess,
        mark_safe(" data-kc-focus autofocus") if form.is_next else "",
        format_html(_("Yes<span class='visually-hidden'>, {} is {}</span>"), _typed(form), form.guess),
    )


def _confirmed(form) -> SafeString | str:
    """A guess that somebody confirmed keeps its key with the row."""
    chosen = form.initial.get("chosen") if not form.is_bound else getattr(form, "cleaned_data", {}).get("chosen")
    if not chosen:
        return ""
    words = _("confirmed")
    return format_html(
        ' <span class="kc-for">({})</span><input type="hidden" name="{}-chosen" value="{}">', words, form.prefix, chosen
    )


def _choice(form) -> SafeString:
    bound = form["chosen"]
    if form.is_next:
        form.fields["chosen"].widget.attrs.update({"data-kc-focus": True, "autofocus": True})
    return format_html('<label for="{}">{}</label> {}', bound.id_for_label, bound.label, bound)


def _kratom(form) -> SafeString:
    """Kratom among the medicines: said at once, moved by a press here or with saving."""
    words = _("This is kratom. It belongs under Kratom, with product and amount.")
    if state_of(form) == TO_CONFIRM:
        words = format_html(_("Did you mean <strong>{}</strong>? Then it belongs under Kratom."), names_of(form))
    return format_html(
        '<span class="kc-tag kc-tag--unknown">{0}</span> {1} '
        '<button id="{2}-move" type="submit" name="move" value="{2}" '
        'class="btn btn-outline-primary btn-sm" formnovalidate hx-post="" hx-select-oob="#kratom-rows">{3}</button>',
        _("Kratom"),
        words,
        form.prefix,
        format_html("{}<span class='visually-hidden'>: {}</span>", _("Move to kratom"), _typed(form)),
    )


def _kratom_besides(form) -> SafeString | str:
    """Kratom and a medicine on one line: the medicine is screened here, the kratom only from its own list."""
    if not form.names_kratom:
        return ""
    words = _("Kratom is named here too. Add it under Kratom, with product and amount, and leave it out of this row.")
    return format_html(' <span class="kc-tag kc-tag--unknown">{}</span> {}', _("Kratom"), words)


def _typed(form) -> str:
    return str(form.value_of("entered") or "").strip()


def details(form) -> SafeString | str:
    """As needed, route and stop as they count now, so that nobody has to open the row to see them."""
    words = details_in_words(
        as_needed=form.value_of("as_needed") in (True, "on"),
        route=form.value_of("route") or form.reading.get("route", ""),
        route_from="" if form.value_of("route") else form.reading.get("route_from", ""),
        started_on=_as_day(form.value_of("started_on")),
        stopped_on=_as_day(form.value_of("stopped_on")),
        has_stopped=form.value_of("phase") == Phase.STOPPED,
        read=_stop_read(form),
    )
    return format_html('<span class="kc-reading__details"> · {}</span>', " · ".join(words)) if words else ""


def details_in_words(*, as_needed, route, route_from, started_on, stopped_on, has_stopped, read="") -> list[str]:
    """Each detail in a few words; a route known from the name says so."""
    route_words = str(ROUTES.get(route, route or ""))
    if route_words and route_from == "form":
        route_words = _("%(route)s (known from the form)") % {"route": route_words}
    elif route_words and route_from in ("name", "substance"):
        route_words = _("%(route)s (known from the name)") % {"route": route_words}
    until = _("stopped %(day)s") if has_stopped else _("until %(day)s")
    parts = (
        _("as needed") if as_needed else "",
        route_words,
        _("from %(day)s") % {"day": date_format(started_on, "j M Y")} if started_on else "",
        read or (until % {"day": date_format(stopped_on, "j M Y")} if stopped_on else ""),
    )
    return [str(part) for part in parts if part]


def _as_day(value: object) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return parse_date(str(value or ""))
    except ValueError:
        return None


def _stop_read(form) -> str:
    """A stop that the text gives only roughly says which day it is counted from."""
    stopped_on = _as_day(form.value_of("stopped_on"))
    typed = _typed(form)
    if not stopped_on or not typed:
        return ""
    entry = entry_of(typed, form.version)
    first, last = entry.stopped_from, entry.stopped_until
    if not first or not last or first == last or not first <= stopped_on <= last:
        return ""
    span = _span(first, last)
    words = _("stopped in %(when)s, counted from %(day)s")
    return words % {"when": span, "day": date_format(stopped_on, "j M Y")}


def _span(first: date, last: date) -> str:
    if (first.year, first.month) == (last.year, last.month):
        return date_format(first, "F Y")
    return date_format(first, "Y")
