"""A page that saves itself: nothing typed is lost, nobody is overwritten, and the audit is not flooded."""

import json
from uuid import uuid4

import pytest
from django.urls import reverse

from clinical.actions.consultation import save_consultation
from clinical.models import AuditEvent, Consultation, DraftText, UnrecognisedName
from clinical.snapshots import record_of
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def typing(client, doctor):
    client.force_login(doctor)
    return client


def _fields(**values):
    return {
        "visit_on": "2026-11-20", "asked": "uses", "version": "0",
        "kratom-TOTAL_FORMS": "1", "kratom-INITIAL_FORMS": "0", "kratom-0-product": "leaf_powder",
        "medicines-TOTAL_FORMS": "1", "medicines-INITIAL_FORMS": "0",
        "others-TOTAL_FORMS": "0", "others-INITIAL_FORMS": "0", **values,
    }  # fmt: skip


def _send(client, by, address, **values):
    answer = client.post(address, _fields(**values), headers={"HX-Request": "true", "X-Typed-By": str(by.pk)})
    return answer.status_code, json.loads(answer.content)


def _new(patient):
    return reverse("clinical:autosave_new", args=[patient.pk])


def test_new_page_opens_one_draft_however_often_it_is_sent(typing, doctor):
    patient, key = factories.patient(doctor), str(uuid4())
    _status, first = _send(typing, doctor, _new(patient), new_id=key)
    status, second = _send(typing, doctor, _new(patient), new_id=key, version=str(first["version"]))
    assert (status, second["state"]) == (200, "saved")
    assert [str(visit.pk) for visit in patient.consultations.all()] == [key]
    assert second["address"] == reverse("clinical:consultation", args=[key])


def test_what_could_not_be_read_is_kept_as_typed_and_comes_back(typing, doctor):
    patient = factories.patient(doctor)
    _status, told = _send(typing, doctor, _new(patient), new_id=str(uuid4()), plan="Cut down", phq9_1="2", cows="99")
    assert told["state"] == "kept"
    stored = Consultation.objects.get(patient=patient)
    assert (stored.plan, stored.phq9) == ("Cut down", None)
    page = typing.get(told["address"]).content.decode()
    assert "Restored as you left it" in page
    assert 'value="99"' in page
    assert DraftText.objects.get().by == doctor


def test_whole_save_lets_go_of_what_was_kept(typing, doctor):
    patient = factories.patient(doctor)
    _status, told = _send(typing, doctor, _new(patient), new_id=str(uuid4()), cows="99")
    status, told = _send(typing, doctor, told["save"], version=str(told["version"]), cows="9")
    assert (status, told["state"]) == (200, "saved")
    assert not DraftText.objects.exists()
    assert Consultation.objects.get(patient=patient).cows == 9


def test_pasted_list_is_kept_until_it_is_made_into_rows(typing, doctor):
    patient = factories.patient(doctor)
    _status, told = _send(typing, doctor, _new(patient), new_id=str(uuid4()), pasted="tramadol\nsertraline")
    assert told["state"] == "kept"
    assert "tramadol\nsertraline" in typing.get(told["address"]).content.decode()


def test_second_writer_is_told_and_nothing_is_overwritten(typing, doctor):
    draft = factories.draft(doctor)
    seen = draft.version
    save_consultation(consultation=draft, by=doctor, record=record_of(draft), seen_version=seen)
    status, told = _send(typing, doctor, reverse("clinical:autosave", args=[draft.pk]), version=str(seen), plan="mine")
    assert (status, told["state"]) == (409, "conflict")
    assert Consultation.objects.get(pk=draft.pk).plan == draft.plan


def test_second_writer_sees_what_differs(typing, doctor):
    draft = factories.draft(doctor)
    address = reverse("clinical:consultation", args=[draft.pk])
    page = typing.post(address, _fields(version="7", plan="Mine alone", do="save"))
    assert page.status_code == 409
    words = page.content.decode()
    assert "What differs" in words
    assert "Mine alone" in words
    assert "tramadol" in words


def test_signed_visit_refuses_and_says_so(typing, doctor):
    visit = factories.signed_visit(doctor)
    status, told = _send(typing, doctor, reverse("clinical:autosave", args=[visit.pk]), version=str(visit.version))
    assert (status, told["state"]) == (409, "closed")


def test_another_person_signed_in_meanwhile_saves_nothing(typing, doctor):
    draft, other = factories.draft(doctor), factories.clinician(doctor.practice)
    typing.force_login(other)
    status, told = _send(typing, doctor, reverse("clinical:autosave", args=[draft.pk]), version=str(draft.version))
    assert (status, told["state"]) == (403, "other-person")
    assert Consultation.objects.get(pk=draft.pk).version == draft.version


def test_session_that_ended_answers_401(client, doctor):
    draft = factories.draft(doctor)
    answer = client.post(reverse("clinical:autosave", args=[draft.pk]), headers={"HX-Request": "true"})
    assert answer.status_code == 401


def test_another_practice_finds_nothing(client, doctor):
    draft, stranger = factories.draft(doctor), factories.clinician()
    client.force_login(stranger)
    headers = {"HX-Request": "true", "X-Typed-By": str(stranger.pk)}
    assert client.post(reverse("clinical:autosave", args=[draft.pk]), _fields(), headers=headers).status_code == 404


def test_audit_names_each_field_once_a_sitting(typing, doctor):
    draft = factories.draft(doctor)
    address, version = reverse("clinical:autosave", args=[draft.pk]), draft.version
    for plan in ("C", "Cu", "Cut"):
        _status, told = _send(typing, doctor, address, version=str(version), plan=plan)
        version = told["version"]
    events = AuditEvent.objects.filter(act="changed", record_key=str(draft.pk))
    names = [name for event in events for name in event.changed]
    assert "plan" in names
    assert len(names) == len(set(names))


def test_half_typed_name_is_not_counted_as_one_not_recognised(typing, doctor):
    patient = factories.patient(doctor)
    _send(typing, doctor, _new(patient), new_id=str(uuid4()), **{"medicines-0-entered": "zzblor"})
    assert not UnrecognisedName.objects.exists()


def test_saving_without_audit_keeps_nothing(typing, doctor, nothing_kept_without_audit):
    patient = factories.patient(doctor)
    with nothing_kept_without_audit():
        _send(typing, doctor, _new(patient), new_id=str(uuid4()), cows="99")


def test_session_says_who_and_how_long(typing, doctor, settings):
    told = json.loads(typing.get(reverse("clinical:session")).content)
    assert told == {"by": str(doctor.pk), "seconds": settings.SESSION_COOKIE_AGE}


def test_review_waits_for_what_could_not_be_read(typing, doctor):
    patient = factories.patient(doctor)
    _status, told = _send(typing, doctor, _new(patient), new_id=str(uuid4()), cows="99")
    draft = Consultation.objects.get(patient=patient)
    answer = typing.get(reverse("clinical:consultation_review", args=[draft.pk]), follow=True)
    assert answer.redirect_chain[-1][0] == told["address"]
    assert "could not be read" in answer.content.decode()
