"""What every list of the law in the admin has in common: looked at by all, changed only through pages of its own."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from legal import actions
from legal.permissions import can_edit, can_read


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows are looked at here, never edited in place or deleted."""

    list_per_page = 50
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return can_read(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return can_read(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def check_may_edit(request: HttpRequest) -> None:
    """Raise `PermissionDenied` for everybody but reference editors."""
    if not can_edit(request.user):
        raise PermissionDenied


class Acts(ReadOnlyAdmin):
    """Rows on which pages act: a form, one action, and what the action refuses shown on the form."""

    def act(
        self,
        request: HttpRequest,
        row: Any,
        forms: dict[str, Any],
        title: str,
        do: Callable[[], Any],
        valid: Callable[[], bool],
        **more: Any,
    ) -> HttpResponse:
        """Show the forms, or act and go back to the row."""
        first = next(iter(forms.values()))
        if request.method == "POST" and valid():
            try:
                do()
            except actions.REFUSALS as refusal:
                first.add_error(None, refusal.messages if hasattr(refusal, "messages") else str(refusal))
            else:
                self.message_user(request, _("Done: %(row)s") % {"row": row}, messages.SUCCESS)
                return redirect(f"admin:legal_{self.opts.model_name}_change", row.pk)
        failed = any(form.is_bound and form.errors for form in forms.values())
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "row": row,
            "opts": self.opts,
            "failed": failed,
            **forms,
            **more,
        }
        return TemplateResponse(request, self.act_template, context, status=422 if failed else 200)

    act_template = "legal/admin_settle.html"
