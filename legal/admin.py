"""The law in the admin: read, search, filter; change only through `legal.actions`, with a reason. No deleting."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.forms.models import model_to_dict
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from legal import actions, admin_pending, admin_places, admin_queue, open_data  # noqa: F401 (register their models)
from legal.admin_rows import ReadOnlyAdmin
from legal.forms import CloseForm, NewPeriodForm, RevisionForm
from legal.models import LegalParameter, StatusPeriod
from legal.permissions import can_edit
from legal.staleness import STATES, filter_by_age


class StalenessFilter(admin.SimpleListFilter):
    title = gettext_lazy("last check")
    parameter_name = "last_check"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(STATES.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return filter_by_age(queryset, self.value(), timezone.localdate()) if self.value() else queryset


class CountsFilter(admin.SimpleListFilter):
    title = gettext_lazy("in force")
    parameter_name = "in_force"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("today", _("Today")), ("ahead", _("Starts later")), ("ended", _("Ended")), ("replaced", _("Replaced"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        today = timezone.localdate()
        begun = Q(valid_from=None) | Q(valid_from__lte=today)
        ended = Q(valid_until__isnull=False, valid_until__lte=today)
        current = Q(superseded_at=None)
        chosen = {
            "today": current & begun & ~ended,
            "ahead": current & ~begun,
            "ended": current & ended,
            "replaced": ~current,
        }
        return queryset.filter(chosen[self.value()]) if self.value() in chosen else queryset


@admin.register(StatusPeriod)
class StatusPeriodAdmin(ReadOnlyAdmin):
    """Revise and close have pages of their own; "still true" is an action on many rows."""

    change_form_template = "legal/admin_period.html"
    change_list_template = "legal/admin_list.html"
    actions = ("confirm_rows",)
    list_display = (
        "jurisdiction", "substance", "status", "min_age", "valid_from", "valid_until", "citation", "confidence",
        "checked_on", "days_since_check",
    )  # fmt: skip
    list_filter = (
        CountsFilter, StalenessFilter, "jurisdiction__level", "status", "substance", "confidence", "second_read",
        "read_here",
    )  # fmt: skip
    list_select_related = ("jurisdiction",)
    search_fields = ("jurisdiction__code", "jurisdiction__name", "citation", "restrictions", "note")

    @admin.display(description=gettext_lazy("days since check"), ordering="-checked_on")
    def days_since_check(self, row: StatusPeriod) -> int:
        return (timezone.localdate() - row.checked_on).days

    def has_add_permission(self, request: HttpRequest) -> bool:
        return can_edit(request.user)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, **kwargs) if obj else NewPeriodForm

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return super().get_fields(request, obj) if obj else (*NewPeriodForm.Meta.fields, "reason")

    def save_model(self, request: HttpRequest, obj: StatusPeriod, form: NewPeriodForm, change: bool) -> None:
        added = actions.add_status_period(
            jurisdiction=form.cleaned_data["jurisdiction"],
            substance=form.cleaned_data["substance"],
            values=form.law_values(),
            by=request.user,
            reason=form.cleaned_data["reason"],
        )
        obj.pk = added.pk

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return super().get_actions(request) if can_edit(request.user) else {}

    @admin.action(description=gettext_lazy("Checked today and still true"))
    def confirm_rows(self, request: HttpRequest, queryset: QuerySet) -> None:
        confirmed = actions.confirm_still_true(periods=queryset, by=request.user, on=timezone.localdate())
        self.message_user(
            request, _("%(count)d rows marked as checked today.") % {"count": confirmed}, messages.SUCCESS
        )

    def open_data(self, request: HttpRequest, kind: str) -> HttpResponse:
        """Everything held, for everybody who may read it: with what the columns mean and a licence note."""
        if kind not in open_data.FORMATS:
            raise Http404
        content, name = open_data.file_of(kind)
        answer = HttpResponse(content, content_type=open_data.FORMATS[kind])
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        extra = {"may_exchange": can_edit(request.user), "sheet": "statuses"}
        return super().changelist_view(request, {**extra, **(extra_context or {})})

    def get_urls(self) -> list:
        pages = (("revise", self.revise), ("close", self.close))
        own = [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=f"legal_period_{name}")
            for name, view in pages
        ]
        everything = self.admin_site.admin_view(self.open_data)
        own.append(path("open-data/<slug:kind>/", everything, name="legal_open_data"))
        return own + super().get_urls()

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        extra = {**(extra_context or {}), "may_revise": can_edit(request.user)}
        return super().change_view(request, object_id, form_url, extra)

    def revise(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Word a row anew; the old one stays readable."""
        row = self._row_for_editing(request, pk)
        form = RevisionForm(request.POST or None, initial=model_to_dict(row))
        return self._act(
            request, row, form, _("Revise"),
            lambda: actions.revise_status_period(
                period=row, values=form.law_values(), by=request.user, reason=form.cleaned_data["reason"]
            ),
        )  # fmt: skip

    def close(self, request: HttpRequest, pk: int) -> HttpResponse:
        """End a row without a successor."""
        row = self._row_for_editing(request, pk)
        form = CloseForm(request.POST or None)
        return self._act(
            request, row, form, _("Close"),
            lambda: actions.close_status_period(period=row, by=request.user, **form.cleaned_data),
        )  # fmt: skip

    def _row_for_editing(self, request: HttpRequest, pk: int) -> StatusPeriod:
        if not can_edit(request.user):
            raise PermissionDenied
        return get_object_or_404(StatusPeriod.objects.select_related("jurisdiction"), pk=pk)

    def _act(self, request: HttpRequest, row: StatusPeriod, form: Any, title: str, act: Any) -> HttpResponse:
        """Show the form, or act and say so; what the action refuses is shown on the form."""
        if request.method == "POST" and form.is_valid():
            try:
                changed = act()
            except actions.REFUSALS as refusal:
                form.add_error(None, refusal.messages if hasattr(refusal, "messages") else str(refusal))
            else:
                self.message_user(request, _("Done: %(row)s") % {"row": changed}, messages.SUCCESS)
                return redirect("admin:legal_statusperiod_change", changed.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": f"{title}: {row}",
            "form": form,
            "row": row,
            "opts": self.opts,
        }
        return TemplateResponse(request, "legal/admin_act.html", context, status=422 if form.errors else 200)


@admin.register(LegalParameter)
class LegalParameterAdmin(ReadOnlyAdmin):
    list_display = ("code", "value", "unit", "meaning", "source")
