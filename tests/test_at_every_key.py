"""The door for names: guarded like every other, however little of the house stands behind it."""

import time

import pytest
from django.conf import settings as house
from django.contrib.auth.middleware import AuthenticationMiddleware, LoginRequiredMiddleware
from django.contrib.sessions.models import Session
from django.test import Client
from django.test.client import ClientHandler
from django.urls import reverse
from django.utils.module_loading import import_string

from clinical.permissions import REFERENCE_EDITOR
from kratomcare import at_every_key
from tests import factories

pytestmark = pytest.mark.django_db


class Door(at_every_key.GuardsOnly, ClientHandler):
    """The layers of the door, asked by a test."""


def browser(person=None) -> Client:
    client = Client()
    client.handler = Door(enforce_csrf_checks=True)
    if person:
        client.force_login(person)
    return client


def names(client: Client, typed: str = "tram", **more):
    return client.get(at_every_key.ADDRESS, {"q": typed}, **more)


def test_address_is_the_one_of_names():
    assert reverse("clinical:suggest") == at_every_key.ADDRESS


def test_layers_are_those_of_every_page_in_their_order():
    assert [path for path in house.MIDDLEWARE if path in house.MIDDLEWARE_FOR_NAMES] == house.MIDDLEWARE_FOR_NAMES


@pytest.mark.parametrize(
    "path",
    [
        "django.middleware.security.SecurityMiddleware",
        "kratomcare.lean.ContentPolicy",
        "kratomcare.middleware.idle_limit",
        "kratomcare.middleware.LoginRequired",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
        "kratomcare.middleware.private_pages",
    ],
)
def test_layer_that_guards_is_there(path):
    assert path in house.MIDDLEWARE_FOR_NAMES


def test_whoever_asks_is_known_before_sign_in_is_asked_for():
    layers = [import_string(path) for path in house.MIDDLEWARE_FOR_NAMES]
    classes = [layer for layer in layers if isinstance(layer, type)]
    known = next(place for place, layer in enumerate(classes) if issubclass(layer, AuthenticationMiddleware))
    asked = next(place for place, layer in enumerate(classes) if issubclass(layer, LoginRequiredMiddleware))
    assert known < asked


def test_answer_is_the_one_of_all_layers():
    person = factories.clinician()
    everything = Client()
    everything.force_login(person)
    answer, other = names(browser(person)), names(everything)
    assert answer.content == other.content
    assert b"data-name" in answer.content
    of_one_language = {"Vary", "Content-Language"}
    differing = {name for name in {*answer.headers, *other.headers} if answer.get(name) != other.get(name)}
    assert differing <= of_one_language


def test_answer_carries_every_header_that_guards():
    answer = names(browser(factories.clinician()))
    page = browser(factories.clinician())
    page.handler = ClientHandler()
    page = page.get("/patients/")
    guards = (
        "Content-Security-Policy", "X-Frame-Options", "X-Content-Type-Options", "Referrer-Policy", "Cache-Control",
        "Cross-Origin-Opener-Policy",
    )  # fmt: skip
    assert {name: answer.headers[name] for name in guards} == {name: page.headers[name] for name in guards}
    assert "Cookie" in answer.headers["Vary"]


def test_names_are_for_those_who_read_charts():
    assert names(browser()).status_code == 302
    assert names(browser(), headers={"HX-Request": "true"}).status_code == 401
    refused = names(browser(factories.person(REFERENCE_EDITOR)))
    assert (refused.status_code, b"data-name" in refused.content) == (403, False)


def test_person_deactivated_meanwhile_is_signed_out():
    person = factories.clinician()
    client = browser(person)
    assert names(client).status_code == 200
    type(person).objects.filter(pk=person.pk).update(is_active=False)
    assert names(client).status_code == 302


def test_session_that_has_ended_is_none():
    client = browser(factories.clinician())
    Session.objects.update(expire_date="2020-01-01T00:00:00Z")
    assert names(client).status_code == 302


def test_typing_names_is_being_at_work():
    client = browser(factories.clinician())
    names(client)
    assert time.time() - client.session["seen"] < 60


def test_names_are_not_for_other_hosts(settings):
    settings.ALLOWED_HOSTS = ["kratomcare.example.org"]
    client = browser(factories.clinician())
    assert names(client, headers={"host": "elsewhere.example.org"}).status_code == 400


def test_names_over_http_are_sent_to_https(settings):
    settings.SECURE_SSL_REDIRECT = True
    answer = names(browser(factories.clinician()))
    assert (answer.status_code, answer.headers["Location"][:8]) == (301, "https://")


def test_zero_byte_is_refused():
    assert names(browser(factories.clinician()), "tr\x00am").status_code == 400


@pytest.mark.parametrize(
    ("method", "path", "where"),
    [
        ("GET", at_every_key.ADDRESS, "door"),
        ("POST", at_every_key.ADDRESS, "everything"),
        ("GET", "/patients/", "everything"),
        ("GET", at_every_key.ADDRESS + "more/", "everything"),
    ],
)
def test_only_a_plain_question_goes_through_the_door(monkeypatch, method, path, where):
    monkeypatch.setattr(at_every_key.NamesHandler, "__call__", lambda handler, environ, start: ["door"])
    application = at_every_key.beside(lambda environ, start: ["everything"])
    assert application({"PATH_INFO": path, "REQUEST_METHOD": method}, lambda *head: None) == [where]
