"""Tables of thresholds, the published versions, and the wording before and after each change."""

import json
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from clinical.admin.figures import HasFigures
from clinical.admin.gate import ByRole
from clinical.admin.rows import ReferenceRowAdmin, ReferenceRowForm, short
from clinical.models import Condition, ReferenceChange, ReferenceTable, ReferenceVersion, Role, Substance
from clinical.reference_beyond_law import TABLE as BEYOND_LAW
from clinical.reference_beyond_law import beyond_law_faults
from clinical.reference_inquiry import TABLE, inquiry_faults
from clinical.reference_instruments import instruments_faults
from clinical.reference_monitoring import monitoring_faults


class ReferenceTableForm(ReferenceRowForm):
    """A table keeps its lists: a missing or emptied one would be silence where a concern should stand."""

    def clean_content(self) -> dict[str, Any]:
        typed, stored = self.cleaned_data["content"], self.instance.content
        if not isinstance(typed, dict) or set(typed) != set(stored):
            raise forms.ValidationError(_("Keep these parts: %s.") % ", ".join(sorted(stored)))
        emptied = sorted(name for name, value in stored.items() if value and not typed[name])
        if emptied:
            raise forms.ValidationError(_("These parts may not be empty: %s.") % ", ".join(emptied))
        faults = list(instruments_faults({self.instance.key: typed}))
        if self.instance.key == TABLE:
            faults += inquiry_faults(typed)
        if self.instance.key == BEYOND_LAW:
            faults += beyond_law_faults(typed)
        if self.instance.key == "monitoring":
            faults += monitoring_faults(typed, **_keys())
        if faults:
            raise forms.ValidationError(faults)
        return typed


def _keys() -> dict[str, set[str]]:
    rows = {"roles": Role, "substances": Substance, "conditions": Condition}
    return {name: set(model.objects.values_list("key", flat=True)) for name, model in rows.items()}


@admin.register(ReferenceTable)
class ReferenceTableAdmin(HasFigures, ReferenceRowAdmin):
    form = ReferenceTableForm
    list_display = ("key", "revision", "is_revised")
    list_filter = ("is_revised",)
    search_fields = ("key",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # the core reads these tables by name; a new one would do nothing


@admin.register(ReferenceVersion)
class ReferenceVersionAdmin(ByRole):
    view_act = "read_reference"
    list_display = ("number", "published_at", "published_by", "reason")
    list_filter = ("published_at",)
    list_select_related = ("published_by",)
    search_fields = ("number", "reason")


@admin.register(ReferenceChange)
class ReferenceChangeAdmin(ByRole):
    view_act = "read_reference"
    date_hierarchy = "at"
    list_display = ("at", "model", "key", "revision", "what", "by", "reason")
    list_filter = ("model", "at")
    list_select_related = ("by",)
    search_fields = ("key", "reason", "by__email")
    fields = ("at", "by", "reason", "model", "key", "revision", "wording")
    readonly_fields = ("wording",)

    @admin.display(description=_("fields"))
    def what(self, row: ReferenceChange) -> str:
        return short(", ".join(_changed(row)), 60)

    @admin.display(description=_("before and after"))
    def wording(self, row: ReferenceChange) -> str:
        rows = format_html_join(
            "",
            '<tr><th scope="row">{}</th><td>{}</td><td>{}</td></tr>',
            ((name, _text(row.before.get(name)), _text(row.after.get(name))) for name in _changed(row)),
        )
        return format_html("<table><tr><th></th><th>{}</th><th>{}</th></tr>{}</table>", _("before"), _("after"), rows)


def _changed(row: ReferenceChange) -> list[str]:
    return [name for name in row.after if row.before.get(name) != row.after[name]]


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
