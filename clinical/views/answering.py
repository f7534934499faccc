"""Answering a concern where it stands, beside the record: JSON for the page's script. Scripts off: the review page."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clinical.actions.screening import FlagChanged, FlagNotShown, answer_in_place
from clinical.forms.consultation import ConsultationForm
from clinical.forms.consultation_answers import AnswerForm
from clinical.forms.consultation_start import today_at
from clinical.inquiry import is_due
from clinical.models import Consultation, FlagAnswer
from clinical.permissions import RecordClosed
from clinical.records import VisitRecord
from clinical.snapshots import record_of
from clinical.standing import Answers, Bases, answers_in, key_of
from clinical.views.panel import Panel, panel_of
from clinical.views.plan_lines import missing_from, plan_lines
from clinical.views.scope import consultation_in_practice
from clinical.views.still_open import place_of, still_open


@require_POST
def answer_one(request: HttpRequest, consultation_id: UUID) -> JsonResponse:
    """Store one answer at once. 409 where the concern is not what was read or the visit is closed, 422 with what is
    missing, 403 where another person is signed in than the one who typed."""
    found = consultation_in_practice(request, consultation_id, act="write_charts")
    if request.headers.get("X-Typed-By") != str(request.user.pk):
        return JsonResponse({"state": "other-person"}, status=403)
    if found.is_signed:
        return JsonResponse({"state": "closed"}, status=409)
    flag = {"rule": request.POST.get("rule", ""), "about": request.POST.get("about", "")}
    form = AnswerForm(request.POST, flag=flag, today=today_at(found.patient.practice))
    if not form.is_valid():
        return JsonResponse({"errors": {name: list(messages) for name, messages in form.errors.items()}}, status=422)
    if not form.cleaned_data["answer"]:
        return JsonResponse({"errors": {"answer": [_("Choose an answer.")]}}, status=422)
    try:
        stored = _store(request, found, form)
    except (FlagChanged, FlagNotShown) as refused:
        return JsonResponse({"state": "changed", "said": str(refused)}, status=409)
    except RecordClosed:
        return JsonResponse({"state": "closed"}, status=409)
    return _stored(found, stored)


def _store(request: HttpRequest, found: Consultation, form: AnswerForm) -> FlagAnswer:
    values = form.cleaned_data
    return answer_in_place(
        consultation=found,
        by=request.user,
        rule=values["rule"],
        about=values["about"],
        seen=request.POST.get("seen", ""),
        answer=values["answer"],
        note_text=values["note"],
        follow_up_on=values["follow_up_on"],
    )


def _stored(found: Consultation, stored: FlagAnswer) -> JsonResponse:
    run = found.runs.order_by("-ran_at").first()
    standing = answers_in(found, run.result["flags"], run.facts).standing
    panel = panel_of(run, answers=standing)
    flag = next(flag for flag in panel.flags if key_of(flag) == (stored.rule, stored.about))
    return JsonResponse(
        {
            "answer": render_to_string("clinical/_flag_answer.html", {"answer": flag["answer"], "in_place": True}),
            "open": render_to_string("clinical/_still_open.html", open_in(found, panel)),
            "plan": composed(found, panel.flags, standing),
            "said": _("Answered: %(answer)s") % {"answer": stored.get_answer_display()},
        }
    )


def open_in(
    found: Consultation, panel: Panel, *, record: VisitRecord | None = None, rows_at: str = ""
) -> dict[str, Any]:
    """What `_still_open.html` reads. `record` is what the page holds, where that is not what is stored; `rows_at` the
    page of the rows, where they are on another."""
    inquiry_at = reverse("clinical:suicide_inquiry", args=[found.pk]) if is_due(found) else ""
    items = still_open(panel, inquiry_at=inquiry_at, record=record or record_of(found), rows_at=rows_at)
    return {"open": items}


def composed(found: Consultation, flags: list[dict], standing: dict) -> list[list[str]]:
    """The plan's lines as the page's script reads them: key and words."""
    return [[line.key, line.text] for line in plan_lines(found, flags, standing)]


def deciding(draft: Consultation | None, form: ConsultationForm, panel: Panel, answers: Answers) -> dict[str, Any]:
    """What the part of the page reads where the visit is decided: what is open, the plan's lines, those not in it."""
    if draft is None:
        return {"open": still_open(panel, record=form.record), "lines": [], "missing": []}
    lines = plan_lines(draft, panel.flags, answers.standing)
    return {
        **open_in(draft, panel, record=form.record),
        "lines": [[line.key, line.text] for line in lines],
        "missing": missing_from(form.record.plan, lines),
    }


def answers_beside(form: ConsultationForm, draft: Consultation | None, shown: Any) -> Answers:
    """The answers that stand for what a page shows, saved or not. `draft` is not given where it is not known yet."""
    visit_on = form.record.visit_on
    if draft is None and form.is_bound and form.seen_version:
        draft = form.patient.consultations.filter(pk=form.new_id, signed_at=None).first()
    visit = draft or Consultation(patient=form.patient, visit_on=visit_on)
    return answers_in(visit, shown.result["flags"], shown.facts)


def answerable(panel: Panel, answers: Answers, shown: Any) -> None:
    """Give each concern to act on or to plan its place for an answer, with the fingerprint of what is read there."""
    bases = Bases(shown.facts)
    for flag in (*panel.act_now, *panel.plan):
        flag["former"] = answers.former.get(key_of(flag))
        flag["place"] = _place(flag, bases.of(flag))


def _place(flag: dict, basis: str) -> SafeString:
    """Without scripts a way to the review page; the page's script puts the answers here."""
    return format_html(
        '<div class="kc-answering" id="{}" tabindex="-1" data-rule="{}" data-about="{}" data-seen="{}"{}>'
        '<button class="kc-answering__open" type="submit" name="do" value="review">{}'
        '<span class="visually-hidden">: {}</span></button></div>',
        place_of(flag),
        flag["rule"],
        flag["about"],
        basis,
        _stands(flag["answer"]),
        _("Change the answer") if flag["answer"] else _("Answer"),
        flag["title"],
    )


def _stands(answer: FlagAnswer | None) -> SafeString | str:
    """What the page's script begins with where an answer is changed."""
    if answer is None:
        return ""
    day = answer.follow_up_on.isoformat() if answer.follow_up_on else ""
    return format_html(' data-answered="{}" data-note="{}" data-day="{}"', answer.answer, answer.note, day)
