"""The monitoring page of one patient: results, checks offered, follow-ups, and what to know about urine tests."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from clinical import monitored
from clinical.actions.audit import note_chart_opened
from clinical.actions.follow_ups import DoneMeanwhile, NotBooked, move_follow_up, plan_check
from clinical.actions.results import NotAResult, StruckAlready, record_results, strike_result
from clinical.forms.consultation_start import today_at
from clinical.forms.results import MoveForm, PlanForm, ResultsForm, StrikeForm
from clinical.models import FollowUp, Patient, User
from clinical.permissions import can
from clinical.quit_plans import clinicians_of, last_signed_visit
from clinical.results import results_of
from clinical.views.lines import day_words
from clinical.views.monitoring_words import OfferedLine, monitoring_words
from clinical.views.result_words import code_lines, moves_of, results_by_kind, toxicology_lines
from clinical.views.scope import patient_in_practice


def monitoring(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    if request.method == "POST":
        return _record(request, patient_in_practice(request, patient_id, act="write_charts"))
    found = patient_in_practice(request, patient_id)
    note_chart_opened(patient=found, by=request.user)
    return _page(request, found)


def _record(request: HttpRequest, found: Patient) -> HttpResponse:
    form = _results_form(found, request.POST)
    if not form.is_valid():
        return _page(request, found, results=form, status=422)
    kept = record_results(
        patient=found,
        by=request.user,
        entries=form.entries(),
        measured_on=form.cleaned_data["measured_on"],
        today=form.today,
        kinds=form.kinds,
    )
    said = ngettext("%(n)d result is kept.", "%(n)d results are kept.", len(kept)) % {"n": len(kept)}
    return _back(request, found, said)


@require_POST
def result_strike(request: HttpRequest, patient_id: UUID, result_id: int) -> HttpResponse:
    found = patient_in_practice(request, patient_id, act="write_charts")
    result, form = get_object_or_404(found.results, pk=result_id), StrikeForm(request.POST)
    if not form.is_valid():
        return _page(request, found, strike=(result.pk, form), status=422)
    try:
        strike_result(result=result, by=request.user, reason=form.cleaned_data["reason"])
    except (NotAResult, StruckAlready) as refused:
        return _page(request, found, refused=str(refused), status=409)
    return _back(request, found, _("The result is struck out. It stays readable."))


@require_POST
def check_plan(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    found = patient_in_practice(request, patient_id, act="write_charts")
    today, visit = today_at(found.practice), last_signed_visit(found)
    code = request.POST.get("code", "")
    check = next((one for one in monitored.known_now().checks if one.code == code), None)
    form = PlanForm(request.POST, people=clinicians_of(found.practice), auto_id=f"id_plan_{code}_%s")
    if check is None or visit is None:
        return _page(request, found, refused=_("Sign a visit first; then checks can be planned."), status=409)
    if not form.is_valid():
        return _page(request, found, plan=(code, form), status=422)
    visit.patient = found
    because = f"{check.who} ({', '.join(check.sources)})" if check.sources else check.who
    try:
        plan_check(
            consultation=visit,
            by=request.user,
            owner=form.owner_chosen(),
            due_on=form.cleaned_data["due_on"],
            today=today,
            code=code,
            what=check.text,
            why=check.why,
            who_says=because,
        )
    except NotBooked as refused:
        return _page(request, found, refused=str(refused), plan=(code, form), status=409)
    told = {"what": check.text, "day": day_words(form.cleaned_data["due_on"])}
    return _back(request, found, _("Planned for %(day)s: %(what)s") % told)


@require_POST
def follow_up_move(request: HttpRequest, patient_id: UUID, follow_up_id: int) -> HttpResponse:
    found = patient_in_practice(request, patient_id, act="write_charts")
    task = get_object_or_404(found.follow_ups, pk=follow_up_id)
    form = MoveForm(request.POST, people=_owners(found, task), auto_id=f"id_move_{task.pk}_%s")
    if not form.is_valid():
        return _page(request, found, move=(task.pk, form), status=422)
    try:
        move_follow_up(
            follow_up=task,
            by=request.user,
            owner=form.owner_chosen(),
            due_on=form.cleaned_data["due_on"],
            today=today_at(found.practice),
            reason=form.cleaned_data["reason"],
        )
    except (NotBooked, DoneMeanwhile) as refused:
        return _page(request, found, refused=str(refused), move=(task.pk, form), status=409)
    return _back(request, found, _("The follow-up is changed."))


def _back(request: HttpRequest, found: Patient, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect("clinical:monitoring", patient_id=found.pk)


def _results_form(found: Patient, data: Any = None) -> ResultsForm:
    today = today_at(found.practice)
    return ResultsForm(data, kinds=monitored.known_now().kinds, today=today, born_on=found.born_on)


def _owners(found: Patient, task: FollowUp) -> list[User]:
    """The clinicians, and whoever owns it now, so that a day can be changed alone."""
    people = clinicians_of(found.practice)
    return people if task.owner in people else [task.owner, *people]


def _page(request: HttpRequest, found: Patient, *, status: int = 200, **given: Any) -> HttpResponse:
    """The page with whatever form was refused; everything else as it is stored."""
    today, can_write = today_at(found.practice), can(request.user, "write_charts")
    standing = monitored.standing_on(found, today)
    words = monitoring_words(standing.watched, today)
    tasks, people = monitored.follow_ups_of(found), clinicians_of(found.practice)
    visit = last_signed_visit(found)
    context = {
        "patient": found,
        "can_write": can_write,
        "refused": given.get("refused", ""),
        "is_wrong": status >= 400,
        "words": words,
        "visit": standing.visit,
        "is_loaded": bool(standing.known.checks),
        "can_plan": can_write and visit is not None,
        "offers": [_offer(line, tasks, people, request.user, given) for line in words.offered],
        "tasks": [_task(task, today, people, given) for task in tasks],
        "kinds": results_by_kind(results_of(found), standing.known),
        "results": given.get("results") or _results_form(found),
        "strike": given.get("strike") or (None, StrikeForm()),
        "toxicology": toxicology_lines(standing.toxicology.rows),
        "codes": code_lines(standing.toxicology.codes),
    }
    return render(request, "clinical/monitoring.html", context, status=status)


def _offer(line: OfferedLine, tasks: list[FollowUp], people: list[User], by: User, given: dict[str, Any]) -> dict:
    """A check with the follow-up that plans it already, or the form to plan it."""
    refused = given.get("plan") or ("", None)
    planned = next((task for task in tasks if task.check_code == line.code), None)
    initial = {"code": line.code, "due_on": line.due_on, "owner": str(by.pk)}
    form = PlanForm(people=people, initial=initial, auto_id=f"id_plan_{line.code}_%s")
    is_refused = refused[0] == line.code
    return {
        "line": line,
        "planned": f"{day_words(planned.due_on)}, {planned.owner}" if planned else "",
        "form": refused[1] if is_refused else form,
        "is_open": is_refused,
    }


def _task(task: FollowUp, today, people: list[User], given: dict[str, Any]) -> dict:
    refused = given.get("move") or (None, None)
    owners = people if task.owner in people else [task.owner, *people]
    initial = {"due_on": task.due_on, "owner": str(task.owner_id)}
    form = MoveForm(people=owners, initial=initial, auto_id=f"id_move_{task.pk}_%s")
    is_refused = refused[0] == task.pk
    return {
        "row": task,
        "due": day_words(task.due_on),
        "is_overdue": task.due_on < today,
        "moves": moves_of(task),
        "form": refused[1] if is_refused else form,
        "is_open": is_refused,
    }
