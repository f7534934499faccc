"""One field for a patient's conditions: the present ones as ticked boxes, more by typing names, synonyms or codes.

Works without scripts: what is typed is resolved when the form is posted. `conditions.js` turns it into boxes at once.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinical.vocabulary import lookup

# Judgement: some hundred names at once; each costs a look-up.
LONGEST_TYPED = 4000


class ConditionsWidget(forms.Widget):
    """Boxes named `<name>` for keys, and a text input named `<name>_add` with the reference list as suggestions."""

    is_required = False
    version: int | None = None

    def value_from_datadict(self, data: Mapping, files: Mapping, name: str) -> tuple[tuple[str, ...], str]:
        """The keys ticked and what is still typed. A box made by the script carries a label, not a key."""
        if not hasattr(data, "getlist"):
            return tuple(data.get(name, ())), data.get(f"{name}_add", "")
        keys_by_label = {label: key for key, label in lookup.condition_labels(self.version).items()}
        added = (keys_by_label.get(label) for label in data.getlist(f"{name}_label"))
        return (*data.getlist(name), *(key for key in added if key)), data.get(f"{name}_add", "")

    def value_omitted_from_data(self, data, files, name) -> bool:
        return name not in data and f"{name}_add" not in data

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_add"

    def render(self, name, value, attrs=None, renderer=None) -> SafeString:
        keys, typed = value if isinstance(value, tuple) and len(value) == 2 else (value or (), "")
        labels = lookup.condition_labels(self.version)
        attrs = self.build_attrs(self.attrs, attrs)  # the class that marks an error stands in `self.attrs`
        identity = attrs.get("id", f"id_{name}")
        described = attrs.get("aria-describedby")
        boxes = format_html_join(
            "",
            '<label class="kc-chip"><input class="form-check-input" type="checkbox" name="{}" value="{}" checked> '
            "{}</label>",
            ((name, key, labels.get(key, key)) for key in keys),
        )
        options = _suggestions(tuple(labels.values()))
        return format_html(
            '<div class="kc-chips" data-conditions="{0}">{1}</div>'
            '<input type="text" class="{2}" name="{0}_add" id="{3}_add" value="{4}" list="{3}_list" '
            'autocomplete="off"{5}>'
            '<datalist id="{3}_list">{6}</datalist>',
            name,
            boxes,
            "form-control is-invalid" if "is-invalid" in attrs.get("class", "") else "form-control",
            identity,
            typed,
            format_html(' aria-describedby="{}"', described) if described else "",
            options,
        )


@lru_cache(maxsize=2)
def _suggestions(labels: tuple[str, ...]) -> SafeString:
    """The whole reference list as options; the same on every page until it changes."""
    return format_html_join("", '<option value="{}"></option>', ((label,) for label in labels))


class ConditionsField(forms.Field):
    """Cleans to a tuple of condition keys. Refuses what the reference list does not know, by name, losing nothing."""

    widget = ConditionsWidget
    version: int | None = None

    def at(self, version: int) -> None:
        """Read the names at this reference version, where the page knows it already."""
        self.version = self.widget.version = version

    def __init__(self, **kwargs):
        kwargs.setdefault("label", gettext_lazy("Conditions"))
        kwargs.setdefault(
            "help_text",
            gettext_lazy("Names, synonyms or ICD-10-CM codes, separated by commas. Untick what is no longer present."),
        )
        super().__init__(required=False, **kwargs)

    def known(self, keys: Iterable[str]) -> tuple[str, ...]:
        """Those of the keys that the reference list holds, each once."""
        labels = lookup.condition_labels(self.version)
        return tuple(key for key in dict.fromkeys(keys) if key in labels)

    def clean(self, value) -> tuple[str, ...]:
        ticked, typed = value if value else ((), "")
        if len(typed) > LONGEST_TYPED:
            message = _("Longer than %(longest)s characters. Enter a part of it, save, and add the rest.")
            raise ValidationError(message, params={"longest": LONGEST_TYPED}, code="too_long")
        keys = list(self.known(ticked))
        unknown = []
        for text in _names_in(typed, self.version):
            found = lookup.resolve_condition(text, self.version)
            if isinstance(found, str):
                keys.append(found)
            else:
                unknown.append(text)
        if unknown:
            raise ValidationError(
                _("Not in the reference list or not clear: %(names)s. Choose a suggestion or leave it out.")
                % {"names": ", ".join(f"“{text}”" for text in unknown)},
                code="unknown_condition",
            )
        return tuple(dict.fromkeys(keys))


def _names_in(typed: str, version: int | None) -> list[str]:
    """The names in what was typed. Some names hold a comma themselves, so the whole is tried first."""
    if typed.strip() and isinstance(lookup.resolve_condition(typed.strip(), version), str):
        return [typed.strip()]
    return [part.strip() for part in typed.replace(";", ",").split(",") if part.strip()]
