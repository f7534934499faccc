"""Pending changes in the admin: read, added, and settled on their day with one confirmation."""

from datetime import date
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from legal import actions
from legal.admin_rows import Acts, check_may_edit
from legal.choices import Became
from legal.forms import EnactedForm, PendingForm, SettleForm
from legal.models import PendingChange, StatusPeriod
from legal.permissions import can_edit


class DayCameFilter(admin.SimpleListFilter):
    title = gettext_lazy("expected day")
    parameter_name = "day"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("come", _("Has come, and is not settled")), ("ahead", _("Lies ahead")), ("open", _("Not dated"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        today = timezone.localdate()
        chosen = {
            "come": Q(settled_at=None, expected_on__lte=today),
            "ahead": Q(settled_at=None, expected_on__gt=today),
            "open": Q(settled_at=None, expected_on=None),
        }
        return queryset.filter(chosen[self.value()]) if self.value() in chosen else queryset


@admin.register(PendingChange)
class PendingChangeAdmin(Acts):
    change_form_template = "legal/admin_open_row.html"
    change_list_template = "legal/admin_list.html"
    list_display = ("jurisdiction", "what", "stage", "expected", "expected_on", "checked_on", "became", "settled_at")
    list_filter = (DayCameFilter, ("settled_at", admin.EmptyFieldListFilter), "became", "jurisdiction__level")
    list_select_related = ("jurisdiction",)
    search_fields = ("jurisdiction__code", "jurisdiction__name", "what", "note")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return can_edit(request.user)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, **kwargs) if obj else PendingForm

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return super().get_fields(request, obj) if obj else (*PendingForm.Meta.fields, "reason")

    def save_model(self, request: HttpRequest, obj: PendingChange, form: PendingForm, change: bool) -> None:
        values = dict(form.cleaned_data)
        place, reason = values.pop("jurisdiction"), values.pop("reason")
        obj.pk = actions.add_pending_change(jurisdiction=place, values=values, by=request.user, reason=reason).pk

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        extra = {"may_exchange": can_edit(request.user), "sheet": "pending"}
        return super().changelist_view(request, {**extra, **(extra_context or {})})

    def get_urls(self) -> list:
        view = self.admin_site.admin_view(self.settle)
        return [path("<int:pk>/settle/", view, name="legal_pendingchange_settle"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        extra = {
            **(extra_context or {}),
            "may_settle": can_edit(request.user),
            "settle": "admin:legal_pendingchange_settle",
        }
        return super().change_view(request, object_id, form_url, extra)

    def settle(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What became of it; where it was enacted, the row it brings, begun with the words of the present one."""
        check_may_edit(request)
        entry = get_object_or_404(PendingChange.objects.select_related("jurisdiction"), pk=pk)
        day = entry.expected_on or timezone.localdate()
        rows = rows_of(entry.jurisdiction_id)
        base = _chosen(rows, request.POST.get("base") or request.GET.get("base"), day)
        held = any(row.valid_from == entry.expected_on for row in rows if row.valid_from)
        form = SettleForm(request.POST or None, initial={"became_on": day, "brings": "held" if held else "row"})
        law = EnactedForm(request.POST or None, initial=_begun(entry, base, day), prefix="law")
        needs_row = (
            form.is_bound and request.POST.get("became") == Became.ENACTED and request.POST.get("brings") == "row"
        )
        return self.act(
            request, entry, {"form": form, "law": law}, _("Settle: %s") % entry,
            lambda: actions.settle_pending_change(
                pending=entry, by=request.user, period=base,
                values=law.values_with_substance() if needs_row else None, **form.values(),
            ),
            lambda: form.is_valid() and (not needs_row or law.is_valid()),
            rows=rows, base=base, is_held=held, needs_row=needs_row,
        )  # fmt: skip


def rows_of(code: str) -> list[StatusPeriod]:
    """The rows of a jurisdiction that count and have not ended."""
    open_rows = Q(valid_until=None) | Q(valid_until__gt=timezone.localdate())
    return list(StatusPeriod.objects.filter(open_rows, jurisdiction=code, superseded_at=None))


def _chosen(rows: list[StatusPeriod], wanted: str | None, day: date) -> StatusPeriod | None:
    """The row whose words the new one begins with: the one asked for, or the only one in force on the day."""
    if wanted == "none":
        return None
    if wanted:
        return next((row for row in rows if str(row.pk) == wanted), None)
    present = [row for row in rows if row.valid_from is None or row.valid_from < day]
    return present[0] if len(present) == 1 else None


def _begun(entry: PendingChange, base: StatusPeriod | None, day: date) -> dict[str, Any]:
    words = model_to_dict(base, fields=(*actions.LAW_FIELDS, "substance")) if base else {}
    fresh = {"source_url": entry.source_url, "source_date": entry.source_date, "note": entry.note, "confidence": ""}
    return {
        **words,
        **fresh,
        "valid_from": day,
        "valid_until": None,
        "start_known": "exact",
        "checked_on": timezone.localdate(),
        "second_source_url": "",
        "second_source_date": "",
        "second_read": "",
    }
