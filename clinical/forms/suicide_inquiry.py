"""The short record of asking about suicide: with what, what came out, what was done, when contact is next."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinical.forms.consultation_fields import Day, OneOf, PlainRadios
from clinical.forms.consultation_sections import Section
from clinical.models import SuicideInquiry

# Judgement: contact further away than this is a slip of the year.
MOST_DAYS_AHEAD = 366


class SuicideInquiryForm(Section):
    """Every part but the day of contact is needed. Nothing is chosen beforehand."""

    template = "clinical/_suicide_inquiry.html"

    screen = OneOf(label=gettext_lazy("Asked with"), widget=PlainRadios(attrs={"class": "form-check-input"}))
    outcome = OneOf(
        label=gettext_lazy("What the person said"),
        choices=SuicideInquiry.Outcome.choices,
        widget=PlainRadios(attrs={"class": "form-check-input"}),
    )
    done = forms.CharField(
        label=gettext_lazy("What was done"),
        max_length=500,
        error_messages={"required": gettext_lazy("Say what was done.")},
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 3}),
    )
    contact_on = Day(label=gettext_lazy("Next contact on"), required=False)

    def __init__(self, *args, words: dict[str, Any], today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["screen"].choices = [(row["code"], row["text"]) for row in words.get("screens", ())]
        self.linked = [row for row in words.get("screens", ()) if row["address"]]
        hours = words.get("contact_hours", {})
        self.soonest, self.latest = (today + timedelta(hours=hours.get(name, 0)) for name in ("from", "to"))

    def clean_screen(self) -> str:
        return _chosen(self.cleaned_data["screen"], _("Choose what you asked with."))

    def clean_outcome(self) -> str:
        return _chosen(self.cleaned_data["outcome"], _("Choose what the person said."))

    def clean_contact_on(self) -> date | None:
        day = self.cleaned_data["contact_on"]
        if day and day < self.today:
            raise forms.ValidationError(_("This day has passed. Choose today or later."))
        if day and day > self.today + timedelta(days=MOST_DAYS_AHEAD):
            raise forms.ValidationError(_("More than a year ahead. Check the year."))
        return day


def _chosen(value: str, otherwise: str) -> str:
    if not value:
        raise forms.ValidationError(otherwise)
    return value
