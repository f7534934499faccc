"""A door of its own for names, which are asked for at nearly every key: the same guards, and nothing beside them.

The answer shows no time, no address, no message and one language, comes from no file and changes nothing. Of the
layers around each request only those that guard stand here: https, host, session, sign-in, idleness, headers. What is
not a plain question for names goes through all of them.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest
from django.urls import ResolverMatch
from django.utils.module_loading import import_string

ADDRESS = "/suggest/"

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class GuardsOnly:
    """For a handler of Django's: the layers of `MIDDLEWARE_FOR_NAMES`, and an address that is looked up once."""

    _found: ResolverMatch | None = None

    def load_middleware(self, is_async: bool = False) -> None:
        self._view_middleware, self._template_response_middleware, self._exception_middleware = [], [], []
        chain = convert_exception_to_response(self._get_response)
        for path in reversed(settings.MIDDLEWARE_FOR_NAMES):
            layer = import_string(path)(chain)
            if hasattr(layer, "process_view"):
                self._view_middleware.insert(0, layer.process_view)
            chain = convert_exception_to_response(layer)
        self._middleware_chain = chain

    def resolve_request(self, request: HttpRequest) -> ResolverMatch:
        self._found = self._found or super().resolve_request(request)
        request.resolver_match = self._found
        return self._found


class NamesHandler(GuardsOnly, WSGIHandler):
    """Answers `ADDRESS` and nothing else."""


def beside(everything: Application) -> Application:
    """The application with this door beside it."""
    names = NamesHandler()

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        asked = environ["PATH_INFO"] == ADDRESS and environ["REQUEST_METHOD"] == "GET"
        return (names if asked else everything)(environ, start_response)

    return answer
