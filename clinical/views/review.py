"""The last page before signing: the final screening, an answer for each concern, the record as it will read."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clinical.actions.audit import note_chart_opened
from clinical.actions.screening import (
    FlagsUnanswered,
    ScreeningOutOfDate,
    answer_flag,
    answers_of,
    run_screening,
    sign_consultation,
    unanswered,
)
from clinical.forms.consultation_answers import AnswerForm, SignForm, answer_forms
from clinical.forms.consultation_reference import words_in_force
from clinical.forms.consultation_start import today_at
from clinical.models import Consultation, ScreeningRun
from clinical.permissions import RecordClosed
from clinical.snapshots import current_version, record_of
from clinical.views.panel import panel_of
from clinical.views.record_words import answered_line, record_words
from clinical.views.scope import consultation_in_practice


def consultation_review(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    found = consultation_in_practice(request, consultation_id, act="sign")
    if found.is_signed:
        return _already_signed(request, found)
    if request.method != "POST":
        note_chart_opened(patient=found.patient, by=request.user)
        return _page(request, found, run_screening(consultation=found, by=request.user))
    return _sign(request, found)


def _sign(request: HttpRequest, found: Consultation) -> HttpResponse:
    """Store the answers typed, then sign; every refusal shows the page again with what was typed."""
    run = run_screening(consultation=found, by=request.user)
    forms = _forms(request, found, run)
    if not _store(request, found, forms):
        return _page(request, found, run, forms=forms, refused=_("Some answers are not complete."), status=422)
    if str(run.pk) != request.POST.get("run"):
        return _page(request, found, run, changed=True, status=409)
    try:
        sign_consultation(consultation=found, by=request.user, run=run)
    except FlagsUnanswered as refused:
        return _page(request, found, run, refused=str(refused), status=422)
    except ScreeningOutOfDate:
        return _page(request, found, run_screening(consultation=found, by=request.user), changed=True, status=409)
    except RecordClosed:
        return _already_signed(request, consultation_in_practice(request, found.pk, act="sign"))
    return redirect("clinical:consultation", consultation_id=found.pk)


@require_POST
def answer(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """Keep the answers given so far, without signing."""
    found = consultation_in_practice(request, consultation_id, act="write_charts")
    if found.is_signed:
        return _already_signed(request, found)
    run = run_screening(consultation=found, by=request.user)
    forms = _forms(request, found, run)
    if not _store(request, found, forms):
        return _page(request, found, run, forms=forms, refused=_("Some answers are not complete."), status=422)
    if not request.htmx:
        messages.success(request, _("Answers saved."))
        return redirect("clinical:consultation_review", consultation_id=found.pk)
    return _page(request, found, run, saved=True)


def _forms(request: HttpRequest, found: Consultation, run: ScreeningRun) -> list[AnswerForm]:
    data = request.POST if request.method == "POST" else None
    today = today_at(found.patient.practice)
    return answer_forms(run.result["flags"], answers_of(found), today=today, data=data)


def _store(request: HttpRequest, found: Consultation, forms: list[AnswerForm]) -> bool:
    """Store every new answer when all of them are complete; otherwise none."""
    bound = [form for form in forms if form.is_bound]
    if not all([form.is_valid() for form in bound]):
        return False
    for form in bound:
        if form.is_new:
            values = form.cleaned_data
            answer_flag(
                consultation=found,
                by=request.user,
                rule=form.flag["rule"],
                about=form.flag["about"],
                answer=values["answer"],
                note_text=values["note"],
                follow_up_on=values["follow_up_on"],
            )
    return True


def _page(
    request: HttpRequest,
    found: Consultation,
    run: ScreeningRun,
    *,
    forms: list[AnswerForm] | None = None,
    status: int = 200,
    **extra: Any,
) -> HttpResponse:
    version = current_version()
    words, answers = words_in_force(version), answers_of(found)
    if forms is None:
        forms = answer_forms(run.result["flags"], answers, today=today_at(found.patient.practice))
    panel = panel_of(run, answers=answers)
    by_flag = {(form.flag["rule"], form.flag["about"]): form for form in forms}
    open_flags = {(flag["rule"], flag["about"]) for flag in unanswered(run.result["flags"], answers)}
    for flag in panel.flags:
        key = (flag["rule"], flag["about"])
        flag["form"], flag["needs_answer"] = by_flag[key], key in open_flags
        flag["first_open"] = bool(open_flags) and extra.get("refused") and key == _first(panel.flags, open_flags)
    of = len(panel.act_now)
    context = {
        "found": found,
        "patient": found.patient,
        "age": found.patient.age_on(found.visit_on),
        "run": run,
        "sign": SignForm(initial={"run": run.pk}),
        "panel": panel,
        "record": record_words(record_of(found), words, run, version),
        "answered": answered_line(of - len(open_flags), of) if of else "",
        "problems": [form for form in forms if form.is_bound and form.errors],
        **extra,
    }
    return render(request, "clinical/review.html", context, status=status)


def _first(flags: list[dict], keys: set[tuple[str, str]]) -> tuple[str, str] | None:
    return next(((f["rule"], f["about"]) for f in flags if (f["rule"], f["about"]) in keys), None)


def _already_signed(request: HttpRequest, found: Consultation) -> HttpResponse:
    values = {"who": found.signed_by, "when": date_format(timezone.localtime(found.signed_at), "j M Y H:i T")}
    messages.info(request, _("Already signed by %(who)s on %(when)s. Nothing was signed twice.") % values)
    return redirect("clinical:consultation", consultation_id=found.pk)
