"""One line above the medicine rows: how many were recognised, what is left to settle, and a way to each first one."""

from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinical.forms.medication_reading import KNOWN, TO_CHOOSE, TO_CONFIRM, UNKNOWN
from clinical.forms.placing import Placed

# Judgement: fewer rows than this are seen at a glance.
WORTH_COUNTING = 8
OPEN = (TO_CONFIRM, TO_CHOOSE, UNKNOWN)


@dataclass(frozen=True, slots=True)
class Summary:
    """`words` for the eye, with links; `said` for a screen reader. Empty words where there is nothing to count."""

    words: SafeString | str = ""
    said: str = ""
    just_pasted: bool = False


def summary_of(rows: list, placed: Placed) -> Summary:
    """Rows are the forms that hold a name, in the order of the page."""
    by_state: dict[str, list] = {state: [row for row in rows if row.state == state] for state in (KNOWN, *OPEN)}
    counted = sum(len(found) for found in by_state.values())
    if not placed.made and counted < WORTH_COUNTING and not any(by_state[state] for state in OPEN):
        return Summary()
    lines = ngettext("%(n)d line", "%(n)d lines", counted) % {"n": counted}
    parts = [(_label(state, len(found)), found[0]) for state, found in by_state.items() if found]
    words = format_html("{}: {}.", lines, format_html_join(", ", "{}", ((_linked(*part),) for part in parts)))
    said = f"{lines}: {', '.join(label for label, _row in parts)}."
    return Summary(words, said, just_pasted=bool(placed.made))


def _label(state: str, number: int) -> str:
    words = {
        KNOWN: _("%(n)d recognised"),
        TO_CONFIRM: _("%(n)d to confirm"),
        TO_CHOOSE: _("%(n)d to choose"),
        UNKNOWN: _("%(n)d not recognised"),
    }
    return words[state] % {"n": number}


def _linked(label: str, first) -> SafeString | str:
    if first.state == KNOWN:
        return label
    return format_html('<a href="#{}">{}</a>', first["entered"].id_for_label, label)


def lead_on(rows: list, confirmed: str) -> None:
    """After a confirmation the focus goes to the next row that needs one, else to the row itself."""
    places = [row.prefix for row in rows]
    if confirmed not in places:
        return
    at = places.index(confirmed)
    following = (row for row in (*rows[at + 1 :], *rows[:at]) if row.state in (TO_CONFIRM, TO_CHOOSE))
    following_row = next(following, None)
    if following_row is None:
        rows[at].fields["entered"].widget.attrs.update({"data-kc-focus": True, "autofocus": True})
    else:
        following_row.is_next = True
