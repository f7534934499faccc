"""Names while typing a medicine or substance, as options for the browser's own list."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from clinical.permissions import check
from clinical.vocabulary import lookup

LONGEST = 80  # more than any name; what lies beyond is dose and remarks


def suggest(request: HttpRequest) -> HttpResponse:
    check(request.user, "read_charts")
    typed = request.GET.get("q", "")[:LONGEST].strip()
    return render(request, "clinical/_medication_names.html", {"names": lookup.suggest(typed) if typed else []})
