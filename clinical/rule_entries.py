"""A rule as one plain entry in the shape of rules.yaml: what drafts hold, checks read and `open_rule` stores.

Reads a stored revision; writes nothing.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from clinical.knowledge_base.tables import row_of, rule_row
from clinical.models import InteractionRule

Entry = dict[str, Any]
LISTS = ("strengths", "exclude", "products", "routes", "phases", "mechanisms", "refines")
# Said in a draft alone: that a source was looked for and none was found. A revision says it by having none.
NO_SOURCE_FOUND = "no_source_found"
_SHAPED = frozenset(("code", "read", "objects", "modifiers", "sources", "once_per_patient", "provisional"))
# Everything of an entry that is one line or one paragraph under the name of its column.
PLAIN_NAMES = tuple(name for name in row_of(defaultdict(str, objects=[])) if name not in _SHAPED)


def entry_of(rule: InteractionRule) -> Entry:
    """A stored revision in the shape of rules.yaml; objects under the same limits stand together."""
    row = rule_row(rule)
    return {**row, "objects": _grouped(row["objects"])}


def blank_entry(code: str) -> Entry:
    """A new rule before anything is typed. What nobody has said yet is empty, so that it cannot pass for known."""
    read = {"quote_checked": False, "second_read": "", "note": ""}
    lists: Entry = {"sources": [], "objects": [], "modifiers": []}
    return {
        "code": code, **dict.fromkeys(PLAIN_NAMES, ""), "frequency_of_exposure": "not known",
        "frequency_of_harm": "not known", "once_per_patient": False, "provisional": True, "read": read, **lists,
    }  # fmt: skip


def says_the_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two entries would make the same revision."""
    return row_of(one) == row_of(other)


def _grouped(rows: list[Entry]) -> list[Entry]:
    groups: list[Entry] = []
    for row in rows:
        limits = {name: value for name, value in row.items() if name != "key"}
        if groups and {**groups[-1], "keys": None} == {**limits, "keys": None}:
            groups[-1]["keys"].append(row["key"])
        else:
            groups.append({**limits, "keys": [row["key"]]})
    return groups
