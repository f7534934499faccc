"""The read-only page of a visit: exactly what was shown when it was signed, or a draft for those who only read."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from clinical import lists
from clinical.actions.screening import answers_of
from clinical.forms.consultation_reference import words_in_force
from clinical.forms.consultation_sections import AmendForm
from clinical.models import Consultation
from clinical.permissions import can
from clinical.snapshots import current_version
from clinical.views.panel import panel_of
from clinical.views.record_words import visit_words
from clinical.what_matters import what_matters_in


def signed_page(request: HttpRequest, found: Consultation, amend: AmendForm | None = None) -> HttpResponse:
    """`amend` is the refused form, when there is one."""
    shown: Any = found.signed_run or what_matters_in(found)
    version = current_version()
    words = words_in_force(version)
    can_amend = found.is_signed and can(request.user, "write_charts") and not hasattr(found, "amended_by")
    context = {
        "found": found,
        "patient": found.patient,
        "age": found.patient.age_on(found.visit_on),
        "panel": panel_of(shown, answers=answers_of(found)),
        "record": visit_words(found, words, shown, version),
        "earlier": lists.signed_before(found) if found.is_signed else None,
        "amend": amend or (AmendForm() if can_amend else None),
    }
    return render(request, "clinical/signed.html", context, status=422 if amend else 200)
