"""Checks the document of look-alike names. Touches no database; a fault says which entry and what to do."""

from collections.abc import Container, Iterator
from typing import Any


def look_alike_faults(content: Any, substances: Container[str]) -> Iterator[str]:
    """Names that lead nowhere, spellings of another word, groups of one, and entries without a source."""
    content = content or {}
    for entry in content.get("names") or ():
        key, shown = str(entry.get("substance") or ""), str(entry.get("tall_man") or "")
        if key not in substances:
            yield f"lookalikes.yaml: “{key}” is not a substance of substances.csv"
        if shown.casefold() != key.casefold():
            yield f"lookalikes.yaml ({key}): tall_man “{shown}” is another word"
        if not entry.get("used_for") or not entry.get("source"):
            yield f"lookalikes.yaml ({key}): needs used_for and source"
    for group in content.get("groups") or ():
        yield from _group_faults(group, substances)


def _group_faults(group: dict, substances: Container[str]) -> Iterator[str]:
    keys = group.get("substances") or []
    if len(set(keys)) < 2 or not group.get("source"):
        yield f"lookalikes.yaml, group {keys}: needs two substances and a source"
    for key in keys:
        if key not in substances:
            yield f"lookalikes.yaml, group {keys}: “{key}” is not a substance"
