"""Answers that may also be "declined to say": the choice for lists, and the boxes for everything that is typed."""

from collections.abc import Iterable, Mapping

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinical.forms.consultation_fields import Choice

DECLINED = "declined"
NOT_ASKED = gettext_lazy("Not asked")


class Told(Choice):
    """One of a list, not asked, or declined."""

    def __init__(self, *, choices: Iterable[tuple[str, str]], **kwargs):
        super().__init__(empty=NOT_ASKED, choices=[*choices, (DECLINED, gettext_lazy("Declined to say"))], **kwargs)


class ToldYesNo(Told):
    """Yes (True), no (False), not asked (None), or declined."""

    def __init__(self, **kwargs):
        super().__init__(choices=[("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))], **kwargs)

    def clean(self, value):
        return {"yes": True, "no": False, "": None}.get(answer := super().clean(value), answer)

    def prepare_value(self, value):
        return {True: "yes", False: "no", None: ""}.get(value, value)


def settle_declined(form: forms.Form, values: dict) -> None:
    """Gather in `values["declined"]` every question declined, by list or by box; answered and declined is an error."""
    chosen = [name for name, field in form.fields.items() if isinstance(field, Told) and values.get(name) == DECLINED]
    for name in chosen:
        values[name] = None if isinstance(form.fields[name], ToldYesNo) else ""
    ticked = values.get("declined") or ()
    for name in ticked:
        if values.get(name) not in (None, "", ()):
            form.add_error(name, _("Answered here, and ticked as declined below. Take one of them away."))
    values["declined"] = (*ticked, *chosen)


def shown_declined(fields: Mapping[str, forms.Field], declined: Iterable[str]) -> dict:
    """Initial values that show what was declined, each where it is asked."""
    lists = {name: DECLINED for name in declined if isinstance(fields.get(name), Told)}
    return {**lists, "declined": tuple(name for name in declined if name not in lists)}
