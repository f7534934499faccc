"""Layers of Django and others around each request, leaner: nothing is prepared unused, or put together twice."""

from collections.abc import Callable
from functools import partial

from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware, get_user
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.messages.storage import default_storage
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject, empty

from clinical.models import User
from kratomcare import sessions

Answer = Callable[[HttpRequest], HttpResponse]


class SignedIn(AuthenticationMiddleware):
    """Django's; the person is sought through the session, which was read together with them."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(partial(_person_behind, request))


def _person_behind(request: HttpRequest) -> User | AnonymousUser:
    with sessions.at_hand(request.session):
        return get_user(request)


class Messages(MessageMiddleware):
    """Django's; what is to be said is looked for only where somebody asks or has something to say."""

    def process_request(self, request: HttpRequest) -> None:
        request._messages = SimpleLazyObject(partial(default_storage, request))

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        said = getattr(request, "_messages", None)
        if isinstance(said, SimpleLazyObject) and said._wrapped is empty:
            return response
        return super().process_response(request, response)


class ContentPolicy(CSPMiddleware):
    """The package's; the policy of the settings is put into words once, not twice for each answer."""

    def __init__(self, get_response: Answer) -> None:
        super().__init__(get_response)
        self._words = build_policy()

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        asked_otherwise = hasattr(request, "_csp_nonce") or any(name.startswith("_csp") for name in vars(response))
        if asked_otherwise or settings.DEBUG:
            return super().process_response(request, response)
        response.headers.setdefault("Content-Security-Policy", self._words)
        return response
