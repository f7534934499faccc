"""The page for a failure nobody expected. A database that is away is not our mistake, and says so."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.defaults import server_error

from kratomcare.health import unavailable


def page_failed(request: HttpRequest) -> HttpResponse:
    """Answer 503 when the database is away, 500 otherwise; neither shows where in the code it was."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return unavailable(request, _("The database does not answer."))
    return server_error(request)
