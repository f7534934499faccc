"""The demo practice: made once, all of it invented, and showing every state a clinician may meet."""

import pytest
import time_machine
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse

from clinical import demo, what_matters
from clinical.demo_patients import PATIENTS
from clinical.models import (
    AuditEvent,
    Consultation,
    FollowUp,
    KratomUseRow,
    MedicationTaken,
    Patient,
    Practice,
    ScreeningFlag,
    ScreeningRun,
    User,
)
from clinical.permissions import ROLES, roles_of
from clinical.screening.facts import Match
from clinical.vocabulary import lookup

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(settings):
    settings.DEV = True
    return demo.make_demo_practice()


def result_of(name, which=-1):
    """What was shown when the patient's visit was signed."""
    visits = Consultation.objects.filter(patient__name=name).exclude(signed_at=None).order_by("visit_on", "created_at")
    return list(visits)[which].signed_run.result


def test_sign_ins_open_the_practice(made, rf):
    assert {role for role, _email, _password in made} == set(ROLES)
    for role, email, password in made:
        person = authenticate(rf.post("/"), email=email, password=password)
        assert person is not None, email
        assert (roles_of(person), person.practice.name) == (frozenset({role}), demo.PRACTICE)
        assert not person.is_superuser
        validate_password(password, person)


def test_second_call_changes_nothing(made):
    before = (AuditEvent.objects.count(), Patient.objects.count(), User.objects.count())
    assert demo.make_demo_practice() == made
    assert (AuditEvent.objects.count(), Patient.objects.count(), User.objects.count()) == before


def test_refused_on_a_real_server(settings):
    settings.DEV = False
    with pytest.raises(ImproperlyConfigured):
        demo.make_demo_practice()
    assert not Practice.objects.exists()


def test_failure_half_way_leaves_nothing(settings, monkeypatch):
    def fail(**_values):
        raise RuntimeError

    settings.DEV = True
    monkeypatch.setattr(demo, "sign_consultation", fail)
    with pytest.raises(RuntimeError):
        demo.make_demo_practice()
    assert not Practice.objects.exists()
    assert not Patient.objects.exists()


def test_every_patient_is_marked_invented(made):
    assert Patient.objects.count() == len(PATIENTS) >= 12
    assert not Patient.objects.filter(is_invented=False).exists()


def test_every_severity_and_the_law_are_shown(made):
    shown = set(ScreeningFlag.objects.values_list("severity", flat=True))
    assert shown == {"contraindicated", "major", "moderate", "minor"}
    laws = {
        run.consultation.patient.name: run.legal for run in ScreeningRun.objects.select_related("consultation__patient")
    }
    assert {name: law["problem"] for name, law in laws.items() if law["problem"] or not law["rulings"]} == {}


@pytest.mark.parametrize(
    ("name", "status"), [("Ada Example", "prohibited"), ("Ben Sample", "prohibited"), ("Dov Madeup", "prohibited")]
)
def test_law_is_found_at_the_address(made, name, status):
    run = ScreeningRun.objects.filter(consultation__patient__name=name)[0]
    assert {ruling["status"] for ruling in run.legal["rulings"]} == {status}


def test_naltrexone_is_contraindicated(made):
    flags = {(flag["rule"], flag["severity"]) for flag in result_of("Ben Sample")["flags"]}
    assert ("naltrexone", "contraindicated") in flags


def test_unrecognised_medicine_is_not_assessed(made):
    assert "neighbour's sleep drops" in {row["what"] for row in result_of("Ida Unclear")["not_assessed"]}


def test_seven_oh_stands_on_its_own_line(made):
    exposure = result_of("Dov Madeup")["exposure"]
    assert exposure["seven_oh_mg_per_day"]
    assert exposure["mitragynine_mg_per_day"] is None


def test_pregnancy_raises_its_flag(made):
    assert "pregnancy" in {flag["about"] for flag in result_of("Eve Pretend")["flags"]}


def test_long_list_is_recognised_line_by_line(made):
    read = result_of("Finn Placeholder")["medications"]
    assert len(read) >= 40
    assert [row["entered"] for row in read if row["match"] != "exact"] == []


def test_only_the_sleep_drops_are_not_recognised(made):
    typed = MedicationTaken.objects.values_list("entered", flat=True).distinct()
    doubtful = [name for name in typed if lookup.taken(entered=name).match is not Match.EXACT]
    assert doubtful == ["neighbour's sleep drops"]


def test_stopped_use_and_no_medicines_are_there(made):
    assert KratomUseRow.objects.filter(stopped=True).exists()
    bare = Consultation.objects.filter(patient__name="Gia Nomeds").get()
    assert (bare.kratom_uses.count(), bare.medications.count(), bare.is_signed) == (1, 0, True)


def test_depression_course_falls_and_item_nine_was_positive_once(made):
    visits = Consultation.objects.filter(patient__name="Cleo Invented").order_by("visit_on")
    totals = [sum(visit.phq9) for visit in visits]
    assert len(totals) == 3
    assert totals == sorted(totals, reverse=True)
    assert [visit.phq9[8] > 0 for visit in visits] == [True, False, False]


def test_worklist_has_a_draft_and_follow_ups(made, client):
    client.force_login(User.objects.get(email="clinician@example.org"))
    shown = client.get(reverse("clinical:worklist")).context
    assert [visit.name for visit in shown["drafts"]] == ["Jon Draft"]
    assert [(task.name, task.is_overdue) for task in shown["tasks"]] == [("Ben Sample", True), ("Ada Example", False)]
    assert FollowUp.objects.count() == 2


def test_one_visit_was_amended_after_signing(made):
    amendment = Consultation.objects.exclude(amends=None).get()
    assert amendment.is_signed
    assert amendment.amends.is_signed
    assert amendment.amend_reason
    rules = [{flag["rule"] for flag in visit.signed_run.result["flags"]} for visit in (amendment.amends, amendment)]
    assert "z-drugs" in rules[1] - rules[0]


def test_signed_visits_still_show_what_they_showed(made):
    """The stored photograph is what the same record shows today."""
    visit = Consultation.objects.filter(patient__name="Ada Example").get()
    assert what_matters.what_matters_in(visit).digest == visit.signed_run.facts_digest


@pytest.mark.parametrize(("day", "is_told"), [("2026-10-01", False), ("2026-11-22", True)])
def test_worklist_tells_of_the_ban_ahead_where_a_patient_lives(settings, client, day, is_told):
    settings.DEV = True
    with time_machine.travel(f"{day}T15:00:00Z", tick=False):
        demo.make_demo_practice()
        client.force_login(User.objects.get(email="clinician@example.org"))
        html = client.get(reverse("clinical:worklist")).content.decode()
    assert ("Kentucky" in html and "1 Jan 2027" in html) is is_told
