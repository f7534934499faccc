"""What the consultation page asks while it is typed into: save this, and is my session still there. Answers in JSON."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_GET, require_POST

from clinical.actions.consultation import ChangedByAnother
from clinical.actions.saving import save_while_typing
from clinical.forms.consultation import ConsultationForm
from clinical.forms.consultation_start import rows_begun_with, today_at
from clinical.models import Consultation, Patient
from clinical.permissions import RecordClosed
from clinical.views.scope import consultation_in_practice, patient_in_practice

# Not part of what a clinician types.
OWN_FIELDS = ("csrfmiddlewaretoken", "do", "add", "remove", "over")


@require_POST
def autosave_new(request: HttpRequest, patient_id: UUID) -> JsonResponse:
    """Save a page that has no draft yet; the key it was made with opens one, once."""
    patient = patient_in_practice(request, patient_id, act="write_charts")
    form = ConsultationForm(patient, today=today_at(patient.practice), data=request.POST)
    form.is_valid()
    stored = patient.consultations.filter(pk=form.new_id).first()
    return _save(request, patient, stored, form)


@require_POST
def autosave(request: HttpRequest, consultation_id: UUID) -> JsonResponse:
    """Save the page of a draft."""
    found = consultation_in_practice(request, consultation_id, act="write_charts")
    form = ConsultationForm(found.patient, today=today_at(found.patient.practice), data=request.POST)
    return _save(request, found.patient, found, form)


@require_GET
def session(request: HttpRequest) -> JsonResponse:
    """Who is signed in, and for how long still without a sign of life. Asking is one."""
    return JsonResponse({"by": str(request.user.pk), "seconds": settings.SESSION_COOKIE_AGE})


@require_GET
def signed_in(request: HttpRequest) -> HttpResponse:
    """Where a sign-in made beside an open page ends: go back to that page."""
    return render(request, "clinical/signed_in.html")


def saving_of(patient: Patient, draft: Consultation | None) -> dict[str, Any]:
    """What the page needs to save itself."""
    address = reverse("clinical:autosave", args=[draft.pk]) if draft else ""
    return {
        "address": address or reverse("clinical:autosave_new", args=[patient.pk]),
        "seconds": settings.SESSION_COOKIE_AGE,
        "today": today_at(patient.practice).isoformat(),
    }


def form_as_left(found: Consultation) -> ConsultationForm:
    """The form of a draft as stored, or as it was typed where not all of that could be read."""
    today = today_at(found.patient.practice)
    text = getattr(found, "draft_text", None)
    if text is None:
        return ConsultationForm.of(found, today=today)
    data = QueryDict(mutable=True)
    for name, values in text.fields.items():
        data.setlist(name, values)
    data["version"] = str(found.version)
    return ConsultationForm(found.patient, today=today, data=data, version=found.version)


def _save(request: HttpRequest, patient: Patient, stored: Consultation | None, form: ConsultationForm) -> JsonResponse:
    """409 where somebody was first or signed it, 403 where another person is signed in now: nothing is saved."""
    if request.headers.get("X-Typed-By") != str(request.user.pk):
        return JsonResponse({"state": "other-person"}, status=403)
    all_read = form.is_valid() and not request.POST.get("pasted", "").strip()
    today = today_at(patient.practice)
    try:
        saved = save_while_typing(
            patient=patient,
            consultation=stored,
            key=form.new_id,
            by=request.user,
            record=form.record,
            carried_over=() if stored else rows_begun_with(patient, form.record, today),
            seen_version=form.seen_version,
            unread=None if all_read else _typed(request),
        )
    except RecordClosed:
        return JsonResponse({"state": "closed"}, status=409)
    except ChangedByAnother:
        return JsonResponse({"state": "conflict"}, status=409)
    except IntegrityError:
        if not patient.consultations.filter(pk=form.new_id).exists():
            raise
        # the same page sent twice at once: the other one was first
        return JsonResponse({"state": "conflict"}, status=409)
    return JsonResponse(_saved(patient, saved, form, all_read=all_read))


def _saved(patient: Patient, saved: Consultation, form: ConsultationForm, *, all_read: bool) -> dict[str, Any]:
    return {
        "state": "saved" if all_read else "kept",
        "at": date_format(timezone.localtime(saved.saved_at), "H:i"),
        "version": saved.version,
        "address": reverse("clinical:consultation", args=[saved.pk]),
        "save": reverse("clinical:autosave", args=[saved.pk]),
        "today": today_at(patient.practice).isoformat(),
        "reference": form.version_read,
        "seconds": settings.SESSION_COOKIE_AGE,
    }


def _typed(request: HttpRequest) -> dict[str, list[str]]:
    return {name: values for name, values in request.POST.lists() if name not in OWN_FIELDS}
