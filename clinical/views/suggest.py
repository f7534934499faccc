"""Names while typing a medicine or substance, as options for the page's list.

Asked for at nearly every key, so it is written without a template. Stores nothing. Not kept by browsers either: the
address holds what was typed about a patient, and a changed name counts at once.
"""

from html import escape

from django.http import HttpRequest, HttpResponse

from clinical.permissions import check
from clinical.signed_in import version_seen
from clinical.vocabulary import lookup
from clinical.vocabulary.lookup import Suggestion

LONGEST = 80  # more than any name; what lies beyond is dose and remarks
OPTION = '<li role="option" id="name-{}" data-name="{}"><span class="kc-option__name">{}</span>{}</li>'
ABOUT = ' <span class="kc-option__about">{}</span>'


def suggest(request: HttpRequest) -> HttpResponse:
    check(request.user, "read_charts")
    typed = request.GET.get("q", "")[:LONGEST].strip()
    return HttpResponse(options(lookup.suggest(typed, version=version_seen(request))) if typed else "")


def options(found: list[Suggestion]) -> str:
    """One option each: what is taken when it is chosen, how it is shown, and what tells it from its neighbours."""
    return "".join(_option(number, one) for number, one in enumerate(found))


def _option(number: int, one: Suggestion) -> str:
    more = ABOUT.format(escape(one.about)) if one.about else ""
    return OPTION.format(number, escape(one.name), escape(one.shown_as or one.name), more)
