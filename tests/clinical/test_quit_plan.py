"""The quit plan page and its writes: who may, what is refused, what is kept, how steps move, follow-ups and history."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from clinical import quit_plans
from clinical.actions.consultation import ChangedByAnother
from clinical.actions.tapering import Figures, NotPlanned, Task, book_follow_ups, end_plan, make_plan, note_step
from clinical.forms.consultation_start import today_at
from clinical.models import AuditEvent, FollowUp, TaperPlan
from clinical.permissions import AUDITOR
from clinical.records import UseRecord
from clinical.screening.tapering import DONE, FAILED, HELD
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def today(doctor):
    return today_at(doctor.practice)


@pytest.fixture
def patient(doctor):
    return factories.patient(doctor)


@pytest.fixture
def quit_page(client, doctor, patient):
    client.force_login(doctor)
    return Page(client, patient)


class Page:
    """The page of one patient, as a browser without scripts sends it."""

    def __init__(self, client, patient):
        self.client, self.patient = client, patient

    def address(self, name="quit_plan"):
        return reverse(f"clinical:{name}", args=[self.patient.pk])

    def read(self):
        answer = self.client.get(self.address())
        assert answer.status_code == 200
        return answer.content.decode()

    def send(self, name="quit_plan", **values):
        return self.client.post(self.address(name), values)


def typed(today, **changes):
    known = {
        "do": "make",
        "start_grams_per_day": "9",
        "is_weighed": "on",
        "doses_per_day": "3",
        "step_percent": "10",
        "step_days": "7",
        "starts_on": today.isoformat(),
    }
    return {name: value for name, value in (known | changes).items() if value is not None}


def made(doctor, patient, today, **changes):
    known = quit_plans.where_today(patient)
    figures = replace(Figures(today, 9.0, 3, 10.0, 7), **changes)
    return make_plan(
        patient=patient, by=doctor, figures=figures, start=known.start, limits=known.limits, is_weighed=True
    )


def noted(plan, doctor, outcome, today, why="told so"):
    steps = quit_plans.steps_of(TaperPlan.objects.get(pk=plan.pk))
    seen = next(step.number for step in steps if step.state == "planned")
    note_step(plan=plan, by=doctor, outcome=outcome, why=why, seen=seen, today=today)


def states(plan, most=5):
    rows = TaperPlan.objects.get(pk=plan.pk).steps.all()[:most]
    return [(row.grams_per_day, row.state) for row in rows]


# ---- Planning.


def test_page_starts_from_the_leaf_of_the_last_visit_and_says_whose_figures_these_are(quit_page, doctor, patient):
    factories.draft(doctor, patient)
    shown = quit_page.read()
    assert 'name="start_grams_per_day" value="9"' in shown
    assert 'name="doses_per_day" value="3"' in shown
    assert "lay guide proposes 5 % a step" not in shown  # the note of the range, not of its lower end
    assert "5 to 10 % a step is our working proposal" in shown
    assert "No trial of tapering kratom was found" in shown
    assert "PHQ-9 up by 5 points or more" in shown


def test_shown_calendar_is_not_kept(quit_page, doctor, patient, today):
    factories.draft(doctor, patient)
    answer = quit_page.send(**typed(today, do="show"))
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert "not kept yet" in shown
    assert "2.7 + 2.7 + 2.7 g" in shown
    assert not TaperPlan.objects.exists()


def test_plan_is_kept_with_its_steps_and_an_audit_event(quit_page, doctor, patient, today):
    factories.signed_visit(doctor, patient)
    answer = quit_page.send(**typed(today, note="three set times, weighed at home"))
    assert answer.status_code == 302
    plan = TaperPlan.objects.get()
    assert plan.consultation.is_signed
    assert states(plan, 3) == [(9, "planned"), (8.1, "planned"), (7.25, "planned")]
    assert AuditEvent.objects.filter(record="taperplan", act="created", patient=patient).count() == 1
    shown = quit_page.read()
    assert "Step 1 is on" in shown
    assert "three set times, weighed at home" in shown


REFUSED = {
    "not weighed": ({"is_weighed": None}, "Weigh one usual day"),
    "no grams": ({"start_grams_per_day": ""}, "This is needed"),
    "zero grams": ({"start_grams_per_day": "0"}, "Enter the weighed grams"),
    "grams meant as milligrams": ({"start_grams_per_day": "900"}, "Check that it is grams, not milligrams"),
    "more set times than doses": ({"doses_per_day": "4"}, "Merge them"),
    "nothing taken off": ({"step_percent": "0"}, "Less than 1"),
    "half a day": ({"step_days": "0.5"}, "whole number"),
    "in the past": ({"starts_on": "2020-01-01"}, "lies in the past"),
    "far away": ({"starts_on": "2090-01-01"}, "more than a year away"),
    "no day": ({"starts_on": ""}, "This is needed"),
    "not a day": ({"starts_on": "soon"}, "Enter a day"),
}


@pytest.mark.parametrize(("changes", "words"), REFUSED.values(), ids=REFUSED)
def test_planner_refuses(quit_page, doctor, patient, today, changes, words):
    factories.draft(doctor, patient)
    answer = quit_page.send(**typed(today, **changes))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not TaperPlan.objects.exists()


def test_size_outside_the_range_is_said_and_allowed(quit_page, doctor, patient, today):
    factories.draft(doctor, patient)
    shown = quit_page.send(**typed(today, do="show", step_percent="25", step_days="3")).content.decode()
    assert "Steps of 25% lie outside the 5 to 10%" in shown
    assert "Steps of 3 days lie outside the 5 to 7 days" in shown


def seven_oh():
    return UseRecord(product="7oh", amount=30.0, unit="mg_7oh", doses_per_day=4.0, days_per_week=7.0)


NO_PLAN = {
    "7-OH": ((seven_oh(),), "Not by label milligrams"),
    "extract": ((UseRecord(product="extract", amount=50.0, unit="mg_mitragynine"),), "are not weighed leaf"),
    "product not known": ((UseRecord(product="unknown", amount=3.0, unit="g", doses_per_day=1.0),), "Find out what"),
    "amount not known": ((UseRecord(product="leaf_powder"),), "No grams of leaf a day are known yet"),
}


@pytest.mark.parametrize(("uses", "words"), NO_PLAN.values(), ids=NO_PLAN)
def test_no_planner_without_weighed_leaf_and_no_way_round_it(quit_page, doctor, patient, today, uses, words):
    factories.draft(doctor, patient, factories.visit(uses=uses))
    shown = quit_page.read()
    assert words in shown
    assert "Keep this plan" not in shown
    assert quit_page.send(**typed(today)).status_code == 409
    assert not TaperPlan.objects.exists()


def test_mixed_use_plans_the_leaf_and_says_what_else(quit_page, doctor, patient):
    factories.draft(doctor, patient, factories.visit(uses=(factories.leaf(), seven_oh())))
    shown = quit_page.read()
    assert "This plan is for the leaf alone" in shown
    assert "Keep this plan" in shown


def test_complicated_says_not_at_home_alone(quit_page, doctor, patient):
    factories.draft(doctor, patient, factories.visit(pregnant=True))
    shown = quit_page.read()
    assert "Do not plan a stop or taper at home without supervision" in shown
    assert "pregnancy" in shown


def test_page_without_a_visit_asks_for_one(quit_page):
    assert "Record kratom use in a visit first" in quit_page.read()


@pytest.mark.parametrize("uses", [(factories.leaf(),), (seven_oh(),), ()])
def test_page_never_says_safe(quit_page, doctor, patient, uses):
    factories.draft(doctor, patient, factories.visit(uses=uses))
    assert " safe" not in quit_page.read().casefold().replace(" safety", "")


def test_second_open_plan_is_refused(doctor, patient, today):
    factories.draft(doctor, patient)
    made(doctor, patient, today)
    with pytest.raises(ChangedByAnother, match="open already"):
        made(doctor, patient, today)


# ---- Steps.


def test_outcomes_move_the_plan_and_two_failures_propose_another_way(quit_page, doctor, patient, today):
    factories.draft(doctor, patient)
    plan = made(doctor, patient, today)
    for step, outcome in enumerate((DONE,), start=1):
        assert quit_page.send("quit_plan_step", step=step, outcome=outcome, why="").status_code == 302
    later = today + timedelta(days=7)
    noted(plan, doctor, FAILED, later)
    assert states(plan) == [(9, "done"), (8.1, "failed"), (9, "planned"), (8.1, "planned"), (7.25, "planned")]
    assert "Another way" not in quit_page.read()
    noted(plan, doctor, FAILED, later)
    shown = quit_page.read()
    assert "Another way" in shown
    assert "discuss medication treatment" in shown
    assert AuditEvent.objects.filter(record="taperplan", act="changed").count() == 3


def test_paused_step_moves_the_rest(doctor, patient, today):
    factories.draft(doctor, patient)
    plan = made(doctor, patient, today)
    noted(plan, doctor, HELD, today, why="poor sleep")
    assert states(plan, 3) == [(9, "held"), (9, "planned"), (8.1, "planned")]
    assert plan.steps.get(number=1).why == "poor sleep"


@pytest.mark.parametrize("outcome", [HELD, FAILED])
def test_pausing_and_failing_need_a_reason(quit_page, doctor, patient, today, outcome):
    factories.draft(doctor, patient)
    plan = made(doctor, patient, today)
    assert quit_page.send("quit_plan_step", step=1, outcome=outcome, why=" ").status_code == 422
    with pytest.raises(NotPlanned, match="Say why"):
        noted(plan, doctor, outcome, today, why="")
    assert states(plan, 1) == [(9, "planned")]


def test_step_noted_meanwhile_is_not_noted_twice(quit_page, doctor, patient, today):
    factories.draft(doctor, patient)
    plan = made(doctor, patient, today)
    assert quit_page.send("quit_plan_step", step=1, outcome=DONE).status_code == 302
    answer = quit_page.send("quit_plan_step", step=1, outcome=FAILED, why="late")
    assert answer.status_code == 409
    assert "after you opened the page" in answer.content.decode()
    assert states(plan, 2) == [(9, "done"), (8.1, "planned")]


def test_step_that_has_not_begun_cannot_be_noted(quit_page, doctor, patient, today):
    factories.draft(doctor, patient)
    made(doctor, patient, today, starts_on=today + timedelta(days=2))
    assert "It can be noted once it has begun" in quit_page.read()
    assert quit_page.send("quit_plan_step", step=1, outcome=DONE).status_code == 409


def test_record_shows_signs_to_pause(quit_page, doctor, patient, today):
    before, after = today - timedelta(days=20), today - timedelta(days=1)
    factories.signed_visit(doctor, patient, factories.visit(visit_on=before, phq9=(1, 1, 1, 0, 0, 0, 0, 0, 0)))
    factories.draft(doctor, patient, factories.visit(visit_on=after, phq9=(2, 2, 2, 2, 0, 0, 0, 0, 1)))
    made(doctor, patient, today, starts_on=before + timedelta(days=1))
    shown = quit_page.read()
    assert "The record shows a sign to pause" in shown
    signs = shown.split("The record shows a sign to pause")[1].split("</div>")[0]
    assert "PHQ-9 up by 5 points or more" in signs
    assert "Any suicidal thought" in signs


# ---- The end, follow-ups, who may.


def test_ended_plan_stays_readable_and_makes_room_for_another(quit_page, doctor, patient, today):
    factories.draft(doctor, patient)
    made(doctor, patient, today)
    assert quit_page.send("quit_plan_end", reason="").status_code == 422
    assert quit_page.send("quit_plan_end", reason="moved to medication").status_code == 302
    shown = quit_page.read()
    assert "Earlier plans" in shown
    assert "moved to medication" in shown
    assert quit_page.send("quit_plan_end", reason="again").status_code == 409
    made(doctor, patient, today)
    assert TaperPlan.objects.count() == 2


def test_ended_plan_takes_no_outcome(doctor, patient, today):
    factories.draft(doctor, patient)
    plan = made(doctor, patient, today)
    with pytest.raises(NotPlanned, match="why the plan ends"):
        end_plan(plan=plan, by=doctor, reason=" ")
    end_plan(plan=plan, by=doctor, reason="stopped")
    with pytest.raises(ChangedByAnother):
        note_step(plan=plan, by=doctor, outcome=DONE, why="", seen=1, today=today)


def test_follow_ups_are_offered_booked_once_and_owned(quit_page, doctor, patient, today):
    factories.signed_visit(doctor, patient)
    made(doctor, patient, today)
    colleague = factories.clinician(doctor.practice)
    key = f"{today + timedelta(days=7):%Y%m%d}-start"
    answer = quit_page.send("quit_plan_follow_ups", days=[key], owner=str(colleague.pk))
    assert answer.status_code == 302
    task = FollowUp.objects.get()
    assert (task.due_on, task.owner) == (today + timedelta(days=7), colleague)
    assert task.who_says == "our judgement"
    assert AuditEvent.objects.filter(record="followup", act="created").count() == 1
    assert quit_page.send("quit_plan_follow_ups", days=[key], owner=str(colleague.pk)).status_code == 422
    assert quit_page.send("quit_plan_follow_ups", owner=str(colleague.pk)).status_code == 422


def test_follow_ups_need_a_signed_visit(quit_page, doctor, patient, today):
    visit = factories.draft(doctor, patient)
    made(doctor, patient, today)
    assert "once a visit is signed" in quit_page.read()
    assert quit_page.send("quit_plan_follow_ups", days=["x"]).status_code == 409
    task = Task(today, "look again", "", "")
    with pytest.raises(NotPlanned, match="signed visit"):
        book_follow_ups(consultation=visit, by=doctor, owner=doctor, tasks=[task])


def test_owner_of_another_practice_is_refused(doctor, patient, today):
    visit = factories.signed_visit(doctor, patient)
    with pytest.raises(NotPlanned, match="of this practice"):
        book_follow_ups(consultation=visit, by=doctor, owner=factories.clinician(), tasks=[])


def test_auditor_reads_and_does_not_write(client, doctor, patient, today):
    factories.draft(doctor, patient)
    made(doctor, patient, today)
    client.force_login(factories.person(AUDITOR, of=doctor.practice))
    quit_page = Page(client, patient)
    shown = quit_page.read()
    assert "Steps of the plan" in shown
    assert "Note the step" not in shown
    for name in ("quit_plan", "quit_plan_step", "quit_plan_end", "quit_plan_follow_ups"):
        assert quit_page.send(name).status_code == 403


def test_patient_of_another_practice_does_not_exist(client, patient):
    client.force_login(factories.clinician())
    quit_page = Page(client, patient)
    assert client.get(quit_page.address()).status_code == 404
    for name in ("quit_plan", "quit_plan_step", "quit_plan_end", "quit_plan_follow_ups"):
        assert quit_page.send(name).status_code == 404


def test_actions_refuse_who_may_not_write(doctor, patient, today):
    factories.draft(doctor, patient)
    auditor = factories.person(AUDITOR, of=doctor.practice)
    with pytest.raises(PermissionDenied):
        made(auditor, patient, today)


@pytest.mark.parametrize("write", ["make", "step", "end"])
def test_nothing_is_kept_without_its_audit_event(doctor, patient, today, write, nothing_kept_without_audit):
    factories.draft(doctor, patient)
    plan = None if write == "make" else made(doctor, patient, today)
    with nothing_kept_without_audit():
        if plan is None:
            made(doctor, patient, today)
        elif write == "step":
            noted(plan, doctor, DONE, today)
        else:
            end_plan(plan=plan, by=doctor, reason="stopped")


def test_queries_do_not_grow_with_steps(quit_page, doctor, patient, today, django_assert_max_num_queries):
    factories.signed_visit(doctor, patient)
    made(doctor, patient, today)
    quit_page.read()
    with django_assert_max_num_queries(26):
        quit_page.read()
