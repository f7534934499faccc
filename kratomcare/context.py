"""What every page's header needs to know."""

from django.http import HttpRequest

from clinical.permissions import can


def reads_charts(request: HttpRequest) -> dict:
    """Whether to offer patients and their search; asked only by pages that print the header."""
    return {"reads_charts": lambda: request.user.is_authenticated and can(request.user, "read_charts")}
