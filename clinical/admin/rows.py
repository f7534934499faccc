"""The one way plain reference rows are added and changed in the admin: with a reason, through `actions.editing`."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.postgres.fields import ArrayField
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinical.actions import editing
from clinical.actions.consultation import ChangedByAnother
from clinical.admin.gate import ByRole
from clinical.models import Role, Source
from clinical.models.vocabulary import ReferenceRow
from clinical.reference_checks import route_faults, strength_faults

OWN_FIELDS = frozenset({"reason", "seen_revision"})


class NothingDifferent(Exception):
    """What was sent is what is stored already."""


class ReferenceRowForm(forms.ModelForm):
    """What every reference form asks besides the row: why it changes, and which revision was seen."""

    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=300,
        widget=forms.TextInput(attrs={"class": "vLargeTextField"}),
        help_text=gettext_lazy("Kept for good beside the wording before and after."),
    )
    seen_revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    may_stay_unchanged = False

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if "seen_revision" in self.fields:
            self.fields["seen_revision"].initial = self.instance.revision

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if self.instance._state.adding:
            return values
        if values.get("seen_revision") != self.instance.revision:
            self.add_error(None, _("Somebody changed this entry after you opened it. Open it again in another tab."))
        elif not self.may_stay_unchanged and not set(self.changed_data) - OWN_FIELDS:
            self.add_error(None, _("Nothing is different from what is stored."))
        return values

    def clean_source_id_text(self) -> str:
        """A fact names a source that is stored here, or none."""
        key = self.cleaned_data["source_id_text"]
        if key and "source_id_text" in self.changed_data and not Source.objects.filter(pk=key).exists():
            raise forms.ValidationError(_("No source has this key. Add the source first."))
        return key

    def clean_route(self) -> str:
        """Routes are words that rules know."""
        route = self.cleaned_data["route"].strip().lower()
        self._refuse(route_faults(route))
        return route

    def check_strength(self, role: Role | None) -> None:
        """A strength stands in the vocabulary of its role. For forms of a substance's role, called from `clean`."""
        strength = self.cleaned_data.get("strength", "")
        if role and strength and {"strength", "role"} & set(self.changed_data):
            for fault in strength_faults(role, strength):
                self.add_error("strength", fault)

    def _refuse(self, faults: Iterable[str]) -> None:
        told = list(faults)
        if told:
            raise forms.ValidationError(told)

    def row_values(self) -> dict[str, Any]:
        """The columns as typed, without what the form asks besides."""
        return {name: value for name, value in self.cleaned_data.items() if name not in OWN_FIELDS}


class WithdrawableForm(ReferenceRowForm):
    """A name or role also says whether it is withdrawn."""

    withdrawn = forms.BooleanField(
        label=gettext_lazy("Withdrawn"),
        required=False,
        help_text=gettext_lazy("Left out of screening and search. It stays listed and can be put back."),
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if "withdrawn" in self.fields:
            self.fields["withdrawn"].initial = self.instance.is_withdrawn


class ReferenceRowAdmin(ByRole):
    """A plain reference row: its key never changes, each change has a reason, and the old wording stays."""

    form = ReferenceRowForm
    view_act = "read_reference"
    change_act = "edit_reference"
    key_fields: tuple[str, ...] = ("key",)
    formfield_overrides = {ArrayField: {"delimiter": ";", "help_text": gettext_lazy("Separate with semicolons.")}}

    def get_readonly_fields(self, request: HttpRequest, obj: ReferenceRow | None = None) -> tuple[str, ...]:
        about = ("revision", "is_revised")
        return (*self.readonly_fields, *self.key_fields, *about) if obj else self.readonly_fields

    def get_fieldsets(self, request: HttpRequest, obj: ReferenceRow | None = None) -> list:
        names = [field.name for field in self.opts.fields if field.editable and not field.auto_created]
        names += [field.name for field in self.opts.many_to_many]
        sets = [(None, {"fields": [*names, "revision", "is_revised"] if obj else names})]
        if self.has_change_permission(request, obj):
            sets.append((_("This change"), {"fields": ("reason", "seen_revision")}))
        return sets

    def changeform_view(self, request: HttpRequest, object_id=None, form_url="", extra_context=None) -> HttpResponse:
        extra = {"show_save_and_add_another": False, **(extra_context or {})}
        try:
            with transaction.atomic():
                return super().changeform_view(request, object_id, form_url, extra)
        except (ChangedByAnother, NothingDifferent, editing.Unusable) as refused:
            self.message_user(request, str(refused), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def save_model(self, request: HttpRequest, obj: ReferenceRow, form: ReferenceRowForm, change: bool) -> None:
        reason, by = form.cleaned_data["reason"], request.user
        if change:
            obj.revision = form.cleaned_data["seen_revision"]
            editing.revise_row(row=obj, values=form.row_values(), by=by, reason=reason)
        else:
            obj.pk = editing.add_row(model=self.model, values=form.row_values(), by=by, reason=reason).pk

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: list, change: bool) -> None:
        """The action has stored everything, links included."""

    def construct_change_message(self, request: HttpRequest, form: ReferenceRowForm, formsets, add=False) -> str:
        names = ", ".join(sorted(set(form.changed_data) - OWN_FIELDS))
        return f"{names}: {form.cleaned_data['reason']}"


@admin.display(description=gettext_lazy("words"))
def short(text: str, width: int = 120) -> str:
    """The beginning of a long text, for a column."""
    return text if len(text) <= width else text[: width - 1].rsplit(" ", 1)[0] + "…"
