"""The days a stewardship table or an export is about: from and until, both included."""

from datetime import date, timedelta

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# Judgement: more years than this at once is a slip of the date.
MOST_DAYS = 5 * 366


class DaysForm(forms.Form):
    """Both days may be left out: then the last days of the reference data count."""

    use_required_attribute = False

    first = forms.DateField(
        label=gettext_lazy("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last = forms.DateField(
        label=gettext_lazy("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, data: QueryDict | dict, *, today: date, days: int):
        self.last_default, self.first_default = today, today - timedelta(days=days - 1)
        known = {"first": self.first_default.isoformat(), "last": today.isoformat()}
        super().__init__({name: data.get(name) or value for name, value in known.items()})

    def clean(self) -> dict:
        values = super().clean()
        first, last = values.get("first"), values.get("last")
        if first and last and first > last:
            self.add_error("first", _("Begins after it ends."))
        elif first and last and (last - first).days > MOST_DAYS:
            self.add_error("first", _("More than five years at once. Choose fewer."))
        return values

    @property
    def days(self) -> tuple[date, date]:
        """The days asked for; those that stand when nothing is asked, where what was asked cannot be used."""
        if self.is_valid():
            return self.cleaned_data["first"], self.cleaned_data["last"]
        return self.first_default, self.last_default
