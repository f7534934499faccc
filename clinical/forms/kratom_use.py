"""One kratom product as the patient reports it, and the list of them."""

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinical.forms import consultation_limits as limits
from clinical.forms.consultation_fields import Choice, MarksItsErrors, Number, OneOf, Text, Tick
from clinical.forms.consultation_rows import Rows
from clinical.models.consultation import PRODUCT_LABELS, UNIT_LABELS
from clinical.records import UseRecord

HOURS_IN = {"hours": 1, "days": 24, "weeks": 168}
UNITS_OF_TIME = (
    ("hours", gettext_lazy("hours ago")),
    ("days", gettext_lazy("days ago")),
    ("weeks", gettext_lazy("weeks ago")),
)
# Facts about one use; "per" and the unit of time alone say nothing.
FILLED = (
    "product", "brand", "amount", "unit", "doses_per_day", "days_per_week", "months_of_use", "last_use", "stopped"
)  # fmt: skip


class KratomUseForm(MarksItsErrors, forms.Form):
    use_required_attribute = False

    product = Choice(
        label=gettext_lazy("Product"),
        empty=gettext_lazy("Choose"),
        choices=[(product.value, label) for product, label in PRODUCT_LABELS.items()],
    )
    brand = Text(label=gettext_lazy("Brand or remarks"), max_length=200, attributes={"dir": "auto", "maxlength": None})
    amount = Number(
        label=gettext_lazy("Amount"),
        most=limits.MOST_AMOUNT_OF_ANY_UNIT,
        too_little=gettext_lazy("An amount cannot be negative. Enter 0 or more, or leave it empty if not known."),
    )
    unit = Choice(
        label=gettext_lazy("Unit"),
        empty=gettext_lazy("Not known"),
        choices=[(unit.value, label) for unit, label in UNIT_LABELS.items()],
    )
    per = OneOf(
        label=gettext_lazy("Amount is for"),
        choices=(("dose", gettext_lazy("each dose")), ("day", gettext_lazy("a whole day"))),
    )
    doses_per_day = Number(label=gettext_lazy("Doses a day"), most=limits.MOST_DOSES_A_DAY)
    days_per_week = Number(
        label=gettext_lazy("Days a week"),
        most=limits.MOST_DAYS_A_WEEK,
        too_much=gettext_lazy("A week has 7 days. Enter 0 to 7."),
        too_little=gettext_lazy("Enter 0 to 7."),
    )
    months_of_use = Number(label=gettext_lazy("Months of use"), most=limits.MOST_MONTHS_OF_USE)
    last_use = Number(
        label=gettext_lazy("Last use"),
        most=limits.MOST_HOURS_SINCE_LAST_USE,
        too_little=gettext_lazy("Last use cannot be in the future. Enter how long ago it was."),
    )
    last_use_unit = OneOf(label=gettext_lazy("Last use counted in"), choices=UNITS_OF_TIME)
    stopped = Tick(label=gettext_lazy("Has stopped this product"))

    def clean(self) -> dict:
        values = super().clean()
        self._check_amount(values.get("amount"), values.get("unit"))
        hours = self._hours(values)
        if hours is not None and hours > limits.MOST_HOURS_SINCE_LAST_USE:
            self.add_error("last_use", _("That is more than ten years ago. Check the number and its unit."))
        return values

    def _check_amount(self, amount: float | None, unit: str | None) -> None:
        most = limits.MOST_AMOUNT.get(unit, limits.MOST_AMOUNT_OTHERWISE) if unit else limits.MOST_AMOUNT_OF_ANY_UNIT
        if amount is not None and amount > most:
            message = _("More than %(most)s %(unit)s is not plausible. Check the number and its unit.")
            label = dict(self.fields["unit"].choices).get(unit, "")
            self.add_error("amount", ValidationError(message, params={"most": f"{most:,}", "unit": label}))

    @staticmethod
    def _hours(values: dict) -> float | None:
        last_use = values.get("last_use")
        return None if last_use is None else last_use * HOURS_IN.get(values.get("last_use_unit"), 1)

    def record(self) -> UseRecord | None:
        """What could be read of this row, None when nothing was entered. A product not named is "unknown"."""
        values = getattr(self, "cleaned_data", {})
        if not (any(values.get(name) not in (None, "", False) for name in FILLED) or self.errors):
            return None
        return UseRecord(
            product=values.get("product") or "unknown",
            brand=values.get("brand", ""),
            amount=values.get("amount"),
            unit=values.get("unit") or "",
            per=values.get("per") or "dose",
            doses_per_day=values.get("doses_per_day"),
            days_per_week=values.get("days_per_week"),
            months_of_use=values.get("months_of_use"),
            hours_since_last_use=self._hours(values),
            stopped=values.get("stopped", False),
        )


def initial_of(use: UseRecord) -> dict:
    """A stored use as a row of the form; the time since last use in the largest unit that needs no fraction."""
    hours = use.hours_since_last_use
    unit = next((name for name in ("weeks", "days") if hours and hours % HOURS_IN[name] == 0), "hours")
    values = {name: getattr(use, name) for name in use.__slots__ if name != "hours_since_last_use"}
    return {**values, "last_use": None if hours is None else hours / HOURS_IN[unit], "last_use_unit": unit}


class KratomUses(Rows):
    form = KratomUseForm
    prefix_name = "kratom"
    add_label = gettext_lazy("Add a product")
    filled = FILLED
    ends_empty = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.template = "clinical/_kratom_use.html"
