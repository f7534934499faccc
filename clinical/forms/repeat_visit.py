"""A visit that repeats the last one: every carried row confirmed at once, and the mark beside each row."""

import re

from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from clinical.forms.consultation_rows import ROW_NUMBER
from clinical.forms.placing import PREFIXES
from clinical.forms.since_last_words import mark_html
from clinical.models import Asked, Consultation
from clinical.since_last import is_repeat

UNCHANGED = "unchanged"  # what the button does
ANSWERED = (Asked.USES.value, Asked.DOES_NOT.value)
_CARRIED = re.compile(rf"((?:{'|'.join(PREFIXES)})-{ROW_NUMBER.pattern})-last_time")


def all_as_last_time(data: QueryDict) -> QueryDict:
    """What was posted, with every carried row confirmed, and the answer to "asked" as last time where none was given.

    A row that says something else than last time stays changed: confirming it has no meaning there.
    """
    new = data.copy()
    places = [found[1] for name in data if (found := _CARRIED.fullmatch(name)) and data[name]]
    for place in places:
        new[f"{place}-as_last_time"] = "on"
    if data.get("asked") in (None, "", Asked.NOT_ASKED):
        asked = _asked_last(data, places)
        if asked in ANSWERED:
            new["asked"] = asked
    return new


def can_repeat(form, last: Consultation | None) -> bool:
    """Whether there is anything to confirm at once: a row carried over, or the answer of last time."""
    return is_repeat(form.record) or (last is not None and last.asked in ANSWERED)


def _asked_last(data: QueryDict, places: list[str]) -> str:
    """The answer of last time; on the page of a stored draft, what a product carried over and in use says."""
    in_use = any(place.startswith("kratom-") and not data.get(f"{place}-stopped") for place in places)
    return data.get("last_asked", "") or (Asked.USES.value if in_use else "")


def show_marks(rows, *, is_repeat: bool) -> None:
    """Put its mark beside each kratom product, as it stands in the page."""
    for form, use in rows:
        form.since = mark_html(use, is_repeat=is_repeat)


def renewed_marks(forms) -> SafeString:
    """The marks of the kratom products, to be put in place by the live list."""
    return format_html_join(
        "",
        '<div id="{}-since" hx-swap-oob="true">{}</div>',
        ((form.prefix, format_html("{}", form.since)) for form in forms),
    )
