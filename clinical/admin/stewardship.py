"""Alert stewardship: how often each rule was shown, accepted, overridden and why, over a range of days.

Practice admins and auditors see the counts of their own practice. Readers of reference data see those of all practices
together, small ones hidden, over whole ranges up to today only: a day more or less would give one answer away.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clinical import stewardship
from clinical.admin.gate import ByRole
from clinical.feedback import KINDS
from clinical.forms.consultation_start import today_at
from clinical.forms.feedback import DaysForm
from clinical.models import AlertStewardship, Answer, Practice
from clinical.permissions import can
from clinical.stewardship_rows import NUMBERS, TEXTS, Row, ordered, rows_of
from clinical.views.panel import SEVERITY_WORDS

RANGES = (30, 90, 180, 365)
COLUMNS = {
    "rule": gettext_lazy("Rule"),
    "severity": gettext_lazy("Severity"),
    "shown": gettext_lazy("Shown"),
    "patients": gettext_lazy("Patients"),
    "accepted": gettext_lazy("Accepted"),
    "overridden": gettext_lazy("Overridden"),
    "overridden_share": gettext_lazy("Overridden, share"),
    "put_off": gettext_lazy("Put off"),
    "carried": gettext_lazy("Carried forward"),
    "unanswered": gettext_lazy("No answer"),
    "seconds_to_answer": gettext_lazy("Median time to answer"),
}
# From how many seconds a time is told in this unit, its size, and its words.
UNITS = (
    (172800, 86400, "%(n)d day", "%(n)d days"),
    (7200, 3600, "%(n)d hour", "%(n)d hours"),
    (120, 60, "%(n)d minute", "%(n)d minutes"),
    (0, 1, "%(n)d second", "%(n)d seconds"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the table is about. `practice` None: all practices together, small counts hidden."""

    practice: Practice | None
    first: date
    last: date
    form: DaysForm | None
    sort: str
    descending: bool


@admin.register(AlertStewardship)
class AlertStewardshipAdmin(ByRole):
    def may_view(self, request: HttpRequest) -> bool:
        return _may_see_practice(request) or _may_see_all(request)

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        if not self.may_view(request):
            return super().changelist_view(request, extra_context)  # refuses
        known = stewardship.limits()
        asked = _asked(request, known)
        found = stewardship.answers_by_rule(first_day=asked.first, last_day=asked.last, practice=asked.practice)
        rows = rows_of(found, known, hide_small=asked.practice is None)
        rows = ordered(rows, by=asked.sort, descending=asked.descending)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Alert stewardship"),
            "opts": self.model._meta,
            "asked": asked,
            "known": known,
            "percent": round(known.overridden_over * 100),
            "headings": _headings(asked),
            "rows": [_cells(row, known) for row in rows],
            "ranges": _ranges(asked),
            "exports": _exports(request, asked),
            "scopes": _scopes(request, asked),
            **(extra_context or {}),
        }
        status = 422 if asked.form and asked.form.errors else 200
        return TemplateResponse(request, "admin/clinical/alertstewardship/page.html", context, status=status)


def _may_see_practice(request: HttpRequest) -> bool:
    return can(request.user, "read_audit") and request.user.practice_id is not None


def _may_see_all(request: HttpRequest) -> bool:
    return can(request.user, "edit_reference") or can(request.user, "review_reference")


def _asked(request: HttpRequest, known: stewardship.Limits) -> Asked:
    wants_all = request.GET.get("of") == "all" or not _may_see_practice(request)
    sort = request.GET.get("sort", "")
    sort = sort if sort in (*NUMBERS, *TEXTS) else "overridden"
    order = {"sort": sort, "descending": request.GET.get("order") != "up"}
    if wants_all and _may_see_all(request):
        today, days = timezone.localdate(), _range(request, known.days)
        return Asked(None, today - timedelta(days=days - 1), today, None, **order)
    practice = request.user.practice
    form = DaysForm(request.GET, today=today_at(practice), days=known.days)
    return Asked(practice, *form.days, form, **order)


def _range(request: HttpRequest, default: int) -> int:
    wanted = request.GET.get("days", "")
    return int(wanted) if wanted in {str(days) for days in RANGES} else default


def _address(asked: Asked, **changes: Any) -> str:
    of = {"of": "all", "days": (asked.last - asked.first).days + 1}
    days = {"first": asked.first.isoformat(), "last": asked.last.isoformat()} if asked.practice else of
    order = {"sort": asked.sort, "order": "down" if asked.descending else "up"}
    return f"?{urlencode({**days, **order, **changes})}"


def _headings(asked: Asked) -> list[dict]:
    return [
        {
            "label": label,
            "sorted": ("descending" if asked.descending else "ascending") if name == asked.sort else "",
            "href": _address(asked, sort=name, order="up" if name == asked.sort and asked.descending else "down"),
        }
        for name, label in COLUMNS.items()
    ]


def _cells(row: Row, known: stewardship.Limits) -> dict[str, Any]:
    """One rule in words, cell by cell, and its reasons, most frequent first."""
    few = _("fewer than %(n)d") % {"n": known.shown_from}
    return {
        "row": row,
        "href": reverse("clinical:evidence", args=[row.rule]),
        "severity": SEVERITY_WORDS.get(row.severity, _("no longer in force")),
        "cells": [_words(name, row.values[name], few) for name in COLUMNS if name in NUMBERS],
        "reasons": [_reason(name, count) for name, count in (row.reasons or {}).items()],
        "more": _("others fewer than %(n)d each") % {"n": known.shown_from} if row.some_reasons_hidden else "",
        "are_hidden": row.reasons is None,
    }


def _reason(name: str, count: int) -> str:
    return f"{Answer(name).label}: {count}"


def _words(name: str, value: float | None, few: str) -> str:
    if name == "overridden_share":
        return "–" if value is None else f"{value:.0%}"
    if name == "seconds_to_answer":
        return "–" if value is None else duration_words(value)
    return few if value is None else str(int(value))


def duration_words(seconds: float) -> str:
    """Seconds up to two minutes, then minutes, hours and days: one figure is enough to compare."""
    size, one, many = next(unit for above, *unit in UNITS if seconds >= above)
    number = round(seconds / size)
    return ngettext(one, many, number) % {"n": number}


def _ranges(asked: Asked) -> list[dict]:
    """Whole ranges up to today, the only ones outside a practice."""
    now = (asked.last - asked.first).days + 1
    return [] if asked.practice else [{"days": n, "href": _address(asked, days=n), "now": n == now} for n in RANGES]


def _exports(request: HttpRequest, asked: Asked) -> list[dict]:
    if asked.practice is None or not can(request.user, "read_charts"):
        return []
    days = urlencode({"first": asked.first.isoformat(), "last": asked.last.isoformat()})
    return [{"kind": kind.upper(), "href": f"{reverse('clinical:feedback', args=[kind])}?{days}"} for kind in KINDS]


def _scopes(request: HttpRequest, asked: Asked) -> list[dict]:
    """The other view, for somebody who may see both."""
    if not (_may_see_practice(request) and _may_see_all(request)):
        return []
    if asked.practice:
        return [{"href": "?of=all", "label": _("All practices together")}]
    return [{"href": "?", "label": _("This practice")}]
