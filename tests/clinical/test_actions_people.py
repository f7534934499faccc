"""Writes on practices, people and patients."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from clinical.actions.audit import note_chart_opened, request_address
from clinical.actions.people import RecordNumberTaken, add_person, make_practice, register_patient, update_patient
from clinical.models import AuditEvent, User
from clinical.permissions import CLINICIAN, PRACTICE_ADMIN, ROLES, OutsidePractice, roles_of
from tests import factories
from tests.clinical.stored import events, everything

pytestmark = pytest.mark.django_db

PERSON = {"email": "Sam@Example.org", "password": factories.PASSWORD, "first_name": "Sam", "last_name": "Lake"}
PATIENT = {"name": "Alex Field", "born_on": date(1990, 1, 2), "record_number": "", "pregnant": None, "city": "Memphis"}


def present(patient) -> set[str]:
    return set(patient.has_conditions.filter(ended_at=None).values_list("condition_id", flat=True))


def test_make_practice_on_the_server_is_audited():
    practice = make_practice(name="North", by=None)
    event = AuditEvent.objects.get(record="practice")
    assert (event.act, event.record, event.record_key) == ("created", "practice", str(practice.pk))
    assert event.by is None
    assert event.practice == practice


def test_make_practice_by_practice_admin_is_refused():
    admin = factories.person(PRACTICE_ADMIN)
    before = everything()
    with pytest.raises(PermissionDenied):
        make_practice(name="North", by=admin)
    assert everything() == before


def test_add_person_gets_exactly_the_roles_given():
    practice = factories.practice()
    person = add_person(practice=practice, roles=(CLINICIAN, PRACTICE_ADMIN), by=None, **PERSON)
    assert person.email == "sam@example.org"
    assert roles_of(person) == {CLINICIAN, PRACTICE_ADMIN}
    assert person.check_password(factories.PASSWORD)
    assert events(record="user", record_key=str(person.pk)) == [("created", "user", ["groups"])]


@pytest.mark.parametrize("role", ROLES)
def test_add_person_who_only_sees_patients_may_not_enter_the_admin(role):
    assert factories.person(role).is_staff is (role != CLINICIAN)


def test_add_person_by_admin_of_the_practice():
    admin = factories.person(PRACTICE_ADMIN)
    person = add_person(practice=admin.practice, roles=(CLINICIAN,), by=admin, **PERSON)
    assert person.practice == admin.practice


@pytest.mark.parametrize("role", [role for role in ROLES if role != PRACTICE_ADMIN])
def test_add_person_by_any_other_role_is_refused(role):
    by = factories.person(role)
    before = everything()
    with pytest.raises(PermissionDenied):
        add_person(practice=by.practice, roles=(CLINICIAN,), by=by, **PERSON)
    assert everything() == before


def test_add_person_to_another_practice_is_refused():
    admin, elsewhere = factories.person(PRACTICE_ADMIN), factories.practice()
    with pytest.raises(OutsidePractice):
        add_person(practice=elsewhere, roles=(CLINICIAN,), by=admin, **PERSON)


def test_add_person_with_a_role_nobody_knows_is_refused():
    practice = factories.practice()
    with pytest.raises(ValueError, match="Surgeon"):
        add_person(practice=practice, roles=("Surgeon",), by=None, **PERSON)
    assert not User.objects.filter(email="sam@example.org").exists()


def test_add_person_whose_address_differs_only_in_case_is_refused():
    practice = factories.practice()
    add_person(practice=practice, roles=(), by=None, **PERSON)
    with pytest.raises(IntegrityError), transaction.atomic():
        User(email="SAM@example.org").save()


def test_register_patient_stores_and_audits_names_of_fields_only(doctor):
    patient = register_patient(by=doctor, values=PATIENT, conditions=("major_depression",))
    assert patient.practice == doctor.practice
    assert present(patient) == {"major_depression"}
    event = AuditEvent.objects.get(record="patient")
    assert (event.act, event.patient, event.by, event.practice) == ("created", patient, doctor, doctor.practice)
    assert event.changed == ["born_on", "city", "name"]
    assert "Alex" not in str(AuditEvent.objects.values())


@pytest.mark.parametrize("role", [role for role in ROLES if role != CLINICIAN])
def test_register_patient_by_other_roles_is_refused(role):
    by = factories.person(role)
    before = everything()
    with pytest.raises(PermissionDenied):
        register_patient(by=by, values=PATIENT)
    assert everything() == before


def test_register_patient_by_somebody_without_practice_is_refused(doctor):
    doctor.practice = None
    with pytest.raises(OutsidePractice):
        register_patient(by=doctor, values=PATIENT)


def test_register_patient_with_a_record_number_taken_is_refused_by_the_database(doctor):
    factories.patient(doctor, record_number="R-1")
    with pytest.raises(RecordNumberTaken) as refused:
        factories.patient(doctor, record_number="R-1")
    assert isinstance(refused.value.__cause__, IntegrityError)
    assert factories.patient(factories.clinician(), record_number="R-1").record_number == "R-1"


def test_update_patient_audits_what_changed(doctor):
    patient = factories.patient(doctor, ("major_depression",))
    values = {"name": patient.name, "city": "Nashville", "pregnant": True}
    update_patient(patient=patient, by=doctor, values=values, conditions=("major_depression", "seizure_disorder"))
    patient.refresh_from_db()
    assert (patient.city, patient.pregnant) == ("Nashville", True)
    assert present(patient) == {"major_depression", "seizure_disorder"}
    assert events(patient=patient)[-1] == ("changed", "patient", ["city", "conditions", "pregnant"])


def test_update_patient_with_nothing_changed_writes_nothing(doctor):
    patient = factories.patient(doctor, ("major_depression",))
    before = everything()
    update_patient(patient=patient, by=doctor, values={"name": patient.name}, conditions=("major_depression",))
    assert everything() == before


def test_condition_that_ends_stays_on_record_and_may_return(doctor):
    patient = factories.patient(doctor, ("major_depression",))
    for conditions in ((), ("major_depression",)):
        update_patient(patient=patient, by=doctor, values={}, conditions=conditions)
    rows = patient.has_conditions.order_by("id")
    assert [row.condition_id for row in rows] == ["major_depression", "major_depression"]
    assert rows[0].ended_at is not None
    assert rows[1].ended_at is None


def test_condition_named_twice_is_noted_once(doctor):
    patient = factories.patient(doctor, ("major_depression", "major_depression"))
    assert patient.has_conditions.count() == 1


def test_opening_a_chart_is_audited_with_where_from(doctor):
    patient = factories.patient(doctor)
    token = request_address.set("192.0.2.7")
    try:
        note_chart_opened(patient=patient, by=doctor)
    finally:
        request_address.reset(token)
    event = AuditEvent.objects.get(act="opened")
    assert (event.patient, event.by, event.address) == (patient, doctor, "192.0.2.7")


WRITES = {
    "make_practice": lambda doctor, patient: make_practice(name="North", by=None),
    "add_person": lambda doctor, patient: add_person(practice=doctor.practice, roles=(), by=None, **PERSON),
    "register_patient": lambda doctor, patient: register_patient(
        by=doctor, values=PATIENT, conditions=("major_depression",)
    ),
    "update_patient": lambda doctor, patient: update_patient(
        patient=patient, by=doctor, values={"city": "Nashville"}, conditions=("major_depression",)
    ),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_write_whose_audit_fails_leaves_nothing(write, doctor, nothing_kept_without_audit):
    patient = factories.patient(doctor)
    with nothing_kept_without_audit():
        write(doctor, patient)
