"""Names while typing a medicine or substance, as options for the page's list.

Asked for at nearly every key, so it is written without a template. Stores nothing. Not kept by browsers either: the
address holds what was typed about a patient, and a changed name counts at once.
"""

from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from clinical.permissions import check
from clinical.vocabulary import lookup
from clinical.vocabulary.lookup import Suggestion

LONGEST = 80  # more than any name; what lies beyond is dose and remarks
OPTION = '<li role="option" id="name-{}" data-name="{}"><span class="kc-option__name">{}</span>{}</li>'
ABOUT = ' <span class="kc-option__about">{}</span>'


def suggest(request: HttpRequest) -> HttpResponse:
    check(request.user, "read_charts")
    typed = request.GET.get("q", "")[:LONGEST].strip()
    return HttpResponse(options(lookup.suggest(typed) if typed else []))


def options(found: list[Suggestion]) -> SafeString:
    """One option each: what is taken when it is chosen, how it is shown, and what tells it from its neighbours."""
    return format_html_join(
        "",
        OPTION,
        ((number, one.name, getattr(one, "shown_as", "") or one.name, _about(one)) for number, one in enumerate(found)),
    )


def _about(one: Suggestion) -> SafeString | str:
    about = getattr(one, "about", "") or ", ".join(one.substances)
    return format_html(ABOUT, about) if about not in ("", one.name) else ""
