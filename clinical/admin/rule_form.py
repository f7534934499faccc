"""One rule as an editor types it: words, gradings, what it fires on, and what raises or lowers it.

`entry_of` and `RuleEditor.entry` speak the shape of rules.yaml, so that files and editors pass the same checks.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from clinical.knowledge_base.tables import day_words
from clinical.models import InteractionRule, RuleModifier, RuleObject
from clinical.reference_files import RULE_DATES, RULE_OWES, RULE_WORDS

LISTS = ("strengths", "exclude", "products", "routes", "phases", "mechanisms", "refines")
LONG = {"summary": 3, "action": 4, "monitoring": 3, "mechanism": 5, "consequence": 3, "severity_reason": 3}
ROWS_MORE = 2


def entry_of(rule: InteractionRule) -> dict[str, Any]:
    """A stored revision in the shape of rules.yaml; objects under the same limits stand together."""
    return {
        "code": rule.code,
        **{name: getattr(rule, name) for name in (*RULE_WORDS, *RULE_OWES, "severity", "certainty")},
        **{name: day_words(getattr(rule, name)) for name in RULE_DATES},
        "frequency_of_exposure": rule.frequency_of_exposure,
        "frequency_of_harm": rule.frequency_of_harm,
        "once_per_patient": rule.is_once_per_patient,
        "provisional": rule.is_provisional,
        "read": {
            "quote_checked": rule.is_quote_checked,
            "second_read": rule.second_read,
            "note": rule.second_note,
        },
        "sources": [source.pk for source in rule.sources.all()],
        "objects": _groups(rule),
        "modifiers": [{"when": m.when, "effect": m.effect, "reason": m.reason} for m in rule.modifiers.all()],
    }


def _groups(rule: InteractionRule) -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = []
    for row in rule.objects_it_fires_on.all():
        limits = {"kind": row.kind, **{name: getattr(row, name) for name in LISTS}, "note": row.note}
        if groups and {**groups[-1], "keys": None} == {**limits, "keys": None}:
            groups[-1]["keys"].append(row.key)
        else:
            groups.append({**limits, "keys": [row.key]})
    return groups


class Listed(forms.CharField):
    """Several values in one box, separated by semicolons or new lines."""

    def to_python(self, value: str | None) -> list[str]:
        cells = str(value or "").replace("\n", ";").split(";")
        return list(dict.fromkeys(cell.strip() for cell in cells if cell.strip()))

    def prepare_value(self, value: Any) -> Any:
        return "; ".join(value) if isinstance(value, list | tuple) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.to_python(self.prepare_value(initial)) != self.to_python(data)


class RuleForm(forms.ModelForm):
    """The words and gradings of one revision."""

    reason = forms.CharField(
        label=_("Why this revision"), max_length=300, widget=forms.TextInput(attrs={"class": "vTextField"})
    )

    class Meta:
        model = InteractionRule
        fields = (
            "code", "title", "severity", "certainty", "summary", "action", "monitoring", "mechanism", "consequence",
            "severity_reason", "evidence_for", "contradiction", "rating_driver", "direction", "sources",
            "frequency_of_exposure", "frequency_of_harm", "developer", "funding", *RULE_DATES,
            "is_once_per_patient", "is_provisional", "is_quote_checked", "second_read", "second_note",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["code"]
        sources = InteractionRule._meta.get_field("sources")
        self.fields["sources"].widget = AutocompleteSelectMultiple(sources, admin.site)
        self.fields["sources"].widget.choices = self.fields["sources"].choices
        for name, field in self.fields.items():
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs = {"class": "vLargeTextField", "rows": LONG.get(name, 3)}
            elif isinstance(field.widget, forms.TextInput):
                field.widget.attrs["class"] = "vTextField"


class ObjectForm(forms.Form):
    """Things of one kind that the rule fires on under the same limits. An empty limit means any."""

    # Shown as chosen in an empty row, so that a row left alone counts as empty.
    kind = forms.ChoiceField(label=_("Kind"), choices=RuleObject.Kind, initial=RuleObject.Kind.values[0])
    keys = Listed(label=_("Keys"), widget=forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}))
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
    """The form and its two lists of rows as one thing. Without `rule`, an empty form for a new one."""

    def __init__(self, *, rule: InteractionRule | None, data: QueryDict | None = None):
        before = entry_of(rule) if rule else {"objects": [], "modifiers": []}
        self.form = RuleForm(data, instance=rule)
        self.objects = ObjectFormSet(data, prefix="objects", initial=before["objects"])
        self.modifiers = ModifierFormSet(data, prefix="modifiers", initial=before["modifiers"])

    def is_valid(self) -> bool:
        return all([self.form.is_valid(), self.objects.is_valid(), self.modifiers.is_valid()])

    @property
    def has_changed(self) -> bool:
        typed = set(self.form.changed_data) - {"reason"}
        return bool(typed) or self.objects.has_changed() or self.modifiers.has_changed()

    def entry(self) -> dict[str, Any]:
        """What was typed, in the shape of rules.yaml."""
        typed = self.form.cleaned_data
        same = (*RULE_WORDS, *RULE_OWES, "severity", "certainty", "frequency_of_exposure", "frequency_of_harm")
        return {
            "code": typed.get("code") or self.form.instance.code,
            **{name: typed[name] for name in same},
            **{name: day_words(typed[name]) for name in RULE_DATES},
            "once_per_patient": typed["is_once_per_patient"],
            "provisional": typed["is_provisional"],
            "read": {
                "quote_checked": typed["is_quote_checked"],
                "second_read": typed["second_read"],
                "note": typed["second_note"],
            },
            "sources": [source.pk for source in typed["sources"]],
            "objects": _kept(self.objects),
            "modifiers": _kept(self.modifiers),
        }


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
