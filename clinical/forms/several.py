"""Several answers of a short list at once, as boxes in a row, cleaned to a tuple of keys in the order of the list."""

from collections.abc import Iterable

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from clinical.forms.consultation_fields import SharedInside


class Boxes(SharedInside, forms.Widget):
    """Tick boxes of one name. Posted as several values, or as one with commas where rows were numbered afresh."""

    choices: tuple = ()

    def value_from_datadict(self, data, files, name) -> str:
        values = data.getlist(name) if hasattr(data, "getlist") else [data.get(name) or ""]
        return ",".join(str(value) for value in values if value)

    def value_omitted_from_data(self, data, files, name) -> bool:
        return False  # no box ticked posts nothing

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_0"

    def render(self, name, value, attrs=None, renderer=None) -> SafeString:
        ticked = set((value or "").split(","))
        identity = (attrs or {}).get("id") or f"id_{name}"
        invalid = " is-invalid" if "is-invalid" in self.attrs.get("class", "") else ""
        boxes = format_html_join(
            "",
            '<label class="kc-chip" for="{0}_{1}"><input class="form-check-input{2}" type="checkbox" id="{0}_{1}" '
            'name="{3}" value="{4}"{5}> {6}</label>',
            (
                (identity, number, invalid, name, key, " checked" if key in ticked else "", label)
                for number, (key, label) in enumerate(self.choices)
            ),
        )
        return format_html('<div class="kc-chips">{}</div>', boxes)


class Several(SharedInside, forms.Field):
    """Any number of keys. `alone` is a key that stands for none of the others and cannot stand beside them."""

    def __init__(self, *, choices: Iterable[tuple[str, str]], alone: str = "", **kwargs):
        super().__init__(required=False, widget=Boxes(), **kwargs)
        self.choices, self.alone = tuple(choices), alone
        self.widget.choices = self.choices

    def prepare_value(self, value) -> str:
        return value if isinstance(value, str) else ",".join(value or ())

    def clean(self, value) -> tuple[str, ...]:
        wanted = {part for part in (value or "").split(",") if part}
        if not wanted <= {key for key, _label in self.choices}:
            raise ValidationError(_("That is none of the answers offered. Tick one of them."), code="invalid")
        if self.alone in wanted and len(wanted) > 1:
            label = dict(self.choices)[self.alone]
            raise ValidationError(
                _("“%(label)s” and another answer are both ticked. Untick one."), params={"label": label}
            )
        return tuple(key for key, _label in self.choices if key in wanted)
