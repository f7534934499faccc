"""The look-up by place and day, and the forms that revise or close a status period."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from legal.actions import LAW_FIELDS
from legal.choices import Became, SubstanceChoice
from legal.levels import level_fault
from legal.models import Disagreement, Jurisdiction, PendingChange, StatusPeriod
from legal.overlaps import overlap_words, overlapping

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
    beside = forms.CharField(
        label=_("Compare with"),
        max_length=200,
        required=False,
        help_text=_("A second place, such as where the person travels, works or buys."),
    )
    substance = forms.ChoiceField(
        label=_("Substance"), required=False, choices=[("", _("All three")), *SubstanceChoice.choices[:3]]
    )

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
                Div("beside", css_class="col-md-6"),
                Div("substance", css_class="col-sm-6"),
                css_class="row g-3",
            )
        )

    def clean_on(self):
        return self.cleaned_data["on"] or timezone.localdate()

    def clean_beside(self):
        return self.cleaned_data["beside"].strip()


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

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["source_date"].required = True
        self.fields["source_date"].help_text = _("Year, month or day; “not known” where the source bears none.")

    def law_values(self) -> dict:
        return {name: self.cleaned_data[name] for name in LAW_FIELDS}


class NewPeriodForm(RevisionForm):
    """A row for a place and substance that has none yet, or whose rows have ended."""

    class Meta(RevisionForm.Meta):
        fields = ("jurisdiction", "substance", *LAW_FIELDS)

    def _get_validation_exclusions(self) -> set[str]:
        """The bar on overlaps looks at rows that are not superseded, so that it can be checked here too."""
        return super()._get_validation_exclusions() - {"superseded_at"}

    def validate_constraints(self) -> None:
        """What was told in our own words is not told again."""
        if not self.non_field_errors():
            super().validate_constraints()

    def clean(self) -> dict:
        """Says which row stands in the way, on which days, and what to do."""
        values = super().clean() or self.cleaned_data
        place, substance = values.get("jurisdiction"), values.get("substance")
        if place and substance:
            rows = overlapping(place.pk, substance, values.get("valid_from"), values.get("valid_until"))
            for words in overlap_words(rows):
                self.add_error(None, words)
        return values


class EnactedForm(RevisionForm):
    """The row that an enacted change brings."""

    reason = None  # said once, on the settling itself

    class Meta(RevisionForm.Meta):
        fields = ("substance", *LAW_FIELDS)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False

    def values_with_substance(self) -> dict:
        return {"substance": self.cleaned_data["substance"], **self.law_values()}


class SettleForm(forms.Form):
    """What became of a pending change, and when."""

    became = forms.ChoiceField(label=_("What became of it"), choices=Became.choices, widget=forms.RadioSelect)
    became_on = _day_field(label=_("On"), help_text=_("First day in force, or the day it was decided."))
    outcome = forms.CharField(
        label=_("In words, with the source"), widget=forms.Textarea(attrs={"rows": 2}), help_text=_("Kept for good.")
    )
    expected_on = _day_field(label=_("Postponed to"), required=False, help_text=_("Empty: no day is known."))
    brings = forms.ChoiceField(
        label=_("If it was enacted"),
        choices=[("row", _("Open the row below")), ("held", _("The table holds its row already"))],
        widget=forms.RadioSelect,
    )

    def clean(self) -> dict:
        values = super().clean() or self.cleaned_data
        day, again = values.get("became_on"), values.get("expected_on")
        if values.get("became") == Became.POSTPONED and day and again and again <= day:
            self.add_error("expected_on", _("The new day lies after the day on which it was postponed."))
        return values

    def values(self) -> dict:
        return {name: value for name, value in self.cleaned_data.items() if name != "brings"}


class OutcomeForm(forms.Form):
    outcome = forms.CharField(label=_("How it was settled, with the source"), widget=forms.Textarea(attrs={"rows": 3}))


class PendingForm(forms.ModelForm):
    """A change that is announced, moving or in doubt."""

    reason = forms.CharField(label=_("Why"), widget=forms.Textarea(attrs={"rows": 2}))

    class Meta:
        model = PendingChange
        fields = (
            "jurisdiction", "what", "stage", "expected", "expected_on", "source_url", "source_date", "checked_on",
            "note",
        )  # fmt: skip
        widgets = {
            name: forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d") for name in ("expected_on", "checked_on")
        }


class JurisdictionForm(forms.ModelForm):
    """A place that we hold no record of yet."""

    class Meta:
        model = Jurisdiction
        fields = ("code", "name", "level", "parent", "other_names", "note")

    def clean(self) -> dict:
        values = super().clean() or self.cleaned_data
        if values.get("level") and (
            fault := level_fault(values["level"], values.get("parent"), values.get("code", ""))
        ):
            self.add_error("parent", fault)
        return values


class DisagreementForm(forms.ModelForm):
    """Who says what, and what the table does."""

    class Meta:
        model = Disagreement
        fields = ("point", "codes", "substance", "sources_say", "table_does", "checked_on")
        widgets = {"checked_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def clean_codes(self) -> list[str]:
        codes = self.cleaned_data["codes"]
        held = {place.pk for place in Jurisdiction.objects.filter(pk__in=codes)}
        if unknown := sorted(set(codes) - held):
            raise forms.ValidationError(_("No jurisdiction has the code %s.") % ", ".join(unknown))
        return codes


class CloseForm(forms.Form):
    until = _day_field(label=_("First day no longer in force"))
    reason = forms.CharField(label=_("Why"), widget=forms.Textarea(attrs={"rows": 2}))
