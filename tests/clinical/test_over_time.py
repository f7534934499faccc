"""The page over time and its short form on the chart: what is read, what is left out, who may open it, its queries."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinical.actions.consultation import amend_consultation, save_consultation
from clinical.actions.screening import run_screening, sign_consultation
from clinical.models import AuditEvent, TaperPlan
from clinical.over_time import over_time_of, scores_of
from clinical.permissions import ROLES
from tests import factories
from tests.clinical import course_scene

pytestmark = pytest.mark.django_db
READERS = {"Clinician", "Practice admin", "Auditor"}


@pytest.fixture
def signed_in(client, doctor):
    client.force_login(doctor)
    return client


@pytest.fixture
def known(doctor):
    return course_scene.patient_of(doctor, course_scene.story())


def page_of(patient) -> str:
    return reverse("clinical:over_time", args=[patient.pk])


def words_of(client, patient) -> str:
    return client.get(page_of(patient)).content.decode()


@pytest.mark.parametrize("role", ROLES)
def test_page_opens_for_those_who_read_charts(role, client, doctor):
    patient = factories.patient(doctor)
    client.force_login(factories.person(role, of=doctor.practice))
    assert client.get(page_of(patient)).status_code == (200 if role in READERS else 403)


def test_page_of_another_practice_does_not_exist(client, doctor):
    patient = factories.patient(doctor)
    client.force_login(factories.clinician())
    assert client.get(page_of(patient)).status_code == 404


def test_opening_the_page_is_audited(signed_in, doctor):
    patient = factories.patient(doctor)
    signed_in.get(page_of(patient))
    assert AuditEvent.objects.filter(act="opened", patient=patient, by=doctor).count() == 1


def test_story_reads_as_it_went(signed_in, known):
    words = words_of(signed_in, known)
    for expected in (
        "13, moderate",
        "Fell by 8 since the baseline of 16 (10 Feb 2026).",
        "Response: at least 50% lower",
        "Remission: below 5.",
        "Deterioration: a rise of 5 or more over the score before.",
        "item 1: 3, item 2: 3, item 6: 3, item 9: 0",
        "at most 105 days",
        "28 days",
        "Kratom stopped",
        "Day agreed for stopping",
        "“sertraline 50 mg”, then “sertraline 100 mg”",
        "Started: mirtazapine 15 mg",
        "no longer taken or listed",
        "overlap with withdrawal",
    ):
        assert expected in words


def test_figures_the_scores_are_read_with_have_units(signed_in, known):
    words = words_of(signed_in, known)
    for said in (
        "share of the baseline: <strong>50 %</strong>",
        "<strong>14 days</strong>",
        "<strong>10 points</strong>",
    ):
        assert said in words


def test_amount_counted_on_after_a_stop_says_that_it_was_taken_before(signed_in, known):
    page = signed_in.get(page_of(known))
    looks = [look for _path, look in page.context["picture"].lines]
    assert looks.count("kc-pic__bar kc-pic__leaf kc-pic__over") == 1
    told = {row.day: row.mitragynine for row in page.context["rows"]}
    assert told["26 Feb 2026"].endswith("taken before the stop")
    assert "before the stop" not in told["10 Feb 2026"]
    assert "a taper begins" in page.content.decode()


def test_two_alkaloids_have_lanes_of_their_own(known):
    last = over_time_of(known).visits[-1]
    assert last.mitragynine_mg_per_day == (36, 117, 180)
    assert last.seven_oh_mg_per_day == (30, 30, 30)


def test_picture_is_named_for_who_does_not_see_it(signed_in, known):
    words = words_of(signed_in, known)
    assert 'role="img" aria-labelledby="course-title course-desc"' in words
    assert "6 PHQ-9 scores from 10 Jan 2026 to 10 Sep 2026." in words
    assert "style=" not in words


def test_lines_of_the_days_lie_beneath_what_is_measured(signed_in, known):
    page = signed_in.get(page_of(known))
    looks = [look for _path, look in page.context["picture"].lines]
    assert looks[0] == "kc-pic__day"
    assert looks.count("kc-pic__day") == 1


def test_draft_is_left_out_and_said_so(signed_in, doctor, known):
    factories.draft(doctor, known, factories.visit(visit_on=date(2026, 10, 1), phq9=course_scene.phq9(25)))
    words = words_of(signed_in, known)
    assert "1 draft is left out" in words
    assert "25, severe" not in words


def test_amended_visit_gives_way_only_once_the_amendment_is_signed(doctor):
    patient = factories.patient(doctor)
    record = factories.visit(phq9=course_scene.phq9(20))
    signed = factories.signed_visit(doctor, patient, record)
    draft = amend_consultation(consultation=signed, by=doctor, reason="Wrong answers typed")
    assert [visit.key for visit in scores_of(patient).visits] == [str(signed.pk)]
    corrected = factories.visit(phq9=course_scene.phq9(12))
    draft = save_consultation(consultation=draft, by=doctor, record=corrected, seen_version=draft.version)
    sign_consultation(consultation=draft, by=doctor, run=run_screening(consultation=draft, by=doctor))
    (visit,) = scores_of(patient).visits
    assert (visit.key, sum(visit.phq9)) == (str(draft.pk), 12)


def test_taper_agreed_on_is_a_change(doctor):
    patient = course_scene.patient_of(doctor, course_scene.story()[:1])
    TaperPlan.objects.create(
        patient=patient, starts_on=date(2026, 1, 12), start_grams_per_day=9, doses_per_day=3, step_percent=10,
        step_days=7, made_by=doctor,
    )  # fmt: skip
    assert [attempt.started_on for attempt in over_time_of(patient).course.attempts] == [date(2026, 1, 12)]


def test_line_that_was_not_recognised_is_named(signed_in, doctor):
    patient = course_scene.patient_of(doctor, (factories.visit("zzqy 5 mg", phq9=course_scene.phq9(3)),))
    words = words_of(signed_in, patient)
    assert "zzqy 5 mg" in words
    assert "An antidepressant may be among them." in words


def test_no_signed_visit_says_what_will_stand_there(signed_in, doctor):
    words = words_of(signed_in, factories.patient(doctor))
    assert "No signed visit yet." in words
    assert "<svg" not in words


def test_visit_without_a_score_still_shows_kratom(signed_in, doctor):
    patient = course_scene.patient_of(doctor, (factories.visit(),))
    words = words_of(signed_in, patient)
    assert "No PHQ-9 is on record" in words
    assert "120 (36 to 180)" in words


def test_two_visits_of_one_day_both_stand_in_the_table(signed_in, doctor):
    day = date(2026, 3, 1)
    records = tuple(factories.visit(visit_on=day, phq9=course_scene.phq9(total)) for total in (12, 18))
    patient = course_scene.patient_of(doctor, records)
    words = words_of(signed_in, patient)
    assert "12, moderate" in words
    assert "18, moderately severe" in words


def test_chart_shows_the_scores_and_where_to_see_more(signed_in, known):
    words = signed_in.get(reverse("clinical:patient", args=[known.pk])).content.decode()
    assert 'aria-labelledby="scores-title scores-desc"' in words
    assert "13, moderate, on 10 Sep 2026. Last use of kratom before it: 5 hours." in words
    assert page_of(known) in words


def test_chart_without_a_score_has_no_picture(signed_in, doctor):
    patient = course_scene.patient_of(doctor, (factories.visit(),))
    assert "scores-title" not in signed_in.get(reverse("clinical:patient", args=[patient.pk])).content.decode()


def test_chart_lists_visits_newest_first(signed_in, known):
    visits = signed_in.get(reverse("clinical:patient", args=[known.pk])).context["visits"]
    assert [line.phq9 for line in visits] == [13, 4, 8, 18, 16, 17]


@pytest.mark.parametrize("page", ["clinical:over_time", "clinical:patient"])
def test_queries_do_not_grow_with_visits(page, signed_in, doctor):
    few, many = (course_scene.patient_of(doctor, course_scene.weekly(number)) for number in (2, 12))
    counts = []
    for patient in (few, many):
        address = reverse(page, args=[patient.pk])
        signed_in.get(address)
        with CaptureQueriesContext(connection) as taken:
            signed_in.get(address)
        counts.append(len(taken))
    assert counts[0] == counts[1] <= 12


def test_days_since_a_stop_count_from_the_last_use(doctor):
    day = date(2026, 5, 1)
    records = (
        factories.visit(visit_on=day, phq9=course_scene.phq9(12)),
        factories.visit(visit_on=day + timedelta(days=9), phq9=course_scene.phq9(9), uses=(), asked="does_not"),
    )
    last = scores_of(course_scene.patient_of(doctor, records)).course.readings[-1]
    assert (last.since_last_use.days, last.since_last_use.is_exact, last.is_apart) == (9.0, False, True)
