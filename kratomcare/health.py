"""Whether the house can work: the database answers and reference data is loaded. Tells nobody anything else."""

from django.contrib.auth.decorators import login_not_required
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when a patient could be screened, else 503 in words."""
    try:
        version = loaded_version()
    except Error:
        return unavailable(request, _("The database does not answer."))
    if not version:
        return unavailable(request, _("Reference data is not loaded."))
    return HttpResponse(f"ok, reference version {version}\n", content_type="text/plain")


def loaded_version() -> int:
    """The reference version in force, 0 when nothing is loaded yet."""
    from clinical.snapshots import current_version

    return current_version()


def unavailable(request: HttpRequest, reason: str) -> HttpResponse:
    response = render(request, "503.html", {"reason": reason}, status=503)
    response.headers["Retry-After"] = "10"
    return response
