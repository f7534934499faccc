"""The forms of the monitoring page: results as typed, striking one out, planning a check, moving a follow-up."""

from collections.abc import Sequence
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinical.actions.results import Entry
from clinical.forms.consultation_fields import Day, MarksItsErrors, Number, OneOf, PlainInput, PlainSelect
from clinical.models import User
from clinical.screening.monitoring_knowledge import ResultKind

WORDS = {
    "normal": gettext_lazy("normal"),
    "borderline": gettext_lazy("borderline"),
    "prolonged": gettext_lazy("prolonged"),
    "negative": gettext_lazy("negative"),
    "positive": gettext_lazy("positive"),
    "unclear": gettext_lazy("unclear"),
}
PARTS = ("value", "unit", "limit", "word")
NEEDED = gettext_lazy("Enter the day.")
MOST_REASON = 300


def word_of(code: str) -> str:
    """A word of the reference data as pages write it."""
    return str(WORDS.get(code, code))


class ResultsForm(MarksItsErrors, forms.Form):
    """One row for each kind; rows left empty are no results. Rows are named by the code of their kind."""

    use_required_attribute = False

    measured_on = Day(label=gettext_lazy("Measured on"), required=True, error_messages={"required": NEEDED})

    def __init__(self, data=None, *, kinds: Sequence[ResultKind], today: date, born_on: date):
        self.kinds, self.today, self.born_on = tuple(kinds), today, born_on
        super().__init__(data, initial={"measured_on": today})
        for kind in self.kinds:
            self.fields.update({f"{kind.code}-{part}": field for part, field in _fields(kind)})

    def clean_measured_on(self) -> date:
        day = self.cleaned_data["measured_on"]
        if day > self.today:
            raise ValidationError(_("This day has not come yet."))
        if day < self.born_on:
            raise ValidationError(_("This day is before the patient was born."))
        return day

    def clean(self) -> dict:
        values = super().clean()
        for kind in self.kinds:
            self._check(kind, values)
        if not self.errors and not self.entries():
            raise ValidationError(_("Enter at least one result."))
        return values

    def _check(self, kind: ResultKind, values: dict) -> None:
        value, unit, limit = (values.get(f"{kind.code}-{part}") for part in ("value", "unit", "limit"))
        if any(f"{kind.code}-{part}" in self.errors for part in PARTS):
            return
        measure = next((one for one in kind.units if one.unit == unit), None)
        if value is None:
            if limit is not None:
                self.add_error(f"{kind.code}-value", _("Enter the result beside its upper limit."))
        elif measure is None:
            self.add_error(f"{kind.code}-unit", _("Choose the unit."))
        else:
            for part, number in (("value", value), ("limit", limit)):
                if number is not None and not measure.least <= number <= measure.most:
                    told = _("Between %(least)s and %(most)s %(unit)s is plausible. Check the number and its unit.")
                    figures = {"least": f"{measure.least:g}", "most": f"{measure.most:g}", "unit": measure.read}
                    self.add_error(f"{kind.code}-{part}", told % figures)

    def entries(self) -> list[Entry]:
        """What was filled in. A number and the report's word of one kind are two results."""
        found, values = [], self.cleaned_data
        for kind in self.kinds:
            value, word = values.get(f"{kind.code}-value"), values.get(f"{kind.code}-word")
            if value is not None:
                unit, limit = values.get(f"{kind.code}-unit", ""), values.get(f"{kind.code}-limit")
                found.append(Entry(kind.code, value, unit, "", limit))
            if word:
                found.append(Entry(kind.code, word=word))
        return found

    def rows(self) -> list[dict]:
        """Each kind with its bound fields, as the template prints them."""
        return [
            {
                "kind": kind,
                "only_unit": kind.units[0].read if len(kind.units) == 1 else "",
                **{part: self[f"{kind.code}-{part}"] for part in PARTS if f"{kind.code}-{part}" in self.fields},
            }
            for kind in self.kinds
        ]


def _fields(kind: ResultKind) -> list[tuple[str, forms.Field]]:
    named = {"label": kind.label}
    found: list[tuple[str, forms.Field]] = []
    if kind.units:
        told = [(unit.unit, unit.read) for unit in kind.units]
        unit: forms.Field = OneOf(label=_("%(label)s: unit") % named, choices=[("", _("unit?")), *told])
        if len(told) == 1:
            unit = forms.CharField(required=False, initial=told[0][0], widget=forms.HiddenInput)
        found += [("value", Number(label=kind.label, most=max(one.most for one in kind.units))), ("unit", unit)]
        if kind.needs_upper_limit:
            most = max(one.most for one in kind.units)
            found.append(("limit", Number(label=_("%(label)s: upper limit of normal") % named, most=most)))
    if kind.words:
        words = [("", "–"), *((word, word_of(word)) for word in kind.words)]
        label = _("%(label)s: as reported") % named if kind.units else kind.label
        found.append(("word", OneOf(label=label, choices=words)))
    return found


def _reason(label: str, needed: str) -> forms.CharField:
    attributes = {"class": "form-control", "autocomplete": "off", "maxlength": MOST_REASON}
    return forms.CharField(
        label=label, max_length=MOST_REASON, widget=PlainInput(attrs=attributes), error_messages={"required": needed}
    )


class StrikeForm(MarksItsErrors, forms.Form):
    """Why a result is struck out."""

    use_required_attribute = False

    reason = _reason(gettext_lazy("Why it is struck out"), gettext_lazy("Say why the result is struck out."))


class OwnedForm(MarksItsErrors, forms.Form):
    """A day and an owner among the people of the practice."""

    use_required_attribute = False

    due_on = Day(label=gettext_lazy("Due"), error_messages={"required": NEEDED})
    owner = forms.ChoiceField(label=gettext_lazy("Owner"), widget=PlainSelect(attrs={"class": "form-select"}))

    def __init__(self, data=None, *, people: Sequence[User], **kwargs):
        super().__init__(data, **kwargs)
        self.people = {str(person.pk): person for person in people}
        self.fields["owner"].choices = [(key, str(person)) for key, person in self.people.items()]

    def owner_chosen(self) -> User:
        return self.people[self.cleaned_data["owner"]]


class PlanForm(OwnedForm):
    """One check becomes a follow-up."""

    code = forms.CharField(max_length=40, widget=forms.HiddenInput)


class MoveForm(OwnedForm):
    """An open follow-up gets another day or owner, with the reason."""

    reason = _reason(gettext_lazy("Why it is changed"), gettext_lazy("Say why it is changed."))
