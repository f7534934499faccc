"""The page a clinician opens in the morning."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from clinical import lists
from clinical.actions.consultation import finish_follow_up
from clinical.forms.consultation_start import today_at
from clinical.permissions import can, check
from clinical.views.lines import own_visit_lines, task_lines
from clinical.views.scope import practice_of


def worklist(request: HttpRequest) -> HttpResponse:
    if not can(request.user, "read_charts"):
        return render(request, "clinical/worklist_reference.html", {"can_edit": can(request.user, "edit_reference")})
    practice = practice_of(request)
    today = today_at(practice)
    for_everybody = can(request.user, "manage_people")
    work = lists.worklist_of(user=request.user, practice=practice, today=today, for_everybody=for_everybody)
    context = {
        "tasks": task_lines([*work.overdue, *work.due], today),
        "drafts": own_visit_lines(work.drafts),
        "recent": own_visit_lines(work.recent),
        "can_write": can(request.user, "write_charts"),
        "can_audit": can(request.user, "read_audit"),
        "for_everybody": for_everybody,
    }
    return render(request, "clinical/worklist.html", context)


@require_POST
def follow_up_done(request: HttpRequest, follow_up_id: int) -> HttpResponse:
    check(request.user, "write_charts")
    tasks = lists.follow_ups_in(practice_of(request))
    finish_follow_up(follow_up=get_object_or_404(tasks, pk=follow_up_id), by=request.user)
    return redirect("clinical:worklist")
