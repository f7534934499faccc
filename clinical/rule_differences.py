"""How two or three wordings of one rule differ, field by field and word by word. Reads and writes no database."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext as _

from clinical.models import InteractionRule
from clinical.rule_entries import LISTS, PLAIN_NAMES, Entry

WORD = re.compile(r"\s+|[^\s]+")
SAME, GONE, NEW = "same", "gone", "new"
# As people read a rule: what it says first, then what it rests on.
_FIRST = ("title", "severity", "certainty", "summary", "action", "monitoring", "mechanism", "consequence")
READ = {"quote_checked": "is_quote_checked", "second_read": "second_read", "note": "second_note"}
FLAGS = {"once_per_patient": "is_once_per_patient", "provisional": "is_provisional"}
NAMES = (*_FIRST, *(name for name in PLAIN_NAMES if name not in _FIRST), *FLAGS, "read", "sources", "objects", "modifiers")  # fmt: skip # noqa: E501


@dataclass(frozen=True, slots=True)
class Part:
    """Some words of a line and whether they are the same, gone or new."""

    how: str
    words: str


@dataclass(frozen=True, slots=True)
class Changed:
    """One field that reads otherwise: the words on each side, marked."""

    name: str
    label: str
    before: tuple[Part, ...]
    after: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Threefold:
    """One field in three wordings. `both` says that it was changed here and there, in different ways."""

    name: str
    label: str
    base: str
    in_force: tuple[Part, ...]
    mine: tuple[Part, ...]
    both: bool


def label_of(name: str) -> str:
    """The field as forms and tables call it."""
    shaped = {"read": _("What was read"), "objects": _("What it fires on"), "modifiers": _("What changes it")}
    if name in shaped:
        return shaped[name]
    column = InteractionRule._meta.get_field(FLAGS.get(name, name))
    return str(column.verbose_name)[:1].upper() + str(column.verbose_name)[1:].replace("_", " ")


def group_words(group: Mapping[str, Any]) -> str:
    """One line for things a rule fires on under the same limits: "role: hepatotoxic (routes: systemic)"."""
    limits = [f"{name}: {', '.join(group[name])}" for name in LISTS if group.get(name)]
    return f"{group['kind']}: {', '.join(group.get('keys') or ())}" + (f" ({'; '.join(limits)})" if limits else "")


def words_of(entry: Mapping[str, Any], name: str) -> str:
    """One field of an entry as text."""
    value = entry.get(name)
    if name == "objects":
        lines = (group_words(group) + (f". {group['note']}" if group.get("note") else "") for group in value or ())
        return "\n".join(lines)
    if name == "modifiers":
        return "\n".join(f"{row['effect']}: {row['when']}. {row['reason']}" for row in value or ())
    if name == "sources":
        return "\n".join(sorted(value or ()))
    if name == "read":
        value = value or {}
        seen = _("claim seen in a source") if value.get("quote_checked") else _("claim not seen in a source")
        return "\n".join(filter(None, (seen, value.get("second_read"), value.get("note"))))
    if name in FLAGS:
        return _("yes") if value else _("no")
    return str(value or "").strip()


def compared(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Changed]:
    """Every field that reads otherwise, word by word."""
    found = []
    for name in NAMES:
        old, new = words_of(before, name), words_of(after, name)
        if old != new:
            found.append(Changed(name, label_of(name), *marked(old, new)))
    return found


def threefold(base: Mapping[str, Any], in_force: Mapping[str, Any], mine: Mapping[str, Any]) -> list[Threefold]:
    """Every field that was changed since `base`, in force or in the draft."""
    found = []
    for name in NAMES:
        first, theirs, ours = (words_of(entry, name) for entry in (base, in_force, mine))
        if first == theirs == ours:
            continue
        both = theirs != first and ours not in (first, theirs)
        found.append(Threefold(name, label_of(name), first, marked(first, theirs)[1], marked(first, ours)[1], both))
    return found


def rebased(base: Entry, in_force: Entry, mine: Entry) -> Entry:
    """What was typed, on top of what is in force now: a field the draft left alone follows the revision in force."""
    kept = {name: mine[name] for name in NAMES if name in mine and words_of(mine, name) != words_of(base, name)}
    return {**mine, **in_force, **kept}


def marked(old: str, new: str) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """Both wordings with the words that are gone from the one and new in the other."""
    left, right = WORD.findall(old), WORD.findall(new)
    steps = SequenceMatcher(a=left, b=right, autojunk=False).get_opcodes()
    before = ((SAME if step == "equal" else GONE, "".join(left[a:b])) for step, a, b, _c, _d in steps)
    after = ((SAME if step == "equal" else NEW, "".join(right[c:d])) for step, _a, _b, c, d in steps)
    return tuple(_parts(before)), tuple(_parts(after))


def _parts(pieces: Iterator[tuple[str, str]]) -> Iterator[Part]:
    return (Part(how, words) for how, words in pieces if words)
