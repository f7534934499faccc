"""The taper planner: what it starts from, that it never rises and ends, and how steps move after an outcome."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinical.screening.facts import Product
from clinical.screening.tapering import (
    DONE,
    FAILED,
    HELD,
    PLANNED,
    after_outcome,
    current_step,
    doses_of,
    limits_of,
    next_amount,
    pause_signs,
    planned_steps,
    proposes_switch,
    starting_point,
)
from tests.clinical.screening.examples import knowledge, use

KNOWN = knowledge()
LIMITS = limits_of(KNOWN.parameters)
DAY = date(2026, 12, 1)


def plan(start=9.0, percent=10.0, days=7):
    return planned_steps(start_grams=start, percent=percent, step_days=days, starts_on=DAY, limits=LIMITS)


def amounts(steps):
    return [step.grams_per_day for step in steps]


def marked(steps, *outcomes, today=DAY):
    for outcome in outcomes:
        steps = after_outcome(steps, outcome, today=today, step_days=7)
    return steps


# ---- What it starts from.

STARTS = {
    "powder": ((use(amount=3, doses_per_day=3),), (9, 9, 9), 3),
    "capsules a day": ((use("capsule", 8, "capsule", per="day", doses_per_day=None),), (3.2, 4.4, 7.04), None),
    "powder and tea": ((use(amount=3), use("tea", 2, "g", doses_per_day=2)), (7, 7, 7), 3),
}


@pytest.mark.parametrize(("uses", "grams", "doses"), STARTS.values(), ids=STARTS)
def test_start_is_the_leaf_of_a_day_of_use(uses, grams, doses):
    found = starting_point(uses, KNOWN)
    assert found.grams == pytest.approx(grams)
    assert (found.doses_per_day, found.refused, found.beside) == (doses, "", ())


REFUSED = {
    "7-OH in label mg": ((use("7oh", 30, "mg_7oh", doses_per_day=4),), "seven_oh"),
    "pseudoindoxyl": ((use("pseudoindoxyl", 2, "tablet"),), "seven_oh"),
    "enhanced": ((use("enhanced", 1, "serving"),), "seven_oh"),
    "extract": ((use("extract", 50, "mg_mitragynine"),), "extract"),
    "product not known": ((use("unknown", 5, "g"),), "unknown_product"),
    "leaf without amount": ((use(amount=None),), "no_amount"),
    "leaf without doses a day": ((use(doses_per_day=None),), "no_amount"),
    "one leaf product without amount": ((use(amount=3), use("capsule", None)), "no_amount"),
    "smoked leaf": ((use("smoked", 2, "g"),), "no_amount"),
    "stopped": ((use(amount=3, stopped=True, hours_since_last_use=5),), "no_amount"),
    "nothing": ((), "no_amount"),
}


@pytest.mark.parametrize(("uses", "code"), REFUSED.values(), ids=REFUSED)
def test_start_is_refused(uses, code):
    found = starting_point(uses, KNOWN)
    assert (found.grams, found.refused) == (None, code)


def test_mixed_use_plans_the_leaf_alone_and_says_so():
    found = starting_point((use(amount=3), use("7oh", 30, "mg_7oh"), use("shot", 1, "shot")), KNOWN)
    assert found.grams == (3, 3, 3)
    assert found.beside == ("seven_oh_too", "extract")
    assert found.left_out == (Product.SEVEN_OH, Product.SHOT)


# ---- The steps.


def test_worked_example():
    steps = plan()
    assert amounts(steps)[:5] == [9, 8.1, 7.25, 6.5, 5.85]
    assert [step.starts_on for step in steps[:3]] == [DAY, date(2026, 12, 8), date(2026, 12, 15)]
    assert amounts(steps)[-3:] == [0.4, 0.15, 0]


@given(
    start=st.integers(1, 20_000).map(lambda n: n / 100),
    percent=st.floats(0.5, 100, allow_nan=False),
    days=st.integers(1, 60),
)
def test_plan_never_rises_takes_its_share_ends_and_keeps_its_days(start, percent, days):
    steps = plan(start, percent, days)
    grams = amounts(steps)
    assert grams[0] == start
    assert grams[-1] == 0
    for before, after in zip(grams, grams[1:], strict=False):
        taken = before - after
        due = max(before * percent / 100, LIMITS.least_step_grams)
        assert after < before
        assert taken >= min(due, before) - 1e-6
        assert taken <= due + LIMITS.weighing_grams + 1e-6
    starts = [step.starts_on for step in steps]
    assert starts == [DAY + timedelta(days=days * place) for place in range(len(steps))]
    assert [step.number for step in steps] == list(range(1, len(steps) + 1))


@given(grams=st.integers(1, 2000).map(lambda n: n / 20), times=st.integers(1, 12))
def test_doses_add_up_and_get_fewer_as_they_get_small(grams, times):
    doses = doses_of(grams, times, LIMITS)
    assert sum(doses) == pytest.approx(grams)
    assert 1 <= len(doses) <= times
    assert max(doses) - min(doses) <= LIMITS.weighing_grams + 1e-6
    assert len(doses) == 1 or min(doses) >= LIMITS.smallest_dose_grams - LIMITS.weighing_grams - 1e-6


def test_the_last_dose_of_the_day_is_the_larger_one_and_none_means_none():
    assert doses_of(7.25, 3, LIMITS) == (2.4, 2.4, 2.45)
    assert doses_of(0.7, 3, LIMITS) == (0.7,)
    assert doses_of(0, 3, LIMITS) == ()


@pytest.mark.parametrize(("start", "percent", "days"), [(0, 10, 7), (9, 0, 7), (9, 101, 7), (9, 10, 0)])
def test_plan_of_nonsense_is_refused(start, percent, days):
    with pytest.raises(ValueError, match="more than 0"):
        plan(start, percent, days)


def test_least_step_holds_for_small_amounts():
    assert next_amount(1.0, 5, LIMITS) == 0.75


# ---- What becomes of them.


def test_done_on_time_moves_nothing():
    before = plan()
    after = marked(before, DONE, today=DAY + timedelta(days=6))
    assert after[0].state == DONE
    assert after[1:] == before[1:]


def test_done_late_moves_the_rest():
    after = marked(plan(), DONE, today=DAY + timedelta(days=10))
    assert [step.starts_on for step in after[1:3]] == [DAY + timedelta(days=10), DAY + timedelta(days=17)]


def test_paused_step_keeps_its_amount_for_one_more():
    after = marked(marked(plan(), DONE), HELD, today=DAY + timedelta(days=8))
    assert [(step.grams_per_day, step.state) for step in after[:4]] == [
        (9, DONE),
        (8.1, HELD),
        (8.1, PLANNED),
        (7.25, PLANNED),
    ]
    assert after[2].starts_on == DAY + timedelta(days=14)
    assert len(after) == len(plan()) + 1


def test_failed_step_goes_back_and_is_tried_again():
    today = DAY + timedelta(days=9)
    after = marked(plan(), DONE, FAILED, today=today)
    assert [(step.grams_per_day, step.state) for step in after[:5]] == [
        (9, DONE),
        (8.1, FAILED),
        (9, PLANNED),
        (8.1, PLANNED),
        (7.25, PLANNED),
    ]
    assert [step.starts_on for step in after[2:4]] == [today, today + timedelta(days=7)]
    assert [step.number for step in after] == list(range(1, len(after) + 1))


def test_failed_first_step_stays_at_its_amount():
    assert amounts(marked(plan(), FAILED))[:3] == [9, 9, 8.1]


def test_switch_is_proposed_after_two_failed_steps():
    once = marked(plan(), DONE, FAILED)
    assert not proposes_switch(once, LIMITS)
    assert proposes_switch(marked(once, FAILED), LIMITS)


@given(st.lists(st.sampled_from([DONE, HELD, FAILED]), max_size=12))
def test_whatever_happens_planned_amounts_never_rise_and_end(outcomes):
    steps = plan()
    for outcome in outcomes:
        if current_step(steps) is None:
            break
        steps = marked(steps, outcome)
    still = [step for step in steps if step.state == PLANNED]
    grams = amounts(still)
    assert grams == sorted(grams, reverse=True)
    assert max(amounts(steps)) == 9
    assert not still or grams[-1] == 0
    assert [step.starts_on for step in still] == sorted({step.starts_on for step in still})


def test_nothing_left_to_mark_is_refused():
    with pytest.raises(ValueError, match="no step to mark"):
        marked((), DONE)
    with pytest.raises(ValueError, match="no such outcome"):
        marked(plan(), "skipped")


SIGNS = {
    "no score": (8, None, ()),
    "rise of 4": (8, (2, 2, 2, 2, 2, 2, 0, 0, 0), ()),
    "rise of 5": (8, (2, 2, 2, 2, 2, 2, 1, 0, 0), ("phq9_rise",)),
    "no score before": (None, (3, 3, 3, 3, 3, 3, 3, 3, 0), ()),
    "item 9": (8, (0,) * 8 + (1,), ("suicidal_thought",)),
    "both": (0, (1,) * 9, ("phq9_rise", "suicidal_thought")),
}


@pytest.mark.parametrize(("before", "latest", "signs"), SIGNS.values(), ids=SIGNS)
def test_pause_signs_of_scores(before, latest, signs):
    assert pause_signs(before, latest, LIMITS) == signs
