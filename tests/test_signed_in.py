"""The short way from a session to its person: the same person as ever, and nothing outlives a change elsewhere."""

from datetime import timedelta
from importlib import import_module

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinical.models import User
from clinical.permissions import AUDITOR, CLINICIAN, ROLES, roles_of
from clinical.signed_in import ANYBODY, person_signed_in
from kratomcare.sessions import SessionStore
from tests import factories

pytestmark = pytest.mark.django_db

PAGE = "/patients/"


@pytest.fixture
def doctor() -> User:
    return factories.clinician()


@pytest.fixture
def desk(doctor: User) -> Client:
    client = Client()
    client.force_login(doctor)
    assert client.get(PAGE).status_code == 200
    return client


# ---- The person


@pytest.mark.parametrize("roles", [(), (CLINICIAN,), (CLINICIAN, AUDITOR), ROLES], ids=len)
def test_person_is_who_the_models_say(roles, django_assert_num_queries):
    stored = User.objects.select_related("practice").get(pk=factories.person(*roles).pk)
    with django_assert_num_queries(1):
        found = person_signed_in(stored.pk)
        assert roles_of(found) == set(roles)
        assert found.practice.name == stored.practice.name
    for field in User._meta.concrete_fields:
        assert getattr(found, field.attname) == getattr(stored, field.attname)
    assert found._state.db == stored._state.db
    assert not found._state.adding


def test_person_without_practice_has_none(doctor):
    User.objects.filter(pk=doctor.pk).update(practice=None)
    assert person_signed_in(doctor.pk).practice is None


def test_key_of_nobody_finds_nobody():
    assert person_signed_in(ANYBODY) is None


def test_person_read_in_one_can_be_saved(doctor):
    found = person_signed_in(doctor.pk)
    found.first_name = "Changed"
    found.save()
    assert User.objects.get(pk=doctor.pk).first_name == "Changed"


# ---- What changes elsewhere holds at the next request


def test_role_given_and_taken_holds_at_the_next_request(desk, doctor):
    doctor.groups.clear()
    assert desk.get(PAGE).status_code == 403
    doctor.groups.add(Group.objects.get(name=AUDITOR))
    assert desk.get(PAGE).status_code == 200


def test_password_changed_elsewhere_ends_the_session(desk, doctor):
    doctor.set_password("another long password")
    doctor.save()
    assert desk.get(PAGE).status_code == 302


def test_person_removed_is_signed_out(desk, doctor, monkeypatch):
    monkeypatch.setattr("kratomcare.backend.person_of_session", lambda key: None)
    assert desk.get(PAGE).status_code == 302


def test_session_ended_elsewhere_is_ended_at_once(desk):
    """As another worker process would: nothing but the row in the database says so."""
    Session.objects.filter(session_key=desk.session.session_key).delete()
    assert desk.get(PAGE).status_code == 302


def test_signing_out_ends_the_session_for_every_copy_of_its_cookie(desk):
    copy = Client()
    copy.cookies["sessionid"] = desk.cookies["sessionid"].value
    assert copy.get(PAGE).status_code == 200
    desk.post("/account/logout/")
    assert copy.get(PAGE).status_code == 302


def test_session_idle_beyond_its_time_is_over(desk):
    with time_machine.travel(timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE + 1), tick=False):
        assert desk.get(PAGE).status_code == 302


def test_work_within_the_time_keeps_the_session(desk):
    start = timezone.now()
    for share in (0.8, 1.6, 2.4):
        with time_machine.travel(start + timedelta(seconds=settings.SESSION_COOKIE_AGE * share), tick=False):
            assert desk.get(PAGE).status_code == 200


@pytest.mark.parametrize("key", ["a" * 32, "' OR 1=1 --" + "a" * 32, "x" * 5000])
def test_planted_session_key_is_never_taken_over(key):
    store = SessionStore(key)
    assert store.load() == {}
    store["planted"] = True
    store.save()
    assert store.session_key != key


def test_session_with_a_broken_content_is_empty(desk):
    Session.objects.filter(session_key=desk.session.session_key).update(session_data="not signed")
    assert desk.get(PAGE).status_code == 302


def test_settings_use_what_is_tested_here():
    assert import_module(settings.SESSION_ENGINE).SessionStore is SessionStore
    assert settings.AUTHENTICATION_BACKENDS == ["kratomcare.backend.People"]


# ---- What a request costs before its page begins


def test_who_asks_costs_one_read_and_no_write(desk):
    with CaptureQueriesContext(connection) as asked:
        assert desk.get("/patients/zip/").status_code == 200
    about_the_person = [query["sql"] for query in asked if "django_session" in query["sql"] or "_user" in query["sql"]]
    assert len(about_the_person) == 1
    assert all(query["sql"].startswith("SELECT") for query in asked)


def test_session_of_somebody_else_than_guessed_finds_its_own_person(desk, doctor, monkeypatch):
    """The guess is no more than that: what the signed session holds decides whose it is."""
    other = factories.clinician()
    monkeypatch.setitem(SessionStore._guesses, desk.session.session_key, other.pk)
    answer = desk.get(PAGE)
    assert answer.status_code == 200
    assert answer.wsgi_request.user == doctor
    assert SessionStore._guesses[desk.session.session_key] == doctor.pk


def test_person_read_beside_a_session_is_used_once(desk, doctor):
    store = SessionStore(desk.session.session_key)
    store.load()
    assert store.person(doctor.pk).is_active
    User.objects.filter(pk=doctor.pk).update(is_active=False)
    assert not store.person(doctor.pk).is_active


def test_guesses_do_not_pile_up(desk, doctor, monkeypatch):
    monkeypatch.setattr("kratomcare.sessions.MOST_GUESSES", 2)
    monkeypatch.setattr(SessionStore, "_guesses", {"one": ANYBODY, "two": ANYBODY})
    assert desk.get(PAGE).status_code == 200
    assert SessionStore._guesses == {desk.session.session_key: doctor.pk}
