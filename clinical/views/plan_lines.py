"""The plan as it composes itself: one line for each answer, task and change agreed. A proposal; the clinician edits it.

Says only what was answered or booked. Writes nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinical import lists
from clinical.models import Answer, Consultation, FlagAnswer, FollowUp
from clinical.models.consultation import ChangePlan
from clinical.standing import Key, key_of
from clinical.views.panel import two_figures

WORDS = {
    Answer.STOP: gettext_lazy("stop one of them"),
    Answer.CHANGE: gettext_lazy("change dose or medicine"),
    Answer.REFER: gettext_lazy("refer or ask a specialist"),
    Answer.COUNSEL: gettext_lazy("counsel the patient"),
    Answer.WILL_MONITOR: gettext_lazy("monitor"),
    Answer.BENEFIT_OUTWEIGHS: gettext_lazy("go on, benefit outweighs risk for this patient"),
    Answer.NOT_RELEVANT: gettext_lazy("does not apply to this patient"),
    Answer.NOT_TAKING: gettext_lazy("not taken any more, correct the list"),
    Answer.ACTION_DONE: gettext_lazy("already handled"),
    Answer.PATIENT_DECLINES: gettext_lazy("patient prefers not to change; counsel on what could happen"),
    Answer.DISAGREE: gettext_lazy("evidence not agreed with"),
    Answer.NEED_INFO: gettext_lazy("still open, more information needed"),
    Answer.LATER: gettext_lazy("still open, no time today"),
}


@dataclass(frozen=True, slots=True)
class PlanLine:
    """`key` stays the same when the words change, so that a line can be renewed without touching its neighbours."""

    key: str
    text: str


def plan_lines(found: Consultation, flags: Iterable[dict], standing: dict[Key, FlagAnswer]) -> list[PlanLine]:
    """In the order of the list: answers, then the change agreed, the quit plan, and tasks booked besides."""
    answered = [(flag, standing[key_of(flag)]) for flag in flags if key_of(flag) in standing]
    return [
        *(PlanLine(f"answer {flag['rule']} {flag['about']}", _answered(flag, answer)) for flag, answer in answered),
        *_change(found),
        *_tasks(lists.tasks_besides_answers(found)),
    ]


def missing_from(text: str, lines: Iterable[PlanLine]) -> list[PlanLine]:
    """Lines that a plan does not hold yet, word for word."""
    held = {line.strip() for line in text.splitlines()}
    return [line for line in lines if line.text not in held]


def _answered(flag: dict, answer: FlagAnswer) -> str:
    about = flag["about"] or flag["title"]
    words = f"{about[:1].upper()}{about[1:]}: {WORDS[Answer(answer.answer)]}"
    joint = ":" if answer.answer == Answer.WILL_MONITOR else "."
    note = f"{joint} {answer.note.strip().rstrip('.')}" if answer.note.strip() else ""
    day = ""
    if answer.follow_up_on:
        day = f", {_('look again on %(day)s') % {'day': date_format(answer.follow_up_on, 'j M Y')}}"
    return _one_line(f"{words}{note}{day} ({answer.given.answered_by})")


def _change(found: Consultation) -> list[PlanLine]:
    lines = []
    if found.change_plan:
        words = str(ChangePlan(found.change_plan).label)
        day = f", {_('from %(day)s') % {'day': date_format(found.change_on, 'j M Y')}}" if found.change_on else ""
        lines.append(PlanLine("change", _("Kratom: %(change)s") % {"change": f"{words.lower()}{day}"}))
    plan = lists.open_quit_plan(found.patient_id)
    if plan:
        values = {
            "grams": two_figures(plan.start_grams_per_day),
            "doses": plan.doses_per_day,
            "day": date_format(plan.starts_on, "j M Y"),
        }
        words = _("Quit plan: from %(grams)s g of leaf a day in %(doses)s set doses, first step on %(day)s") % values
        lines.append(PlanLine("quit-plan", words))
    return lines


def _tasks(tasks: Iterable[FollowUp]) -> Iterable[PlanLine]:
    for task in tasks:
        words = f"{date_format(task.due_on, 'j M Y')}: {task.what} ({task.owner})"
        yield PlanLine(f"task {task.pk}", _one_line(words))


def _one_line(words: str) -> str:
    return " ".join(words.split())
