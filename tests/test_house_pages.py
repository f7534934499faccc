"""What every page owes: strict headers, a way in for known people only, and plain words when something is away."""

import logging
import re
import time

import pytest
from allauth.account.adapter import get_adapter
from django.db import OperationalError
from django.test import Client

from clinical.models import User
from kratomcare.logs import WithoutValues

PASSWORD = "practice makes perfect"


@pytest.fixture
def person(db):
    return User.objects.create_user("ada@example.org", PASSWORD, first_name="Ada")


@pytest.fixture
def away(monkeypatch):
    """A database that does not answer."""

    def refuse(*arguments, **named):
        raise OperationalError("connection to server failed: PGPASSWORD")

    monkeypatch.setattr("django.db.backends.base.base.BaseDatabaseWrapper.ensure_connection", refuse)


def test_mark_is_found_where_a_browser_looks_for_it_by_itself(client):
    assert client.get("/favicon.ico", follow=False).headers["Location"].endswith(".svg")


@pytest.mark.django_db
def test_healthz_with_reference_data_answers_ok(client):
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert re.fullmatch(r"ok, reference version [1-9]\d*\n", answer.content.decode())


@pytest.mark.django_db
def test_healthz_without_reference_data_answers_503(client, monkeypatch):
    monkeypatch.setattr("clinical.snapshots.current_version", lambda: 0)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert "Reference data is not loaded" in answer.content.decode()


@pytest.mark.parametrize("path", ["/healthz", "/", "/patients/", "/admin/", "/account/login/"])
def test_page_while_the_database_is_away_is_a_plain_503(away, path):
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = "a" * 32
    answer = client.get(path)
    words = answer.content.decode()
    assert answer.status_code == 503 or (path == "/account/login/" and answer.status_code == 200)
    assert "Traceback" not in words
    assert "PGPASSWORD" not in words


@pytest.mark.parametrize("path", ["/account/login/", "/account/password/reset/", "/nowhere/"])
def test_page_carries_strict_headers_and_nothing_inline(client, db, path):
    answer = client.get(path, follow=True)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"https?:", policy)
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "no-store" in answer.headers["Cache-Control"]
    words = answer.content.decode()
    scripts = re.findall(r"<script\b([^>]*)>", words)
    assert scripts
    assert all("src=" in script or 'type="application/json"' in script for script in scripts)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", words)
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", words)


def test_page_without_sign_in_asks_for_it(client, db):
    answer = client.get("/patients/")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/account/login/?next=/patients/"


def test_fragment_without_sign_in_says_401_so_that_the_page_stays(client, db):
    assert client.get("/patients/", headers={"HX-Request": "true"}).status_code == 401


def test_sign_up_is_closed(client, db):
    answer = client.get("/account/signup/")
    assert "sign up is currently closed" in answer.content.decode()
    assert not get_adapter().is_open_for_signup(None)


def test_sign_in_by_address_opens_the_start_page(client, person):
    answer = client.post("/account/login/", {"login": "Ada@example.org", "password": PASSWORD})
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/"


def test_sign_in_with_a_wrong_password_says_so_in_the_title(client, person):
    answer = client.post("/account/login/", {"login": "ada@example.org", "password": "wrong"})
    assert "<title>Error: Sign in" in answer.content.decode()


def test_sign_in_tried_too_often_is_refused(client, person):
    answers = [
        client.post("/account/login/", {"login": "ada@example.org", "password": f"wrong {number}"}).status_code
        for number in range(12)
    ]
    right = client.post("/account/login/", {"login": "ada@example.org", "password": PASSWORD})
    assert answers[0] == 200
    assert right.status_code in (200, 429)
    assert "_auth_user_id" not in client.session


def test_admin_has_no_sign_in_of_its_own(client, db):
    answer = client.get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/account/login/")


def test_session_end_moves_on_at_most_once_a_minute(client, person, django_assert_max_num_queries):
    client.force_login(person)
    client.get("/account/2fa/")
    first = client.session["seen"]
    client.get("/account/2fa/")
    assert client.session["seen"] == first
    session = client.session
    session["seen"] = first - 61
    session.save()
    client.get("/account/2fa/")
    assert client.session["seen"] >= first
    assert client.session.get_expiry_age() <= 30 * 60
    assert time.time() - client.session["seen"] < 60


def test_log_line_leaves_out_query_and_message_of_an_exception():
    typed = "Ada Example takes kratom"
    try:
        raise ValueError(typed)
    except ValueError as error:
        record = logging.LogRecord(
            "django.request", logging.ERROR, "", 0, "GET /patients/?q=Ada+Example HTTP/1.1", (), (None, error, None)
        )
        record.exc_info = (type(error), error, error.__traceback__)
    line = WithoutValues("%(message)s").format(record)
    assert "Ada" not in line
    assert "ValueError" in line
    assert "/patients/" in line
