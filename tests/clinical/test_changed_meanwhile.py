"""Two people at one chart: what a colleague recorded while a page stood open is never undone by saving that page."""

import pytest
from django.urls import reverse

from clinical.actions.people import note_conditions, update_patient
from clinical.models import Patient
from tests import factories
from tests.clinical.typed import fields_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, doctor):
    client.force_login(doctor)
    return client


@pytest.fixture
def patient(doctor):
    return factories.patient(doctor, conditions=("major_depression",))


def present(patient: Patient) -> set[str]:
    return set(patient.has_conditions.filter(ended_at=None).values_list("condition_id", flat=True))


def open_draft(desk, doctor, patient) -> tuple[str, dict]:
    url = reverse("clinical:consultation", args=[factories.draft(doctor, of=patient).pk])
    note_conditions(patient=patient, conditions=("major_depression",), by=doctor)
    return url, dict(fields_in(desk.get(url)).values)


def test_condition_added_meanwhile_survives_saving_the_draft(desk, doctor, patient):
    url, fields = open_draft(desk, doctor, patient)
    note_conditions(patient=patient, conditions=("major_depression", "long_qt_syndrome"), by=doctor)

    assert desk.post(url, {**fields, "do": "save"}).status_code == 302
    assert present(patient) == {"major_depression", "long_qt_syndrome"}


def test_condition_unticked_on_the_page_ends(desk, doctor, patient):
    url, fields = open_draft(desk, doctor, patient)
    fields.pop("conditions")

    desk.post(url, {**fields, "do": "save"})
    assert present(patient) == set()


def test_pregnancy_recorded_meanwhile_survives_saving_the_draft(desk, doctor, patient):
    url, fields = open_draft(desk, doctor, patient)
    Patient.objects.filter(pk=patient.pk).update(pregnant=True)

    desk.post(url, {**fields, "do": "save"})
    assert Patient.objects.get(pk=patient.pk).pregnant is True


def test_spoilt_mark_of_what_was_shown_is_no_error(desk, doctor, patient):
    url, fields = open_draft(desk, doctor, patient)

    assert desk.post(url, {**fields, "health_seen": "[1, 2", "do": "save"}).status_code == 302
    assert present(patient) == {"major_depression"}


def test_patient_changed_meanwhile_is_told_once_and_then_saved(desk, doctor, patient):
    url = reverse("clinical:patient_edit", args=[patient.pk])
    fields = dict(fields_in(desk.get(url)).values)
    values = {name: getattr(patient, name) for name in ("city", "state")}
    update_patient(
        patient=patient, by=doctor, values={**values, "city": "Nashville"}, conditions=tuple(present(patient))
    )

    told = desk.post(url, {**fields, "name": "Ada Changed"})
    assert told.status_code == 422
    assert "Somebody changed this patient" in told.content.decode()
    again = dict(fields_in(told).values)
    assert again["name"] == "Ada Changed"
    assert desk.post(url, again).status_code == 302
    assert Patient.objects.get(pk=patient.pk).name == "Ada Changed"
