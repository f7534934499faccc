"""Checks the document on what a patient may face beyond lawful or not. Plain rows in, faults out; no database."""

from collections.abc import Iterator
from typing import Any

from legal.lookup import ALL_SUBSTANCES

TABLE = "beyond_law"
TEXTS = ("code", "topic", "text", "basis")


def beyond_law_faults(content: Any) -> Iterator[str]:
    """Lines without words or without what they rest on, a code twice, a substance the law does not know."""
    if not isinstance(content, dict) or not isinstance(content.get("lines"), list) or not content["lines"]:
        yield f"{TABLE}.yaml: must hold its lines"
        return
    seen: set[str] = set()
    for number, row in enumerate(content["lines"], 1):
        yield from (f"{TABLE}.yaml, line {number}: {fault}" for fault in _faults(row, seen))


def _faults(row: Any, seen: set[str]) -> Iterator[str]:
    if not isinstance(row, dict):
        yield "is no row"
        return
    yield from (f"{name} is empty" for name in TEXTS if not str(row.get(name) or "").strip())
    if not isinstance(row.get("within"), str):
        yield "within must be a code or empty"
    unknown = set(row.get("substances") or ()) - set(ALL_SUBSTANCES)
    yield from (f"substance “{name}” is none of {', '.join(ALL_SUBSTANCES)}" for name in sorted(unknown))
    if not row.get("source") and not row.get("judgement"):
        yield "has neither a source nor is called a judgement"
    if row.get("code") in seen:
        yield f"the code “{row['code']}” stands further up"
    seen.add(row.get("code"))
