"""Import and export of status rows and pending changes of the law: file, preview row by row, confirmation.

Its addresses hang on the review queue's room, since the law's own app knows nothing of files and tickets.
"""

from typing import Any

import tablib
from django.apps import apps
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from import_export.formats import base_formats

from clinical.admin.exchange import MOST_SHOWN, TITLES, FileForm, ReasonForm
from clinical.exchange.cells import guarded, unguarded
from clinical.exchange.files import FileRefused, Line, read_lines
from clinical.exchange.ticket import PreviewAgain, lines_of, ticket_for
from clinical.permissions import can
from legal import lookup as law
from legal.exchange import Unacceptable, write_planned
from legal.sheets import ADDED, CHANGED, REFUSED, SHEETS, UNCHANGED, LawSheet, Planned, plan, rows_out

FORMATS = {"csv": base_formats.CSV, "xlsx": base_formats.XLSX}
LISTS = {"statuses": "legal_statusperiod", "pending": "legal_pendingchange"}


def addresses() -> list:
    """The pages, for the admin site."""
    view = admin.site.admin_view
    return [
        path("law-sheets/<slug:name>/import/", view(bring_in), name="law_sheet_import"),
        path("law-sheets/<slug:name>/export/<slug:kind>/", view(export), name="law_sheet_export"),
    ]


def export(request: HttpRequest, name: str, kind: str) -> HttpResponse:
    """Every row that counts, to be changed and brought in again."""
    sheet = _sheet(request, name)
    if kind not in FORMATS:
        raise Http404
    data = tablib.Dataset(headers=sheet.headings, title=sheet.name)
    for row in rows_out(sheet):
        data.append([guarded(cell) for cell in row])
    made = FORMATS[kind]()
    content = made.export_data(data)
    content = content if isinstance(content, bytes) else b"\xef\xbb\xbf" + content.encode()
    answer = HttpResponse(content, content_type=made.get_content_type())
    answer["Content-Disposition"] = f'attachment; filename="law-{sheet.name}-{law.legal_version()}.{kind}"'
    return answer


def bring_in(request: HttpRequest, name: str) -> HttpResponse:
    """Ask for a file, show what each row would do, and on confirmation store exactly that."""
    sheet = _sheet(request, name)
    try:
        if "ticket" in request.POST:
            return _confirmed(request, sheet)
        if request.method == "POST":
            return _previewed(request, sheet)
    except (FileRefused, PreviewAgain, Unacceptable) as refused:
        return _page(request, sheet, {"form": FileForm(), "refused": str(refused)}, status=422)
    return _page(request, sheet, {"form": FileForm()})


def _previewed(request: HttpRequest, sheet: LawSheet) -> HttpResponse:
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, sheet, {"form": form}, status=422)
    sent = form.cleaned_data["file"]
    return _preview(request, sheet, read_lines(sheet, sent.name, sent.read()), ReasonForm())


def _confirmed(request: HttpRequest, sheet: LawSheet) -> HttpResponse:
    lines = lines_of(request.POST["ticket"], sheet, law.legal_version(), request.user)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _preview(request, sheet, lines, form, status=422)
    rows = [row for row in _plan(sheet, lines) if row.what in (ADDED, CHANGED)]
    stored = write_planned(sheet=sheet, rows=rows, by=request.user, reason=form.cleaned_data["reason"])
    messages.success(request, _("%d rows are stored.") % stored)
    return redirect(f"admin:{LISTS[sheet.name]}_changelist")


def _plan(sheet: LawSheet, lines: list[Line]) -> list[Planned]:
    planned = plan(sheet, ((line.number, {key: unguarded(cell) for key, cell in line.cells.items()}) for line in lines))
    spare = {line.number for line in lines if line.spare}
    for row in planned:
        if row.number in spare:
            row.what, row.faults = REFUSED, [_("The row has more cells than the header.")]
    return planned


def _preview(
    request: HttpRequest, sheet: LawSheet, lines: list[Line], form: ReasonForm, status: int = 200
) -> HttpResponse:
    planned = _plan(sheet, lines)
    to_write = sum(row.what in (ADDED, CHANGED) for row in planned)
    context = {
        "plan": planned,
        "groups": _groups(planned),
        "to_write": to_write,
        "refused_count": sum(row.what == REFUSED for row in planned),
        "ticket": ticket_for(sheet, lines, law.legal_version(), request.user) if to_write else "",
        "reason": form,
    }
    return _page(request, sheet, context, status)


def _groups(planned: list[Planned]) -> list[dict[str, Any]]:
    groups = []
    for what in (REFUSED, ADDED, CHANGED, UNCHANGED):
        rows = [row for row in planned if row.what == what]
        shown = [] if what == UNCHANGED else rows[:MOST_SHOWN]
        more = 0 if what == UNCHANGED else len(rows) - len(shown)
        groups.append({"what": what, "title": TITLES[what], "count": len(rows), "rows": shown, "more": more})
    return groups


def _page(request: HttpRequest, sheet: LawSheet, context: dict[str, Any], status: int = 200) -> HttpResponse:
    opts = apps.get_model(_label(sheet))._meta
    about = {
        **admin.site.each_context(request),
        "title": _("Import %s") % opts.verbose_name_plural,
        "opts": opts,
        "sheet": sheet,
        "exchange": {
            "list": reverse(f"admin:{LISTS[sheet.name]}_changelist"),
            "import": reverse("admin:law_sheet_import", args=(sheet.name,)),
        },
    }
    return TemplateResponse(request, "admin/clinical/import.html", {**about, **context}, status=status)


def _label(sheet: LawSheet) -> str:
    return LISTS[sheet.name].replace("_", ".", 1)


def _sheet(request: HttpRequest, name: str) -> LawSheet:
    if not can(request.user, "edit_reference"):
        raise PermissionDenied
    if name not in SHEETS:
        raise Http404
    return SHEETS[name]
