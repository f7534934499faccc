"""The case library: cases that anybody who edits reference data can add, and how each is answered now."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from clinical import snapshots
from clinical.admin.rows import ReferenceRowAdmin, WithdrawableForm
from clinical.admin.rule_words import lines
from clinical.effect.library import run_library
from clinical.models import InteractionRule, ReferenceCase
from clinical.reference_cases import KEY, case_faults, expectation_faults

EXAMPLE = {
    "patient": {"age": 34},
    "kratom": [{"product": "leaf_powder", "amount": 3, "unit": "g", "doses_per_day": 3, "days_per_week": 7}],
    "medications": [],
}


class ReferenceCaseForm(WithdrawableForm):
    """What is typed passes the checks of cases.yaml. Whether the case holds is asked when it is saved."""

    def clean_key(self) -> str:
        key = self.cleaned_data["key"]
        if not KEY.fullmatch(key):
            raise forms.ValidationError(_("Use small letters, digits and hyphens."))
        return key

    def clean_case(self) -> Any:
        case = self.cleaned_data["case"]
        self._refuse(case_faults(case))
        return case

    def clean_expects(self) -> Any:
        expects = self.cleaned_data["expects"]
        in_force = InteractionRule.objects.filter(closed_at=None).values_list("code", flat=True)
        self._refuse(expectation_faults(expects, set(in_force)))
        return expects


@admin.register(ReferenceCase)
class ReferenceCaseAdmin(ReferenceRowAdmin):
    """Every case passes before anything is published, so one that fails cannot be saved: it says what differs."""

    form = ReferenceCaseForm
    list_display = ("key", "title", "fires", "silent", "revision", "is_withdrawn")
    list_filter = (("withdrawn_at", admin.EmptyFieldListFilter), "is_revised")
    search_fields = ("key", "title", "expects")
    search_help_text = _lazy("Key, title or the code of a rule")

    def get_fieldsets(self, request: HttpRequest, obj: ReferenceCase | None = None) -> list:
        sets = super().get_fieldsets(request, obj)
        if obj:
            sets[0][1]["fields"].append("answered_now")
            if self.has_change_permission(request, obj):
                sets[0][1]["fields"].append("withdrawn")
        return sets

    def get_readonly_fields(self, request: HttpRequest, obj: ReferenceCase | None = None) -> tuple[str, ...]:
        return (*super().get_readonly_fields(request, obj), "answered_now")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"case": EXAMPLE, "expects": {"fires": [], "silent": []}}

    @admin.display(description=_lazy("fires"))
    def fires(self, row: ReferenceCase) -> str:
        return ", ".join(row.expects.get("fires") or ()) or "–"

    @admin.display(description=_lazy("silent"))
    def silent(self, row: ReferenceCase) -> str:
        return ", ".join(row.expects.get("silent") or ()) or "–"

    @admin.display(description=_lazy("withdrawn"), boolean=True)
    def is_withdrawn(self, row: ReferenceCase) -> bool:
        return row.is_withdrawn

    @admin.display(description=_lazy("with the rules in force"))
    def answered_now(self, row: ReferenceCase) -> str:
        if row.is_withdrawn:
            return _("Withdrawn: it is not run.")
        answer = run_library(snapshots.current_rules())
        failed = [str(failure) for failure in answer.failures if failure.key == row.pk]
        gone = [line for line in answer.fallen_away if line.endswith(f": {row.pk}")]
        return lines([*failed, *(_("not in force, cannot be asked: %s") % line for line in gone)] or [_("Holds.")])
