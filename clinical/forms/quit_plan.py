"""The forms of the quit plan page: the planner, the outcome of a step, the end of a plan, its follow-ups."""

from collections.abc import Sequence
from datetime import date, timedelta
from math import ceil

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinical.actions.tapering import Figures
from clinical.forms import consultation_limits as limits
from clinical.forms.consultation_fields import Day, MarksItsErrors, Number, PlainInput, PlainSelect, Tick, WholeNumber
from clinical.models import TaperStep, User
from clinical.quit_plans import Today

# Judgement: walls against slips of the keyboard, no clinical thresholds.
MOST_PERCENT, MOST_DAYS, MOST_TIMES = 50, 60, 12
NEEDED = gettext_lazy("This is needed.")


class PlannerForm(MarksItsErrors, forms.Form):
    """Size and pace of a taper. Starts from the record and what lay guides propose; the clinician decides."""

    use_required_attribute = False

    start_grams_per_day = Number(label=gettext_lazy("Leaf a day now, weighed (g)"), most=limits.MOST_AMOUNT["g"])
    is_weighed = Tick(label=gettext_lazy("One usual day's leaf was weighed, as one powder. This is the amount."))
    doses_per_day = WholeNumber(label=gettext_lazy("Set times a day"), least=1, most=MOST_TIMES)
    step_percent = Number(
        label=gettext_lazy("Each step takes off (% of the current total)"), least=1, most=MOST_PERCENT
    )
    step_days = WholeNumber(label=gettext_lazy("A step lasts (days)"), least=1, most=MOST_DAYS)
    starts_on = Day(
        label=gettext_lazy("First step on"),
        error_messages={"required": NEEDED, "invalid": gettext_lazy("Enter a day such as 2026-11-22.")},
    )
    note = forms.CharField(
        label=gettext_lazy("Agreed with the patient"),
        required=False,
        max_length=500,
        widget=PlainInput(attrs={"class": "form-control", "autocomplete": "off", "maxlength": 500}),
    )

    def __init__(self, data=None, *, known: Today, today: date):
        self.known, self.today = known, today
        super().__init__(data, initial=_initial(known, today))

    def clean(self) -> dict:
        values = super().clean()
        for name in ("start_grams_per_day", "doses_per_day", "step_percent", "step_days"):
            if name not in self.errors and values.get(name) is None:
                self.add_error(name, ValidationError(NEEDED))
        if not values.get("is_weighed"):
            self.add_error("is_weighed", _("Weigh one usual day's leaf first, then confirm the amount."))
        return values

    def clean_start_grams_per_day(self) -> float | None:
        grams, most = self.cleaned_data["start_grams_per_day"], self.known.parameters["implausible_grams_per_day"]
        if grams is not None and grams < self.known.limits.weighing_grams:
            raise ValidationError(_("Enter the weighed grams of a day."))
        if grams is not None and grams > most:
            told = _("%(grams)s g a day is more than %(most)s g. Check that it is grams, not milligrams.")
            raise ValidationError(told % {"grams": f"{grams:g}", "most": f"{most:g}"})
        return grams

    def clean_doses_per_day(self) -> int | None:
        times, now = self.cleaned_data["doses_per_day"], self.known.start.doses_per_day
        if times is not None and now and times > ceil(now):
            told = _("Now it is %(now)s doses a day. Merge them into as many set times or fewer.")
            raise ValidationError(told % {"now": f"{now:g}"})
        return times

    def clean_starts_on(self) -> date:
        day = self.cleaned_data["starts_on"]
        if day < self.today:
            raise ValidationError(_("The first step lies in the past. Enter today or a later day."))
        if day > self.today + timedelta(days=limits.MOST_DAYS_TO_CHANGE):
            raise ValidationError(_("This day is more than a year away. Check the year."))
        return day

    def figures(self) -> Figures:
        return Figures(**{name: self.cleaned_data[name] for name in Figures.__slots__})


def _initial(known: Today, today: date) -> dict:
    start, visit = known.start, known.visit
    agreed = visit.change_on if visit and visit.change_plan == "taper" else None
    return {
        "start_grams_per_day": round(start.grams[1], 2) if start.grams else None,
        "doses_per_day": min(ceil(start.doses_per_day), MOST_TIMES) if start.doses_per_day else None,
        "step_percent": known.parameters["taper_percent_start"],
        "step_days": int(known.parameters["taper_days_start"]),
        "starts_on": agreed if agreed and agreed >= today else today,
    }


class StepForm(MarksItsErrors, forms.Form):
    """What became of the step that is on. Pausing and failing need a reason."""

    use_required_attribute = False

    step = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        label=gettext_lazy("This step"),
        choices=[
            (TaperStep.State.DONE.value, gettext_lazy("Done: go on")),
            (TaperStep.State.HELD.value, gettext_lazy("Paused: same amount for one more step")),
            (TaperStep.State.FAILED.value, gettext_lazy("Failed: back to the amount before")),
        ],
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
        error_messages={"required": gettext_lazy("Choose what became of this step.")},
    )
    why = forms.CharField(
        label=gettext_lazy("Why (needed for paused or failed)"),
        required=False,
        max_length=300,
        widget=PlainInput(attrs={"class": "form-control", "autocomplete": "off", "maxlength": 300}),
    )

    def clean(self) -> dict:
        values = super().clean()
        if values.get("outcome") not in (None, TaperStep.State.DONE.value) and not values.get("why", "").strip():
            self.add_error("why", _("Say why the step is paused or failed."))
        return values


class EndForm(MarksItsErrors, forms.Form):
    """Why a plan ends."""

    use_required_attribute = False

    reason = forms.CharField(
        label=gettext_lazy("Why the plan ends"),
        max_length=300,
        widget=PlainInput(attrs={"class": "form-control", "autocomplete": "off", "maxlength": 300}),
        error_messages={"required": gettext_lazy("Say why the plan ends.")},
    )


class FollowUpsForm(MarksItsErrors, forms.Form):
    """Which of the days offered become follow-ups, and whose they are."""

    use_required_attribute = False

    days = forms.MultipleChoiceField(
        label=gettext_lazy("Days"),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        error_messages={"required": gettext_lazy("Tick at least one day.")},
    )
    owner = forms.ChoiceField(label=gettext_lazy("Owner"), widget=PlainSelect(attrs={"class": "form-select"}))

    def __init__(self, data=None, *, offered: Sequence[tuple[str, str]], people: Sequence[User], by: User):
        super().__init__(data, initial={"owner": str(by.pk), "days": [day for day, _words in offered]})
        self.people = {str(person.pk): person for person in people}
        self.fields["days"].choices = offered
        self.fields["owner"].choices = [(key, str(person)) for key, person in self.people.items()]

    def owner_chosen(self) -> User:
        return self.people[self.cleaned_data["owner"]]
