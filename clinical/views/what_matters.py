"""The live list beside the consultation form. Reads what is typed, stores nothing."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from clinical.forms.consultation import ConsultationForm
from clinical.forms.consultation_start import today_at
from clinical.forms.repeat_visit import renewed_marks
from clinical.signed_in import version_seen
from clinical.views import panel
from clinical.views.answering import answerable, answers_beside
from clinical.views.scope import patient_in_practice
from clinical.views.step_words import said_live, step_words
from clinical.views.still_open import still_open
from clinical.what_matters import what_matters as screen


@require_POST
def what_matters(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_in_practice(request, patient_id, act="write_charts")
    today = today_at(patient.practice)
    form = ConsultationForm(patient, today=today, data=request.POST, version_read=version_seen(request))
    shown = screen(patient, form.record, form.version_read)
    answers = answers_beside(form, None, shown)
    listed = panel.panel_of(shown, problems=tuple(form.problems), answers=answers.standing)
    answerable(listed, answers, shown)
    context = {
        "panel": listed,
        "open": still_open(listed, record=form.record),
        "form": form,
        "live": True,
        "patient": patient,
    }
    form.show_readings(listed.medications)
    context["said_marks"] = renewed_marks(form.kratom.forms)
    context["said_live"] = said_live(step_words(form))
    return render(request, "clinical/_what_matters.html", context)
