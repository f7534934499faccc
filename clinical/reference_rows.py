"""Turns rows of the reference files into the values their models store. Reads and writes no database."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models

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
from clinical.reference_files import Files, parts


@dataclass(frozen=True, slots=True)
class Table:
    """How one plain file becomes rows: model, the fields that identify a row, and each row's key and values."""

    file: str
    model: type[models.Model]
    key: tuple[str, ...]
    rows: list[tuple[tuple, dict[str, Any]]]


def tables_of(files: Files) -> Iterable[Table]:
    """Every plain table in the order their links need."""
    yield Table("sources.csv", Source, ("key",), [((key,), _source(row)) for key, row in files.sources.items()])
    yield Table("substances.csv", Substance, ("key",), [((k,), _substance(row)) for k, row in files.substances.items()])
    yield Table(
        "names.csv", SubstanceName, ("name", "substance_id"), [(key, _name(row)) for key, row in files.names.items()]
    )
    yield Table("roles_vocabulary.csv", Role, ("key",), [((key,), _role(row)) for key, row in files.roles.items()])
    yield Table(
        "roles.csv",
        SubstanceRole,
        ("substance_id", "role_id"),
        [(key, _substance_role(row)) for key, row in files.substance_roles.items()],
    )
    yield Table(
        "conditions.csv", Condition, ("key",), [((key,), _condition(row)) for key, row in files.conditions.items()]
    )
    yield Table("cases.yaml", ReferenceCase, ("key",), [((key,), _case(row)) for key, row in files.cases.items()])
    yield Table("tables", ReferenceTable, ("key",), [((k,), {"content": v}) for k, v in files.documents.items()])


def _source(row: dict) -> dict:
    same = ("kind", "citation", "pmid", "doi", "url", "read_here", "supports", "licence", "duplicate_of")
    return {name: row[name] for name in same}


def _substance(row: dict) -> dict:
    return {
        "rxcui": row["rxcui"],
        "term_type": row["tty"],
        "unii": row["unii"],
        "is_otc": row["otc"] == "yes",
        "is_herbal": row["herbal"] == "yes",
        "is_illicit": row["illicit"] == "yes",
        "source_id_text": row["source_id"],
        "is_verified": row["verified"] == "yes",
        "in_current_prescribable": row["in_current_prescribable"],
        "route": row["route"],
    }


def _name(row: dict) -> dict:
    return {
        "kind": row["kind"],
        "needs_choice": row["kind"] == "ambiguous",
        "source_id_text": row["source_id"],
        "route": row["route"],
    }


def _role(row: dict) -> dict:
    return {
        "parent_key": row["parent_role"],
        "kind": row["kind"],
        "definition": row["definition"],
        "strengths": row["strengths"],
        "strength_note": row["strength_note"],
        "relevance": row["relevance"],
        "raises_flags": row["raises_flags"] != "no",
    }


def _substance_role(row: dict) -> dict:
    return {
        "strength": row["strength"],
        "source_id_text": row["source_id"],
        "source_url": row["source_url"],
        "is_verified": row["verified"] == "yes",
        "other_sources": row["other_sources"],
        "note": row["note"],
    }


def _condition(row: dict) -> dict:
    lists = ("synonyms", "icd10cm", "modifiers", "safety", "complicated", "tier_high")
    values: dict[str, Any] = {name: parts(row[name]) for name in lists}
    return {**values, "label": row["label"], "is_population": row["population"] == "yes", "note": row["note"]}


def _case(row: dict) -> dict:
    return {name: row[name] for name in ("title", "case", "expects")}


def too_long(files: Files) -> Iterator[str]:
    """A fault for each text that its column cannot hold. Keys stand for row numbers here."""
    for table in tables_of(files):
        limits = _limits(table.model)
        for key, values in table.rows:
            for name, value in (*zip(table.key, key, strict=True), *values.items()):
                yield from _over(f"{table.file} ({', '.join(key)})", name, value, limits)
    limits = _limits(InteractionRule)
    for code, entry in files.rules.items():
        for name in limits.keys() & entry.keys():
            yield from _over(f"rules.yaml ({code})", name, entry[name], limits)


def _limits(model: type[models.Model]) -> dict[str, int]:
    """The longest text of each column, by the name that rows use."""
    columns = [(field.attname, getattr(field, "base_field", field)) for field in model._meta.concrete_fields]
    return {name: field.max_length for name, field in columns if isinstance(field, models.CharField)}


def _over(where: str, name: str, value: Any, limits: dict[str, int]) -> Iterator[str]:
    for text in value if isinstance(value, list) else (value,):
        if name in limits and isinstance(text, str) and len(text) > limits[name]:
            yield f"{where}: {name} has {len(text)} characters, {limits[name]} at most"
