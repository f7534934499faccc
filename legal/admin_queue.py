"""The verification queue: what of the law waits to be checked again, and one click to say that a row still holds."""

from collections import Counter
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from legal import actions
from legal.admin_rows import ReadOnlyAdmin, check_may_edit
from legal.models import RowToVerify, StatusPeriod
from legal.permissions import can_edit
from legal.verification import ToVerify, Why, queue_for

WHY_WORDS = {
    Why.FIRST: gettext_lazy("asked to be checked by hand"),
    Why.DAY_CAME: gettext_lazy("expected day has come"),
    Why.TOO_OLD: gettext_lazy("too old for a firm answer"),
    Why.DISPUTED: gettext_lazy("sources disagree"),
    Why.UNCERTAIN: gettext_lazy("uncertain"),
    Why.UNREAD: gettext_lazy("source not read"),
    Why.LOW: gettext_lazy("low confidence"),
    Why.ADVOCACY: gettext_lazy("no primary source"),
    Why.OLD: gettext_lazy("check is old"),
}


@admin.register(RowToVerify)
class VerificationQueueAdmin(ReadOnlyAdmin):
    """One page for whoever reads the law; editors also act."""

    def get_urls(self) -> list:
        view = self.admin_site.admin_view
        return [
            path("", view(self.changelist_view), name="legal_rowtoverify_changelist"),
            path("<int:pk>/still-true/", view(require_POST(self.still_true)), name="legal_still_true"),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        entries = queue_for(request.user, timezone.localdate())
        counts = Counter(why for entry in entries for why in {reason.why for reason in entry.reasons})
        wanted = request.GET.get("why", "")
        shown = [e for e in entries if not counts.get(wanted) or any(r.why == wanted for r in e.reasons)]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Law to check again"),
            "opts": self.opts,
            "rows": [_row(entry, can_edit(request.user)) for entry in shown],
            "total": len(entries),
            "filters": [(why.value, WHY_WORDS[why], counts[why]) for why in Why if counts[why]],
            "wanted": wanted if counts.get(wanted) else "",
            "counted": any(entry.patients is not None for entry in entries),
        }
        return TemplateResponse(request, "legal/admin_queue.html", context)

    def still_true(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The row was checked today and says what it said: stamps who and when."""
        check_may_edit(request)
        row = get_object_or_404(StatusPeriod.objects.select_related("jurisdiction"), pk=pk)
        if actions.confirm_still_true(periods=[row], by=request.user, on=timezone.localdate()):
            self.message_user(request, _("Checked today: %s.") % row, messages.SUCCESS)
        else:
            self.message_user(request, _("Nothing was stamped: %s was replaced meanwhile.") % row, messages.WARNING)
        return redirect("admin:legal_rowtoverify_changelist")


def _row(entry: ToVerify, may_edit: bool) -> dict[str, Any]:
    model = "statusperiod" if entry.kind == "row" else "pendingchange"
    row: dict[str, Any] = {"entry": entry, "look": reverse(f"admin:legal_{model}_change", args=(entry.pk,))}
    if not may_edit:
        return row
    if entry.kind == "pending":
        return {**row, "settle": reverse("admin:legal_pendingchange_settle", args=(entry.pk,))}
    return {
        **row,
        "still_true": reverse("admin:legal_still_true", args=(entry.pk,)),
        "revise": reverse("admin:legal_period_revise", args=(entry.pk,)),
    }
