"""Checks the document on how long stopped medicines go on acting. Plain rows in, faults out; touches no database."""

from collections.abc import Collection, Iterator
from typing import Any

from clinical.screening.knowledge import Mechanism
from clinical.screening.routes import ROUTES


def acting_faults(content: Any, substances: Collection[str], roles: Collection[str]) -> Iterator[str]:
    """Every name that is not known, every number of days without a basis, and every mechanism left out."""
    content = content if isinstance(content, dict) else {}
    entries = content.get("acting") or ()
    for number, entry in enumerate(entries, start=1):
        yield from (f"acting.yaml, entry {number}: {fault}" for fault in _entry_faults(entry, substances, roles))
    named = [row.get("mechanism") for row in content.get("mechanisms") or ()]
    for name in Mechanism:
        if named.count(name) != 1:
            yield f"acting.yaml, mechanisms: “{name}” must stand there once"


def _entry_faults(entry: dict, substances: Collection[str], roles: Collection[str]) -> Iterator[str]:
    known = {"substances": substances, "roles": roles, "routes": ROUTES, "mechanisms": set(Mechanism)}
    for column, names in known.items():
        for name in entry.get(column) or ():
            if name not in names:
                yield f"{column}: “{name}” is not known"
    if not entry.get("substances") and not entry.get("roles"):
        yield "names no substance and no role"
    if entry.get("days") is not None and not (entry.get("source") and entry.get("basis")):
        yield "days need a source and a basis; leave them empty where they are not known"
