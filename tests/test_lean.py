"""Leaner layers around a request: the same answers, headers and words as the full ones give."""

import pytest
from csp.middleware import CSPMiddleware
from django.contrib.messages import add_message, constants, get_messages
from django.http import HttpResponse

from kratomcare import lean

pytestmark = pytest.mark.django_db


def test_policy_is_what_the_package_says(rf):
    request, answers = rf.get("/"), []
    for layer in (CSPMiddleware, lean.ContentPolicy):
        made = layer(lambda request: HttpResponse("text"))
        answers.append(made(request).headers["Content-Security-Policy"])
    assert answers[0] == answers[1]
    assert "script-src 'self'" in answers[1]


def test_answer_that_asks_for_another_policy_gets_it(rf):
    def view(request):
        answer = HttpResponse("text")
        answer._csp_replace = {"img-src": ["'none'"]}
        return answer

    assert "img-src 'none'" in lean.ContentPolicy(view)(rf.get("/")).headers["Content-Security-Policy"]


def test_policy_that_a_view_sets_stays(rf):
    view = lean.ContentPolicy(lambda request: HttpResponse(headers={"Content-Security-Policy": "sandbox"}))
    assert view(rf.get("/")).headers["Content-Security-Policy"] == "sandbox"


def test_message_is_kept_for_the_next_page_and_shown_once(rf):
    def says(request):
        request.session = {}
        add_message(request, constants.INFO, "Draft saved.")
        return HttpResponse("text")

    kept = lean.Messages(says)(rf.get("/")).cookies["messages"].value
    shown = []

    def shows(request):
        request.session = {}
        shown.extend(str(message) for message in get_messages(request))
        return HttpResponse("text")

    request = rf.get("/")
    request.COOKIES["messages"] = kept
    answer = lean.Messages(shows)(request)
    assert shown == ["Draft saved."]
    assert answer.cookies["messages"].value == ""


def test_request_without_messages_never_looks_for_any(rf, monkeypatch):
    def refuse(request):
        raise AssertionError

    monkeypatch.setattr(lean, "default_storage", refuse)
    assert lean.Messages(lambda request: HttpResponse("text"))(rf.get("/")).content == b"text"
