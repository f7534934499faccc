"""The review queue for those who edit or review reference data: what waits, why, and one click to revise it."""

from collections import Counter
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinical.admin import law_exchange
from clinical.admin.gate import ByRole
from clinical.models import RuleToReview
from clinical.permissions import can
from clinical.review_queue import Waiting, Why, queue

WHY_WORDS = {
    Why.FALLEN: gettext_lazy("source retracted or superseded"),
    Why.THEORY: gettext_lazy("grave, on theory alone"),
    Why.ANSWERS: gettext_lazy("how clinicians answered"),
    Why.OVERDUE: gettext_lazy("past its review date"),
    Why.PROVISIONAL: gettext_lazy("provisional"),
    Why.UNSEEN: gettext_lazy("not verified"),
    Why.UNDATED: gettext_lazy("no review date"),
}
KIND_WORDS = {
    "rule": gettext_lazy("rule"),
    "role": gettext_lazy("role"),
    "source": gettext_lazy("source"),
    "substances": gettext_lazy("substances"),
}


@admin.register(RuleToReview)
class ReviewQueueAdmin(ByRole):
    """One page; nothing is added, changed or opened here but what it leads to."""

    def may_view(self, request: HttpRequest) -> bool:
        return can(request.user, "edit_reference") or can(request.user, "review_reference")

    def get_urls(self) -> list:
        page = self.admin_site.admin_view(self.changelist_view)
        return [path("", page, name="clinical_ruletoreview_changelist"), *law_exchange.addresses()]

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        if not self.may_view(request):
            raise PermissionDenied
        entries = queue(practice=request.user.practice)
        counts = Counter(reason.why for entry in entries for reason in entry.reasons)
        wanted = request.GET.get("why", "")
        shown = [entry for entry in entries if not counts.get(wanted) or _has(entry, wanted)]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Review queue"),
            "opts": self.opts,
            "rows": [_row(entry, may_edit=can(request.user, "edit_reference")) for entry in shown],
            "total": len(entries),
            "filters": [(why.value, WHY_WORDS[why], counts[why]) for why in Why if counts[why]],
            "wanted": wanted if counts.get(wanted) else "",
            "practice": request.user.practice,
        }
        return TemplateResponse(request, "admin/clinical/review_queue.html", context)


def _has(entry: Waiting, wanted: str) -> bool:
    return any(reason.why == wanted for reason in entry.reasons)


def _row(entry: Waiting, *, may_edit: bool) -> dict[str, Any]:
    return {"entry": entry, "kind": KIND_WORDS[entry.kind], **_ADDRESSES[entry.kind](entry, may_edit)}


def _of_rule(entry: Waiting, may_edit: bool) -> dict[str, str]:
    revise = reverse("admin:clinical_interactionrule_revise", args=(entry.pk,)) if may_edit else ""
    return {"look": reverse("clinical:evidence", args=(entry.key,)), "act": revise, "act_words": _("Revise")}


def _of_role(entry: Waiting, may_edit: bool) -> dict[str, str]:
    found = urlencode({"role__key__exact": entry.key, "is_verified__exact": 0, "withdrawn": "no"})
    rows = f"{reverse('admin:clinical_substancerole_changelist')}?{found}"
    return {
        "look": reverse("admin:clinical_role_change", args=(entry.key,)),
        "act": rows,
        "act_words": _("Look through"),
    }


def _of_source(entry: Waiting, may_edit: bool) -> dict[str, str]:
    page = reverse("admin:clinical_source_change", args=(admin.utils.quote(entry.key),))
    return {"look": page, "act": page, "act_words": _("See what rests on it")}


def _of_substances(entry: Waiting, may_edit: bool) -> dict[str, str]:
    rows = f"{reverse('admin:clinical_substance_changelist')}?{urlencode({'is_verified__exact': 0})}"
    return {"look": rows, "act": rows, "act_words": _("Look through")}


_ADDRESSES = {"rule": _of_rule, "role": _of_role, "source": _of_source, "substances": _of_substances}
