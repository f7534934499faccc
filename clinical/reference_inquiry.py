"""Checks the document on asking about suicide. Plain rows in, faults out; touches no database."""

from collections.abc import Iterator
from typing import Any

from clinical.screening.inquiry import CHANGE, FIRST_VISIT, ITEM_9, RISE

TABLE = "inquiry"
# What the pages look up; a missing one would be silence where words are due.
CODES = {
    "reasons": {ITEM_9, FIRST_VISIT, CHANGE, RISE},
    "outcomes": {"no-thoughts", "thoughts", "plan-or-intent", "could-not-ask", "declined"},
}
WORDS = {"reasons": "text", "facts": "text", "screens": "text", "outcomes": "steps"}


def inquiry_faults(content: Any) -> Iterator[str]:
    """Lists that lack a code, rows without words, a crisis line or a threshold that is not there."""
    if not isinstance(content, dict):
        yield "inquiry.yaml: must hold its lists"
        return
    try:
        yield from (f"inquiry.yaml: {fault}" for fault in _faults(content))
    except (KeyError, TypeError, AttributeError) as fault:
        yield f"inquiry.yaml: {fault!r} is missing or of another kind"


def _faults(content: dict[str, Any]) -> Iterator[str]:
    for name, words in WORDS.items():
        rows = content.get(name) or []
        if not rows:
            yield f"{name} is empty"
        yield from (f"{name}, entry {number}: {words} is empty" for number, row in enumerate(rows, 1) if not row[words])
        missing = CODES.get(name, set()) - {row.get("code") for row in rows}
        yield from (f"{name}: “{code}” is missing" for code in sorted(missing))
    if not content["crisis_line"]["text"].strip():
        yield "crisis_line: text is empty"
    rise = {row["name"]: row["value"] for row in content["parameters"]}.get("phq9_rise")
    if not isinstance(rise, int | float) or rise <= 0:
        yield "parameters: phq9_rise must be a number above 0"
