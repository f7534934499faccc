"""Reads one plain reference table and checks it by itself. Touches no database; a fault names file and row."""

import csv
from pathlib import Path

COLUMNS = {
    "sources.csv": (
        "source_id", "kind", "citation", "pmid", "doi", "url", "read_here", "supports", "licence", "duplicate_of",
    ),
    "substances.csv": (
        "key", "rxcui", "tty", "unii", "otc", "herbal", "illicit", "components", "source_id", "verified",
        "in_current_prescribable", "route",
    ),
    "names.csv": ("name", "substance", "kind", "source_id", "route"),
    "roles_vocabulary.csv": (
        "role", "parent_role", "kind", "definition", "strengths", "strength_note", "relevance", "raises_flags",
    ),
    "roles.csv": ("substance", "role", "strength", "source_id", "source_url", "verified", "other_sources", "note"),
    "conditions.csv": (
        "key", "label", "synonyms", "icd10cm", "modifiers", "safety", "complicated", "tier_high", "population", "note",
    ),
}  # fmt: skip
# What makes a row one and the same row, and what it cannot do without.
KEYS = {
    "sources.csv": ("source_id",),
    "substances.csv": ("key",),
    "names.csv": ("name", "substance"),
    "roles_vocabulary.csv": ("role",),
    "roles.csv": ("substance", "role"),
    "conditions.csv": ("key",),
}
NEEDED = {
    "sources.csv": ("citation",),
    "names.csv": ("kind",),
    "roles_vocabulary.csv": ("definition",),
    "roles.csv": ("source_id",),
    "conditions.csv": ("label",),
}
ROW = "#"  # where each row keeps its number in the file, for faults found later


def read_table(folder: Path, name: str, faults: list[str]) -> dict:
    """The rows of one file by key (a tuple where several columns make it). Appends every fault it finds."""
    rows: dict = {}
    try:
        with (folder / name).open(encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream, strict=True)
            absent = [column for column in COLUMNS[name] if column not in (reader.fieldnames or ())]
            if absent:
                faults.append(f"{name}, row 1: the header lacks {', '.join(absent)}")
                return {}
            for number, row in enumerate(reader, start=2):
                _keep(rows, {**row, ROW: number}, name, faults)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        faults.append(f"{name}: cannot be read ({error})")
    return rows


def _keep(rows: dict, row: dict, name: str, faults: list[str]) -> None:
    key = tuple(row[column] or "" for column in KEYS[name])
    fault = _row_fault(row, (*KEYS[name], *NEEDED.get(name, ())))
    found = key if len(key) > 1 else key[0]
    if not fault and found in rows:
        fault = f"stands in row {rows[found][ROW]} already; remove one"
    if fault:
        faults.append(f"{name}, row {row[ROW]} ({', '.join(key)}): {fault}")
    rows.setdefault(found, row)


def _row_fault(row: dict, needed: tuple[str, ...]) -> str:
    if None in row:
        return "has more cells than the header; check commas and quotes"
    if None in row.values():
        return "has fewer cells than the header; check commas and quotes"
    empty = [column for column in needed if not row[column].strip()]
    return f"{', '.join(empty)} is empty" if empty else ""
