"""The page of one patient over time: PHQ-9 beside kratom, withdrawal concern, changes and antidepressants."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from clinical.actions.audit import note_chart_opened
from clinical.views.scope import chart_in_practice


def over_time(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    found = chart_in_practice(request, patient_id)
    note_chart_opened(patient=found, by=request.user)
    return render(request, "clinical/over_time.html", {"patient": found})
