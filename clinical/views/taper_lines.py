"""A quit plan as its page prints it: the record it starts from, the calendar, the follow-ups offered, in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clinical.actions.tapering import Figures, Task
from clinical.models import TaperPlan, TaperStep
from clinical.models.consultation import PRODUCT_LABELS
from clinical.quit_plans import Today
from clinical.screening.tapering import DONE, Limits, Step, doses_of
from clinical.views.lines import day_words
from clinical.views.panel import COULD_BE, TIER_TONES, TIER_WORDS, two_figures

DAYS_IN_WEEK = 7
STATE_WORDS = {**dict(TaperStep.State.choices), DONE: gettext_lazy("done")}


@dataclass(frozen=True, slots=True)
class StepLine:
    """One row of the calendar."""

    number: int
    week: str
    days: str
    grams: str
    doses: str
    state: str
    state_word: str
    why: str
    who: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the patient stands by the newest visit, in words."""

    visit: str
    leaf: str
    doses: str
    tier_word: str
    tone: str
    could_be: str
    complicated: tuple[str, ...]
    planning: str
    refused: str
    beside: tuple[str, ...]
    left_out: str


def standing_words(known: Today) -> Standing:
    start, found, texts = known.start, known.withdrawal, known.words.texts
    setting = ("complicated" if found.complicated else found.tier) if found else ""
    return Standing(
        visit=_visit_words(known),
        leaf=_leaf_words(start.grams) if start.grams else _("not known"),
        doses=f"{start.doses_per_day:g}" if start.doses_per_day else _("not known"),
        tier_word=str(TIER_WORDS[found.tier]) if found else "",
        tone=TIER_TONES[found.tier] if found else "",
        could_be=str(COULD_BE.get(found.could_be, "")) if found and found.could_be != found.tier else "",
        complicated=found.complicated if found else (),
        planning=texts.get(f"planning_{setting}", ""),
        refused=texts.get(start.refused, start.refused),
        beside=tuple(texts.get(code, code) for code in start.beside),
        left_out=", ".join(str(PRODUCT_LABELS[product]) for product in start.left_out),
    )


def _visit_words(known: Today) -> str:
    if known.visit is None:
        return ""
    day = {"day": day_words(known.visit.visit_on)}
    return _("the visit of %(day)s") % day if known.visit.is_signed else _("the draft of %(day)s") % day


def _leaf_words(grams: tuple[float, float, float]) -> str:
    low, mid, high = grams
    if low == high:
        return _("%(mid)s g a day of use") % {"mid": f"{mid:.4g}"}
    figures = {"mid": two_figures(mid), "low": two_figures(low), "high": two_figures(high)}
    return _("about %(mid)s g a day of use (%(low)s to %(high)s)") % figures


def calendar(steps: Sequence[Step], set_times: int, step_days: int, limits: Limits) -> list[StepLine]:
    """A plan not kept yet."""
    return [_line(step, steps, set_times, step_days, limits) for step in steps]


def calendar_of(plan: TaperPlan, limits: Limits) -> list[StepLine]:
    """A plan as kept, with what became of its steps and who noted it."""
    rows = list(plan.steps.all())
    steps = [Step(row.number, row.starts_on, row.grams_per_day, row.state) for row in rows]
    return [
        _line(step, steps, plan.doses_per_day, plan.step_days, limits, row)
        for step, row in zip(steps, rows, strict=True)
    ]


def _line(
    step: Step, steps: Sequence[Step], set_times: int, step_days: int, limits: Limits, row: TaperStep | None = None
) -> StepLine:
    following = [other.starts_on for other in steps if other.number == step.number + 1]
    until = max(
        (following[0] if following else step.starts_on + timedelta(days=step_days)) - timedelta(days=1), step.starts_on
    )
    doses = doses_of(step.grams_per_day, set_times, limits)
    is_last = step.grams_per_day == 0
    return StepLine(
        number=step.number,
        week=str((step.starts_on - steps[0].starts_on).days // DAYS_IN_WEEK + 1),
        days=_("from %(day)s") % {"day": day_words(step.starts_on)} if is_last else _span(step.starts_on, until),
        grams=_("none") if is_last else f"{step.grams_per_day:g} g",
        doses="" if is_last else f"{' + '.join(f'{dose:g}' for dose in doses)} g",
        state=step.state,
        state_word=str(STATE_WORDS[step.state]),
        why=row.why if row else "",
        who=f"{row.noted_by}, {day_words(timezone.localtime(row.noted_at).date())}" if row and row.noted_at else "",
    )


def _span(first: date, last: date) -> str:
    if first == last:
        return day_words(first)
    begins = date_format(first, "j M") if first.year == last.year else day_words(first)
    return _("%(from)s to %(to)s") % {"from": begins, "to": day_words(last)}


def plan_words(figures: Figures | TaperPlan, steps: Sequence[Step]) -> str:
    """The whole plan in a line: how long it is and when it ends."""
    end = steps[-1].starts_on
    weeks = -(-(end - steps[0].starts_on).days // DAYS_IN_WEEK)
    told = ngettext(
        "%(percent)s%% every %(days)s days from %(start)s g: %(weeks)d week, last dose the day before %(end)s.",
        "%(percent)s%% every %(days)s days from %(start)s g: %(weeks)d weeks, last dose the day before %(end)s.",
        weeks,
    )
    return told % {
        "percent": f"{figures.step_percent:g}",
        "days": figures.step_days,
        "start": f"{figures.start_grams_per_day:g}",
        "weeks": weeks,
        "end": day_words(end),
    }


def outside_words(figures: Figures, parameters: dict[str, float]) -> list[str]:
    """That size or pace lie outside what lay guides propose: said, not refused."""
    percent = _("Steps of %(own)s%% lie outside the %(from)s to %(to)s%% that lay guides propose. Your decision.")
    days = _("Steps of %(own)s days lie outside the %(from)s to %(to)s days that lay guides propose. Your decision.")
    asked = ((percent, figures.step_percent, "taper_percent"), (days, figures.step_days, "taper_days"))
    said = []
    for words, own, name in asked:
        least, most = parameters[f"{name}_from"], parameters[f"{name}_to"]
        if not least <= own <= most:
            said.append(words % {"own": f"{own:g}", "from": f"{least:g}", "to": f"{most:g}"})
    return said


def offered_tasks(
    plan: TaperPlan, steps: Sequence[Step], check_days: Iterable[int], booked: set[tuple], today: date
) -> list[Task]:
    """Days to look again, from the first step and after the last dose; not those past or booked already."""
    days = tuple(check_days)
    who_says = _("our judgement")
    found = []
    for start, after_last in ((plan.starts_on, False), (steps[-1].starts_on, True)):
        for day in days:
            what = _task_words(day, after_last)
            why = (
                _("Quit plan: mood and withdrawal at the start")
                if not after_last
                else _("Quit plan: after the last dose")
            )
            found.append(Task(start + timedelta(days=day), what, why, who_says))
    return [task for task in found if task.due_on >= today and (task.due_on, task.what) not in booked]


def _task_words(day: int, after_last: bool) -> str:
    if after_last:
        return _("COWS or a symptom list, and PHQ-9: day %(n)d after the last dose") % {"n": day}
    return _("COWS or a symptom list, and PHQ-9: day %(n)d of the taper") % {"n": day}
