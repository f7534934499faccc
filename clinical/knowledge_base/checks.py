"""Checks the rows of a bundle against the columns and links they must have. Says every fault; changes nothing."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from django.utils import timezone

from clinical.knowledge_base.tables import OBJECT_LISTS, Row, entry_of
from clinical.models import Source
from clinical.reference_beyond_law import TABLE as BEYOND_LAW
from clinical.reference_beyond_law import beyond_law_faults
from clinical.reference_cases import PARTS, entry_faults
from clinical.reference_course import course_faults
from clinical.reference_desk import desk_faults
from clinical.reference_files import CODE, Files, modifier_faults, parts, rule_faults
from clinical.reference_inquiry import TABLE, inquiry_faults
from clinical.reference_instruments import instruments_faults
from clinical.reference_monitoring import monitoring_faults
from clinical.screening.routes import ROUTES
from clinical.source_checks import status_faults
from legal.lookup import Column, PlainTable

# A spreadsheet would run these as a formula; a plain signed number is none.
FORMULA = re.compile(r"[=@\t\r]|[+-](?!\s|\d+(?:[.,]\d+)?$)\S")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
MOST_REVISIONS = 1_000_000  # a number beyond that is no count of revisions
RULE_PARTS = {
    "read": {"quote_checked": bool, "second_read": str, "note": str},
    "objects": {"kind": str, "key": str, **dict.fromkeys(OBJECT_LISTS, list), "note": str},
    "modifiers": {"when": str, "effect": str, "reason": str},
}


def faults_in(rows: Mapping[str, list[Row]], shapes: Mapping[str, PlainTable]) -> list[str]:
    """What is wrong with the rows of each table, by file and line. `shapes` are the tables as they stand here."""
    faults = []
    for name, shape in shapes.items():
        seen: dict[tuple, int] = {}
        for number, row in enumerate(rows[name], start=1):
            where = f"{name}.jsonl, line {number}"
            faults += [f"{where}: {fault}" for fault in _row_faults(row, shape, seen, number)]
    return faults or [
        *_link_faults(rows, shapes),
        *_word_faults(rows),
        *_status_faults(rows["sources"]),
        *_rule_faults(rows),
        *_case_faults(rows["cases"]),
        *_document_faults({row["key"]: row["content"] for row in rows["documents"]}),
        *desk_faults({row["key"]: row["content"] for row in rows["documents"]}),
        *_course_faults(rows),
        *_monitoring_faults(rows),
        *_revision_faults(rows["rule_revisions"]),
    ]


def _row_faults(row: Row, shape: PlainTable, seen: dict[tuple, int], number: int) -> Iterator[str]:
    unknown, missing = sorted(row.keys() - shape.columns.keys()), sorted(shape.columns.keys() - row.keys())
    if unknown or missing:
        yield from (f"has an unknown column “{name}”" for name in unknown)
        yield from (f"lacks the column “{name}”" for name in missing)
        return
    fine = True
    for name, column in shape.columns.items():
        for fault in (*_value_faults(row[name], column), *text_faults(row[name])):
            fine = False
            yield f"{name} {fault}"
    if fine:
        key = tuple(row[part] for part in shape.key)
        if key in seen:
            yield f"stands in line {seen[key]} already"
        seen.setdefault(key, number)
        if not row[shape.key[0]]:
            yield f"{shape.key[0]} is empty"


def _value_faults(value: Any, column: Column) -> Iterator[str]:
    if value is None:
        if not column.may_be_null and column.kind != "any":
            yield "is empty"
        return
    if column.kind == "list":
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            yield "is not a list of texts"
            return
    elif not _FITS[column.kind](value):
        yield f"is not a {_SAID[column.kind]}"
        return
    for text in value if isinstance(value, list) else (value,):
        if column.most and isinstance(text, str) and len(text) > column.most:
            yield f"has {len(text)} characters, {column.most} at most"


def _is_day(value: Any) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


_FITS = {
    "text": lambda value: isinstance(value, str),
    "flag": lambda value: isinstance(value, bool),
    "whole": lambda value: type(value) is int and abs(value) < 2**31,
    "day": _is_day,
    "any": lambda value: isinstance(value, dict | list),
}
_SAID = {
    "text": "text",
    "flag": "true or false",
    "whole": "whole number",
    "day": "day (year-month-day)",
    "any": "list or object",
}


def text_faults(value: Any) -> Iterator[str]:
    """Formulas and control characters in any text of a value, however deep."""
    if isinstance(value, str):
        if FORMULA.match(value):
            yield f"begins like a formula: “{value[:20].encode('unicode_escape').decode()}”"
        if CONTROL.search(value):
            yield "holds a control character"
    elif isinstance(value, list | dict):
        for item in [*value, *value.values()] if isinstance(value, dict) else value:
            yield from text_faults(item)


def links_of(table: str, row: Row, shapes: Mapping[str, PlainTable]) -> Iterator[tuple[str, tuple]]:
    """Every other row that this one cannot be without, as table and key."""
    for column, other in shapes[table].links.items():
        if row[column]:
            yield other, (row[column],)
    if table == "substances":
        yield from (("substances", (key,)) for key in row["components"])
    elif table == "rules":
        yield from _rule_links(row)


def _rule_links(row: Row) -> Iterator[tuple[str, tuple]]:
    yield from (("sources", (key,)) for key in row["sources"])
    others = {"role": "roles", "substance": "substances", "condition": "conditions"}
    for item in row["objects"]:
        if item["kind"] in others:
            yield others[item["kind"]], (item["key"],)
        yield from (("substances", (key,)) for key in item["exclude"])
        yield from (("rules", (code,)) for code in item["refines"])
    for modifier in row["modifiers"]:
        kind, _, key = modifier["when"].rpartition(":")
        if kind in ("role", "substance"):
            yield others[kind], (key,)


def _link_faults(rows: Mapping[str, list[Row]], shapes: Mapping[str, PlainTable]) -> Iterator[str]:
    present = {name: {tuple(row[part] for part in shapes[name].key) for row in rows[name]} for name in shapes}
    for name in (name for name in shapes if name != "rules"):
        for number, row in enumerate(rows[name], start=1):
            for other, key in links_of(name, row, shapes):
                if key not in present[other]:
                    yield f"{name}.jsonl, line {number}: “{key[0]}” is not in {other}"


def _word_faults(rows: Mapping[str, list[Row]]) -> Iterator[str]:
    """Routes and strengths that no rule can name: such a row would keep flags away in silence."""
    for name in ("substances", "names"):
        for number, row in enumerate(rows[name], start=1):
            if row["route"] and row["route"] not in ROUTES:
                yield f"{name}.jsonl, line {number}: route “{row['route']}” is none of {', '.join(ROUTES)}"
    strengths = {row["key"]: parts(row["strengths"]) for row in rows["roles"]}
    for number, row in enumerate(rows["substance_roles"], start=1):
        if row["strength"] and row["strength"] not in strengths[row["role"]]:
            told = f"strength “{row['strength']}” is not in the vocabulary of {row['role']}"
            yield f"substance_roles.jsonl, line {number}: {told}"


def _status_faults(rows: list[Row]) -> Iterator[str]:
    """A source whose status says too little, or is none: it would not put its rules in review."""
    known = {row["key"] for row in rows}
    for number, row in enumerate(rows, start=1):
        where = f"sources.jsonl, line {number} ({row['key']})"
        if row["status"] not in Source.Status.values:
            yield f"{where}: status “{row['status']}” is none of {', '.join(Source.Status.values)}"
        day = row["status_checked_on"] and date.fromisoformat(row["status_checked_on"])
        same = {name: row[name] for name in ("key", "status", "superseded_by")}
        found = status_faults(**same, checked_on=day, known=known, today=timezone.localdate())
        yield from (f"{where}: {name}: {fault}" for name, fault in found)


def _rule_faults(rows: Mapping[str, list[Row]]) -> Iterator[str]:
    """The checks that rules.yaml must pass, measured against the tables of the bundle."""
    known = Files(**{name: {row["key"]: row for row in rows[name]} for name in ("sources", "substances", "roles")})
    known.conditions = {row["key"]: row for row in rows["conditions"]}
    codes = {row["code"] for row in rows["rules"]}
    modifiers = {key for row in rows["conditions"] for key in row["modifiers"]}
    for number, row in enumerate(rows["rules"], start=1):
        where = f"rules.jsonl, line {number} ({row['code']})"
        if faults := list(_misshapen(row)):
            yield from (f"{where}: {fault}" for fault in faults)
            continue
        if not CODE.fullmatch(row["code"]):
            yield f"{where}: needs a code of small letters, digits and hyphens"
        entry = entry_of(row)
        found = (*rule_faults(entry, codes, known), *modifier_faults(entry, modifiers, known))
        yield from (f"{where}: {fault}" for fault in found)


def _document_faults(documents: Mapping[str, Any]) -> Iterator[str]:
    """The shapes that instruments and the words on asking must have."""
    yield from instruments_faults(documents)
    if TABLE in documents:
        yield from inquiry_faults(documents[TABLE])
    if BEYOND_LAW in documents:
        yield from beyond_law_faults(documents[BEYOND_LAW])


class _Coded(frozenset[str]):
    """Every text that could be the code of a rule."""

    def __contains__(self, code: object) -> bool:
        return isinstance(code, str) and CODE.fullmatch(code) is not None


def _case_faults(rows: list[Row]) -> Iterator[str]:
    """What the case library must pass. A case may name a rule that was retired, so codes are held to their form."""
    for number, row in enumerate(rows, start=1):
        where = f"cases.jsonl, line {number} ({row['key']})"
        faults = entry_faults({name: row[name] for name in PARTS}, _Coded())
        yield from (f"{where}: {fault}" for fault in faults)


def _course_faults(rows: Mapping[str, list[Row]]) -> Iterator[str]:
    course = next((row["content"] for row in rows["documents"] if row["key"] == "course"), None)
    yield from course_faults(course, {row["key"] for row in rows["roles"]})


def _monitoring_faults(rows: Mapping[str, list[Row]]) -> Iterator[str]:
    content = next((row["content"] for row in rows["documents"] if row["key"] == "monitoring"), None)
    keys = {name: {row["key"] for row in rows[name]} for name in ("roles", "substances", "conditions")}
    yield from monitoring_faults(content, **keys)


def _revision_faults(rows: list[Row]) -> Iterator[str]:
    """Of the histories only the numbers of rule revisions are taken over."""
    for number, row in enumerate(rows, start=1):
        revision = row.get("revision")
        if not isinstance(row.get("code"), str) or type(revision) is not int or not 0 < revision < MOST_REVISIONS:
            yield f"rule_revisions.jsonl, line {number}: needs a code and the number of a revision"


def _misshapen(row: Row) -> Iterator[str]:
    """Parts of a rule that are not of the shape we write."""
    for name, shape in RULE_PARTS.items():
        items: Iterable[Any] = [row[name]] if name == "read" else row[name]
        if not isinstance(items, list):
            yield f"{name} is not a list"
            continue
        for item in items:
            if not isinstance(item, dict) or item.keys() != shape.keys():
                yield f"{name} needs {', '.join(shape)} in each entry, and nothing else"
            elif wrong := [key for key, kind in shape.items() if not isinstance(item[key], kind)]:
                yield f"{name}: {', '.join(wrong)} of another kind"
            elif not all(isinstance(text, str) for value in item.values() if isinstance(value, list) for text in value):
                yield f"{name}: a list that holds other things than text"
