"""A taper of leaf: what it may start from, its steps, the doses of a day, and what becomes of it as steps go.

Plain arithmetic on grams and days. Never plans 7-OH or any other product by label milligrams; knows no calendar today
of its own. Size and pace are the clinician's; limits and thresholds come from reference data.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import floor

from clinical.screening.exposure import exposure_of
from clinical.screening.facts import KratomUse, Product
from clinical.screening.flags import Range
from clinical.screening.knowledge import Knowledge
from clinical.screening.products import CONCENTRATE_KINDS, EXTRACT_KINDS, Standing, standing_of

# What can be turned into weighed powder: its weight as leaf is known.
WEIGHED_LEAF = frozenset({Product.LEAF_POWDER, Product.CAPSULE, Product.TEA})
PLANNED, DONE, HELD, FAILED = "planned", "done", "held", "failed"
# A wall against endless plans, no clinical threshold: no start and step that a form accepts needs as many.
MOST_STEPS = 1000


@dataclass(frozen=True, slots=True)
class Limits:
    """Thresholds of the planner, all from the parameters of the reference data."""

    least_step_grams: float
    weighing_grams: float
    smallest_dose_grams: float
    failed_before_switch: int
    phq9_rise: int
    item_9_positive: int


@dataclass(frozen=True, slots=True)
class StartingPoint:
    """What the record gives a taper to start from. `refused` says why there is none; `beside` what stands outside it.

    Both are codes of the reference data's words. `left_out` names the products that the grams do not count.
    """

    grams: Range | None
    doses_per_day: float | None
    refused: str = ""
    beside: tuple[str, ...] = ()
    left_out: tuple[Product, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One step: from `starts_on`, `grams_per_day` in all. `state` is planned, done, held or failed."""

    number: int
    starts_on: date
    grams_per_day: float
    state: str = PLANNED


def limits_of(parameters: Mapping[str, float]) -> Limits:
    """Read the thresholds. Raises `KeyError` where reference data lacks one."""
    return Limits(
        least_step_grams=parameters["taper_least_step_grams"],
        weighing_grams=parameters["taper_weighing_grams"],
        smallest_dose_grams=parameters["taper_smallest_dose_grams"],
        failed_before_switch=int(parameters["taper_failed_steps_before_switch"]),
        phq9_rise=int(parameters["taper_phq9_rise"]),
        item_9_positive=int(parameters["phq9_item_9_positive"]),
    )


def starting_point(uses: tuple[KratomUse, ...], knowledge: Knowledge) -> StartingPoint:
    """Grams of leaf on a day of use now, from powder, capsules and tea alone; refused where there are none.

    7-OH and its like refuse a plan unless leaf is taken too; then the plan is for the leaf and says so.
    """
    carry_over = knowledge.parameters["carry_over_hours"]
    now = tuple(use for use in uses if standing_of(use, carry_over) is Standing.CURRENT)
    leaf = tuple(use for use in now if use.product in WEIGHED_LEAF)
    left_out = tuple(dict.fromkeys(use.product for use in now if use.product not in WEIGHED_LEAF))
    grams = _grams_of(leaf, knowledge)
    codes = _outside(left_out)
    if grams is None:
        return StartingPoint(None, None, refused=(*codes, "no_amount")[0], left_out=left_out)
    beside = tuple("seven_oh_too" if code == "seven_oh" else code for code in codes)
    return StartingPoint(grams, _doses_of(leaf), beside=beside, left_out=left_out)


def _grams_of(leaf: tuple[KratomUse, ...], knowledge: Knowledge) -> Range | None:
    """Grams a day; none where one product's grams or doses a day are not known, so that the start is never too low."""
    known = [exposure_of((use,), knowledge).grams_per_day for use in leaf]
    counted = all(use.per == "day" or use.doses_per_day is not None for use in leaf)
    return exposure_of(leaf, knowledge).grams_per_day if leaf and counted and None not in known else None


def _doses_of(leaf: tuple[KratomUse, ...]) -> float | None:
    doses = [use.doses_per_day for use in leaf if use.doses_per_day is not None]
    return sum(doses) if doses else None


def _outside(left_out: tuple[Product, ...]) -> tuple[str, ...]:
    found = []
    if CONCENTRATE_KINDS.intersection(left_out):
        found.append("seven_oh")
    if Product.UNKNOWN in left_out:
        found.append("unknown_product")
    if EXTRACT_KINDS.intersection(left_out):
        found.append("extract")
    return tuple(found)


def planned_steps(
    *, start_grams: float, percent: float, step_days: int, starts_on: date, limits: Limits
) -> tuple[Step, ...]:
    """Every step from the present amount to none.

    The first keeps the amount, as one weighed powder at set times. Each later one takes off `percent` of the current
    total, the least step at the least, rounded down to what can be weighed; so the amount never rises and ends at 0.
    """
    if start_grams <= 0 or not 0 < percent <= 100 or step_days < 1:
        raise ValueError("grams and days must be more than 0, per cent up to 100")
    amounts = [start_grams]
    while amounts[-1] > 0 and len(amounts) < MOST_STEPS:
        amounts.append(next_amount(amounts[-1], percent, limits))
    pace = timedelta(days=step_days)
    return tuple(Step(number, starts_on + (number - 1) * pace, grams) for number, grams in enumerate(amounts, start=1))


def next_amount(grams: float, percent: float, limits: Limits) -> float:
    """The amount after one step down from `grams`."""
    left = grams - max(grams * percent / 100, limits.least_step_grams)
    weighed = floor(left / limits.weighing_grams + 1e-9)  # 0.3 / 0.05 is 5.999… in binary
    return round(max(weighed, 0) * limits.weighing_grams, 4)


def doses_of(grams_per_day: float, set_times: int, limits: Limits) -> tuple[float, ...]:
    """The day's amount over the set times, earliest first; a set time is dropped when doses get small, the last one
    (night) at the end. The doses add up to the day's amount.
    """
    if grams_per_day <= 0:
        return ()
    times = max(1, min(set_times, floor(grams_per_day / limits.smallest_dose_grams + 1e-9)))
    each = floor(grams_per_day / times / limits.weighing_grams + 1e-9) * limits.weighing_grams
    over = grams_per_day - each * times
    extra = floor(over / limits.weighing_grams + 1e-9)
    doses = [each + (limits.weighing_grams if times - place <= extra else 0.0) for place in range(times)]
    doses[-1] += grams_per_day - sum(doses)
    return tuple(round(dose, 4) for dose in doses)


def current_step(steps: Sequence[Step]) -> Step | None:
    """The step that is on, or comes next: the first without an outcome."""
    return next((step for step in steps if step.state == PLANNED), None)


def after_outcome(steps: Sequence[Step], outcome: str, *, today: date, step_days: int) -> tuple[Step, ...]:
    """All steps once the current one has an outcome; those after it move. Raises `ValueError` with none to mark.

    Done: the next begins on its day, today when that has passed. Paused: the same amount for one more step. Failed:
    back to the amount before for one step, then the failed amount is tried again; where none was larger, once more.
    """
    current = current_step(steps)
    if current is None or outcome not in (DONE, HELD, FAILED):
        raise ValueError("no step to mark, or no such outcome")
    past = [step for step in steps if step.number < current.number]
    later = [step for step in steps if step.number > current.number]
    marked = replace(current, state=outcome)
    amounts = [step.grams_per_day for step in later]
    pace = timedelta(days=step_days)
    begins = later[0].starts_on if later else current.starts_on + pace
    if outcome == HELD:
        amounts = [current.grams_per_day, *amounts]
    elif outcome == FAILED:
        before = _amount_before(past, current)
        again = [current.grams_per_day] if before > current.grams_per_day else []
        amounts = [before, *again, *amounts]
        begins = today
    begins = max(begins, today)
    tail = [Step(current.number + 1 + place, begins + place * pace, grams) for place, grams in enumerate(amounts)]
    return (*past, marked, *tail)


def _amount_before(past: Sequence[Step], current: Step) -> float:
    """The last larger amount of the plan; the failed step's own where there was none."""
    larger = [step.grams_per_day for step in past if step.grams_per_day > current.grams_per_day]
    return larger[-1] if larger else current.grams_per_day


def proposes_switch(steps: Sequence[Step], limits: Limits) -> bool:
    """Whether so many steps failed that another way is proposed instead of a further try."""
    return sum(step.state == FAILED for step in steps) >= limits.failed_before_switch


def pause_signs(before: int | None, latest: tuple[int, ...] | None, limits: Limits) -> tuple[str, ...]:
    """Codes of the pause rules that scores on record meet. `before` is the PHQ-9 total from before the plan.

    None met proves nothing: distress and suicidal thoughts have to be asked about.
    """
    if latest is None:
        return ()
    rise = ("phq9_rise",) if before is not None and sum(latest) - before >= limits.phq9_rise else ()
    thought = ("suicidal_thought",) if latest[-1] >= limits.item_9_positive else ()
    return (*rise, *thought)
