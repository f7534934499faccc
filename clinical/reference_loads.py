"""Checks the document of loads. Plain rows in, faults out; touches no database."""

from collections.abc import Collection, Iterator
from typing import Any

from clinical.screening.load_document import load_from


def load_faults(content: Any, roles: Collection[str]) -> Iterator[str]:
    """Rows that screening cannot read, roles that do not exist, and a load or a mechanism that stands there twice."""
    entries = content.get("loads") if isinstance(content, dict) else None
    keys: set[str] = set()
    for number, entry in enumerate(entries or (), start=1):
        try:
            load = load_from(entry)
        except (KeyError, TypeError, ValueError, AttributeError) as fault:
            yield f"loads.yaml, entry {number}: {fault}"
            continue
        named = [feed.role for feed in load.feeds] + sorted(load.rules_except)
        yield from (f"loads.yaml ({load.key}): role “{role}” is not known" for role in named if role not in roles)
        for key in (f"load {load.key}", *(f"mechanism {name}" for name in load.mechanisms)):
            if key in keys:
                yield f"loads.yaml ({load.key}): {key} stands there twice"
            keys.add(key)
