"""Jurisdictions and disagreements of sources in the admin: read, added, settled; never edited in place or deleted."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _

from legal import actions
from legal.admin_rows import Acts, ReadOnlyAdmin, check_may_edit
from legal.forms import DisagreementForm, JurisdictionForm, OutcomeForm
from legal.models import Disagreement, Jurisdiction
from legal.permissions import can_edit


@admin.register(Jurisdiction)
class JurisdictionAdmin(ReadOnlyAdmin):
    list_display = ("code", "name", "level", "parent")
    list_filter = ("level",)
    list_select_related = ("parent",)
    search_fields = ("code", "name", "other_names")

    def view_on_site(self, obj: Jurisdiction) -> str:
        return reverse("legal:jurisdiction", args=[obj.code])

    def has_add_permission(self, request: HttpRequest) -> bool:
        return can_edit(request.user)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, **kwargs) if obj else JurisdictionForm

    def save_model(self, request: HttpRequest, obj: Jurisdiction, form: JurisdictionForm, change: bool) -> None:
        actions.add_jurisdiction(values=form.cleaned_data, by=request.user)


@admin.register(Disagreement)
class DisagreementAdmin(Acts):
    """Points on which sources contradict one another, open ones first."""

    change_form_template = "legal/admin_open_row.html"
    list_display = ("point", "places", "substance", "sources_say", "table_does", "checked_on", "settled_at")
    list_filter = (("settled_at", admin.EmptyFieldListFilter), "substance")
    search_fields = ("point", "sources_say", "table_does", "codes")
    ordering = ("settled_at", "codes", "point")

    @admin.display(description=_("places"))
    def places(self, row: Disagreement) -> str:
        return ", ".join(row.codes)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return can_edit(request.user)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, **kwargs) if obj else DisagreementForm

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return super().get_fields(request, obj) if obj else DisagreementForm.Meta.fields

    def save_model(self, request: HttpRequest, obj: Disagreement, form: forms.ModelForm, change: bool) -> None:
        obj.pk = actions.add_disagreement(values=form.cleaned_data, by=request.user).pk

    def get_urls(self) -> list:
        view = self.admin_site.admin_view(self.settle)
        return [path("<int:pk>/settle/", view, name="legal_disagreement_settle"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        extra = {
            **(extra_context or {}),
            "may_settle": can_edit(request.user),
            "settle": "admin:legal_disagreement_settle",
        }
        return super().change_view(request, object_id, form_url, extra)

    def settle(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Say how it was settled."""
        check_may_edit(request)
        row = get_object_or_404(Disagreement, pk=pk)
        form = OutcomeForm(request.POST or None)
        return self.act(
            request, row, {"form": form}, _("Settle: %s") % row,
            lambda: actions.settle_disagreement(disagreement=row, by=request.user, **form.cleaned_data),
            form.is_valid,
        )  # fmt: skip
