"""The consultation page: a draft that is typed into, or a signed visit that is read. Saving, amending, discarding.

It is sent compressed: a page of forty medicines is a fifth of its size, and its one secret, the form token, is masked
anew on each page.
"""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST

from clinical.actions.audit import note_chart_opened
from clinical.actions.consultation import (
    ChangedByAnother,
    amend_consultation,
    discard_draft,
    record_consultation,
    save_consultation,
)
from clinical.forms.consultation import ConsultationForm
from clinical.forms.consultation_answers import buttons
from clinical.forms.consultation_reference import words_in_force
from clinical.forms.consultation_sections import AmendForm
from clinical.forms.consultation_start import last_saved, rows_begun_with, starting_record, today_at
from clinical.forms.repeat_visit import UNCHANGED, can_repeat
from clinical.inquiry import inquiry_of, is_due
from clinical.instruments import ON_THE_VISIT, instruments_in_force
from clinical.models import Consultation, Patient
from clinical.permissions import RecordClosed, can_change
from clinical.records import VisitRecord
from clinical.since_last import is_repeat
from clinical.snapshots import record_of
from clinical.views.answering import answerable, answers_beside, deciding
from clinical.views.differences import PartDifference, differences_between
from clinical.views.new_since import new_since
from clinical.views.panel import panel_of
from clinical.views.record_words import record_words, taken_off_words
from clinical.views.saving import form_as_left, saving_of
from clinical.views.scope import consultation_in_practice, patient_in_practice
from clinical.views.signed import signed_page
from clinical.views.step_words import said_of, step_words
from clinical.what_matters import Shown, what_matters, what_matters_in

# What a press on a button means. Anything else ("check", adding or removing a row) shows the page again, unsaved.
# "over" replaces what somebody else saved meanwhile, after having been told.
SAVING = ("save", "review", UNCHANGED)
SCALE = "scale-"  # saves, then opens the scale it names


def _wants_saving(request: HttpRequest) -> bool:
    done = request.POST.get("do", "")
    return done in SAVING or done.startswith(SCALE) or "over" in request.POST


@gzip_page
def consultation_new(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_in_practice(request, patient_id, act="write_charts")
    today = today_at(patient.practice)
    if request.method != "POST":
        note_chart_opened(patient=patient, by=request.user)
        record, last = starting_record(patient, today)
        return _page(request, patient, ConsultationForm(patient, today=today, record=record), last=last)
    form = ConsultationForm(patient, today=today, data=request.POST, placing=True)
    if not _wants_saving(request) or not form.is_valid():
        return _page(request, patient, form)
    stored = patient.consultations.filter(pk=form.new_id).first()
    if stored:
        return _save(request, stored, form)
    values = {"record": form.record, "carried_over": rows_begun_with(patient, form.record, today)}
    try:
        stored = record_consultation(patient=patient, by=request.user, key=form.new_id, **values)
    except IntegrityError:  # the same page sent twice at once: the other one was first
        return redirect("clinical:consultation", consultation_id=form.new_id)
    return _saved(request, stored, form)


@gzip_page
def consultation(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    found = consultation_in_practice(request, consultation_id)
    if request.method == "POST":
        return _post(request, consultation_in_practice(request, consultation_id, act="write_charts"))
    note_chart_opened(patient=found.patient, by=request.user)
    if not can_change(request.user, found):
        return signed_page(request, found)
    form = form_as_left(found)
    return _page(request, found.patient, form, found, as_typed=form.is_bound)


def _post(request: HttpRequest, found: Consultation) -> HttpResponse:
    form = ConsultationForm(found.patient, today=today_at(found.patient.practice), data=request.POST, placing=True)
    if not _wants_saving(request) or not form.is_valid():
        return _page(request, found.patient, form, found)
    return _save(request, found, form)


def _save(request: HttpRequest, found: Consultation, form: ConsultationForm) -> HttpResponse:
    """Store the draft; what cannot be stored stays on the page with the reason."""
    try:
        stored = save_consultation(
            consultation=found, by=request.user, record=form.record, seen_version=form.seen_version
        )
    except ChangedByAnother:
        if _is_same(ConsultationForm.of(found, today=form.asked.today).record, form.record):
            return _saved(request, found, form)  # the same page sent twice
        return _page(request, found.patient, form, found, conflict=last_saved(found))
    except RecordClosed:
        return _page(request, found.patient, form, found, closed=True)
    return _saved(request, stored, form)


def _is_same(stored: VisitRecord, typed: VisitRecord) -> bool:
    """Whether a page holds what is stored already.

    Scales with a page of their own are not on this one, and what it had shown of the patient is stored nowhere.
    """
    here = tuple(one for one in stored.instruments if one.instrument in ON_THE_VISIT)
    return replace(stored, instruments=here, health_seen=typed.health_seen) == typed


def _saved(request: HttpRequest, stored: Consultation, form: ConsultationForm) -> HttpResponse:
    for words in form.notices:
        messages.info(request, words)
    scale = request.POST.get("do", "").removeprefix(SCALE)
    if scale in instruments_in_force():
        return redirect("clinical:scale", consultation_id=stored.pk, code=scale)
    if is_due(stored):
        messages.warning(request, _("Draft saved. PHQ-9 item 9 is above “not at all”."))
        return redirect("clinical:suicide_inquiry", consultation_id=stored.pk)
    if request.POST.get("do") in ("review", UNCHANGED):
        return redirect("clinical:consultation_review", consultation_id=stored.pk)
    messages.success(request, _("Draft saved."))
    return redirect("clinical:consultation", consultation_id=stored.pk)


def _page(
    request: HttpRequest,
    patient: Patient,
    form: ConsultationForm,
    draft: Consultation | None = None,
    **extra: Any,
) -> HttpResponse:
    """The page around a form, with what matters beside it. 409 when another writer was first, 422 with problems."""
    shown = what_matters(patient, form.record, form.version_read)
    problems = tuple(form.problems)
    answers = answers_beside(form, draft, shown)
    panel = panel_of(shown, problems=problems, answers=answers.standing)
    answerable(panel, answers, shown)
    form.show_readings(panel.medications)
    refused = bool(problems) and _wants_saving(request)
    context = {
        "patient": patient,
        "age": patient.age_on(form.record.visit_on),
        "draft": draft,
        "form": form,
        "panel": panel,
        "said": said_of(step_words(form)),
        "saving": saving_of(patient, draft),
        "differences": _differences(draft, form, shown) if extra.get("conflict") else (),
        "problems": problems if _wants_saving(request) or request.POST.get("do") == "check" else (),
        "refused": refused,
        "inquiry": inquiry_of(draft) if draft and not form.is_bound and is_due(draft) else None,
        "deciding": deciding(draft, form, panel, answers),
        "answering": buttons(),
        "taken_off": taken_off_words(draft.carried_over, form.record) if draft else {},
        "news": new_since(patient, shown) if extra.get("last") or _repeats(draft, form) else None,
        "can_repeat": can_repeat(form, extra.get("last")) and not (draft and draft.amends_id),
        **extra,
    }
    status = 409 if extra.get("conflict") or extra.get("closed") else 422 if refused else 200
    return render(request, "clinical/consultation.html", context, status=status)


def _repeats(draft: Consultation | None, form: ConsultationForm) -> bool:
    """Whether the visit carries rows over from the last one. A correction of a signed visit carries nothing."""
    return is_repeat(form.record) and not (draft and draft.amends_id)


def _differences(stored: Consultation, form: ConsultationForm, mine: Shown) -> list[PartDifference]:
    """What the draft as stored says otherwise than this page."""
    theirs, version = what_matters_in(stored), form.version_read
    words = words_in_force(version)
    return differences_between(
        record_words(record_of(stored), words, theirs, version), record_words(form.record, words, mine, version)
    )


@require_POST
def consultation_amend(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    found = consultation_in_practice(request, consultation_id, act="write_charts")
    form = AmendForm(request.POST)
    if not form.is_valid():
        return signed_page(request, found, amend=form)
    try:
        draft = amend_consultation(consultation=found, by=request.user, reason=form.cleaned_data["reason"])
    except RecordClosed as closed:
        messages.error(request, str(closed))
        return redirect("clinical:consultation", consultation_id=found.pk)
    day = date_format(found.visit_on, "j M Y")
    messages.info(
        request, _("This draft corrects the visit of %(day)s. The signed visit stays as it is.") % {"day": day}
    )
    return redirect("clinical:consultation", consultation_id=draft.pk)


@require_POST
def consultation_discard(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    found = consultation_in_practice(request, consultation_id, act="write_charts")
    try:
        discard_draft(consultation=found, by=request.user)
    except RecordClosed as closed:
        messages.error(request, str(closed))
    else:
        messages.success(request, _("The draft is discarded."))
        return redirect("clinical:patient", patient_id=found.patient_id)
    return redirect("clinical:consultation", consultation_id=found.pk)
