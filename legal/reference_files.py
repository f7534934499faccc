"""Reads and checks the legal reference files. Touches no database; every fault names its file and row."""

import csv
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from legal.choices import (
    Confidence,
    JurisdictionLevel,
    Permission,
    SecondRead,
    StartKnown,
    StatusChoice,
    SubstanceChoice,
)
from legal.periods import BOTH, Substance

FOLDER = Path(__file__).parent / "reference_data"
STATUS_FILES = ("statuses_us.csv", "statuses_local.csv", "statuses_world.csv")
PARAMETERS = (
    "STATE_STALE_AFTER_DAYS", "LOCAL_STALE_AFTER_DAYS", "COUNTRY_STALE_AFTER_DAYS", "NO_FIRM_ANSWER_MULTIPLE",
    "NOTICE_DAYS_AHEAD", "NOTICE_DAYS_AFTER", "CHANGES_DAYS_BACK",
)  # fmt: skip
NEEDED = {
    "jurisdictions.csv": ("code", "name", "level"),
    "pending.csv": ("jurisdiction_code", "what", "stage", "expected", "source_url", "checked_on"),
    "parameters.csv": ("code", "value", "unit", "meaning", "source"),
    "disagreements.csv": ("point", "codes", "sources_say", "table_does", "checked_on"),
    **dict.fromkeys(STATUS_FILES, ("jurisdiction_code", "restrictions", "citation", "source_url", "checked_on")),
}
WORDS = {
    "status": StatusChoice,
    "substance": SubstanceChoice,
    "possession": Permission,
    "sale": Permission,
    "start_known": StartKnown,
    "confidence": Confidence,
}
OF_BOTH = (Substance.KRATOM_LEAF, Substance.SEVEN_OH)
DAYS = ("valid_from", "valid_until", "checked_on", "expected_on")


@dataclass(slots=True)
class Files:
    """All rows as typed values, and the faults found on the way. Use the rows only if there are no faults."""

    jurisdictions: list[dict[str, Any]] = field(default_factory=list)
    periods: list[dict[str, Any]] = field(default_factory=list)
    pending: list[dict[str, Any]] = field(default_factory=list)
    parameters: list[dict[str, Any]] = field(default_factory=list)
    disagreements: list[dict[str, Any]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def read_files(folder: Path = FOLDER) -> Files:
    """Read everything and check it as a whole: words, days, sources, parents, references, overlaps."""
    files = Files()
    files.jurisdictions = _read(folder, "jurisdictions.csv", files.faults, _jurisdiction)
    for name in STATUS_FILES:
        files.periods += _read(folder, name, files.faults, _period)
    files.pending = _read(folder, "pending.csv", files.faults, _typed)
    files.parameters = _read(folder, "parameters.csv", files.faults, _parameter)
    files.disagreements = _read(folder, "disagreements.csv", files.faults, _disagreement)
    _check_references(files)
    _check_repeats(files)
    _check_overlaps(files)
    missing = set(PARAMETERS) - {row["code"] for row in files.parameters}
    files.faults += [f"parameters.csv: {code} is missing" for code in sorted(missing)]
    return files


def _read(folder: Path, name: str, faults: list[str], typed) -> list[dict[str, Any]]:
    rows = []
    if not (folder / name).exists():
        faults.append(f"{name}: the file is missing")
        return rows
    with (folder / name).open(encoding="utf-8", newline="") as file:
        for number, raw in enumerate(csv.DictReader(file), start=2):
            where = f"{name} row {number}"
            empty = [key for key in NEEDED[name] if not (raw.get(key) or "").strip()]
            if empty:
                faults.append(f"{where}: {', '.join(empty)} missing")
                continue
            try:
                rows.append({**typed({key: value.strip() for key, value in raw.items()}), "where": where})
            except (ValueError, KeyError, AttributeError) as fault:
                faults.append(f"{where}: {fault}")
    return rows


def _jurisdiction(raw: dict[str, str]) -> dict[str, Any]:
    if raw["level"] not in JurisdictionLevel.values:
        raise ValueError(f"level “{raw['level']}” is not a level")
    if bool(raw["parent_code"]) == (raw["level"] == JurisdictionLevel.COUNTRY):
        raise ValueError("a country has no parent, and everything else has one")
    return raw


def _period(raw: dict[str, str]) -> dict[str, Any]:
    for name, words in WORDS.items():
        if raw[name] not in words.values:
            raise ValueError(f"{name} “{raw[name]}” is not one of {', '.join(words.values)}")
    if raw["second_read"] and raw["second_read"] not in SecondRead.values:
        raise ValueError(f"second_read “{raw['second_read']}” is not one of {', '.join(SecondRead.values)}")
    row = _typed(raw)
    row["min_age"] = int(raw["min_age"]) if raw["min_age"] else None
    row["read_here"] = {"yes": True, "no": False}[raw["read_here"]]
    if row["valid_from"] and row["valid_until"] and row["valid_from"] >= row["valid_until"]:
        raise ValueError("the period ends before it starts")
    if (row["valid_from"] is None) != (raw["start_known"] == StartKnown.NOT_KNOWN):
        raise ValueError("an empty valid_from goes with start_known “not known”, and only then")
    return row


def period_of(raw: dict[str, str]) -> dict[str, Any]:
    """One row of a status file as typed values. Raises `ValueError` with what is wrong."""
    return _period(raw)


def pending_of(raw: dict[str, str]) -> dict[str, Any]:
    """One row of the file of pending changes as typed values. Raises `ValueError` with what is wrong."""
    return _typed(raw)


def _parameter(raw: dict[str, str]) -> dict[str, Any]:
    return {**raw, "value": int(raw["value"])}


def _disagreement(raw: dict[str, str]) -> dict[str, Any]:
    if raw["substance"] and raw["substance"] not in SubstanceChoice.values:
        raise ValueError(f"substance “{raw['substance']}” is not one of {', '.join(SubstanceChoice.values)}")
    codes = [code.strip() for code in raw["codes"].split(";") if code.strip()]
    return {**raw, "codes": codes, "checked_on": _day("checked_on", raw["checked_on"])}


def _typed(raw: dict[str, str]) -> dict[str, Any]:
    """Days as dates; a source must be a web address."""
    row: dict[str, Any] = dict(raw)
    if not raw["source_url"].startswith(("https://", "http://")):
        raise ValueError(f"source_url “{raw['source_url']}” is not a web address")
    for name in DAYS:
        if name in raw:
            row[name] = _day(name, raw[name])
    return row


def _day(name: str, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ValueError(f"{name} “{text}” is not a day (year-month-day)") from None


def _check_references(files: Files) -> None:
    codes = {row["code"] for row in files.jurisdictions}
    for row in files.jurisdictions:
        if row["parent_code"] and row["parent_code"] not in codes:
            files.faults.append(f"{row['where']}: no jurisdiction “{row['parent_code']}” for the parent")
    for row in (*files.periods, *files.pending):
        if row["jurisdiction_code"] not in codes:
            files.faults.append(f"{row['where']}: no jurisdiction “{row['jurisdiction_code']}”")
    for row in files.disagreements:
        unknown = sorted(set(row["codes"]) - codes)
        files.faults += [f"{row['where']}: no jurisdiction “{code}”" for code in unknown]


def _check_repeats(files: Files) -> None:
    keys = (
        *((row["where"], "jurisdiction", row["code"]) for row in files.jurisdictions),
        *((row["where"], "parameter", row["code"]) for row in files.parameters),
        *((row["where"], "disagreement", row["point"]) for row in files.disagreements),
        *((row["where"], "pending", (row["jurisdiction_code"], row["what"])) for row in files.pending),
    )
    seen = set()
    for where, kind, key in keys:
        if (kind, key) in seen:
            files.faults.append(f"{where}: the same {kind} stands further up")
        seen.add((kind, key))


def _check_overlaps(files: Files) -> None:
    """Half-open periods of one jurisdiction and substance may touch and may not overlap.

    A row for `both` overlaps one for leaf and one for 7-OH.
    """
    grouped = defaultdict(list)
    for row in files.periods:
        for substance in OF_BOTH if row["substance"] == BOTH else (row["substance"],):
            grouped[row["jurisdiction_code"], substance].append(row)
    for rows in grouped.values():
        rows.sort(key=lambda row: row["valid_from"] or date.min)
        for earlier, later in zip(rows, rows[1:], strict=False):
            if (earlier["valid_until"] or date.max) > (later["valid_from"] or date.min):
                files.faults.append(f"{later['where']}: overlaps {earlier['where']}")
