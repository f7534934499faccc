"""One rule in full, and the list of all rules: what a flag rests on, two clicks away."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from clinical import lists
from clinical.permissions import check
from clinical.screening.knowledge import SEVERITY_ORDER


def evidence_list(request: HttpRequest) -> HttpResponse:
    check(request.user, "read_reference")
    wanted = request.GET.get("q", "").strip()
    rules = sorted(lists.rules_matching(wanted), key=lambda rule: (SEVERITY_ORDER[rule.severity], rule.title))
    return render(request, "clinical/evidence_list.html", {"rules": rules, "wanted": wanted})


def evidence(request: HttpRequest, code: str) -> HttpResponse:
    check(request.user, "read_reference")
    revisions = lists.rule_with_history(code)
    if not revisions:
        raise Http404
    shown = next((r for r in revisions if str(r.revision) == request.GET.get("revision")), revisions[0])
    context = {"rule": shown, "revisions": revisions, "fires_on": lists.fires_on(shown)}
    return render(request, "clinical/evidence.html", context)
