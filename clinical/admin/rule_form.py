"""One rule as an editor types it: words, gradings, what it fires on, and what raises or lowers it.

Reads and answers an entry in the shape of rules.yaml, so that files and editors pass the same checks. A draft may be
unfinished: what is missing is told by `clinical.rule_checks`, not here.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from clinical.knowledge_base.tables import day_words
from clinical.models import InteractionRule, RuleModifier, RuleObject
from clinical.reference_files import RULE_DATES, day_of
from clinical.rule_checks import Fault
from clinical.rule_differences import FLAGS, NAMES, READ
from clinical.rule_entries import LISTS, NO_SOURCE_FOUND, PLAIN_NAMES, Entry, entry_of

__all__ = ["LISTS", "RuleEditor", "entry_of", "with_more_rows"]

ROWS_MORE = 2
# Rows of a box, where more than the usual two are needed.
LONG = {"summary": 3, "action": 4, "mechanism": 5, "severity_reason": 4, "contradiction": 4, "evidence_for": 4}


class Listed(forms.CharField):
    """Several values in one box, separated by semicolons or new lines."""

    def to_python(self, value: str | None) -> list[str]:
        cells = str(value or "").replace("\n", ";").split(";")
        return list(dict.fromkeys(cell.strip() for cell in cells if cell.strip()))

    def prepare_value(self, value: Any) -> Any:
        return "; ".join(value) if isinstance(value, list | tuple) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.to_python(self.prepare_value(initial)) != self.to_python(data)


class RuleForm(forms.Form):
    """The words and gradings of one draft, field by field as the columns of a rule are."""

    reason = forms.CharField(label=_("Why this change"), max_length=300, required=False)

    def __init__(self, entry: Entry, reason: str, data: QueryDict | None = None):
        super().__init__(data, initial=_initial(entry) | {"reason": reason})
        for name in NAMES:
            self.fields |= _fields_of(name)
        self.order_fields([name for name in self.fields if name != "reason"])
        for name, field in self.fields.items():
            field.required = False
            _widen(name, field)

    def entry(self) -> Entry:
        """What was typed, in the shape of rules.yaml, without the lists of rows."""
        typed = self.cleaned_data
        words = {name: typed[name].strip() for name in PLAIN_NAMES if name not in RULE_DATES}
        return {
            **words,
            **{name: day_words(typed[name]) for name in RULE_DATES},
            **{name: typed[column] for name, column in FLAGS.items()},
            "read": {name: typed[column] for name, column in READ.items()},
            "sources": sorted(source.pk for source in typed["sources"]),
            NO_SOURCE_FOUND: typed[NO_SOURCE_FOUND],
        }


def _initial(entry: Entry) -> dict[str, Any]:
    read = entry.get("read") or {}
    return {
        **{name: entry.get(name) for name in PLAIN_NAMES},
        **{name: day_of(entry.get(name)) for name in RULE_DATES},
        **{column: entry.get(name) for name, column in FLAGS.items()},
        **{column: read.get(name) for name, column in READ.items()},
        "sources": list(entry.get("sources") or ()),
        NO_SOURCE_FOUND: bool(entry.get(NO_SOURCE_FOUND)),
    }


def _fields_of(name: str) -> dict[str, forms.Field]:
    """The form fields for one part of an entry, as the columns of a rule make them."""
    if name == "sources":
        found = forms.BooleanField(label=_("A source was looked for and none was found"))
        return {"sources": _column("sources"), NO_SOURCE_FOUND: found}
    if name == "read":
        return {column: _column(column) for column in READ.values()}
    if name in ("objects", "modifiers"):
        return {}
    return {FLAGS.get(name, name): _column(FLAGS.get(name, name))}


def _column(name: str) -> forms.Field:
    column = InteractionRule._meta.get_field(name)
    field = column.formfield()
    if name == "sources":
        field.widget = AutocompleteSelectMultiple(column, admin.site)
        field.widget.choices = field.choices
        field.widget.is_required = True  # no cross that empties the list at once: it stands where only items may
    return field


def _widen(name: str, field: forms.Field) -> None:
    if isinstance(field.widget, forms.Textarea):
        field.widget.attrs = {"class": "vLargeTextField", "rows": LONG.get(name, 2)}
    elif isinstance(field.widget, forms.DateInput):
        field.widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    elif isinstance(field.widget, forms.TextInput):
        field.widget.attrs["class"] = "vTextField"


class ObjectForm(forms.Form):
    """Things of one kind that the rule fires on under the same limits. An empty limit means any."""

    # Shown as chosen in an empty row, so that a row left alone counts as empty.
    kind = forms.ChoiceField(label=_("Kind"), choices=RuleObject.Kind, initial=RuleObject.Kind.values[0])
    keys = Listed(label=_("Keys"), required=False, widget=forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}))
    strengths = Listed(label=_("Strengths of the role"), required=False)
    exclude = Listed(label=_("Except"), required=False)
    products = Listed(label=_("Kratom products"), required=False)
    routes = Listed(label=_("Routes"), required=False)
    phases = Listed(label=_("Phases of the medicine"), required=False)
    mechanisms = Listed(label=_("Mechanisms, main one first"), required=False)
    refines = Listed(label=_("Replaces these rules"), required=False)
    note = forms.CharField(label=_("How it was read"), required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name in (*LISTS, "note"):
            self.fields[name].widget.attrs["class"] = "vTextField"


class ModifierForm(forms.Form):
    """Something about a patient that changes the concern."""

    when = forms.CharField(label=_("When"), max_length=120)
    effect = forms.ChoiceField(label=_("Effect"), choices=RuleModifier.Effect, initial=RuleModifier.Effect.values[0])
    reason = forms.CharField(
        label=_("Reason shown"), max_length=300, widget=forms.TextInput(attrs={"class": "vTextField"})
    )


ObjectFormSet = forms.formset_factory(ObjectForm, extra=1, can_delete=True)
ModifierFormSet = forms.formset_factory(ModifierForm, extra=1, can_delete=True)


class RuleEditor:
    """The form and its two lists of rows as one thing."""

    def __init__(self, *, entry: Entry, reason: str = "", data: QueryDict | None = None):
        self.form = RuleForm(entry, reason, data)
        self.objects = ObjectFormSet(data, prefix="objects", initial=entry["objects"])
        self.modifiers = ModifierFormSet(data, prefix="modifiers", initial=entry["modifiers"])
        self.faults: dict[str, list[str]] = {}

    def is_valid(self) -> bool:
        return all([self.form.is_valid(), self.objects.is_valid(), self.modifiers.is_valid()])

    @property
    def reason(self) -> str:
        return self.form.cleaned_data["reason"].strip()

    def entry(self) -> Entry:
        """What was typed, in the shape of rules.yaml."""
        return {**self.form.entry(), "objects": _kept(self.objects), "modifiers": _kept(self.modifiers)}

    def tell(self, faults: list[Fault]) -> None:
        """Put what is to be mended beside the fields; what belongs to no field stays under the empty name."""
        for fault in faults:
            self.faults.setdefault(fault.field, []).append(fault.words)

    @property
    def lines(self) -> list[tuple[forms.BoundField, list[str]]]:
        """Every field of the form with what is to be mended in it."""
        return [(field, self.faults.get(field.name, [])) for field in self.form]

    @property
    def object_lines(self) -> list[tuple[forms.Form, list[tuple[forms.BoundField, list[str]]]]]:
        """Every row of what it fires on, its fields with what is to be mended."""
        return [(row, [(f, self.faults.get(f.html_name, [])) for f in row.visible_fields()]) for row in self.objects]

    @property
    def told(self) -> list[tuple[str, str]]:
        """Everything to mend with the place to mend it at, for the head of the page."""
        at = {field.html_name: field.id_for_label for row in (self.form, *self.objects) for field in row}
        return [(at.get(name, ""), words) for name, found in self.faults.items() for words in found]

    @property
    def elsewhere(self) -> list[str]:
        """Faults of the rule or of a whole list."""
        return [words for name in ("", "objects", "modifiers") for words in self.faults.get(name, [])]


def _kept(rows: forms.BaseFormSet) -> list[dict[str, Any]]:
    filled = (form.cleaned_data for form in rows if form.cleaned_data)
    return [{name: value for name, value in row.items() if name != "DELETE"} for row in filled if not row.get("DELETE")]


def with_more_rows(data: QueryDict, name: str) -> QueryDict:
    """The same typed form with two more empty rows in one of its lists; works without scripts."""
    longer = data.copy()
    total = f"{name}-TOTAL_FORMS"
    if total in longer and longer[total].isdigit():
        longer[total] = str(int(longer[total]) + ROWS_MORE)
    return longer
