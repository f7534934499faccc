"""The tour: five steps that store nothing, offered until it is left, always there to be taken again."""

import pytest
from django.urls import reverse

from clinical.actions.people import leave_tour
from clinical.models import AuditEvent, Consultation, Patient
from clinical.permissions import ROLES
from tests import factories

pytestmark = pytest.mark.django_db

WORKLIST, TOUR, LEAVE = (reverse(f"clinical:{name}") for name in ("worklist", "tour", "tour_leave"))
OFFERED = "New here?"


def words_of(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    ("step", "words"),
    {
        "1": "does not exist",
        "2": "Ultram 50 mg prn",
        "3": "<h3>Act now</h3>",
        "4": "Benefit outweighs risk",
        "5": "Handout for the patient",
        "6": "does not exist",
        "²": "does not exist",
        "": "does not exist",
    }.items(),
)
def test_step_of_the_tour(client, doctor, step, words):
    client.force_login(doctor)
    assert words in words_of(client, f"{TOUR}?step={step}")


def test_whole_tour_stores_no_patient_and_opens_no_chart(client, doctor):
    client.force_login(doctor)
    before = AuditEvent.objects.count()
    for step in range(1, 6):
        words_of(client, f"{TOUR}?step={step}")
    assert not Patient.objects.exists()
    assert not Consultation.objects.exists()
    assert AuditEvent.objects.count() == before


def test_tour_is_offered_until_it_is_left_and_can_be_taken_again(client, doctor):
    client.force_login(doctor)
    assert OFFERED in words_of(client, WORKLIST)
    assert client.post(LEAVE).url == WORKLIST
    words = words_of(client, WORKLIST)
    assert OFFERED not in words
    assert f'href="{TOUR}"' in words
    assert "does not exist" in words_of(client, TOUR)


def test_leaving_twice_is_noted_once(client, doctor):
    client.force_login(doctor)
    for _each in range(2):
        client.post(LEAVE)
    assert list(AuditEvent.objects.filter(by=doctor, act="changed").values_list("changed", flat=True)) == [
        ["tour_left_at"]
    ]


def test_leaving_without_an_audit_event_is_not_leaving(client, doctor, nothing_kept_without_audit):
    with nothing_kept_without_audit():
        leave_tour(by=doctor)


def test_tour_left_by_one_is_still_offered_to_a_colleague(client, doctor):
    client.force_login(doctor)
    client.post(LEAVE)
    client.force_login(factories.clinician(of=doctor.practice))
    assert OFFERED in words_of(client, WORKLIST)


@pytest.mark.parametrize("role", ROLES)
def test_tour_is_for_those_who_read_charts(client, role):
    client.force_login(factories.person(role))
    reads = role in {"Clinician", "Practice admin", "Auditor"}
    assert client.get(TOUR).status_code == (200 if reads else 403)


def test_leaving_takes_a_post(client, doctor):
    client.force_login(doctor)
    assert client.get(LEAVE).status_code == 405
