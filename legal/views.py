"""Pages of the law: look up a place on a day, and one jurisdiction's history."""

from urllib.parse import quote, urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from legal import history, lookup
from legal.forms import PlaceAndDayForm


def place_and_day(request: HttpRequest) -> HttpResponse:
    """The look-up form and, when a place was given, what holds there for all three substances."""
    form = PlaceAndDayForm(request.GET if "place" in request.GET else None, initial={"on": timezone.localdate()})
    context = {"form": form, "groups": history.groups_of_jurisdictions()}
    if form.is_bound and form.is_valid():
        asked = form.cleaned_data
        names = [asked["place"], *([asked["beside"]] if asked["beside"] else [])]
        context["answers"] = [_answer(asked, at, names) for at in range(len(names))]
    return render(request, "legal/place_and_day.html", context, status=422 if form.errors else 200)


def _answer(asked: dict, at: int, names: list[str]) -> dict:
    """One of the places asked: its rulings, the places it may be with an address for each, or what to do."""
    place, today = lookup.find_place(names[at]), timezone.localdate()
    answer = {"found": lookup.place_as_json(place), "number": at + 1}
    if isinstance(place, lookup.Several):
        return answer | {"choices": [(choice, _link(asked, at, choice)) for choice in place.choices]}
    if not isinstance(place, lookup.Found):
        return answer
    substances = [asked["substance"]] if asked["substance"] else lookup.ALL_SUBSTANCES
    rulings = lookup.rulings_at(place, asked["on"], asked["age"], substances, today)
    return answer | {
        "rulings": [lookup.ruling_as_json(ruling) for ruling in rulings.values()],
        "place": place.label,
        "law_id": f"law-{at + 1}",
        "disputes": [one for held in lookup.disputes_of(lvl.code for lvl in place.levels).values() for one in held],
        "doubts": lookup.doubts_at(place, rulings),
        "day": date_format(asked["on"], "j M Y"),
    }


def _link(asked: dict, at: int, choice: str) -> str:
    """The same question with one of its places settled."""
    parts = {name: asked[name] for name in ("place", "on", "age", "beside", "substance")}
    parts["beside" if at else "place"] = choice
    return "?" + urlencode({name: value for name, value in parts.items() if value not in ("", None)}, quote_via=quote)


def jurisdiction(request: HttpRequest, code: str) -> HttpResponse:
    """Every row ever held for one jurisdiction, with its sources."""
    found = history.history_of(code, timezone.localdate())
    if found is None:
        raise Http404(_("No jurisdiction has this code."))
    return render(request, "legal/jurisdiction.html", {"history": found, "jurisdiction": found.jurisdiction})
