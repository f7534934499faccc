"""One kratom product as the patient reports it, and the list of them.

Product, how often and last use make the first line; what belongs to one product only folds below it.
"""

from collections.abc import Sequence

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinical.forms import consultation_limits as limits
from clinical.forms.consultation_fields import Choice, MarksItsErrors, Number, OneOf, PlainHidden, Text, Tick
from clinical.forms.consultation_rows import Rows
from clinical.forms.dose_times import DoseTimes
from clinical.forms.kratom_questions import Question, mark_of, overlaps, questions_of
from clinical.forms.several import Several
from clinical.forms.since_last_words import ways_html
from clinical.forms.told import Told, ToldYesNo, settle_declined, shown_declined
from clinical.models.consultation import PRODUCT_LABELS, UNIT_LABELS
from clinical.models.history import REASON_LABELS, RECENT_CHANGE_LABELS
from clinical.records import UseRecord
from clinical.since_last import LONGEST_TEXT, settled
from clinical.since_last import read as read_last
from clinical.snapshots import current_rules

HOURS_IN = {"hours": 1, "days": 24, "weeks": 168}
UNITS_OF_TIME = (
    ("hours", gettext_lazy("hours ago")),
    ("days", gettext_lazy("days ago")),
    ("weeks", gettext_lazy("weeks ago")),
)
MORE = (
    "brand", "dose_times", "reasons", "last_amount", "highest_amount", "recent_change", "bought_from",
    "switches_brand", "declined",
)  # fmt: skip
# Facts about one use; "per" and the unit of time alone say nothing.
FILLED = (
    "product", "amount", "unit", "doses_per_day", "days_per_week", "months_of_use", "last_use", "stopped", *MORE
)  # fmt: skip
# Fields of the record that the form holds under another name or works out.
_WORKED_OUT = ("product", "hours_since_last_use", "confirmed")
NOT_KEPT = ("amount", "doses_per_day")  # until confirmed
DECLINABLE = {
    "amount": gettext_lazy("amount"),
    "doses_per_day": gettext_lazy("doses a day"),
    "days_per_week": gettext_lazy("days a week"),
    "months_of_use": gettext_lazy("months of use"),
    "last_use": gettext_lazy("last use"),
    "dose_times": gettext_lazy("times"),
    "reasons": gettext_lazy("reasons"),
    "highest_amount": gettext_lazy("highest amount"),
    "brand": gettext_lazy("brand"),
    "bought_from": gettext_lazy("where it is bought"),
}


class KratomUseForm(MarksItsErrors, forms.Form):
    use_required_attribute = False

    product = Choice(
        label=gettext_lazy("Product"),
        empty=gettext_lazy("Choose"),
        choices=[(product.value, label) for product, label in PRODUCT_LABELS.items()],
    )
    doses_per_day = Number(label=gettext_lazy("Doses a day"), most=limits.MOST_DOSES_A_DAY)
    days_per_week = Number(
        label=gettext_lazy("Days a week"),
        most=limits.MOST_DAYS_A_WEEK,
        too_much=gettext_lazy("A week has 7 days. Enter 0 to 7."),
        too_little=gettext_lazy("Enter 0 to 7."),
    )
    last_use = Number(
        label=gettext_lazy("Last use"),
        most=limits.MOST_HOURS_SINCE_LAST_USE,
        too_little=gettext_lazy("Last use cannot be in the future. Enter how long ago it was."),
    )
    last_use_unit = OneOf(label=gettext_lazy("Last use counted in"), choices=UNITS_OF_TIME)
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
    months_of_use = Number(label=gettext_lazy("Months of use"), most=limits.MOST_MONTHS_OF_USE)
    stopped = Tick(label=gettext_lazy("Has stopped this product"))
    brand = Text(label=gettext_lazy("Brand or remarks"), max_length=200, attributes={"dir": "auto", "maxlength": None})
    bought_from = Text(label=gettext_lazy("Where it is bought"), max_length=120, attributes={"dir": "auto"})
    switches_brand = ToldYesNo(label=gettext_lazy("Switches between brands"))
    dose_times = DoseTimes(label=gettext_lazy("Times on a usual day"), max_length=400)
    last_amount = Number(label=gettext_lazy("Amount of the last dose"), most=limits.MOST_AMOUNT_OF_ANY_UNIT)
    highest_amount = Number(label=gettext_lazy("Highest amount a day so far"), most=limits.MOST_AMOUNT_OF_ANY_UNIT)
    recent_change = Told(label=gettext_lazy("Dose of late"), choices=RECENT_CHANGE_LABELS.items())
    reasons = Several(label=gettext_lazy("Reasons for taking it"), choices=REASON_LABELS.items())
    declined = Several(label=gettext_lazy("Asked, preferred not to say"), choices=DECLINABLE.items())
    confirmed = Text(label=gettext_lazy("Yes, it is so"), max_length=8, widget=PlainHidden())

    last_time = Text(max_length=LONGEST_TEXT, widget=PlainHidden())
    as_last_time = Tick(label=gettext_lazy("As last time"))

    asked_again: Sequence[Question] = ()
    mark = ""
    since: SafeString | str = ""

    def clean(self) -> dict:
        values = super().clean()
        for name in ("amount", "last_amount", "highest_amount"):
            self._check_amount(name, values.get(name), values.get("unit"))
        hours = self._hours(values)
        if hours is not None and hours > limits.MOST_HOURS_SINCE_LAST_USE:
            self.add_error("last_use", _("That is more than ten years ago. Check the number and its unit."))
        settle_declined(self, values)
        return values

    def _check_amount(self, name: str, amount: float | None, unit: str | None) -> None:
        most = limits.MOST_AMOUNT.get(unit, limits.MOST_AMOUNT_OTHERWISE) if unit else limits.MOST_AMOUNT_OF_ANY_UNIT
        if amount is not None and amount > most:
            message = _("More than %(most)s %(unit)s is not plausible. Check the number and its unit.")
            label = dict(self.fields["unit"].choices).get(unit, "")
            self.add_error(name, ValidationError(message, params={"most": f"{most:,}", "unit": label}))

    @staticmethod
    def _hours(values: dict) -> float | None:
        last_use = values.get("last_use")
        return None if last_use is None else last_use * HOURS_IN.get(values.get("last_use_unit"), 1)

    def ask_again(self, questions: Sequence[Question]) -> None:
        """Refuse what is unlikely, at its field, unless exactly this was confirmed.

        An amount or a frequency asked again counts as not known, so that no draft that saves itself stores it.
        """
        if not questions:
            return
        self.asked_again, self.mark = tuple(questions), mark_of(questions)
        if self.is_confirmed:
            return
        kept = dict(self.cleaned_data)
        for name, words in questions:
            self.add_error(name, words)
            attributes = self.fields[name].widget.attrs
            attributes["class"] = f"{attributes.get('class', '')} is-invalid".strip()
        self.cleaned_data = {
            name: value for name, value in kept.items() if name not in NOT_KEPT or name in self.cleaned_data
        }

    @property
    def is_confirmed(self) -> bool:
        return bool(self.mark) and (self["confirmed"].value() or "") == self.mark

    def record(self) -> UseRecord | None:
        """What could be read of this row, None when nothing was entered. A product not named is "unknown"."""
        values = getattr(self, "cleaned_data", {})
        if not (any(_is_told(name, values.get(name)) for name in FILLED) or self.errors):
            return None
        read = {name: values[name] for name in UseRecord.__slots__ if name in values and name not in _WORKED_OUT}
        use = UseRecord(
            product=values.get("product") or "unknown",
            hours_since_last_use=self._hours(values),
            confirmed=self.is_confirmed,
            **{name: value for name, value in read.items() if value is not None and (name != "per" or value)},
        )
        return settled(use)

    @property
    def ways(self) -> SafeString | str:
        """How to say what became of a product carried over; nothing beside any other."""
        text = self["last_time"].value()
        before = read_last(text, UseRecord) if text else None
        is_confirmed = self["as_last_time"].value() in (True, "on")
        what = PRODUCT_LABELS.get(before.product, "") if before else ""
        return ways_html(prefix=self.prefix, text=text, before=before, is_confirmed=is_confirmed, what=what)

    @property
    def more(self) -> list[str]:
        """What the folded part holds, in a line."""
        filled = [name for name in MORE if self[name].value() not in (None, "", ())]
        return [str(self.fields[name].label) for name in filled]

    @property
    def more_has_errors(self) -> bool:
        return any(name in self.errors for name in MORE)


def _is_told(name: str, value) -> bool:
    """Whether something was said: "no" and 0 are answers, a box not ticked is none."""
    return value is True if name == "stopped" else value is not None and value not in ("", ())


def initial_of(use: UseRecord) -> dict:
    """A stored use as a row of the form; the time since last use in the largest unit that needs no fraction."""
    hours = use.hours_since_last_use
    unit = next((name for name in ("weeks", "days") if hours and hours % HOURS_IN[name] == 0), "hours")
    values = {name: getattr(use, name) for name in use.__slots__ if name not in ("hours_since_last_use", "confirmed")}
    values |= shown_declined(KratomUseForm.base_fields, use.declined)
    return {**values, "last_use": None if hours is None else hours / HOURS_IN[unit], "last_use_unit": unit}


class KratomUses(Rows):
    form = KratomUseForm
    prefix_name = "kratom"
    add_label = gettext_lazy("Add a product")
    filled = FILLED
    ends_empty = False

    def __init__(self, *, data=None, initial: Sequence[UseRecord] = (), version: int | None = None):
        super().__init__(data=data, initial=[initial_of(use) for use in initial])
        self.version = version
        if data is None:
            self._show_confirmed(initial)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.template = "clinical/_kratom_use.html"

    def _questions(self, uses: Sequence[tuple[int, UseRecord]]) -> dict[int, list[Question]]:
        rules = current_rules(self.version)
        found = {number: questions_of(use, rules) for number, use in uses}
        for number, question in overlaps(uses):
            found[number].append(question)
        return found

    def clean(self) -> None:
        super().clean()
        for number, questions in self._questions(list(self.records())).items():
            self.forms[number].ask_again(questions)

    def _show_confirmed(self, uses: Sequence[UseRecord]) -> None:
        """What was confirmed when it was stored stays so on the page, as long as it is not changed."""
        numbered = list(enumerate(uses))
        if not any(use.confirmed for use in uses):
            return
        for number, questions in self._questions(numbered).items():
            form, use = self.forms[number], uses[number]
            if use.confirmed and questions:
                form.asked_again, form.mark = tuple(questions), mark_of(questions)
                form.initial["confirmed"] = form.mark
