"""Who may see, add and change what in the admin: asked of `clinical.permissions` alone, never of Django's permissions.

Deleting is off everywhere, and with it the bulk action.
"""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse

from clinical.actions.audit import note
from clinical.permissions import AUDITOR, can, roles_of


class ByRole(admin.ModelAdmin):
    """`view_act` opens the list and the page; `change_act`, where there is one, allows adding and changing."""

    view_act = ""
    change_act = ""
    show_full_result_count = False
    list_per_page = 50

    def may_view(self, request: HttpRequest) -> bool:
        return can(request.user, self.view_act) or self.may_change(request)

    def may_change(self, request: HttpRequest) -> bool:
        return bool(self.change_act) and can(request.user, self.change_act)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.may_view(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may_view(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may_change(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may_change(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class OwnPractice(ByRole):
    """Only rows of the user's own practice exist; somebody without a practice sees none."""

    practice_path = "practice"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = super().get_queryset(request)
        if request.user.practice_id is None:
            return rows.none()
        return rows.filter(**{self.practice_path: request.user.practice_id})


class ForAuditors(OwnPractice):
    """Visits as they are stored, for auditors of the practice, read only. Opening one is recorded like any reading."""

    def may_view(self, request: HttpRequest) -> bool:
        return AUDITOR in roles_of(request.user)

    def may_change(self, request: HttpRequest) -> bool:
        return False

    def patient_of(self, row: Any) -> Any:
        raise NotImplementedError

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().change_view(request, object_id, *args, **kwargs)
        row = self.get_object(request, object_id)
        if row is not None:
            note(by=request.user, act="opened", record=row, patient=self.patient_of(row))
        return response
