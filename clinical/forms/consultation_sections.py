"""The single parts of the consultation form, in the order of a visit. The lists between them have their own modules."""

from datetime import date

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinical.forms import consultation_limits as limits
from clinical.forms.conditions import ConditionsField
from clinical.forms.consultation_fields import (
    Day,
    MarksItsErrors,
    OneOf,
    PlainHidden,
    PlainLines,
    PlainRadios,
    YesNo,
)
from clinical.forms.health_seen import HealthSeenField
from clinical.models import Asked, Patient, Sex
from clinical.models.consultation import ChangePlan

NOT_ASKED = gettext_lazy("Not asked")


class Section(MarksItsErrors, forms.Form):
    """One part of the form with its own template; no form tag, because the page has one form."""

    use_required_attribute = False
    template: str

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.template = self.template


class AskedForm(Section):
    """The day of the visit and whether kratom was asked about. `version` tells whether the draft changed meanwhile."""

    template = "clinical/_consultation_asked.html"

    version = forms.IntegerField(required=False, min_value=0, widget=PlainHidden)
    new_id = forms.UUIDField(required=False, widget=PlainHidden)
    visit_on = Day(label=gettext_lazy("Day of visit"), required=True)
    asked = OneOf(
        label=gettext_lazy("Asked about kratom"),
        choices=Asked.choices,
        widget=PlainRadios(attrs={"class": "btn-check"}),
    )

    def __init__(self, *args, born_on: date, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.born_on, self.today = born_on, today

    def clean_asked(self) -> str:
        return self.cleaned_data["asked"] or Asked.NOT_ASKED

    def clean_visit_on(self) -> date:
        visit_on = self.cleaned_data["visit_on"]
        if visit_on > self.today:
            raise ValidationError(_("The visit cannot be in the future. Enter today or an earlier day."))
        if visit_on < self.born_on:
            raise ValidationError(_("This day lies before the patient was born. Check the year."))
        return visit_on


class HealthForm(Section):
    """Conditions, pregnancy and breastfeeding: kept with the patient, shown with every visit."""

    template = "clinical/_consultation_health.html"

    conditions = ConditionsField()
    pregnant = YesNo(label=gettext_lazy("Pregnant"), empty=gettext_lazy("Not known"))
    breastfeeding = YesNo(label=gettext_lazy("Breastfeeding"), empty=gettext_lazy("Not known"))
    health_seen = HealthSeenField()

    def __init__(self, *args, patient: Patient, **kwargs):
        super().__init__(*args, **kwargs)
        self.patient = patient
        if patient.sex == Sex.MALE:  # not asked of a man; what is recorded stays
            del self.fields["pregnant"], self.fields["breastfeeding"]

    def clean(self) -> dict:
        recorded = {name: getattr(self.patient, name) for name in ("pregnant", "breastfeeding")}
        return {**recorded, **super().clean()}


class PlanForm(Section):
    """What was decided, in the clinician's own words, and the change of kratom use that was agreed."""

    template = "clinical/_consultation_plan.html"

    change_plan = OneOf(label=gettext_lazy("Change of kratom use agreed"), choices=ChangePlan.choices)
    change_on = Day(label=gettext_lazy("Day of stopping, or of the first taper step"), required=False)
    plan = forms.CharField(
        label=gettext_lazy("What was decided"),
        required=False,
        max_length=20_000,
        widget=PlainLines(attrs={"class": "form-control", "rows": 4}),
    )

    def clean(self) -> dict:
        values = super().clean()
        if values.get("change_on") and "change_plan" in values and not values["change_plan"]:
            self.add_error("change_plan", _("A day is set: choose taper or stop on one day, or clear the day."))
        return values

    def check_day(self, visit_on: date) -> None:
        """A day far from the visit is a slip of the year."""
        day = self.cleaned_data.get("change_on")
        if day and abs((day - visit_on).days) > limits.MOST_DAYS_TO_CHANGE:
            self.add_error("change_on", _("This day is more than a year from the visit. Check the year."))


class AmendForm(Section):
    """Why a signed visit is corrected."""

    template = "clinical/_consultation_amend.html"

    reason = forms.CharField(
        label=gettext_lazy("What has to be corrected, and why"),
        max_length=300,
        widget=forms.TextInput(attrs={"class": "form-control", "maxlength": 300}),
    )
