"""Pages of the law: look up a place on a day, and one jurisdiction's history."""

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
        context |= _answer(form.cleaned_data)
    return render(request, "legal/place_and_day.html", context, status=422 if form.errors else 200)


def _answer(asked: dict) -> dict:
    place, today = lookup.find_place(asked["place"]), timezone.localdate()
    answer = {"answered": True, "found": lookup.place_as_json(place), "asked": asked}
    if not isinstance(place, lookup.Found):
        return answer
    rulings = lookup.rulings_at(place, asked["on"], asked["age"], today=today)
    return answer | {
        "rulings": [lookup.ruling_as_json(ruling) for ruling in rulings.values()],
        "place": place.label,
        "doubts": lookup.doubts_at(place, rulings),
        "day": date_format(asked["on"], "j M Y"),
    }


def jurisdiction(request: HttpRequest, code: str) -> HttpResponse:
    """Every row ever held for one jurisdiction, with its sources."""
    found = history.history_of(code)
    if found is None:
        raise Http404(_("No jurisdiction has this code."))
    return render(request, "legal/jurisdiction.html", {"history": found, "jurisdiction": found.jurisdiction})
