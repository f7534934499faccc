"""The look-up by place and day, and the forms that revise or close a status period."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from legal.actions import LAW_FIELDS
from legal.models import StatusPeriod

OLDEST_AGE = 130  # beyond any recorded human age: a slip of the pen


def _day_field(**kwargs) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)


class PlaceAndDayForm(forms.Form):
    """Asked by GET, so that an answer has an address of its own."""

    place = forms.CharField(
        label=_("Place"),
        max_length=200,
        help_text=_("City and state (“Memphis, TN”), county and state, a ZIP, a state, or a country."),
    )
    on = _day_field(label=_("Day"), required=False, help_text=_("Today if left empty."))
    age = forms.IntegerField(label=_("Age in years"), required=False, min_value=0, max_value=OLDEST_AGE)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(
            Div(
                Div("place", css_class="col-md-6"),
                Div("on", css_class="col-sm-6 col-md-3"),
                Div("age", css_class="col-sm-6 col-md-3"),
                css_class="row g-3",
            )
        )

    def clean_on(self):
        return self.cleaned_data["on"] or timezone.localdate()


class RevisionForm(forms.ModelForm):
    """A row anew. A later first day means that the law changed; the same first day corrects the old row."""

    reason = forms.CharField(
        label=_("Why"), widget=forms.Textarea(attrs={"rows": 2}), help_text=_("Kept with the row.")
    )

    class Meta:
        model = StatusPeriod
        fields = LAW_FIELDS
        widgets = {
            "restrictions": forms.Textarea(attrs={"rows": 3}),
            "note": forms.Textarea(attrs={"rows": 3}),
            **{
                name: forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
                for name in ("valid_from", "valid_until", "checked_on")
            },
        }

    def law_values(self) -> dict:
        return {name: self.cleaned_data[name] for name in LAW_FIELDS}


class NewPeriodForm(RevisionForm):
    """A row for a place and substance that has none yet, or whose rows have ended."""

    class Meta(RevisionForm.Meta):
        fields = ("jurisdiction", "substance", *LAW_FIELDS)

    def _get_validation_exclusions(self) -> set[str]:
        """The bar on overlaps looks at rows that are not superseded, so that it can be checked here too."""
        return super()._get_validation_exclusions() - {"superseded_at"}


class CloseForm(forms.Form):
    until = _day_field(label=_("First day no longer in force"))
    reason = forms.CharField(label=_("Why"), widget=forms.Textarea(attrs={"rows": 2}))
