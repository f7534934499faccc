"""Fields and widgets of the consultation form: numbers as people type them, answers with "not asked", plain dates.

The widgets write their own tag: a visit with forty medicines has some three hundred fields, and rendering each through
a template would take longer than everything else on the page.
"""

import copy
from collections.abc import Iterable
from html import escape

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorList
from django.utils.choices import normalize_choices
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from clinical.forms.own_fields import SharedFields


class SharedInside:
    """Fields and widgets that are copied for each form as little as possible.

    Django copies every choice and message of every field for every row, which for forty medicines takes longer than
    screening them. Here choices, validators and messages are shared and never changed in place.
    """

    def __deepcopy__(self, memo: dict):
        mine = self.__class__.__new__(self.__class__)
        mine.__dict__.update(self.__dict__)
        memo[id(self)] = mine
        if isinstance(mine, forms.Widget):
            mine.attrs = dict(self.attrs)
        else:
            mine.widget = copy.deepcopy(self.widget, memo)
        return mine


def _attributes(values: dict) -> str:
    """Attributes as HTML, everything escaped. True stands alone, False and None are left out."""
    return "".join(
        f" {name}" if value is True else f' {name}="{escape(str(value))}"'
        for name, value in values.items()
        if value is not False and value is not None
    )


class PlainInput(SharedInside, forms.TextInput):
    """A one-line text field, and with `input_type` set any other simple input."""

    def render(self, name, value, attrs=None, renderer=None) -> SafeString:
        text = self.format_value(value)
        attributes = {"type": self.input_type, "name": name, "value": text, **self.build_attrs(self.attrs, attrs)}
        return mark_safe(f"<input{_attributes(attributes)}>")


class PlainDate(PlainInput):
    """The browser's own date field; always ISO inside."""

    input_type = "date"

    def format_value(self, value):
        return value.isoformat() if hasattr(value, "isoformat") else value or None


class PlainHidden(PlainInput):
    input_type = "hidden"


class PlainSelect(SharedInside, forms.Select):
    """A drop-down list without groups. Its options are put into words once per language, not once per row."""

    @property
    def choices(self):
        return self._choices

    @choices.setter
    def choices(self, value) -> None:
        self._choices = normalize_choices(value)
        self._worded: dict[str | None, list[tuple[str, str, str]]] = {}

    def _options(self) -> list[tuple[str, str, str]]:
        language = get_language()
        if language not in self._worded:
            self._worded[language] = [
                (str(key), f'<option value="{escape(str(key))}"', f">{escape(str(label))}</option>")
                for key, label in self.choices
            ]
        return self._worded[language]

    def render(self, name, value, attrs=None, renderer=None) -> SafeString:
        chosen = "" if value is None else str(value)
        options = "".join(
            f"{start} selected{end}" if key == chosen else f"{start}{end}" for key, start, end in self._options()
        )
        attributes = _attributes({"name": name, **self.build_attrs(self.attrs, attrs)})
        return mark_safe(f"<select{attributes}>{options}</select>")


class PlainRadios(SharedInside, forms.RadioSelect):
    """Buttons for one of a few answers, each printed beside its label."""

    def _render(self, template_name, context, renderer=None) -> SafeString:
        button = context["widget"]
        if template_name != self.option_template_name or button.get("wrap_label"):
            return super()._render(template_name, context, renderer)
        attributes = {"type": "radio", "name": button["name"], "value": button["value"], **button["attrs"]}
        return mark_safe(f"<input{_attributes(attributes)}>")


class PlainLines(SharedInside, forms.Textarea):
    """A text field of several lines."""

    def render(self, name, value, attrs=None, renderer=None) -> SafeString:
        attributes = _attributes({"name": name, **self.build_attrs(self.attrs, attrs)})
        # A browser drops the first line break of the content, so that one is given for it to drop.
        return mark_safe(f"<textarea{attributes}>\n{escape(self.format_value(value) or '')}</textarea>")


class PlainTick(SharedInside, forms.CheckboxInput):
    def render(self, name, value, attrs=None, renderer=None) -> SafeString:
        attributes = {"type": "checkbox", "name": name, "checked": bool(value), **self.build_attrs(self.attrs, attrs)}
        return mark_safe(f"<input{_attributes(attributes)}>")


class Text(SharedInside, forms.CharField):
    """A short text, with the plain widget."""

    def __init__(self, *, attributes: dict | None = None, **kwargs):
        kwargs.setdefault(
            "widget", PlainInput(attrs={"class": "form-control", "autocomplete": "off", **(attributes or {})})
        )
        super().__init__(required=False, **kwargs)


class Tick(SharedInside, forms.BooleanField):
    """A statement that holds only when ticked. For questions that may be unanswered use `YesNo`."""

    def __init__(self, **kwargs):
        super().__init__(required=False, widget=PlainTick(attrs={"class": "form-check-input"}), **kwargs)


class Number(SharedInside, forms.FloatField):
    """A number typed in a text field, so that "3 g" is refused in words instead of vanishing in the browser.

    `least` and `most` are refused at the field with what to do.
    """

    def __init__(self, *, least: float = 0, most: float, too_little: str = "", too_much: str = "", **kwargs):
        self.least, self.most = least, most
        self.too_little = too_little or _("Less than %(least)s is not possible. Check the number.")
        self.too_much = too_much or _("More than %(most)s is not plausible. Check the number and its unit.")
        kwargs.setdefault("widget", PlainInput(attrs={"class": "form-control", "inputmode": "decimal"}))
        super().__init__(
            required=False, error_messages={"invalid": _("Enter a number only, such as 2 or 0.5.")}, **kwargs
        )

    def validate(self, value) -> None:
        super().validate(value)
        limits = {"least": f"{self.least:g}", "most": f"{self.most:g}"}
        if value is not None and value < self.least:
            raise ValidationError(self.too_little, code="too_little", params=limits)
        if value is not None and value > self.most:
            raise ValidationError(self.too_much, code="too_much", params=limits)

    def prepare_value(self, value):
        return f"{value:g}" if isinstance(value, float) else value


class WholeNumber(Number):
    """As `Number`, without a fraction."""

    def to_python(self, value) -> int | None:
        number = super().to_python(value)
        if number is not None and not number.is_integer():  # "inf" and "nan" are none either
            raise ValidationError(_("Enter a whole number."), code="invalid")
        return None if number is None else int(number)


class Choice(SharedInside, forms.ChoiceField):
    """One of a list; the first, empty entry says what leaving it means ("not asked", "not recorded")."""

    def __init__(self, *, empty: str, choices: Iterable[tuple[str, str]], **kwargs):
        kwargs.setdefault("widget", PlainSelect(attrs={"class": "form-select"}))
        super().__init__(choices=[("", empty), *choices], required=False, **kwargs)


class OneOf(SharedInside, forms.ChoiceField):
    """One of a list without an empty entry; the first is the default."""

    def __init__(self, **kwargs):
        kwargs.setdefault("widget", PlainSelect(attrs={"class": "form-select"}))
        super().__init__(required=False, **kwargs)


class YesNo(Choice):
    """Yes, no, or `empty` (None). Never a tick box: an empty box would read as "no"."""

    def __init__(self, *, empty: str, **kwargs):
        super().__init__(empty=empty, choices=[("yes", _("Yes")), ("no", _("No"))], **kwargs)

    def clean(self, value) -> bool | None:
        return {"yes": True, "no": False}.get(super().clean(value))

    def prepare_value(self, value):
        return {True: "yes", False: "no", None: ""}.get(value, value)


class Day(SharedInside, forms.DateField):
    """A calendar day."""

    def __init__(self, **kwargs):
        kwargs.setdefault("widget", PlainDate(attrs={"class": "form-control"}))
        kwargs.setdefault("error_messages", {"invalid": _("Enter a day such as 2026-11-22.")})
        super().__init__(**kwargs)


class PlainErrors(ErrorList):
    """The messages beside a field. Most fields have none, and none costs nothing."""

    def render(self, template_name=None, context=None, renderer=None) -> SafeString:
        if not self:
            return mark_safe("")
        identity = format_html(' id="{}_error"', self.field_id) if self.field_id else ""
        items = format_html_join("", "<li>{}</li>", ((message,) for message in self))
        return format_html('<ul class="{}"{}>{}</ul>', self.error_class, identity, items)

    __str__ = __html__ = render


class MarksItsErrors:
    """Mixin for forms: fields with an error are marked for the eye; Django marks them for other readers."""

    def __init__(self, *args, **kwargs):
        kind = type(self)
        if not isinstance(kind.base_fields, SharedFields):
            kind.base_fields = SharedFields(kind.base_fields)
        super().__init__(*args, **{**kwargs, "error_class": PlainErrors})

    def full_clean(self) -> None:
        super().full_clean()
        for name in self._errors or ():
            if name in self.fields:
                attributes = self.fields[name].widget.attrs
                attributes["class"] = f"{attributes.get('class', '')} is-invalid".strip()
