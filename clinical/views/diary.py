"""A patient's diary of doses: the page by day, reading a file with a preview, taking a file back."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from clinical import diary_lists
from clinical.actions.audit import note_chart_opened
from clinical.actions.diary import ReadAlready, store_diary, take_back_diary
from clinical.forms.diary import DiaryFileForm, carried_back
from clinical.forms.diary_preview import Preview
from clinical.permissions import can
from clinical.views.diary_words import day_lines, file_lines, row_lines
from clinical.views.scope import patient_in_practice

LINES_A_PAGE = 60


def diary(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    found = patient_in_practice(request, patient_id)
    note_chart_opened(patient=found, by=request.user)
    page = Paginator(diary_lists.days_of(found), LINES_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "patient": found,
        "page": page,
        "lines": day_lines(page),
        "files": file_lines(diary_lists.files_of(found), found.practice.time_zone),
        "can_write": can(request.user, "write_charts"),
    }
    return render(request, "clinical/diary.html", context)


def diary_import(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Choose a file; look at what was read and answer what is asked; store all of it or nothing."""
    found = patient_in_practice(request, patient_id, act="write_charts")
    if "carried" in request.POST:
        return _second_step(request, found)
    initial = {"time_zone": found.practice.time_zone}
    form = DiaryFileForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method != "POST" or not form.is_valid():
        return _choose(request, found, form)
    chosen = form.cleaned_data["file"]
    if diary_lists.has_file(found, chosen.digest):
        form.add_error("file", _("This file was read already. Take that reading back first, if it was wrong."))
        return _choose(request, found, form)
    preview = Preview(found, chosen, now=timezone.now(), time_zone=form.cleaned_data["time_zone"])
    return _preview(request, found, preview)


def _second_step(request: HttpRequest, patient) -> HttpResponse:
    chosen = carried_back(request.POST["carried"], str(patient.pk))
    if chosen is None:
        form = DiaryFileForm({"time_zone": patient.practice.time_zone}, {})
        form.full_clean()
        form.errors["file"] = form.error_class([_("The preview is too old. Choose the file again.")])
        return _choose(request, patient, form)
    preview = Preview(patient, chosen, now=timezone.now(), data=request.POST)
    problems = preview.problems
    if request.POST.get("do") != "store" or problems:
        return _preview(request, patient, preview, problems if request.POST.get("do") == "store" else [])
    try:
        kept = store_diary(
            patient=patient,
            by=request.user,
            digest=chosen.digest,
            time_zone=preview.answers.zone.key,
            doses=preview.doses,
        )
    except ReadAlready as already:
        messages.info(request, str(already))
        return redirect("clinical:diary", patient_id=patient.pk)
    stored = ngettext("%(n)d dose is stored.", "%(n)d doses are stored.", kept.rows) % {"n": kept.rows}
    messages.success(request, stored)
    return redirect("clinical:diary", patient_id=patient.pk)


def _choose(request: HttpRequest, patient, form: DiaryFileForm) -> HttpResponse:
    context = {"patient": patient, "form": form}
    return render(request, "clinical/diary_import.html", context, status=422 if form.errors else 200)


def _preview(request: HttpRequest, patient, preview: Preview, problems=()) -> HttpResponse:
    context = {
        "patient": patient,
        "preview": preview,
        "problems": [(preview.form[name], words) for name, words in problems],
        "groups": row_lines(preview),
    }
    return render(request, "clinical/diary_preview.html", context, status=422 if problems else 200)


@require_POST
def diary_take_back(request: HttpRequest, patient_id: UUID, file_id: UUID) -> HttpResponse:
    found = patient_in_practice(request, patient_id, act="write_charts")
    kept = get_object_or_404(diary_lists.file_of(found), pk=file_id)
    take_back_diary(kept=kept, by=request.user)
    messages.success(request, _("The file is taken back: its doses no longer count."))
    return redirect("clinical:diary", patient_id=found.pk)
