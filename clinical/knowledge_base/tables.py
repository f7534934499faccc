"""All published reference data as plain tables, whole at one version, and one digest over them. Reads only.

The digest is independent of keys in this database, of load order, of times and of people: the same data elsewhere
gives the same digest. Rules count as they are in force; withdrawn rows count as withdrawn.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

from clinical import snapshots
from clinical.knowledge_base.digests import digest_of, lines_of
from clinical.models import (
    Condition,
    InteractionRule,
    ReferenceCase,
    ReferenceTable,
    Role,
    Source,
    Substance,
    SubstanceName,
    SubstanceRole,
)
from clinical.reference_files import NOT_KNOWN, RULE_DATES, RULE_OWES, RULE_WORDS, day_of
from legal import lookup as law
from legal.lookup import Column, PlainTable, table_of

Row = dict[str, Any]
T = TypeVar("T")
OPEN_NAMES = {"source_id_text": "source", "withdrawn_at": "withdrawn"}
OBJECT_LISTS = ("strengths", "exclude", "products", "routes", "phases", "mechanisms", "refines")
TRIES = 5


class StillMoving(Exception):
    """Reference data was published again and again while it was read."""


def read_tables() -> dict[str, PlainTable]:
    """Every table by name, in the order their links need; all of one clinical and one legal version."""
    tables = of_one_version(lambda: [*_clinical_tables(), *law.reference_tables()])
    return {table.name: table for table in tables}


def of_one_version(read: Callable[[], T]) -> T:
    """What `read` answers while nothing is published meanwhile. Raises `StillMoving` where that goes on."""
    for _ in range(TRIES):
        before = _versions()
        found = read()
        if _versions() == before:
            return found
    raise StillMoving("Reference data is being published right now. Try again.")


def reference_digest(tables: Mapping[str, PlainTable] | None = None) -> str:
    """One hash of all published reference data."""
    tables = read_tables() if tables is None else tables
    return digest_of({name: lines_of(table) for name, table in tables.items()})


def _versions() -> tuple[int, int]:
    return snapshots.current_version(), law.legal_version()


def _clinical_tables() -> Iterable[PlainTable]:
    yield table_of("sources", Source, ("key",))
    yield _with_components(table_of("substances", Substance, ("key",), renamed=OPEN_NAMES))
    yield _withdrawable("names", SubstanceName, ("name", "substance"), {"substance": "substances"})
    yield table_of("roles", Role, ("key",))
    points_at = {"substance": "substances", "role": "roles"}
    yield _withdrawable("substance_roles", SubstanceRole, ("substance", "role"), points_at)
    yield table_of("conditions", Condition, ("key",))
    yield table_of("documents", ReferenceTable, ("key",))
    yield _rules()
    yield _withdrawable("cases", ReferenceCase, ("key",), {})


def _withdrawable(name: str, model: Any, key: tuple[str, ...], links: Mapping[str, str]) -> PlainTable:
    return table_of(name, model, key, links=links, renamed=OPEN_NAMES, can_end=True)


def _with_components(table: PlainTable) -> PlainTable:
    found: dict[str, list[str]] = defaultdict(list)
    for whole, part in Substance.components.through.objects.values_list("from_substance_id", "to_substance_id"):
        found[whole].append(part)
    for (key,), row in table.rows.items():
        row["components"] = sorted(found[key])
    return replace(table, columns={**table.columns, "components": Column("list", 200)})


def _rules() -> PlainTable:
    rules = InteractionRule.objects.filter(closed_at=None)
    rows = {
        (rule.code,): rule_row(rule) for rule in rules.prefetch_related("objects_it_fires_on", "modifiers", "sources")
    }
    limits = {name: InteractionRule._meta.get_field(name).max_length for name in (*RULE_WORDS, *RULE_OWES, "code")}
    words = {name: Column("text", most) for name, most in limits.items()}
    plain = dict.fromkeys(("severity", "certainty", *RULE_DATES), Column("text", 20))
    frequencies = dict.fromkeys(("frequency_of_exposure", "frequency_of_harm"), Column("text", 200))
    flags = dict.fromkeys(("once_per_patient", "provisional"), Column("flag"))
    rest = dict.fromkeys(("read", "objects", "modifiers"), Column("any"))
    columns = {**words, **plain, **frequencies, **flags, **rest, "sources": Column("list", 60)}
    return PlainTable("rules", ("code",), columns, rows, can_end=True)


def rule_row(rule: InteractionRule) -> Row:
    """A revision as a plain row, in the words of rules.yaml, with one entry for each thing it fires on."""
    return {
        "code": rule.code,
        **{name: getattr(rule, name) for name in (*RULE_WORDS, *RULE_OWES, "severity", "certainty")},
        **{name: day_words(getattr(rule, name)) for name in RULE_DATES},
        "frequency_of_exposure": rule.frequency_of_exposure,
        "frequency_of_harm": rule.frequency_of_harm,
        "once_per_patient": rule.is_once_per_patient,
        "provisional": rule.is_provisional,
        "read": {"quote_checked": rule.is_quote_checked, "second_read": rule.second_read, "note": rule.second_note},
        "sources": sorted(source.pk for source in rule.sources.all()),
        "objects": [
            {"kind": row.kind, "key": row.key, **{name: getattr(row, name) for name in OBJECT_LISTS}, "note": row.note}
            for row in rule.objects_it_fires_on.all()
        ],
        "modifiers": [{"when": m.when, "effect": m.effect, "reason": m.reason} for m in rule.modifiers.all()],
    }


def day_words(day: date | None) -> str:
    """A day as entries write it; one that nobody knows says so."""
    return day.isoformat() if day else NOT_KNOWN


def entry_of(row: Row) -> dict[str, Any]:
    """A plain rule row in the shape of rules.yaml, which the checks and `open_rule` read."""
    groups = [{**{k: v for k, v in item.items() if k != "key"}, "keys": [item["key"]]} for item in row["objects"]]
    return {**row, "objects": groups}


def row_of(entry: Mapping[str, Any]) -> Row:
    """The other way: an entry of rules.yaml as the plain row that `open_rule` makes of it."""
    read = entry.get("read") or {}
    return {
        "code": entry["code"],
        **{name: entry[name].strip() for name in (*RULE_WORDS, *RULE_OWES)},
        **{name: day_words(day_of(entry.get(name))) for name in RULE_DATES},
        **{name: entry[name] for name in ("severity", "certainty")},
        "frequency_of_exposure": entry.get("frequency_of_exposure") or "not known",
        "frequency_of_harm": entry.get("frequency_of_harm") or "not known",
        "once_per_patient": bool(entry.get("once_per_patient")),
        "provisional": bool(entry.get("provisional")),
        "read": {
            "quote_checked": bool(read.get("quote_checked")),
            "second_read": read.get("second_read") or "",
            "note": read.get("note") or "",
        },
        "sources": sorted(set(entry.get("sources") or ())),
        "objects": [_object_row(group, key) for group in entry["objects"] for key in group.get("keys") or ()],
        "modifiers": [dict(modifier) for modifier in entry.get("modifiers") or ()],
    }


def _object_row(group: Mapping[str, Any], key: str) -> Row:
    kind = "substance" if group["kind"] == "other_substance" else group["kind"]
    lists = {name: list(group.get(name) or ()) for name in OBJECT_LISTS}
    return {"kind": kind, "key": key, **lists, "note": group.get("note") or ""}
