"""Import and export of reference rows: the file, the preview of exactly what it changes, and the confirmation."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinical import snapshots
from clinical.actions import editing
from clinical.actions.consultation import ChangedByAnother
from clinical.admin.role_look import effect_words
from clinical.exchange.columns import SHEET_OF, Sheet
from clinical.exchange.export import FORMATS, file_of
from clinical.exchange.files import FileRefused, Line, read_lines
from clinical.exchange.plan import ADDED, CHANGED, PUT_BACK, REFUSED, TAKEN_OUT, UNCHANGED, Plan, plan_of
from clinical.exchange.ticket import PreviewAgain, lines_of, ticket_for
from clinical.permissions import can
from clinical.role_effects import effects_of

# Longer previews are cut, and say how much is not shown.
MOST_SHOWN = 200
TITLES = {
    REFUSED: gettext_lazy("Refused, left out"),
    ADDED: gettext_lazy("Added"),
    CHANGED: gettext_lazy("Changed"),
    TAKEN_OUT: gettext_lazy("Withdrawn"),
    PUT_BACK: gettext_lazy("Put back"),
    UNCHANGED: gettext_lazy("Unchanged"),
}


class FileForm(forms.Form):
    """The file to look at. Nothing is stored by sending it."""

    file = forms.FileField(label=gettext_lazy("CSV in UTF-8, or XLSX without macros"))


class ReasonForm(forms.Form):
    """Why all of these rows change: one reason for the whole file."""

    reason = forms.CharField(
        label=gettext_lazy("Why"), max_length=300, widget=forms.TextInput(attrs={"class": "vTextField"})
    )


class Exchanged:
    """Adds import and export to the list of a reference model, for those who may edit it."""

    change_list_template = "admin/clinical/exchanged_list.html"

    @property
    def sheet(self) -> Sheet:
        return SHEET_OF[self.model]

    def get_urls(self) -> list:
        view, name = self.admin_site.admin_view, f"clinical_{self.opts.model_name}"
        return [
            path("export/<slug:kind>/", view(self.export), name=f"{name}_export"),
            path("import/", view(self.bring_in), name=f"{name}_import"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        extra = {"may_exchange": can(request.user, "edit_reference"), "exchange": self._addresses()}
        return super().changelist_view(request, {**extra, **(extra_context or {})})

    def export(self, request: HttpRequest, kind: str) -> HttpResponse:
        """Everything in force, with its revision."""
        self._check(request)
        if kind not in FORMATS:
            raise PermissionDenied
        content, content_type = file_of(self.sheet, kind)
        answer = HttpResponse(content, content_type=content_type)
        name = f"{self.sheet.name}-{snapshots.current_version()}.{kind}"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer

    def bring_in(self, request: HttpRequest) -> HttpResponse:
        """Ask for a file, show what it would do, and on confirmation store exactly that."""
        self._check(request)
        try:
            if "ticket" in request.POST:
                return self._confirmed(request)
            if request.method == "POST":
                return self._previewed(request)
        except (FileRefused, PreviewAgain, ChangedByAnother, editing.Unusable) as refused:
            return self._page(request, {"form": FileForm(), "refused": str(refused)}, status=422)
        return self._page(request, {"form": FileForm()})

    def _previewed(self, request: HttpRequest) -> HttpResponse:
        form = FileForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._page(request, {"form": form}, status=422)
        sent = form.cleaned_data["file"]
        lines = read_lines(self.sheet, sent.name, sent.read())
        return self._preview(request, lines, ReasonForm(), snapshots.current_version())

    def _confirmed(self, request: HttpRequest) -> HttpResponse:
        version = snapshots.current_version()
        lines = lines_of(request.POST["ticket"], self.sheet, version, request.user)
        form = ReasonForm(request.POST)
        if not form.is_valid():
            return self._preview(request, lines, form, version, status=422)
        plan = plan_of(self.sheet, lines, version)
        writes = [editing.RowWrite(self.model, row.values, row.row) for row in plan.to_write]
        editing.write_rows(writes=writes, by=request.user, reason=form.cleaned_data["reason"])
        self.message_user(request, _("%d rows are stored.") % len(writes), messages.SUCCESS)
        return HttpResponseRedirect(self._addresses()["list"])

    def _preview(
        self, request: HttpRequest, lines: list[Line], form: ReasonForm, version: int, status: int = 200
    ) -> HttpResponse:
        plan = plan_of(self.sheet, lines, version)
        changes = plan.role_changes()
        return self._page(
            request,
            {
                "plan": plan,
                "groups": _groups(plan),
                "to_write": len(plan.to_write),
                "refused_count": plan.counts[REFUSED],
                "effects": _shortened(effect_words(effects_of(changes))) if changes else None,
                "ticket": ticket_for(self.sheet, lines, version, request.user) if plan.to_write else "",
                "reason": form,
            },
            status=status,
        )

    def _page(self, request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
        about = {
            **self.admin_site.each_context(request),
            "title": _("Import %s") % self.opts.verbose_name_plural,
            "opts": self.opts,
            "sheet": self.sheet,
            "exchange": self._addresses(),
        }
        return TemplateResponse(request, "admin/clinical/import.html", {**about, **context}, status=status)

    def _addresses(self) -> dict[str, str]:
        name = f"admin:clinical_{self.opts.model_name}"
        return {
            "list": reverse(f"{name}_changelist"),
            "import": reverse(f"{name}_import"),
            "csv": reverse(f"{name}_export", args=("csv",)),
            "xlsx": reverse(f"{name}_export", args=("xlsx",)),
        }

    def _check(self, request: HttpRequest) -> None:
        if not can(request.user, "edit_reference"):
            raise PermissionDenied


def _groups(plan: Plan) -> list[dict[str, Any]]:
    """The planned rows by what happens to them; unchanged ones are counted only."""
    groups = []
    for what, title in TITLES.items():
        rows = [row for row in plan.rows if row.what == what]
        shown = [] if what == UNCHANGED else rows[:MOST_SHOWN]
        groups.append({"what": what, "title": title, "count": len(rows), "rows": shown, "more": len(rows) - len(shown)})
    return groups


def _shortened(words: dict[str, Any]) -> dict[str, Any]:
    """Effects summed up: how often each rule begins, ceases or changes, and the first of the list."""
    sums = []
    for title, rows in words["groups"]:
        counted: dict[tuple, int] = {}
        for row in rows:
            effect = row["effect"]
            mark = (row["what"], effect.severity, effect.certainty, effect.title, effect.rule)
            counted[mark] = counted.get(mark, 0) + 1
        sums.append((title, sorted(((count, *mark) for mark, count in counted.items()), reverse=True)))
    return {
        **words,
        "sums": sums,
        "groups": [(title, rows[:MOST_SHOWN]) for title, rows in words["groups"]],
        "cut": any(len(rows) > MOST_SHOWN for _title, rows in words["groups"]),
    }
