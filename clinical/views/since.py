"""Two signed visits of one patient side by side: what the record says otherwise, and what became of each concern.

Both are read as they were shown. Nothing is screened anew.
"""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinical.actions.audit import note_chart_opened
from clinical.forms.consultation_reference import words_in_force
from clinical.models import Consultation
from clinical.since_last import without_marks
from clinical.snapshots import current_version, record_of
from clinical.views.differences import differences_between
from clinical.views.lines import day_words
from clinical.views.record_words import Part, record_words
from clinical.views.scope import consultation_in_practice
from clinical.views.today import concern_rows, other_differences


def since(request: HttpRequest, consultation_id: UUID, earlier_id: UUID) -> HttpResponse:
    """`earlier_id` may be any other signed visit of the same patient; the earlier of the two always stands first."""
    visits = [consultation_in_practice(request, key) for key in (earlier_id, consultation_id)]
    first, second = sorted(visits, key=lambda visit: (visit.visit_on, visit.created_at))
    if first.patient_id != second.patient_id or first.pk == second.pk or not (first.is_signed and second.is_signed):
        raise Http404
    note_chart_opened(patient=second.patient, by=request.user)
    then, now = first.signed_run, second.signed_run
    context = {
        "labels": dict(zip(("then", "now"), _labels(first, second), strict=True)),
        "first": first,
        "second": second,
        "patient": second.patient,
        "age": second.patient.age_on(second.visit_on),
        "parts": differences_between(_record(first), _record(second)),
        "rows": [_with_reason(row, first, second) for row in concern_rows(then.result["flags"], now.result["flags"])],
        "other": other_differences(then.result, now.result),
    }
    return render(request, "clinical/since.html", context)


def _labels(first: Consultation, second: Consultation) -> tuple[str, str]:
    """The day of each visit; of two on one day, also when each was signed."""
    if first.visit_on != second.visit_on:
        return day_words(first.visit_on), day_words(second.visit_on)
    said = (_("%(day)s, earlier visit, signed %(time)s"), _("%(day)s, later visit, signed %(time)s"))
    signed = [date_format(timezone.localtime(visit.signed_at), "H:i") for visit in (first, second)]
    then, now = (words % {"day": day_words(first.visit_on), "time": at} for words, at in zip(said, signed, strict=True))
    return then, now


def _record(visit: Consultation) -> list[Part]:
    version = current_version()
    return record_words(without_marks(record_of(visit)), words_in_force(version), visit.signed_run, version)


def _with_reason(row: dict[str, Any], first: Consultation, second: Consultation) -> dict[str, Any]:
    """Whether the rules can have changed between the two: where they cannot, it was the record."""
    if not row["differs"]:
        return {**row, "reason": ""}
    same = first.signed_run.reference_version == second.signed_run.reference_version
    return {**row, "reason": _("the record changed") if same else _reason(row, first, second)}


def _reason(row: dict[str, Any], first: Consultation, second: Consultation) -> str:
    """A rule that stood in both visits tells by its revision; one that stood in one of them does not."""
    revisions = [
        {flag["rule"]: flag["revision"] for flag in visit.signed_run.result["flags"]}.get(row["rule"])
        for visit in (first, second)
    ]
    if None in revisions:
        return _("the record or the rules changed: the reference version is another one")
    return _("the record changed") if revisions[0] == revisions[1] else _("the rule was revised")
