"""What is wrong with a case of the library, or with the file of them. Touches no database."""

import re
from collections.abc import Collection, Iterator
from typing import Any

from clinical.screening.case import CaseError, facts_from_json

PARTS = {"key", "title", "expects", "case"}
EXPECTED = ("fires", "silent")
KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,119}")


def file_faults(entries: Any, codes: Collection[str]) -> Iterator[str]:
    """Every fault of cases.yaml. `codes` are those of the rules it may name."""
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        yield "cases.yaml: must be a list of entries, each beginning with “- key:”"
        return
    seen: set[str] = set()
    for number, entry in enumerate(entries, start=1):
        key = str(entry.get("key") or "")
        faults = list(entry_faults(entry, codes))
        if key in seen:
            faults.insert(0, "this key stands twice")
        seen.add(key)
        yield from (f"cases.yaml, entry {number} ({key or 'no key'}): {fault}" for fault in faults)


def entry_faults(entry: dict, codes: Collection[str]) -> Iterator[str]:
    """Every fault of one case of the file."""
    if entry.keys() != PARTS:
        yield f"needs {', '.join(sorted(PARTS))}, and nothing else"
        return
    if not isinstance(entry["key"], str) or not KEY.fullmatch(entry["key"]):
        yield "needs a key of small letters, digits and hyphens"
    if not isinstance(entry["title"], str) or not entry["title"].strip():
        yield "title is empty; say what the case shows"
    yield from case_faults(entry["case"])
    yield from expectation_faults(entry["expects"], codes)


def case_faults(case: Any) -> Iterator[str]:
    """What `screen` would refuse about the case itself."""
    try:
        facts_from_json(case)
    except CaseError as error:
        yield f"case: {error}"


def expectation_faults(expects: Any, codes: Collection[str]) -> Iterator[str]:
    """An expectation names rules that exist, once each, and at least one."""
    if not isinstance(expects, dict) or not expects.keys() <= set(EXPECTED):
        yield "expects: needs lists of rule codes under fires and silent"
        return
    lists = [expects.get(name) or [] for name in EXPECTED]
    if not all(isinstance(found, list) and all(isinstance(code, str) for code in found) for found in lists):
        yield "expects: needs lists of rule codes under fires and silent"
        return
    named = [code for found in lists for code in found]
    if not named:
        yield "expects: names no rule; a case that expects nothing cannot fail"
    yield from (f"expects: “{code}” is not a rule" for code in named if code not in codes)
    yield from (f"expects: “{code}” stands twice" for code in sorted({c for c in named if named.count(c) > 1}))
