"""The page a clinician opens in the morning."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from clinical import changed_concerns, law_notices, lists
from clinical.actions.consultation import finish_follow_up
from clinical.actions.noticing import look_at, notice_beside, notice_changes
from clinical.forms.consultation_start import today_at
from clinical.models import Practice
from clinical.permissions import can, check
from clinical.signed_in import version_seen
from clinical.views.concern_words import changes_by_patient
from clinical.views.law_notices import law_lines
from clinical.views.lines import own_visit_lines, task_lines
from clinical.views.scope import patient_in_practice, practice_of

# Judgement: so many charts are compared before the page is answered; the rest beside it.
CHARTS_AT_ONCE = 100


def worklist(request: HttpRequest) -> HttpResponse:
    if not can(request.user, "read_charts"):
        return render(request, "clinical/worklist_reference.html", {"can_edit": can(request.user, "edit_reference")})
    practice = practice_of(request)
    today = today_at(practice)
    for_everybody = can(request.user, "manage_people")
    comparing = compared_so_far(practice, version_seen(request))
    waiting = changed_concerns.waiting_for(user=request.user, practice=practice, for_everybody=for_everybody)
    of_practice = for_everybody or request.GET.get("of") == "practice"
    work = lists.worklist_of(user=request.user, practice=practice, today=today, for_everybody=of_practice)
    law_changes = law_notices.law_notices(
        user=request.user, practice=practice, today=today, for_everybody=for_everybody
    )
    context = {
        "law_changes": law_lines(law_changes),
        "changes": changes_by_patient(waiting),
        "comparing": comparing,
        "tasks": task_lines([*work.overdue, *work.due], today),
        "overdue": len(work.overdue),
        "more_tasks": len(work.overdue) + len(work.due) == lists.MOST_TASKS,
        "more_drafts": len(work.drafts) == lists.MOST_DRAFTS,
        "drafts": own_visit_lines(work.drafts),
        "recent": own_visit_lines(work.recent),
        "can_write": can(request.user, "write_charts"),
        "can_audit": can(request.user, "read_audit"),
        "for_everybody": for_everybody,
        "of_practice": of_practice,
        "offers_tour": can(request.user, "write_charts") and request.user.tour_left_at is None,
    }
    return render(request, "clinical/worklist.html", context)


def compared_so_far(practice: Practice, version: int) -> changed_concerns.Comparison:
    """After a publish, compare the practice's charts with it: the first at once, the rest in steps beside the page."""
    so_far = changed_concerns.comparison_of(practice, version)
    if so_far.is_done:
        return so_far
    step = notice_changes(practice=practice, most=CHARTS_AT_ONCE, version=version)
    if not step.is_done:
        notice_beside(practice=practice)
    return changed_concerns.Comparison(step.is_done, step.looked_at)


@require_POST
def changes_seen(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    look_at(patient=patient_in_practice(request, patient_id, act="write_charts"), by=request.user)
    return redirect("clinical:worklist")


@require_POST
def follow_up_done(request: HttpRequest, follow_up_id: int) -> HttpResponse:
    check(request.user, "write_charts")
    tasks = lists.follow_ups_in(practice_of(request))
    finish_follow_up(follow_up=get_object_or_404(tasks, pk=follow_up_id), by=request.user)
    return redirect("clinical:worklist")
