"""One rule in full, and the list of all rules: what a flag rests on, two clicks away."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from clinical import lists
from clinical.evidence import evidence_of
from clinical.models import InteractionRule
from clinical.models.consultation import PHASE_LABELS, PRODUCT_LABELS
from clinical.permissions import check
from clinical.screening.knowledge import SEVERITY_ORDER, Severity
from clinical.views.panel import ACT_NOW, CERTAINTY_WORDS, SEVERITY_WORDS


def evidence_list(request: HttpRequest) -> HttpResponse:
    check(request.user, "read_reference")
    wanted = request.GET.get("q", "").strip()
    rules = sorted(lists.rules_matching(wanted), key=lambda rule: (SEVERITY_ORDER[rule.severity], rule.title))
    context = {"rows": [{"rule": rule, **_ratings(rule)} for rule in rules], "wanted": wanted}
    return render(request, "clinical/evidence_list.html", context)


def evidence(request: HttpRequest, code: str) -> HttpResponse:
    check(request.user, "read_reference")
    revisions = lists.rule_with_history(code)
    if not revisions:
        raise Http404
    shown = next((r for r in revisions if str(r.revision) == request.GET.get("revision")), revisions[0])
    context = {
        "rule": shown,
        "revisions": revisions,
        "fires_on": [_line(line) for line in lists.fires_on(shown)],
        "direction": _("each may affect the other") if shown.direction == "both" else shown.direction,
        "tier": _tier(shown),
        "evidence": evidence_of(shown, revisions),
        **_ratings(shown),
    }
    return render(request, "clinical/evidence.html", context)


def _ratings(rule: InteractionRule) -> dict[str, Any]:
    return {"severity_word": SEVERITY_WORDS[rule.severity], "certainty_word": CERTAINTY_WORDS[rule.certainty]}


def _tier(rule: InteractionRule) -> str:
    """The operational class: where a flag of this rule stands on the page."""
    if rule.severity in ACT_NOW:
        return _("Act on now: asks for an answer before signing.")
    return _("Plan: change or watch.") if rule.severity == Severity.MODERATE else _("Know: listed, asks for nothing.")


def _line(line: lists.FiresOn) -> dict[str, Any]:
    """One line of "what it fires on" as people read it, without underscores and codes."""
    return {
        "kind": line.kind,
        "keys": _list(line.keys),
        "strengths": _list(line.strengths),
        "exclude": _list(line.exclude),
        "products": _list(PRODUCT_LABELS[key] for key in line.products) or _("any"),
        "routes": _list(line.routes),
        "phases": _list(PHASE_LABELS[key] for key in line.phases),
        "note": line.note,
    }


def _list(names) -> str:
    return ", ".join(str(name).replace("_", " ") for name in names)
