"""Small rules for every request: how long a session may idle, and that pages of a record are not kept by browsers."""

import time
from collections.abc import Callable

from allauth.account.adapter import get_adapter
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import ImproperlyConfigured, PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from clinical.actions.audit import request_address

Answer = Callable[[HttpRequest], HttpResponse]

# The end of a session moves at most once in this time, so that not every page costs a write.
SECONDS_BETWEEN_MARKS = 60


def idle_limit(get_response: Answer) -> Answer:
    """Move the session's end on while its owner is at work; after SESSION_COOKIE_AGE of idleness it is gone."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = int(time.time())
            if now - request.session.get("seen", 0) >= SECONDS_BETWEEN_MARKS:
                request.session["seen"] = now
        return get_response(request)

    return answer


def practice_time(get_response: Answer) -> Answer:
    """Show times as the user's practice counts them. The practice was read together with the user."""

    def answer(request: HttpRequest) -> HttpResponse:
        practice = request.user.practice if request.user.is_authenticated else None
        with timezone.override(practice.time_zone if practice else timezone.get_default_timezone()):
            return get_response(request)

    return answer


def plain_text_only(get_response: Answer) -> Answer:
    """Refuse an address or query with a zero byte: no page asks for one and the database cannot hold it."""

    def answer(request: HttpRequest) -> HttpResponse:
        asked = (text for name, values in request.GET.lists() for text in (name, *values))
        if "\x00" in request.path or any("\x00" in text for text in asked):
            raise SuspiciousOperation("A zero byte in the address.")
        return get_response(request)

    return answer


def noted_address(get_response: Answer) -> Answer:
    """Lend the audit the address a request came from: behind the proxies that are counted, what they pass on."""

    def answer(request: HttpRequest) -> HttpResponse:
        token = request_address.set(address_of(request))
        try:
            return get_response(request)
        finally:
            request_address.reset(token)

    return answer


def address_of(request: HttpRequest) -> str | None:
    """The address as the rate limits know it, without the name of a network card; None where it cannot be known."""
    try:
        return get_adapter(request).get_client_ip(request).partition("%")[0]
    except (PermissionDenied, ImproperlyConfigured):  # nothing that reads as an address; fewer proxies than counted
        return None


def private_pages(get_response: Answer) -> Answer:
    """Keep pages out of shared and disk caches unless a view says otherwise: they may show a patient."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response

    return answer


class LoginRequired(LoginRequiredMiddleware):
    """Ask for sign-in on every page not opened on purpose; a fragment says 401, so that a half-typed page stays."""

    def handle_no_permission(self, request: HttpRequest, view_func: Callable) -> HttpResponse:
        if request.headers.get("HX-Request") == "true":
            return HttpResponse(status=401)
        return super().handle_no_permission(request, view_func)
