"""The last page before signing: the final screening, an answer for each concern, the record as it will read."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clinical.actions.audit import note_chart_opened
from clinical.actions.plan import add_to_plan
from clinical.actions.printing import choose_law_in_note
from clinical.actions.screening import (
    FlagsUnanswered,
    ScreeningOutOfDate,
    answer_flag,
    answers_of,
    run_screening,
    sign_consultation,
    unanswered,
)
from clinical.actions.suicide_inquiry import SuicideInquiryMissing
from clinical.forms.consultation_answers import AnswerForm, SignForm, answer_forms
from clinical.forms.consultation_reference import words_in_force
from clinical.forms.consultation_start import today_at
from clinical.inquiry import inquiry_of
from clinical.models import Answer, Consultation, ScreeningRun
from clinical.permissions import RecordClosed
from clinical.snapshots import current_version
from clinical.standing import Answers, answers_in, key_of
from clinical.views.answering import open_in
from clinical.views.panel import panel_of
from clinical.views.plan_lines import missing_from, plan_lines
from clinical.views.record_words import answered_line, visit_words
from clinical.views.scope import consultation_in_practice
from clinical.views.still_open import place_of


def consultation_review(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    found = consultation_in_practice(request, consultation_id, act="sign")
    if found.is_signed:
        return _already_signed(request, found)
    if hasattr(found, "draft_text"):
        messages.warning(request, _("Something typed in this visit could not be read yet. Correct it, then review."))
        return redirect("clinical:consultation", consultation_id=found.pk)
    if request.method != "POST":
        note_chart_opened(patient=found.patient, by=request.user)
        return _page(request, found, run_screening(consultation=found, by=request.user))
    return _sign(request, found)


def _sign(request: HttpRequest, found: Consultation) -> HttpResponse:
    """Store the answers typed, then sign; every refusal shows the page again with what was typed."""
    _choose_law(request, found)
    run = run_screening(consultation=found, by=request.user)
    forms = _forms(found, run, _known(found, run), data=request.POST)
    if not _store(request, found, forms):
        return _page(request, found, run, forms=forms, refused=_("Some answers are not complete."), status=422)
    if str(run.pk) != request.POST.get("run"):
        return _page(request, found, run, changed=True, status=409)
    try:
        sign_consultation(consultation=found, by=request.user, run=run)
    except SuicideInquiryMissing:
        return _page(request, found, run, unasked=True, status=422)
    except FlagsUnanswered as refused:
        return _page(request, found, run, refused=str(refused), status=422)
    except ScreeningOutOfDate:
        return _page(request, found, run_screening(consultation=found, by=request.user), changed=True, status=409)
    except RecordClosed:
        return _already_signed(request, consultation_in_practice(request, found.pk, act="sign"))
    _tell_of_the_list(request, found)
    return redirect("clinical:consultation", consultation_id=found.pk)


def _tell_of_the_list(request: HttpRequest, signed: Consultation) -> None:
    """An answer "not taking" beside a list that names it: one of the two is wrong."""
    named = [row.about for row in answers_of(signed).values() if row.answer == Answer.NOT_TAKING]
    if named:
        words = _(
            "Answered as not taken any more, and still on the signed list: %(names)s. Amend the visit to correct it."
        )
        messages.warning(request, words % {"names": ", ".join(sorted(named))})


@require_POST
def answer(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """Keep the answers given so far, without signing."""
    found = consultation_in_practice(request, consultation_id, act="write_charts")
    if found.is_signed:
        return _already_signed(request, found)
    _choose_law(request, found)
    run = run_screening(consultation=found, by=request.user)
    forms = _forms(found, run, _known(found, run), data=request.POST)
    if not _store(request, found, forms):
        return _page(request, found, run, forms=forms, refused=_("Some answers are not complete."), status=422)
    if not request.htmx:
        messages.success(request, _("Answers saved."))
        return redirect("clinical:consultation_review", consultation_id=found.pk)
    return _page(request, found, run, saved=True)


@require_POST
def take_up(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """Keep the answers given so far, and put what follows from them into the plan."""
    found = consultation_in_practice(request, consultation_id, act="write_charts")
    if found.is_signed:
        return _already_signed(request, found)
    _choose_law(request, found)
    run = run_screening(consultation=found, by=request.user)
    forms = _forms(found, run, _known(found, run), data=request.POST)
    if not _store(request, found, forms):
        return _page(request, found, run, forms=forms, refused=_("Some answers are not complete."), status=422)
    lines = plan_lines(found, run.result["flags"], _known(found, run).standing)
    add_to_plan(consultation=found, by=request.user, lines=[line.text for line in lines])
    messages.success(request, _("Added to the plan."))
    return redirect("clinical:consultation_review", consultation_id=found.pk)


def _choose_law(request: HttpRequest, found: Consultation) -> None:
    """Keep whether the note includes the law, where the page asked."""
    included = SignForm(request.POST).law_chosen()
    if included is not None:
        choose_law_in_note(consultation=found, by=request.user, included=included)


def _known(found: Consultation, run: ScreeningRun) -> Answers:
    return answers_in(found, run.result["flags"], run.facts)


def _forms(
    found: Consultation, run: ScreeningRun, answers: Answers, *, data: QueryDict | None = None
) -> list[AnswerForm]:
    today = today_at(found.patient.practice)
    forms = answer_forms(run.result["flags"], answers.standing, today=today, data=data)
    for form in forms:
        form.correct_at = f"{reverse('clinical:consultation', args=[found.pk])}#medicine-rows"
    return forms


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
    version, answers = current_version(), _known(found, run)
    words = words_in_force(version)
    forms = _forms(found, run, answers) if forms is None else forms
    panel = panel_of(run, answers=answers.standing)
    open_flags = {key_of(flag) for flag in unanswered(run.result["flags"], answers.standing)}
    _with_forms(panel.flags, forms, answers, open_flags, focus=bool(extra.get("refused")))
    of = len(panel.act_now)
    lines = plan_lines(found, panel.flags, answers.standing)
    context = {
        "found": found,
        "patient": found.patient,
        "age": found.patient.age_on(found.visit_on),
        "run": run,
        "inquiry": inquiry_of(found),
        "sign": SignForm(initial={"run": run.pk, "note_includes_law": found.note_includes_law}),
        "panel": panel,
        "record": visit_words(found, words, run, version),
        "answered": answered_line(of - len(open_flags), of) if of else "",
        **open_in(found, panel, rows_at=reverse("clinical:consultation", args=[found.pk])),
        "missing": missing_from(found.plan, lines),
        "problems": [form for form in forms if form.is_bound and form.errors],
        **extra,
    }
    return render(request, "clinical/review.html", context, status=status)


def _with_forms(
    flags: list[dict], forms: list[AnswerForm], answers: Answers, open_flags: set[tuple[str, str]], *, focus: bool
) -> None:
    """Give each flag its form, what was answered before, and whether it waits; the first that waits gets the focus."""
    by_flag = {key_of(form.flag): form for form in forms}
    first = next((key_of(flag) for flag in flags if key_of(flag) in open_flags), None)
    for flag in flags:
        key = key_of(flag)
        flag["form"], flag["needs_answer"] = by_flag[key], key in open_flags
        flag["former"] = answers.former.get(key)
        flag["fold_answer"] = _fold(flag)
        flag["place"] = format_html('<span id="{}"></span>', place_of(flag))
        flag["first_open"] = focus and key == first


def _fold(flag: dict) -> str:
    """The words a form is folded under: only what must be answered, or was begun, stands open."""
    form = flag["form"]
    if flag["needs_answer"] or (form.is_bound and (form.errors or form.is_new)):
        return ""
    return _("Answer differently") if flag["answer"] else _("Answer, if you wish")


def _already_signed(request: HttpRequest, found: Consultation) -> HttpResponse:
    values = {"who": found.signed_by, "when": date_format(timezone.localtime(found.signed_at), "j M Y H:i T")}
    messages.info(request, _("Already signed by %(who)s on %(when)s. Nothing was signed twice.") % values)
    return redirect("clinical:consultation", consultation_id=found.pk)
