"""The worklist's block on changes of the law: one line a change, its patients one click away, and "Seen"."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from clinical import law_notices
from clinical.actions.law_notices import look_at_law_notice
from clinical.permissions import check
from clinical.views.scope import practice_of
from legal import lookup as law

# Judgement: the first names are enough to see whom it concerns; the rest folds out.
NAMED = 8


def law_lines(notices: list[law_notices.Notice]) -> list[dict[str, Any]]:
    """Each notice in words."""
    return [_line(notice) for notice in notices]


def _line(notice: law_notices.Notice) -> dict[str, Any]:
    change = notice.change
    return {
        "key": change.key,
        "code": change.code,
        "is_urgent": notice.is_urgent,
        "title": _title(change),
        "told": _told(notice),
        "stage": change.stage,
        "first": notice.patients[:NAMED],
        "rest": notice.patients[NAMED:],
        "count": len(notice.patients),
    }


def _title(change: law.Coming) -> str:
    """“Not lawful from 1 Jan 2027 in Kentucky (leaf and 7-OH products)”."""
    names = {"day": date_format(change.on, "j M Y"), "place": change.name, "status": law.status_words(change.after)}
    if not change.substance:
        return _("%(place)s, %(day)s: a change is expected") % names
    names["substance"] = law.substance_words(change.substance)
    if change.is_ban:
        return _("Ban starts %(day)s in %(place)s: %(substance)s") % names
    return _("%(status)s from %(day)s in %(place)s: %(substance)s") % names


def _told(notice: law_notices.Notice) -> str:
    """How many patients, and what to do."""
    change, count = notice.change, len(notice.patients)
    patients = ngettext("%d patient", "%d patients", count) % count
    if change.is_ban:
        return _("%(patients)s; plan tapering, because sudden lack brings withdrawal") % {"patients": patients}
    if notice.is_urgent:
        return _("%(patients)s; tell them what will no longer be allowed") % {"patients": patients}
    if change.after == law.Status.UNKNOWN:
        return _("%(patients)s; uncertain: read the source before advising") % {"patients": patients}
    return _("%(patients)s; for information") % {"patients": patients}


@require_POST
def law_notice_seen(request: HttpRequest) -> HttpResponse:
    """One patient, or all those named by the form."""
    check(request.user, "write_charts")
    practice_of(request)
    look_at_law_notice(
        notice=request.POST.get("notice", "")[:20], patients=_keys(request.POST.getlist("patient")), by=request.user
    )
    return redirect("clinical:worklist")


def _keys(given: list[str]) -> list[UUID]:
    found = []
    for text in given:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
