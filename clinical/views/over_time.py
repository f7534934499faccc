"""The page of one patient over time: PHQ-9 beside kratom, withdrawal concern, changes and antidepressants."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from clinical.actions.audit import note_chart_opened
from clinical.models import Patient
from clinical.over_time import drafts_of, over_time_of, scores_of
from clinical.screening.attempts import marks_of
from clinical.screening.course_medicines import medicine_changes, takings
from clinical.views.course_words import change_rows, course_rows, latest_lines, limit_rows
from clinical.views.pictures import attempts_told, small_picture, whole_picture
from clinical.views.scope import chart_in_practice


def over_time(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The picture, the newest score in words, what changed, and every figure as a table."""
    found = chart_in_practice(request, patient_id)
    note_chart_opened(patient=found, by=request.user)
    over = over_time_of(found)
    antidepressants = over.measure.antidepressants
    told = attempts_told(over.visits)
    medicines = medicine_changes(over.visits, antidepressants)
    context = {
        "patient": found,
        "picture": whole_picture(over, takings(over.visits, antidepressants)),
        "latest": latest_lines(over),
        "changes": change_rows(marks_of(over.visits, over.tapers), medicines, told),
        "rows": course_rows(over),
        "limits": over.measure.limits,
        "limit_rows": limit_rows(over.measure.limits),
        "not_read": over.not_read,
        "drafts": drafts_of(found),
    }
    return render(request, "clinical/over_time.html", context)


def scores_on_chart(patient: Patient) -> dict[str, Any] | None:
    """The small picture and the newest score in words; None where no signed visit holds a score."""
    over = scores_of(patient)
    picture = small_picture(over)
    return {"picture": picture, "latest": latest_lines(over)} if picture else None
