"""What publishing a draft would do: the case library, and the practice's own patients. Stores nothing.

Counting many charts takes seconds: the page says so first, and asks again for the answer.
"""

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from clinical import effect
from clinical.changed_concerns import patients_to_count
from clinical.models import RuleDraft
from clinical.permissions import can
from clinical.rule_checks import faults_in
from clinical.views.concern_words import change_words
from clinical.views.panel import SEVERITY_WORDS

COUNT = "count"
# Judgement: more patients than this take long enough that the page says so before it counts.
COUNTED_AT_ONCE = 300
PAGE = "admin/clinical/effect.html"


def effect_view(request: HttpRequest, draft_id: int) -> HttpResponse:
    """The effect of a draft, after a page that says how many charts are being counted where they are many."""
    draft = RuleDraft.objects.filter(pk=draft_id).first()
    if draft is None:
        raise Http404
    is_retirement = draft.kind == RuleDraft.Kind.RETIREMENT
    faults = [] if is_retirement else [fault.words for fault in faults_in(draft.entry)]
    if faults:
        return _page(request, draft, {"faults": faults}, status=422)
    practice = request.user.practice
    patients = patients_to_count(practice) if practice else 0
    if patients > COUNTED_AT_ONCE and COUNT not in request.GET:
        return _page(request, draft, {"counting": patients, "answer": f"{request.path}?{COUNT}=1"})
    try:
        found = effect.preview(entry=None if is_retirement else draft.entry, code=draft.code, practice=practice)
    except ValueError as fault:
        return _page(request, draft, {"faults": [str(fault)]}, status=422)
    return _page(request, draft, panel_context(request, found))


def panel_context(request: HttpRequest, found: effect.EffectPreview) -> dict[str, Any]:
    """What `effect_panel.html` prints. Names of patients only for those who may read charts."""
    may_read = can(request.user, "read_charts")
    tier = found.top_tier
    return {
        "preview": found,
        "has_practice": request.user.practice_id is not None,
        "rows": [(_severity(severity), *counts) for severity, *counts in found.rows],
        "affected": [_patient(one) for one in found.affected] if may_read else [],
        "not_listed": found.touched - len(found.affected) if may_read else 0,
        "may_read_charts": may_read,
        "tier": tier
        and {
            "now": _percent(tier.share_now),
            "then": _percent(tier.share_then),
            "target": tier.target is not None and _percent(tier.target),
            "is_raised": tier.is_raised_above_target,
        },
    }


def _page(request: HttpRequest, draft: RuleDraft, context: dict[str, Any], status: int = 200) -> HttpResponse:
    about = {
        **admin.site.each_context(request),
        "title": _("The effect of %(kind)s %(code)s") % {"kind": draft.get_kind_display(), "code": draft.code},
        "draft": draft,
        "back": reverse("admin:clinical_ruledraft_change", args=(draft.pk,)),
    }
    return TemplateResponse(request, PAGE, {**about, **context}, status=status)


def _patient(found: effect.PatientEffect) -> dict[str, Any]:
    words = [change_words(c.what, c.about, c.severity, c.former_severity) for c in found.changes]
    return {"key": found.patient, "name": found.name, "words": words}


def _severity(severity: str) -> str:
    return str(SEVERITY_WORDS[severity]) if severity else _("any severity")


def _percent(share: float) -> str:
    return f"{share * 100:.1f} %"
