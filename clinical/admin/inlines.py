"""Names and roles as rows on the page of their substance. Each row is its own revision; `reason` is the page's."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.forms.utils import ErrorDict
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from clinical.actions.editing import RowWrite
from clinical.admin.name_choices import ChosenWords
from clinical.admin.role_look import change_of, look_first, not_seen_yet
from clinical.admin.rows import WithdrawableForm
from clinical.models import SubstanceName, SubstanceRole
from clinical.permissions import can

# Characters shown in a cell, so that a row fits on the page; more can be typed.
WIDTHS = {"name": 24, "strength": 16, "source_id_text": 20}


class Kept(forms.CharField):
    """What a stored row is about, shown and never changed: no choice to make, and no query to make it."""

    def __init__(self, value: Any):
        super().__init__(disabled=True, required=False, widget=forms.TextInput(attrs={"size": 24}))
        self.kept = value

    def clean(self, value: Any) -> Any:
        return self.kept


class InlineRowForm(WithdrawableForm):
    """One row: asked only what differs from row to row. A row left alone is neither checked nor written."""

    reason = None
    kept = ""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if self.instance.pk and self.kept in self.fields:
            self.fields[self.kept] = Kept(getattr(self.instance, self.kept))
        for field in self.fields.values():
            if not field.widget.is_hidden:  # a row of a table has no labels of its own
                field.widget.attrs.setdefault("aria-label", field.label)
        for name, size in WIDTHS.items():
            if name in self.fields:
                self.fields[name].widget.attrs |= {"size": size, "class": ""}

    def full_clean(self) -> None:
        if self.is_bound and self.instance.pk and not self.has_changed():
            self._errors, self.cleaned_data = ErrorDict(), {}
        else:
            super().full_clean()

    def write(self, substance: Any) -> RowWrite:
        """This row as a write: all of a new one, what differs of a stored one."""
        columns = {field.name for field in self._meta.model._meta.fields} | {"withdrawn"}
        values = {name: value for name, value in self.row_values().items() if name in columns - {"id", "substance"}}
        if self.instance.pk:
            self.instance.revision = self.cleaned_data["seen_revision"]
            typed = {name: value for name, value in values.items() if name in self.changed_data}
            return RowWrite(self._meta.model, typed, self.instance)
        return RowWrite(self._meta.model, {**values, "substance": substance})


class NameRowForm(InlineRowForm):
    kept = "name"


class RoleRowForm(InlineRowForm):
    kept = "role"

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        self.check_strength(values.get("role"))
        return values


class RoleRows(forms.BaseInlineFormSet):
    """All roles of the substance together: their effects on the rules are looked at before anything is stored."""

    effects = None

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        changes = dict(filter(None, (change_of(form, self.instance.pk) for form in self.forms)))
        self.effects = look_first(changes, self.data)
        if self.effects:
            raise not_seen_yet()


class RowsOfSubstance(admin.TabularInline):
    """Rows that come and go through revisions only."""

    extra = 1
    can_delete = False
    show_change_link = True
    columns: tuple[str, ...] = ()

    def may_edit(self, request: HttpRequest) -> bool:
        return can(request.user, "edit_reference")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return can(request.user, "read_reference")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_edit(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_edit(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*self.columns, "withdrawn", "seen_revision") if self.may_edit(request) else (*self.columns, "standing")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if self.may_edit(request) else ("standing",)

    @admin.display(description=_("withdrawn"), boolean=True)
    def standing(self, row: Any) -> bool:
        return row.is_withdrawn


class NamesOfSubstance(ChosenWords, RowsOfSubstance):
    model = SubstanceName
    form = NameRowForm
    columns = ("name", "kind", "needs_choice", "route", "source_id_text")
    ordering = ("withdrawn_at", "name")


class RolesOfSubstance(RowsOfSubstance):
    model = SubstanceRole
    form = RoleRowForm
    formset = RoleRows
    columns = ("role", "strength", "source_id_text", "is_verified")
    autocomplete_fields = ("role",)
    ordering = ("withdrawn_at", "role")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("role")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **values: Any) -> Any:
        """A role is chosen here, and described on its own page: no pencil or plus beside the choice."""
        found = super().formfield_for_dbfield(db_field, request, **values)
        if db_field.name == "role" and found:
            found.widget.can_add_related = found.widget.can_change_related = found.widget.can_view_related = False
        return found
