"""Paper of one visit: the clinician's note and the patient's page, as PDF and as text to copy. Never kept or cached."""

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.formats import date_format
from django.views.decorators.cache import never_cache

from clinical.actions.printing import note_printed
from clinical.forms.consultation_reference import handout_words
from clinical.models import Consultation
from clinical.paper.handout import ForWhom, fitted, handout_sheet
from clinical.paper.handout_words import LANGUAGES, HandoutWords
from clinical.paper.sheets import Sheet, as_plain_text
from clinical.paper.typesetting import pages_of, pdf_of
from clinical.views.note_sheet import note_sheet
from clinical.views.scope import consultation_in_practice
from clinical.what_matters import what_matters_in


@never_cache
def note_pdf(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """The clinician's note."""
    found = consultation_in_practice(request, consultation_id)
    sheet = note_sheet(found)
    note_printed(consultation=found, by=request.user, what="note")
    return _file(sheet, f"note-{found.visit_on:%Y-%m-%d}.pdf")


@never_cache
def handout_pdf(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """The patient's page in the language asked for; an unknown one is answered in the first."""
    found = consultation_in_practice(request, consultation_id)
    language = _language(request)
    sheet = _handout(found, language, with_plan="plan" in request.GET)
    note_printed(consultation=found, by=request.user, what="handout")
    return _file(sheet, f"handout-{found.visit_on:%Y-%m-%d}-{language}.pdf")


@never_cache
def note_text(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """Both as plain text, to be copied into a chart."""
    found = consultation_in_practice(request, consultation_id)
    language = _language(request)
    with_plan = "plan" in request.GET
    note_printed(consultation=found, by=request.user, what="note")
    context = {
        "found": found,
        "patient": found.patient,
        "age": found.patient.age_on(found.visit_on),
        "note": as_plain_text(note_sheet(found)),
        "handout": as_plain_text(_handout(found, language, with_plan=with_plan)),
        "language": language,
        "languages": LANGUAGES,
        "with_plan": with_plan,
    }
    return render(request, "clinical/paper.html", context)


def _language(request: HttpRequest) -> str:
    asked = request.GET.get("lang", "")
    return asked if asked in LANGUAGES else LANGUAGES[0]


def _handout(found: Consultation, language: str, *, with_plan: bool) -> Sheet:
    words = handout_words(language)
    shown = found.signed_run or what_matters_in(found)
    with translation.override(language):
        whom = _whom(found, words, with_plan=with_plan)
    sheet = handout_sheet(shown.result, shown.facts, words, whom)
    return fitted(sheet, words, lambda sheet: pages_of(sheet, paper=settings.PAPER_SIZE))


def _whom(found: Consultation, words: HandoutWords, *, with_plan: bool) -> ForWhom:
    practice = found.patient.practice
    tasks = found.follow_ups.filter(done_at=None).order_by("due_on", "id")
    return ForWhom(
        name=found.patient.name,
        day=date_format(found.visit_on, "j M Y"),
        practice=practice.name,
        phone=practice.phone,
        crisis_line=settings.CRISIS_LINE_ON_PAPER or words.words["crisis_line"],
        emergency_call=settings.EMERGENCY_CALL,
        next_steps=tuple((date_format(task.due_on, "j M Y"), task.what) for task in tasks),
        agreed=found.plan.strip() if with_plan else "",
        is_draft=not found.is_signed,
    )


def _file(sheet: Sheet, name: str) -> HttpResponse:
    response = HttpResponse(pdf_of(sheet, paper=settings.PAPER_SIZE), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = "no-store, private"
    return response
