"""Writes on a quit plan: make one, note what became of a step, end it, book its follow-ups.

One plan of a patient is open at a time. Nothing of an ended plan changes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinical.actions.audit import note
from clinical.actions.consultation import ChangedByAnother
from clinical.models import Consultation, FollowUp, Patient, TaperPlan, TaperStep, User
from clinical.permissions import check
from clinical.quit_plans import plain_step
from clinical.screening.tapering import (
    DONE,
    Limits,
    StartingPoint,
    Step,
    after_outcome,
    current_step,
    planned_steps,
)


class NotPlanned(ValueError):
    """A taper that must not be planned like this; the message says what to do instead or what is missing."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What the clinician set: the weighed start, the set times, size and pace of a step."""

    starts_on: date
    start_grams_per_day: float
    doses_per_day: int
    step_percent: float
    step_days: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """One follow-up to book."""

    due_on: date
    what: str
    why: str
    who_says: str


@transaction.atomic
def make_plan(
    *,
    patient: Patient,
    by: User,
    figures: Figures,
    start: StartingPoint,
    limits: Limits,
    is_weighed: bool,
    consultation: Consultation | None = None,
) -> TaperPlan:
    """Keep a plan with all its steps.

    Raises `NotPlanned` for a start that was not weighed, or where the record gives no leaf to plan (7-OH by label
    milligrams never), and `ChangedByAnother` while another plan is open.
    """
    check(by, "write_charts")
    if start.refused or start.grams is None:
        raise NotPlanned(_("The record gives no weighed leaf to plan a taper from."))
    if not is_weighed:
        raise NotPlanned(_("Confirm that one day's leaf was weighed."))
    plan = TaperPlan(patient=patient, consultation=consultation, made_by=by, **_columns(figures))
    try:
        with transaction.atomic():
            plan.save(force_insert=True)
    except IntegrityError as refused:
        if "taper_plan_one_open_a_patient" not in str(refused):
            raise
        raise ChangedByAnother(_("Another plan is open already. End it first.")) from refused
    steps = planned_steps(
        start_grams=figures.start_grams_per_day,
        percent=figures.step_percent,
        step_days=figures.step_days,
        starts_on=figures.starts_on,
        limits=limits,
    )
    _store(plan, steps)
    note(by=by, act="created", record=plan, patient=patient)
    return plan


def _columns(figures: Figures) -> dict:
    return {name: getattr(figures, name) for name in Figures.__slots__}


@transaction.atomic
def note_step(*, plan: TaperPlan, by: User, outcome: str, why: str, seen: int, today: date) -> TaperPlan:
    """Note what became of the step that is on; those after it move.

    `seen` is the number of the step the page showed. Raises `ChangedByAnother` when that is not the one that is on any
    more or the plan is ended, `NotPlanned` before the step has begun, without a reason for pausing or failing, or for
    the last step, which ends at nothing.
    """
    check(by, "write_charts")
    locked = _open(plan)
    rows = {row.number: row for row in locked.steps.all()}
    steps = tuple(plain_step(rows[number]) for number in sorted(rows))
    current = current_step(steps)
    if current is None or current.number != seen:
        raise ChangedByAnother(_("Somebody noted this step after you opened the page. Nothing of yours was stored."))
    if current.starts_on > today:
        raise NotPlanned(_("This step has not begun yet."))
    if outcome != DONE and not why.strip():
        raise NotPlanned(_("Say why the step is paused or failed."))
    moved = after_outcome(steps, outcome, today=today, step_days=locked.step_days)
    row = rows[current.number]
    row.state, row.why, row.noted_by, row.noted_at = outcome, why.strip(), by, timezone.now()
    row.save(update_fields=("state", "why", "noted_by", "noted_at"))
    locked.steps.filter(number__gt=current.number).delete()
    _store(locked, [step for step in moved if step.number > current.number])
    note(by=by, act="changed", record=locked, patient=locked.patient, changed=(f"step {current.number}",))
    return locked


@transaction.atomic
def end_plan(*, plan: TaperPlan, by: User, reason: str) -> TaperPlan:
    """End a plan with a reason; it stays readable. Raises `NotPlanned` without one, `ChangedByAnother` when ended."""
    check(by, "write_charts")
    locked = _open(plan)
    if not reason.strip():
        raise NotPlanned(_("Say why the plan ends."))
    locked.ended_by, locked.ended_at, locked.ended_reason = by, timezone.now(), reason.strip()
    locked.save(update_fields=("ended_by", "ended_at", "ended_reason"))
    note(by=by, act="ended", record=locked, patient=locked.patient)
    return locked


@transaction.atomic
def book_follow_ups(*, consultation: Consultation, by: User, owner: User, tasks: Iterable[Task]) -> list[FollowUp]:
    """Book dated tasks for the patient of a signed visit. Raises `NotPlanned` where the visit is a draft."""
    check(by, "write_charts")
    if not consultation.is_signed:
        raise NotPlanned(_("Follow-ups belong to a signed visit. Sign the visit first."))
    if owner.practice_id != consultation.patient.practice_id:
        raise NotPlanned(_("The owner must be of this practice."))
    booked = []
    for task in tasks:
        row = FollowUp.objects.create(
            patient=consultation.patient,
            consultation=consultation,
            owner=owner,
            due_on=task.due_on,
            what=task.what,
            why=task.why,
            who_says=task.who_says,
        )
        note(by=by, act="created", record=row, patient=consultation.patient)
        booked.append(row)
    return booked


def _open(plan: TaperPlan) -> TaperPlan:
    """The plan as stored, held until the transaction ends, if it is still open."""
    plans = TaperPlan.objects.select_for_update(of=("self",)).select_related("patient__practice")
    locked = plans.get(pk=plan.pk)
    if locked.ended_at is not None:
        raise ChangedByAnother(_("This plan was ended meanwhile. Nothing of yours was stored."))
    return locked


def _store(plan: TaperPlan, steps: Sequence[Step]) -> None:
    TaperStep.objects.bulk_create(
        TaperStep(plan=plan, number=step.number, starts_on=step.starts_on, grams_per_day=step.grams_per_day)
        for step in steps
    )
