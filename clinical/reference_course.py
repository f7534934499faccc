"""Checks the document of the course over time. Plain rows in, faults out; touches no database."""

from collections.abc import Collection, Iterator
from typing import Any

from clinical.screening.course_document import limits_from


def course_faults(content: Any, roles: Collection[str]) -> Iterator[str]:
    """What could not be used, and roles that do not exist. No document at all is no fault: the page then says so."""
    if content is None:
        return
    try:
        limits = limits_from(content)
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        yield f"course.yaml: {fault}"
        return
    unknown = sorted(limits.antidepressant_roles - set(roles))
    yield from (f"course.yaml: role “{role}” is not known" for role in unknown)
