"""Checks the document of the patient handout. Plain rows in, faults out; touches no database."""

import string
from collections.abc import Iterator
from typing import Any

from clinical.screening.knowledge import Mechanism

LANGUAGES = ("en", "es")
PARTS = {
    "mechanisms": "code",
    "products": "code",
    "stopping": "tier",
    "emergency": "code",
    "same_day": "code",
    "tips": "code",
    "words": "code",
}
PLACES = frozenset({"names", "product", "phone", "crisis", "emergency", "n", "who"})
SAID = ("lead", "what", "do")


def handout_faults(content: Any) -> Iterator[str]:
    """A part, a language or a word that is missing, a place that nothing fills, and a mechanism without words."""
    if not isinstance(content, dict):
        yield "handout.yaml: no parts in it"
        return
    for part, key in PARTS.items():
        rows = content.get(part)
        if not isinstance(rows, list) or not rows:
            yield f"handout.yaml: {part} is missing"
            continue
        for number, row in enumerate(rows, start=1):
            name = f"handout.yaml ({part} {row.get(key) or number})"
            yield from (f"{name}: {fault}" for fault in _row_faults(part, key, row))
    known = {row.get("code") for row in content.get("mechanisms") or ()}
    yield from (f"handout.yaml: no words for mechanism “{m.value}”" for m in Mechanism if m.value not in known)


def _row_faults(part: str, key: str, row: dict) -> Iterator[str]:
    if not row.get(key):
        yield f"{key} is empty"
    if not isinstance(row.get("judgement"), bool) or not isinstance(row.get("source"), list):
        yield "says neither its source nor whether it is a judgement"
    for language in LANGUAGES:
        said = row.get(language)
        words = [(said or {}).get(name) for name in SAID] if part == "mechanisms" else [said]
        if not all(isinstance(word, str) and word.strip() for word in words):
            yield f"words in “{language}” are missing"
            continue
        for word in words:
            unknown = {name for _text, name, _spec, _conversion in string.Formatter().parse(word) if name} - PLACES
            yield from (f"nothing fills {{{name}}}" for name in sorted(unknown))
