"""PHQ-9 over time: every limit met and just missed, baselines, time since last use, changes of use, antidepressants."""

from datetime import date, timedelta

import pytest

from clinical.reference_course import course_faults
from clinical.screening.attempts import QUIT, STOP, TAPER, TAPER_END, USE, attempts_of, marks_of
from clinical.screening.course import BEFORE_CHANGE, FALL, FIRST_HIGH, RISE, course_of
from clinical.screening.course_document import limits_from
from clinical.screening.course_facts import LineSeen, TaperSeen, UseSeen, VisitSeen
from clinical.screening.course_medicines import medicine_changes, takings
from tests.clinical.screening.reference import read_csv, read_yaml

LIMITS = limits_from(read_yaml("course.yaml"))
DAY = date(2026, 1, 1)
USING, HOURS = (UseSeen(8.0),), 24.0


def phq9(total: int) -> tuple[int, ...]:
    return tuple(min(3, max(0, total - 3 * item)) for item in range(9))


def visit(days: int, total: int | None = None, uses=USING, **values) -> VisitSeen:
    answers = None if total is None else phq9(total)
    return VisitSeen(key=f"{days}-{total}", day=DAY + timedelta(days=days), phq9=answers, uses=uses, **values)


def stopped(days: float | None) -> tuple[UseSeen, ...]:
    return (UseSeen(None if days is None else days * HOURS, stopped=True),)


def readings(*visits, tapers=()):
    return course_of(visits, tapers, LIMITS).readings


def test_reliable_change_is_the_one_of_the_instrument():
    assert read_yaml("instruments/phq9.yaml")["reliable_change"]["value"] == LIMITS.reliable_change_points


# Baseline, later score: response, remission, reliable change, deterioration.
PAIRS = {
    "fall of exactly half": (10, 5, True, False, FALL, False),
    "fall of just under half": (11, 6, False, False, FALL, False),
    "remission": (10, 4, True, True, FALL, False),
    "five is no remission": (12, 5, True, False, FALL, False),
    "fall of five": (20, 15, False, False, FALL, False),
    "fall of four": (20, 16, False, False, "", False),
    "rise of five": (12, 17, False, False, RISE, True),
    "rise of four": (12, 16, False, False, "", False),
    "unchanged": (12, 12, False, False, "", False),
}


@pytest.mark.parametrize(("first", "later", "response", "remission", "reliable", "worse"), PAIRS.values(), ids=PAIRS)
def test_score_beside_its_baseline(first, later, response, remission, reliable, worse):
    baseline, found = readings(visit(0, first), visit(30, later))
    assert baseline.is_baseline
    assert (found.is_response, found.is_remission) == (response, remission)
    assert (found.reliable, found.is_deterioration) == (reliable, worse)


def test_low_scores_have_no_baseline_and_no_response():
    found = readings(visit(0, 9), visit(30, 3))
    assert [one.baseline for one in found] == [None, None]
    assert [one.is_response for one in found] == [None, None]
    assert not found[1].is_remission


def test_rise_over_the_score_before_is_deterioration_without_a_baseline():
    assert [one.is_deterioration for one in readings(visit(0, 2), visit(30, 7))] == [False, True]


def test_change_that_began_takes_the_last_score_before_it():
    plan = {"change_plan": "quit", "change_on": DAY + timedelta(days=40)}
    found = readings(visit(0, 20), visit(30, 16, **plan), visit(50, 8, stopped(10)))
    assert [(one.baseline.total, one.baseline.rule) for one in found] == [
        (20, FIRST_HIGH),
        (20, FIRST_HIGH),
        (16, BEFORE_CHANGE),
    ]
    assert [one.is_baseline for one in found] == [True, True, False]
    assert found[2].is_response


def test_taper_that_ends_in_stopping_keeps_the_score_before_its_first_step():
    taper = TaperSeen(DAY + timedelta(days=10))
    found = readings(visit(0, 18), visit(30, 14), visit(60, 10, stopped(3)), tapers=(taper,))
    assert [one.baseline.total for one in found] == [18, 18, 18]


def test_second_attempt_after_use_again_has_its_own_baseline():
    found = readings(visit(0, 18), visit(20, 12, stopped(5)), visit(60, 15), visit(80, 9, stopped(4)))
    assert [one.baseline.total for one in found] == [18, 18, 18, 15]


def test_low_baseline_before_a_change_counts_no_response():
    found = readings(visit(0, 8), visit(20, 3, stopped(5)))
    assert found[1].baseline.total == 8
    assert found[1].is_response is None
    assert found[1].reliable == FALL


SINCE = {
    "hours of the visit": ((visit(0, 5),), (8 / 24, True)),
    "least of several": ((visit(0, 5, (UseSeen(72.0, True), UseSeen(24.0))),), (1.0, True)),
    "one product not recorded": ((visit(0, 5, (UseSeen(72.0, True), UseSeen())),), (3.0, False)),
    "does not use, from the visit before": ((visit(0), visit(10, 5, (), does_not_use=True)), (10.0, False)),
    "nothing on record": ((visit(0, 5, (UseSeen(),)),), None),
}


@pytest.mark.parametrize(("visits", "since"), SINCE.values(), ids=SINCE)
def test_days_since_last_use(visits, since):
    found = readings(*visits)[-1].since_last_use
    assert (found and (found.days, found.is_exact)) == since


APART = {
    "fourteen days after stopping": ((visit(0, 5, stopped(14)),), True),
    "just over fourteen days": ((visit(0, 5, stopped(14.1)),), False),
    "still used": ((visit(0, 5),), False),
    "one of two products stopped": ((visit(0, 5, (*stopped(3), UseSeen(8.0))),), True),
    "stopped, day not recorded": ((visit(0, 5, stopped(None)),), None),
    "stopped, day not recorded, use seen lately": ((visit(0), visit(10, 5, stopped(None))), True),
    "no use reported ten days after use": ((visit(0), visit(10, 5, (), does_not_use=True)), True),
    "no use reported long after use": ((visit(0), visit(40, 5, (), does_not_use=True)), False),
    "quit day passed, nothing since": (
        (visit(0, change_plan="quit", change_on=DAY + timedelta(days=2)), visit(9, 5, (UseSeen(7.5 * HOURS),))),
        True,
    ),
    "quit day passed, used since": (
        (visit(0, change_plan="quit", change_on=DAY + timedelta(days=2)), visit(9, 5)),
        False,
    ),
}


@pytest.mark.parametrize(("visits", "apart"), APART.values(), ids=APART)
def test_items_read_by_themselves_in_the_two_weeks_after_stopping(visits, apart):
    found = readings(*visits)[-1]
    assert found.is_apart is apart
    assert [item for item, _answer in found.apart_items] == ([] if apart is False else [1, 2, 6, 9])


def test_visits_of_one_day_keep_their_order_and_both_count():
    first = VisitSeen("a", DAY, phq9(12), USING)
    found = course_of((first, VisitSeen("b", DAY, phq9(18), USING)), (), LIMITS).readings
    assert [one.total for one in found] == [12, 18]
    assert found[1].is_deterioration


def test_nothing_known_reads_as_nothing():
    assert course_of((), (), LIMITS).readings == ()
    assert course_of((visit(0),), (), LIMITS).readings == ()


def on(days: int) -> date:
    return DAY + timedelta(days=days)


def test_plan_replaced_before_its_day_does_not_count():
    moved = (
        visit(0, change_plan="quit", change_on=on(10)),
        visit(5, change_plan="quit", change_on=on(20)),
    )
    assert [one.started_on for one in attempts_of(moved, ())] == [on(20)]


def test_taper_ended_with_use_going_on_is_over():
    (found,) = attempts_of((visit(0), visit(40)), (TaperSeen(on(5), on(30)),))
    assert (found.started_on, found.stopped_on, found.ended_on) == (on(5), None, on(30))


def test_marks_name_each_event_once():
    visits = (
        visit(0, change_plan="taper", change_on=on(5)),
        visit(30, uses=stopped(3)),
        visit(37, uses=stopped(10)),
        visit(60),
    )
    found = [(mark.kind, mark.day) for mark in marks_of(visits, (TaperSeen(on(5), on(28)),))]
    assert found == [(TAPER, on(5)), (STOP, on(27)), (TAPER_END, on(28)), (USE, on(60))]


def test_stop_without_a_day_is_marked_so_at_the_last_use_known():
    found = marks_of((visit(0), visit(30, uses=(), does_not_use=True)), ())
    assert [(mark.kind, mark.day, mark.is_dated) for mark in found] == [(STOP, DAY, False)]


def test_day_agreed_after_the_last_visit_is_planned():
    (found,) = marks_of((visit(0, change_plan="quit", change_on=on(10)),), ())
    assert (found.kind, found.is_planned) == (QUIT, True)


ANTI = frozenset({"sertraline", "mirtazapine"})


def line(text: str, **values) -> LineSeen:
    return LineSeen(text, (text.split()[0],), **values)


def seen(days: int, *lines: LineSeen) -> VisitSeen:
    return visit(days, lines=lines)


MEDICINES = {
    "taken when first seen": ((seen(0, line("sertraline 50 mg")),), []),
    "first seen with its day": (
        (seen(0, line("sertraline 50 mg", started_on=on(-30))),),
        [("start", on(-30), True)],
    ),
    "newly listed": ((seen(0), seen(30, line("sertraline 50 mg"))), [("start", on(30), False)]),
    "no longer listed": ((seen(0, line("sertraline 50 mg")), seen(30)), [("stop", on(30), False)]),
    "stopped on a day": (
        (seen(0, line("sertraline 50 mg")), seen(30, line("sertraline 50 mg", stopped_on=on(20)))),
        [("stop", on(20), True)],
    ),
    "stop told once": (
        (
            seen(0, line("sertraline 50 mg")),
            seen(30, line("sertraline 50 mg", stopped_on=on(20))),
            seen(60, line("sertraline 50 mg", stopped_on=on(20))),
        ),
        [("stop", on(20), True)],
    ),
    "dose written differently": (
        (seen(0, line("sertraline 50 mg")), seen(30, line("sertraline 100 mg"))),
        [("rewritten", on(30), False)],
    ),
    "same words in other letters": (
        (seen(0, line("sertraline 50 mg")), seen(30, LineSeen("Sertraline  50 MG", ("sertraline",)))),
        [],
    ),
    "planned is not taken": ((seen(0), seen(30, line("sertraline 50 mg", phase="planned"))), []),
    "no antidepressant": ((seen(0), seen(30, line("lisinopril 10 mg"))), []),
}


@pytest.mark.parametrize(("visits", "changes"), MEDICINES.values(), ids=MEDICINES)
def test_antidepressant_changes_between_visits(visits, changes):
    found = [(change.kind, change.day, change.is_dated) for change in medicine_changes(visits, ANTI)]
    assert found == changes


def test_antidepressants_each_have_a_row_until_stopped():
    visits = (
        seen(0, line("sertraline 50 mg")),
        seen(30, line("sertraline 100 mg"), line("mirtazapine 15 mg")),
        seen(60, line("mirtazapine 15 mg")),
    )
    rows = [(row.substance, row.since, row.stopped_on) for row in takings(visits, ANTI)]
    assert rows == [("sertraline", on(0), on(60)), ("mirtazapine", on(30), None)]


ROLES = {row["role"] for row in read_csv("roles_vocabulary.csv")}
BROKEN = {
    "limit missing": (lambda d: d["parameters"].pop(), "apart_days is missing"),
    "limit not a figure": (lambda d: d["parameters"][0].update(value="many"), "many"),
    "limit of nothing": (lambda d: d["parameters"][0].update(value=0), "above zero"),
    "limit nobody reads": (lambda d: d["parameters"].append(d["parameters"][0] | {"name": "more"}), "once each"),
    "no source and no judgement": (lambda d: d["parameters"][0].update(source=[]), "names no source"),
    "item that is none": (lambda d: d["apart_items"][0].update(items=[10]), "items of the PHQ-9"),
    "unknown role": (lambda d: d["antidepressants"][0].update(roles=["ssir"]), "“ssir” is not known"),
}


@pytest.mark.parametrize(("spoil", "says"), BROKEN.values(), ids=BROKEN)
def test_document_that_cannot_be_used_is_named(spoil, says):
    content = read_yaml("course.yaml")
    copy = {name: [dict(row) for row in rows] for name, rows in content.items()}
    assert list(course_faults(copy, ROLES)) == []
    spoil(copy)
    (fault,) = course_faults(copy, ROLES)
    assert says in fault
