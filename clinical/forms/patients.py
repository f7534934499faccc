"""The form that registers or changes a patient, and the one that finds them."""

import hashlib
from datetime import date

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinical.actions.addresses import too_early_words
from clinical.actions.people import PATIENT_FIELDS
from clinical.addresses import address_of, is_move
from clinical.forms.conditions import ConditionsField
from clinical.forms.consultation_start import today_at
from clinical.forms.health_seen import HealthSeenField
from clinical.models import Patient, Practice
from legal import lookup as law

YES_NO_UNKNOWN = (("", gettext_lazy("Not known")), ("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No")))
OLDEST_BIRTH_YEAR = 1900  # our judgement: an earlier year is a slip of the pen, not a living patient
ADDRESS = ("city", "county", "state")


def _filling_in() -> dict[str, str]:
    """What makes a typed ZIP fill in the address at once. Only the place goes along: request addresses are logged."""
    place = ", ".join(f"[name={name}]" for name in (*ADDRESS, "country"))
    return {
        "hx-get": reverse("clinical:zip_fill"),
        "hx-trigger": "change",
        "hx-target": "#address",
        "hx-swap": "outerHTML",
        "hx-include": place,
    }


def settled_by_zip(found) -> dict[str, str]:
    """The address fields on which every place of a ZIP agrees."""
    values = {name: {getattr(place, name) for place in found} for name in ADDRESS}
    return {name: next(iter(same)) for name, same in values.items() if len(same) == 1}


class YesNoUnknown(forms.TypedChoiceField):
    """Yes, no, or not known (None). Never a tick box: an empty box would read as “no”."""

    def __init__(self, **kwargs):
        super().__init__(
            choices=YES_NO_UNKNOWN, coerce=lambda text: text == "yes", empty_value=None, required=False, **kwargs
        )

    def prepare_value(self, value):
        return {True: "yes", False: "no", None: ""}.get(value, value)


def _mark_of(patient: Patient) -> str:
    """A mark that changes with any field of the patient, to tell whether somebody else saved meanwhile."""
    stored = repr([getattr(patient, name) for name in PATIENT_FIELDS])
    return hashlib.blake2b(stored.encode(), digest_size=12).hexdigest()


class PatientForm(forms.ModelForm):
    pregnant = YesNoUnknown(label=gettext_lazy("Pregnant"))
    breastfeeding = YesNoUnknown(label=gettext_lazy("Breastfeeding"))
    conditions = ConditionsField()
    health_seen = HealthSeenField()
    stood = forms.CharField(required=False, widget=forms.HiddenInput)
    moved_on = forms.DateField(
        label=gettext_lazy("If the address changed: lives here since"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("A visit of an earlier day keeps the law of the former address."),
    )
    corrects_address = forms.BooleanField(
        label=gettext_lazy("No move: this only corrects what was written"), required=False
    )

    class Meta:
        model = Patient
        fields = PATIENT_FIELDS
        widgets = {"born_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def __init__(self, *args, practice: Practice, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.practice = practice
        self.fields["zip_code"].help_text = _("Fills in city, county and state.")
        self.fields["zip_code"].widget.attrs |= _filling_in()
        self.fields["country"].help_text = _("Two letters, such as US.")
        self.address_stood = None if self.instance._state.adding else address_of(self.instance)
        if self.address_stood is None:
            del self.fields["moved_on"], self.fields["corrects_address"]
        elif not self.is_bound:
            self.initial |= {"stood": _mark_of(self.instance), "moved_on": today_at(practice)}
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            Fieldset(
                _("Who"),
                Div(
                    Div("name", css_class="col-md-5"),
                    Div("record_number", css_class="col-md-3"),
                    Div("born_on", css_class="col-md-4"),
                    Div("sex", css_class="col-md-4"),
                    Div("pregnant", css_class="col-md-4"),
                    Div("breastfeeding", css_class="col-md-4"),
                    css_class="row g-3",
                ),
                css_class="kc-section",
            ),
            Fieldset(_("Health"), "conditions", "health_seen", "stood", css_class="kc-section"),
            Fieldset(
                _("Address, for the law that applies"),
                Div(
                    Div("zip_code", css_class="col-sm-4 col-md-3"),
                    Div("street", css_class="col-sm-8 col-md-9"),
                    HTML('{% include "clinical/_address.html" %}'),
                    *(
                        Div(name, css_class="col-md-6")
                        for name in ("moved_on", "corrects_address")
                        if name in self.fields
                    ),
                    css_class="row g-3",
                ),
                css_class="kc-section",
            ),
        )

    def clean_record_number(self):
        # The model's own check leaves out fields that are not in the form, and the practice is not.
        number = self.cleaned_data["record_number"].strip()
        others = self.instance.practice.patients.filter(record_number=number).exclude(pk=self.instance.pk)
        if number and others.exists():
            raise ValidationError(_("Another patient of this practice has this record number."))
        return number

    def clean_born_on(self):
        born_on, today = self.cleaned_data["born_on"], today_at(self.instance.practice)
        if born_on > today:
            raise ValidationError(_("The date of birth is after today. Check the year."))
        if born_on.year < OLDEST_BIRTH_YEAR:
            raise ValidationError(_("The year of birth is before %(year)s. Check it.") % {"year": OLDEST_BIRTH_YEAR})
        return born_on

    def clean_country(self):
        country = self.cleaned_data["country"].strip().upper()
        if not law.is_country(country):
            raise ValidationError(_("Not a two-letter country code. For the United States write US."))
        return country

    def clean(self):
        values = super().clean()
        if values.get("sex") == "male" and values.get("pregnant"):
            self.add_error("pregnant", _("Recorded as male and pregnant. Check both."))
        if values.get("country") == "US" and values.get("zip_code"):
            self._fill_from_zip(values)
        if self.moves(values):
            self._check_move(values)
        if self.instance.pk and values.get("stood"):
            self._tell_of_a_change_meanwhile(values["stood"])
        return values

    def moves(self, values: dict) -> bool:
        """Whether the address typed is one to which the patient went, not the same one written better."""
        if self.address_stood is None or values.get("corrects_address"):
            return False
        return is_move(self.address_stood, values)

    def _check_move(self, values: dict) -> None:
        day, since = values.get("moved_on"), self.instance.lives_here_since
        if "moved_on" in self.errors:
            return
        if day is None:
            self.add_error("moved_on", _("Say since when, or tick that the patient did not move."))
        elif day > today_at(self.instance.practice):
            self.add_error("moved_on", _("This day lies ahead. Enter the new address once the patient lives there."))
        elif since and day <= since:
            self.add_error("moved_on", too_early_words(since=since))
        elif values.get("born_on") and day < values["born_on"]:
            self.add_error("moved_on", _("This day is before the birth. Check the year."))

    def _tell_of_a_change_meanwhile(self, stood: str) -> None:
        """Once: the form then carries the new mark, so that saving again is a decision."""
        now = _mark_of(self.instance)
        if stood == now:
            return
        self.data = self.data.copy()
        self.data["stood"] = now
        self.add_error(
            None,
            _("Somebody changed this patient after you opened this page. Check what you typed and save again."),
        )

    def _fill_from_zip(self, values) -> None:
        """Fill what was left empty and the ZIP settles. What it leaves open is asked for, never guessed."""
        found = law.fill_from_zip(values["zip_code"])
        if not found:
            self.add_error(
                "zip_code", _("This ZIP is not in the table. Check it, or leave it empty and write the place.")
            )
            return
        settled = settled_by_zip(found)
        for name in ADDRESS:
            values[name] = values.get(name) or settled.get(name, "")
            if not values[name]:
                choices = "; ".join(sorted({getattr(place, name) for place in found}))
                self.add_error(name, _("This ZIP covers several places: %(places)s. Write one.") % {"places": choices})

    def patient_values(self) -> dict:
        """The cleaned patient fields, for the action."""
        return {name: self.cleaned_data[name] for name in PATIENT_FIELDS}

    def day_of_move(self) -> date | None:
        """Since when the patient lives at the address typed; None where nobody moved."""
        return self.cleaned_data["moved_on"] if self.moves(self.cleaned_data) else None
