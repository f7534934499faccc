"""Substances, their names and roles, and conditions. Nothing is deleted; names and roles are withdrawn."""

from typing import Any

from django.contrib import admin
from django.db.models import Case, Count, QuerySet, When
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clinical.actions import editing, unrecognised
from clinical.admin.exchange import Exchanged
from clinical.admin.filters import Values
from clinical.admin.inlines import NamesOfSubstance, RolesOfSubstance
from clinical.admin.name_choices import ChosenWords
from clinical.admin.role_look import change_of, effect_words, look_first, not_seen_yet
from clinical.admin.rows import (
    OWN_FIELDS,
    NothingDifferent,
    ReferenceRowAdmin,
    ReferenceRowForm,
    WithdrawableForm,
    short,
)
from clinical.models import Condition, Role, Substance, SubstanceName, SubstanceRole


class Withdrawn(admin.SimpleListFilter):
    """In force and withdrawn rows alike unless one is chosen: nothing that was withdrawn is out of sight."""

    title = _("withdrawn")
    parameter_name = "withdrawn"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple]:
        return [("no", _("In force")), ("yes", _("Withdrawn"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        chosen = self.value()
        return queryset.filter(withdrawn_at__isnull=chosen == "no") if chosen in ("no", "yes") else queryset


class WithdrawableAdmin(ReferenceRowAdmin):
    """A row that is withdrawn rather than removed, and can be put back."""

    form = WithdrawableForm

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list:
        sets = super().get_fieldsets(request, obj)
        if obj:
            sets[0][1]["fields"].append("withdrawn_at")
            if self.has_change_permission(request, obj):
                sets[-1][1]["fields"] = ("withdrawn", *sets[-1][1]["fields"])
        return sets

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*super().get_readonly_fields(request, obj), *(("withdrawn_at",) if obj else ()))


class LooksFirst:
    """Shows what a change of roles does to the rules before it is stored."""

    change_form_template = "admin/clinical/role_look.html"

    def render_change_form(self, request: HttpRequest, context: dict, **values: Any):
        lines = [line.formset for line in context.get("inline_admin_formsets") or ()]
        forms = [context["adminform"].form, *lines]
        effects = next(filter(None, (getattr(form, "effects", None) for form in forms)), None)
        if effects:
            errors = context.get("errors") or ()
            context |= {"effects": effect_words(effects), "errors": errors if len(errors) > 1 else None}
        return super().render_change_form(request, context, **values)


class SubstanceForm(ReferenceRowForm):
    """The substance's own line may stay as it is while names and roles under it change."""

    may_stay_unchanged = True


@admin.register(Substance)
class SubstanceAdmin(Exchanged, LooksFirst, ReferenceRowAdmin):
    form = SubstanceForm
    inlines = (NamesOfSubstance, RolesOfSubstance)
    list_display = ("key", "rxcui", "term_type", "is_otc", "is_herbal", "is_illicit", "is_verified", "is_revised")
    list_filter = (
        "is_herbal",
        "is_illicit",
        "is_otc",
        "is_verified",
        ("term_type", Values),
        ("route", Values),
        "is_revised",
    )
    search_fields = ("key", "rxcui", "unii", "names__name")
    autocomplete_fields = ("components",)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        """Where one is looked for to be chosen: itself first, then what begins so, combinations behind."""
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        if "term" in request.GET:
            far = Case(When(key__iexact=search_term, then=0), When(key__istartswith=search_term, then=1), default=2)
            found = found.annotate(far=far).order_by("far", "key")
        return found, may_repeat

    def save_model(self, request: HttpRequest, obj: Substance, form: SubstanceForm, change: bool) -> None:
        """Stored together with its rows, in `save_related`."""

    def save_related(self, request: HttpRequest, form: SubstanceForm, formsets: list, change: bool) -> None:
        """The substance, its names and its roles: one reason, one reference version, all or nothing."""
        row, typed = form.instance, form.row_values()
        rows = [line.write(row) for lines in formsets for line in lines.forms if line.has_changed()]
        if change:
            row.revision = form.cleaned_data["seen_revision"]
            typed = {name: value for name, value in typed.items() if name in form.changed_data}
        if not typed and not rows:
            raise NothingDifferent(_("Nothing is different from what is stored."))
        writes = [editing.RowWrite(Substance, typed, row if change else None), *rows]
        editing.write_rows(writes=writes, by=request.user, reason=form.cleaned_data["reason"])

    def construct_change_message(self, request: HttpRequest, form: SubstanceForm, formsets, add=False) -> str:
        rows = [str(line.instance) for lines in formsets for line in lines.forms if line.has_changed()]
        names = sorted(set(form.changed_data) - OWN_FIELDS)
        return f"{', '.join([*names, *rows])}: {form.cleaned_data['reason']}"


@admin.register(SubstanceName)
class SubstanceNameAdmin(ChosenWords, Exchanged, WithdrawableAdmin):
    key_fields = ("name", "substance")
    list_display = (
        "name",
        "substance",
        "kind",
        "needs_choice",
        "route",
        "source_id_text",
        "is_revised",
        "withdrawn_at",
    )
    list_filter = (Withdrawn, ("kind", Values), "needs_choice", ("route", Values), "is_revised")
    list_select_related = ("substance",)
    search_fields = ("name", "substance__key")
    autocomplete_fields = ("substance",)

    def save_model(self, request: HttpRequest, obj: SubstanceName, form: WithdrawableForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        typed = request.GET.get("unrecognised", "")
        if not change and typed.isdigit():
            unrecognised.settle_as(typed_name=int(typed), known=obj, by=request.user)

    def response_add(self, request: HttpRequest, obj: SubstanceName, post_url_continue: Any = None) -> HttpResponse:
        """Back to the names that still wait, where this one was one of them."""
        answer = super().response_add(request, obj, post_url_continue)
        if request.GET.get("unrecognised", "").isdigit() and "_continue" not in request.POST:
            return HttpResponseRedirect(reverse("admin:clinical_unrecognisedname_changelist"))
        return answer


@admin.register(Role)
class RoleAdmin(ReferenceRowAdmin):
    list_display = ("key", "parent_key", "kind", "words", "raises_flags", "substance_count", "is_revised")
    list_filter = ("raises_flags", ("kind", Values), "is_revised")
    search_fields = ("key", "definition", "relevance")
    # Said here, since counting below leaves out the model's own order.
    ordering = ("key",)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).annotate(count=Count("substances"))

    @admin.display(description=_("definition"))
    def words(self, row: Role) -> str:
        return short(row.definition)

    @admin.display(description=_("substances"), ordering="count")
    def substance_count(self, row: Role) -> int:
        return row.count


class RoleForm(WithdrawableForm):
    """A role of a substance, its effects on the rules looked at first."""

    effects = None

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        role = values.get("role") or (self.instance.role if self.instance.role_id else None)
        self.check_strength(role)
        substance = values.get("substance") or (self.instance.substance if self.instance.substance_id else None)
        change = None if self.errors or substance is None else change_of(self, substance.pk)
        self.effects = look_first(dict([change]), self.data) if change else None
        if self.effects:
            raise not_seen_yet()
        return values


@admin.register(SubstanceRole)
class SubstanceRoleAdmin(Exchanged, LooksFirst, WithdrawableAdmin):
    form = RoleForm
    key_fields = ("substance", "role")
    list_display = ("substance", "role", "strength", "source_id_text", "is_verified", "is_revised", "withdrawn_at")
    list_filter = (Withdrawn, "is_verified", "is_revised", ("strength", Values), "role")
    list_select_related = ("substance", "role")
    search_fields = ("substance__key", "role__key", "source_id_text")
    autocomplete_fields = ("substance", "role")


@admin.register(Condition)
class ConditionAdmin(ReferenceRowAdmin):
    list_display = ("label", "key", "codes", "sets_off", "is_population", "is_revised")
    list_filter = ("is_population", "is_revised")
    search_fields = ("label", "key", "synonyms", "icd10cm")

    @admin.display(description="ICD-10-CM")
    def codes(self, row: Condition) -> str:
        return ", ".join(row.icd10cm)

    @admin.display(description=_("sets off"))
    def sets_off(self, row: Condition) -> str:
        return short("; ".join((*row.modifiers, *row.safety, *row.complicated, *row.tier_high)))
