"""Figures of a reference table one by one, in the admin: a list, and a small form for each with its history."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinical import figures
from clinical.actions.consultation import ChangedByAnother
from clinical.actions.editing import Unusable
from clinical.actions.figures import FigureFaulty, revise_figure
from clinical.models import ReferenceTable
from clinical.permissions import can, check

LABELS = {
    "low": gettext_lazy("Low"),
    "mid": gettext_lazy("Middle"),
    "high": gettext_lazy("High"),
    "value": gettext_lazy("Value"),
}
PART_WORDS = {
    "units": gettext_lazy("Grams of leaf in one unit"),
    "contents": gettext_lazy("Mitragynine in a material"),
    "parameters": gettext_lazy("Single thresholds"),
}


class FigureForm(forms.Form):
    """The numbers of one row, where they are from, and why they change."""

    source = forms.CharField(
        label=gettext_lazy("Sources"),
        required=False,
        help_text=gettext_lazy("Keys of sources, separated by semicolons."),
    )
    judgement = forms.BooleanField(label=gettext_lazy("Our judgement, not a publication's figure"), required=False)
    note = forms.CharField(label=gettext_lazy("Note"), max_length=300, required=False)
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=300,
        help_text=gettext_lazy("Kept for good beside the wording before and after."),
    )
    seen_revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, of: figures.Figure):
        row = of.row
        known = {"source": "; ".join(row["source"]), "judgement": row["judgement"], "note": row.get("note", "")}
        super().__init__(data, initial={**known, "seen_revision": of.revision, **{n: row[n] for n in of.numbers}})
        numbers = {name: forms.FloatField(label=LABELS[name], min_value=0) for name in of.numbers}
        self.fields = {**numbers, **self.fields}
        for name in ("source", "note", "reason"):
            self.fields[name].widget.attrs["class"] = "vLargeTextField"

    def clean_source(self) -> list[str]:
        return [key.strip() for key in self.cleaned_data["source"].split(";") if key.strip()]


class HasFigures:
    """Mixin for the admin of reference tables: tables of figures open as a list, not as raw JSON."""

    change_list_template = "admin/clinical/referencetable/change_list.html"

    def get_urls(self) -> list:
        wrap = self.admin_site.admin_view
        return [
            path("<str:table>/figures/", wrap(self.figures_view), name="clinical_referencetable_figures"),
            path(
                "<str:table>/figures/<str:part>/<str:key>/",
                wrap(self.figure_view),
                name="clinical_referencetable_figure",
            ),
            *super().get_urls(),
        ]

    def figures_view(self, request: HttpRequest, table: str) -> HttpResponse:
        check(request.user, "read_reference")
        stored = ReferenceTable.objects.filter(pk=table).first()
        parts = figures.figures_of(stored) if stored else []
        if not parts:
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "title": _("Figures: %(table)s") % {"table": table},
            "opts": self.opts,
            "table": table,
            "parts": [(PART_WORDS[part], [_line(row) for row in rows]) for part, rows in parts],
            "may_edit": can(request.user, "edit_reference"),
        }
        return TemplateResponse(request, "admin/clinical/referencetable/figures.html", context)

    def figure_view(self, request: HttpRequest, table: str, part: str, key: str) -> HttpResponse:
        check(request.user, "read_reference" if request.method != "POST" else "edit_reference")
        found = figures.figure(table, part, key)
        if found is None:
            raise Http404
        form = FigureForm(request.POST or None, of=found)
        if request.method == "POST" and form.is_valid() and self._stored(request, found, form):
            return HttpResponseRedirect(reverse("admin:clinical_referencetable_figures", args=(table,)))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Figure: %(key)s") % {"key": key},
            "opts": self.opts,
            "table": table,
            "line": _line(found),
            "form": form,
            "may_edit": can(request.user, "edit_reference"),
            "history": [(one, _changes(one)) for one in figures.history_of(found)],
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/clinical/referencetable/figure.html", context, status=status)

    def _stored(self, request: HttpRequest, found: figures.Figure, form: FigureForm) -> bool:
        values = dict(form.cleaned_data)
        seen = figures.Figure(found.table, found.part, found.key, found.row, values.pop("seen_revision"))
        try:
            revise_figure(of=seen, values=values, by=request.user, reason=values.pop("reason"))
        except (ChangedByAnother, FigureFaulty, Unusable) as refused:
            form.add_error(None, str(refused))
            return False
        self.message_user(request, _("The figure is changed and published."), messages.SUCCESS)
        return True


def _line(of: figures.Figure) -> dict[str, Any]:
    row = of.row
    address = reverse("admin:clinical_referencetable_figure", args=(of.table, of.part, of.key))
    return {
        "name": of.key.replace("_", " "),
        "href": address,
        "numbers": ", ".join(f"{row[name]:g}" for name in of.numbers),
        "source": ", ".join(row["source"]),
        "judgement": row["judgement"],
        "note": row.get("note", ""),
    }


def _changes(change: figures.FigureChange) -> list[tuple[str, Any, Any]]:
    names = sorted(set(change.before) | set(change.after))
    return [
        (name, change.before.get(name), change.after.get(name))
        for name in names
        if change.before.get(name) != change.after.get(name)
    ]
