"""The quit plan of one patient: the planner, the calendar, the outcome of each step, follow-ups, plans so far."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clinical import quit_plans
from clinical.actions.audit import note_chart_opened
from clinical.actions.consultation import ChangedByAnother
from clinical.actions.tapering import NotPlanned, Task, book_follow_ups, end_plan, make_plan, note_step
from clinical.forms.consultation_start import today_at
from clinical.forms.quit_plan import EndForm, FollowUpsForm, PlannerForm, StepForm
from clinical.models import Patient, TaperPlan
from clinical.permissions import can
from clinical.screening.tapering import current_step, pause_signs, planned_steps, proposes_switch
from clinical.views import taper_lines
from clinical.views.scope import patient_in_practice


def quit_plan(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    if request.method == "POST":
        return _plan(request, patient_in_practice(request, patient_id, act="write_charts"))
    found = patient_in_practice(request, patient_id)
    note_chart_opened(patient=found, by=request.user)
    return _page(request, found)


def _plan(request: HttpRequest, found: Patient) -> HttpResponse:
    """Show the calendar of what was typed, or keep it."""
    known = quit_plans.where_today(found)
    form = PlannerForm(request.POST, known=known, today=today_at(found.practice))
    if request.POST.get("do") != "make":
        return _page(request, found, known=known, planner=form, status=200 if form.is_valid() else 422)
    if not form.is_valid():
        return _page(request, found, known=known, planner=form, status=422)
    try:
        make_plan(
            patient=found,
            by=request.user,
            figures=form.figures(),
            start=known.start,
            limits=known.limits,
            is_weighed=form.cleaned_data["is_weighed"],
            consultation=quit_plans.last_signed_visit(found),
        )
    except (ChangedByAnother, NotPlanned) as refused:
        return _page(request, found, known=known, planner=form, refused=str(refused), status=409)
    messages.success(request, _("The plan is kept."))
    return redirect("clinical:quit_plan", patient_id=found.pk)


@require_POST
def quit_plan_step(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    found = patient_in_practice(request, patient_id, act="write_charts")
    form, plan = StepForm(request.POST), _open_plan(found)
    if not form.is_valid():
        return _page(request, found, step_form=form, status=422)
    values = form.cleaned_data
    try:
        if plan is None:
            raise ChangedByAnother(_("This plan was ended meanwhile. Nothing of yours was stored."))
        note_step(
            plan=plan,
            by=request.user,
            outcome=values["outcome"],
            why=values["why"],
            seen=values["step"],
            today=today_at(found.practice),
        )
    except (ChangedByAnother, NotPlanned) as refused:
        return _page(request, found, refused=str(refused), status=409)
    messages.success(request, _("Step %(n)d is noted.") % {"n": values["step"]})
    return redirect("clinical:quit_plan", patient_id=found.pk)


@require_POST
def quit_plan_end(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    found = patient_in_practice(request, patient_id, act="write_charts")
    form, plan = EndForm(request.POST), _open_plan(found)
    if not form.is_valid():
        return _page(request, found, end_form=form, status=422)
    try:
        if plan is None:
            raise ChangedByAnother(_("This plan was ended meanwhile. Nothing of yours was stored."))
        end_plan(plan=plan, by=request.user, reason=form.cleaned_data["reason"])
    except (ChangedByAnother, NotPlanned) as refused:
        return _page(request, found, refused=str(refused), status=409)
    messages.success(request, _("The plan is ended. It stays readable below."))
    return redirect("clinical:quit_plan", patient_id=found.pk)


@require_POST
def quit_plan_follow_ups(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    found = patient_in_practice(request, patient_id, act="write_charts")
    plan, visit = _open_plan(found), quit_plans.last_signed_visit(found)
    if plan is None or visit is None:
        return _page(request, found, refused=_("Follow-ups need an open plan and a signed visit."), status=409)
    tasks = _tasks(plan, found)
    form = _follow_ups_form(request, found, tasks, request.POST)
    if not form.is_valid():
        return _page(request, found, follow_ups=form, status=422)
    chosen = [task for key, task in tasks.items() if key in form.cleaned_data["days"]]
    visit.patient = found
    booked = book_follow_ups(consultation=visit, by=request.user, owner=form.owner_chosen(), tasks=chosen)
    messages.success(request, _("%(n)d follow-ups are booked.") % {"n": len(booked)})
    return redirect("clinical:quit_plan", patient_id=found.pk)


def _open_plan(found: Patient) -> TaperPlan | None:
    return next((plan for plan in quit_plans.plans_of(found) if plan.ended_at is None), None)


def _tasks(plan: TaperPlan, found: Patient) -> dict[str, Task]:
    """What may be booked, by a key that says the day and which of the two counts it belongs to."""
    days, today = quit_plans.where_today(found).words.check_days, today_at(found.practice)
    steps = quit_plans.steps_of(plan)
    tasks = taper_lines.offered_tasks(plan, steps, days, quit_plans.booked_of(found), today)
    return {f"{task.due_on:%Y%m%d}-{'after' if task.due_on > steps[-1].starts_on else 'start'}": task for task in tasks}


def _follow_ups_form(request: HttpRequest, found: Patient, tasks: dict[str, Task], data: Any = None) -> FollowUpsForm:
    offered = [(key, f"{taper_lines.day_words(task.due_on)}: {task.what}") for key, task in tasks.items()]
    return FollowUpsForm(data, offered=offered, people=quit_plans.clinicians_of(found.practice), by=request.user)


def _page(request: HttpRequest, found: Patient, *, status: int = 200, **given: Any) -> HttpResponse:
    """The page with whatever form was refused; everything else as it is stored."""
    known = given.get("known") or quit_plans.where_today(found)
    plans = quit_plans.plans_of(found)
    plan = next((one for one in plans if one.ended_at is None), None)
    can_write = can(request.user, "write_charts")
    context = {
        "patient": found,
        "can_write": can_write,
        "refused": given.get("refused", ""),
        "is_wrong": status >= 400,
        "known": taper_lines.standing_words(known),
        "words": known.words,
        "plan": plan,
        "former": [(one, taper_lines.calendar_of(one, known.limits)) for one in plans if one is not plan],
        **(_open_context(request, found, plan, known, given, can_write) if plan else _new_context(found, known, given)),
    }
    return render(request, "clinical/quit_plan.html", context, status=status)


def _new_context(found: Patient, known: quit_plans.Today, given: dict[str, Any]) -> dict[str, Any]:
    """The planner, and the calendar of what was typed."""
    planner = given.get("planner") or PlannerForm(known=known, today=today_at(found.practice))
    if not planner.is_bound or not planner.is_valid():
        return {"planner": planner}
    figures = planner.figures()
    steps = planned_steps(
        start_grams=figures.start_grams_per_day,
        percent=figures.step_percent,
        step_days=figures.step_days,
        starts_on=figures.starts_on,
        limits=known.limits,
    )
    return {
        "planner": planner,
        "calendar": taper_lines.calendar(steps, figures.doses_per_day, figures.step_days, known.limits),
        "summary": taper_lines.plan_words(figures, steps),
        "outside": taper_lines.outside_words(figures, known.parameters),
    }


def _open_context(
    request: HttpRequest,
    found: Patient,
    plan: TaperPlan,
    known: quit_plans.Today,
    given: dict[str, Any],
    can_write: bool,
) -> dict[str, Any]:
    """The calendar of the open plan, the step that is on, signs to pause, and what can be done."""
    plan.patient = found
    steps = quit_plans.steps_of(plan)
    current = current_step(steps)
    calendar = taper_lines.calendar_of(plan, known.limits)
    signs = pause_signs(*quit_plans.scores_around(plan), known.limits)
    visit = quit_plans.last_signed_visit(found)
    tasks = _tasks(plan, found) if can_write and visit else {}
    initial = {"step": current.number} if current else {}
    return {
        "calendar": calendar,
        "summary": taper_lines.plan_words(plan, steps),
        "current": next((line for line in calendar if current and line.number == current.number), None),
        "has_begun": bool(current) and current.starts_on <= today_at(found.practice),
        "signs": [known.words.pause_rules.get(code, code) for code in signs],
        "switch": proposes_switch(steps, known.limits),
        "step_form": given.get("step_form") or StepForm(initial=initial),
        "end_form": given.get("end_form") or EndForm(),
        "has_signed_visit": visit is not None,
        "follow_ups": given.get("follow_ups") or (_follow_ups_form(request, found, tasks) if tasks else None),
    }
