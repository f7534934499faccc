"""The feedback file of the user's own practice, for those who may read charts."""

from django.http import Http404, HttpRequest, HttpResponse

from clinical.actions.audit import note_exported
from clinical.feedback import KINDS, feedback_file
from clinical.forms.consultation_start import today_at
from clinical.forms.feedback import DaysForm
from clinical.permissions import check
from clinical.stewardship import limits
from clinical.views.scope import practice_of


def feedback(request: HttpRequest, kind: str) -> HttpResponse:
    check(request.user, "read_charts")
    if kind not in KINDS:
        raise Http404
    practice = practice_of(request)
    form = DaysForm(request.GET, today=today_at(practice), days=limits().days)
    if not form.is_valid():
        return HttpResponse(form.errors.as_text(), status=422, content_type="text/plain; charset=utf-8")
    first, last = form.days
    note_exported(practice=practice, by=request.user)
    content = feedback_file(practice=practice, first_day=first, last_day=last, kind=kind)
    name = f"feedback-{first.isoformat()}-{last.isoformat()}.{kind}"
    return HttpResponse(
        content, content_type=KINDS[kind], headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
