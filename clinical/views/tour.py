"""The tour of a first day: one visit of an invented patient in five steps, each a page of its own address."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from clinical.actions.people import leave_tour
from clinical.forms.consultation_start import today_at
from clinical.models import Answer
from clinical.permissions import check
from clinical.tour import INVENTED, invented_patient, shown_on_tour
from clinical.views import panel
from clinical.views.scope import practice_of

STEPS = (
    _("An invented patient"),
    _("Write down what they use"),
    _("Read what matters"),
    _("Answer what is urgent"),
    _("Sign, print, come back"),
)
MATTERS_STEP = 3


def tour(request: HttpRequest) -> HttpResponse:
    """A step that does not exist is the first."""
    check(request.user, "read_charts")
    practice = practice_of(request)
    today = today_at(practice)
    at = _step(request.GET.get("step", ""))
    patient = invented_patient(practice, today)
    context = {
        "steps": list(enumerate(STEPS, start=1)),
        "at": at,
        "title": STEPS[at - 1],
        "earlier": at - 1,
        "later": at + 1 if at < len(STEPS) else None,
        "patient": patient,
        "age": patient.age_on(today),
        "medications": INVENTED.visits[0].medication_records(),
        "answers": Answer.labels,
    }
    if at == MATTERS_STEP:
        context["panel"] = panel.panel_of(shown_on_tour(practice, today))
    return render(request, "clinical/tour.html", context)


def _step(asked: str) -> int:
    return int(asked) if asked in {str(number) for number in range(1, len(STEPS) + 1)} else 1


@require_POST
def tour_leave(request: HttpRequest) -> HttpResponse:
    check(request.user, "read_charts")
    leave_tour(by=request.user)
    return redirect("clinical:worklist")
