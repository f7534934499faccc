"""Checks the document of forms that stay where they are put. Touches no database; a fault says which entry."""

from collections.abc import Container, Iterator
from typing import Any

from clinical.screening.routes import ROUTES, SYSTEMIC_ROUTES
from clinical.vocabulary.sig import LOCAL_FORMS


def local_form_faults(content: Any, substances: Container[str]) -> Iterator[str]:
    """Forms and routes nobody knows, substances that are not there or never local, and entries without a source."""
    content = content if isinstance(content, dict) else {}
    never = {key for entry in content.get("never") or () for key in entry.get("substances") or ()}
    for number, entry in enumerate(content.get("forms") or (), start=1):
        faults = _entry_faults(entry, substances, never)
        yield from (f"local_forms.yaml, entry {number}: {fault}" for fault in faults)


def _entry_faults(entry: dict, substances: Container[str], never: Container[str]) -> Iterator[str]:
    if entry.get("form") not in LOCAL_FORMS:
        yield f"form “{entry.get('form')}” is not one of {', '.join(LOCAL_FORMS)}"
    if entry.get("route") not in ROUTES or entry.get("route") in SYSTEMIC_ROUTES:
        yield f"route “{entry.get('route')}” is not a local route"
    if not entry.get("source"):
        yield "needs a source"
    for key in entry.get("substances") or ():
        if key not in substances:
            yield f"“{key}” is not a substance of substances.csv"
        if key in never:
            yield f"“{key}” is listed as never local"
