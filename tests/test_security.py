"""Ways in and what is kept of them: sign-in audit, addresses, sessions, redirects, races, and what is never told."""

import stat

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinical.actions.people import RecordNumberTaken, register_patient, update_patient
from clinical.actions.screening import FlagNotShown, answer_flag, run_screening
from clinical.models import AuditEvent, FlagAnswer, User
from clinical.permissions import AUDITOR, CLINICIAN
from kratomcare.management.commands.quickstart import Command
from kratomcare.middleware import address_of
from tests import factories

pytestmark = pytest.mark.django_db

LOGIN = "/account/login/"


@pytest.fixture
def doctor() -> User:
    return factories.clinician()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def ways_in() -> list[tuple]:
    rows = AuditEvent.objects.filter(record="user").exclude(act="created").order_by("id")
    return list(rows.values_list("act", "by", "record_key", "practice", "address"))


# ---- Sign-in


def test_sign_in_and_out_are_recorded_with_the_address(client, doctor):
    client.post(LOGIN, {"login": doctor.email, "password": factories.PASSWORD}, REMOTE_ADDR="192.0.2.7")
    client.post("/account/logout/", REMOTE_ADDR="192.0.2.8")
    who = (doctor.pk, str(doctor.pk), doctor.practice_id)
    assert ways_in() == [("signed in", *who, "192.0.2.7"), ("signed out", *who, "192.0.2.8")]


def test_failed_sign_in_is_recorded_without_naming_who_tried(client, doctor):
    client.post(LOGIN, {"login": doctor.email, "password": "wrong"})
    assert ways_in() == [("failed to sign in", None, str(doctor.pk), doctor.practice_id, "127.0.0.1")]


def test_failed_sign_in_with_an_unknown_address_keeps_nothing_typed(client):
    client.post(LOGIN, {"login": "my-secret-password@example.org", "password": "wrong"})
    assert ways_in() == [("failed to sign in", None, "", None, "127.0.0.1")]


def test_sign_in_of_a_deactivated_person_is_refused(client, doctor):
    User.objects.filter(pk=doctor.pk).update(is_active=False)
    client.post(LOGIN, {"login": doctor.email, "password": factories.PASSWORD})
    assert "_auth_user_id" not in client.session


def test_deactivated_in_the_middle_of_a_session_is_signed_out(doctor):
    client = signed_in(doctor)
    assert client.get("/patients/").status_code == 200
    User.objects.filter(pk=doctor.pk).update(is_active=False)
    assert client.get("/patients/").status_code == 302


def test_role_taken_in_the_middle_of_a_session_counts_at_once(doctor):
    client, patient = signed_in(doctor), factories.patient(doctor)
    doctor.groups.set(Group.objects.filter(name=AUDITOR))
    assert client.get(reverse("clinical:patient_edit", args=[patient.pk])).status_code == 403


def test_moved_to_another_practice_in_the_middle_of_a_session_sees_the_old_one_no_more(doctor):
    client, patient = signed_in(doctor), factories.patient(doctor)
    User.objects.filter(pk=doctor.pk).update(practice=factories.practice())
    assert client.get(reverse("clinical:patient", args=[patient.pk])).status_code == 404


def test_sign_in_changes_the_session_key(client, doctor):
    client.get(LOGIN)
    session = client.session
    session["planted"] = True
    session.save()
    before = session.session_key
    client.post(LOGIN, {"login": doctor.email, "password": factories.PASSWORD})
    assert "_auth_user_id" in client.session
    assert client.session.session_key != before


@pytest.mark.parametrize("there", ["https://example.com/", "//example.com", "/\\example.com", "javascript:alert(1)"])
def test_sign_in_leads_to_no_other_site(client, doctor, there):
    answer = client.post(LOGIN, {"login": doctor.email, "password": factories.PASSWORD, "next": there})
    assert answer.headers["Location"] == "/"


def test_password_reset_answers_alike_for_known_and_unknown(client, doctor):
    answers = [client.post("/account/password/reset/", {"email": e}) for e in (doctor.email, "nobody@example.org")]
    assert [(a.status_code, a.headers["Location"]) for a in answers] == [(302, "/account/password/reset/done/")] * 2
    assert [message.to for message in mail.outbox] == [[doctor.email]]


@pytest.mark.parametrize("route", ["patient_register", "worklist"])
def test_post_without_a_token_is_refused(doctor, route):
    client = Client(enforce_csrf_checks=True)
    client.force_login(doctor)
    name = "clinical:" + route
    assert client.post(reverse(name), {"name": "Eve"}).status_code == 403


# ---- Addresses


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "203.0.113.9", "192.0.2.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (1, "203.0.113.9:4711", "203.0.113.9"),
        (1, "fe80::1%eth0", "fe80::1"),
        (1, "nonsense", None),
        (2, "203.0.113.9", None),
        (1, None, "192.0.2.1"),
    ],
)
def test_address_is_what_the_counted_proxies_pass_on(rf, settings, proxies, forwarded, address):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    assert address_of(rf.get("/", REMOTE_ADDR="192.0.2.1", **headers)) == address


# ---- Records


def test_answer_to_a_concern_never_shown_is_refused(doctor):
    draft = factories.draft(doctor)
    with pytest.raises(FlagNotShown):
        answer_flag(consultation=draft, by=doctor, rule="tramadol", about="tramadol", answer="counsel")
    run_screening(consultation=factories.draft(doctor), by=doctor)  # shown in another visit
    with pytest.raises(FlagNotShown):
        answer_flag(consultation=draft, by=doctor, rule="tramadol", about="tramadol", answer="counsel")
    assert not FlagAnswer.objects.exists()


def test_opening_the_form_of_a_patient_is_recorded(doctor):
    patient = factories.patient(doctor)
    signed_in(doctor).get(reverse("clinical:patient_edit", args=[patient.pk]))
    assert AuditEvent.objects.filter(act="opened", patient=patient, by=doctor).count() == 1


def test_record_number_given_twice_at_once_is_refused_in_words(doctor, monkeypatch):
    first, second = factories.patient(doctor, record_number="7"), factories.patient(doctor)
    values = {"name": "Ada", "born_on": first.born_on, "record_number": "7"}
    with pytest.raises(RecordNumberTaken):
        register_patient(by=doctor, values=values)
    with pytest.raises(RecordNumberTaken):
        update_patient(patient=second, by=doctor, values={"record_number": "7"}, conditions=())

    def other_was_first(**named):
        raise RecordNumberTaken("Another patient of this practice has this record number.")

    monkeypatch.setattr("clinical.views.patients.register_patient", other_was_first)
    typed = {"name": "Ada", "born_on": "1990-01-01", "country": "US", "record_number": "8"}
    answer = signed_in(doctor).post(reverse("clinical:patient_register"), typed)
    assert answer.status_code == 422
    assert "has this record number" in answer.content.decode()


def test_writers_of_one_patients_conditions_take_turns(doctor):
    patient = factories.patient(doctor)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        update_patient(patient=patient, by=doctor, values={}, conditions=("long_qt_syndrome",))
    locks = [number for number, query in enumerate(asked) if "FOR NO KEY UPDATE" in query["sql"]]
    writes = [number for number, query in enumerate(asked) if query["sql"].startswith("INSERT INTO")]
    assert locks[0] < writes[0]


def test_settings_file_is_for_its_owner_alone(tmp_path, settings):
    (tmp_path / ".env.example").write_text("KRATOMCARE_DEV=1\n")
    settings.BASE_DIR, settings.DEV = tmp_path, True
    Command()._write_environment()
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600
    assert (tmp_path / ".env").read_text() == "KRATOMCARE_DEV=1\n"


@pytest.mark.parametrize("role", [None, CLINICIAN])
def test_nobody_without_practice_reaches_a_record(doctor, role):
    visit = factories.signed_visit(doctor)
    who = factories.person(*([role] if role else []))
    User.objects.filter(pk=who.pk).update(practice=None)
    client = signed_in(User.objects.get(pk=who.pk))
    for name, key in (("patient", visit.patient_id), ("consultation", visit.pk), ("patient_edit", visit.patient_id)):
        assert client.get(reverse(f"clinical:{name}", args=[key])).status_code == 403
