"""Reads and checks the reference files. Touches no database: plain rows in, plain rows and faults out.

A fault names the file, the row and what to do. Nothing is loaded while there is one.
"""

import csv
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from clinical.screening.facts import Phase, Product
from clinical.screening.knowledge import Certainty, Mechanism, Severity

FOLDER = Path(__file__).resolve().parent / "reference_data"
DOCUMENTS = ("exposure", "withdrawal", "safety")
POPULATIONS = frozenset({"pregnancy", "lactation", "age_60_or_over"})
ROUTES = frozenset(
    (
        "any",
        "systemic",
        "oral",
        "sublingual",
        "buccal",
        "injected",
        "transdermal",
        "rectal",
        "implant",
        "topical",
        "ophthalmic",
        "otic",
        "nasal",
        "inhaled",
        "vaginal",
    )
)
RULE_WORDS = (
    "title", "summary", "action", "monitoring", "mechanism", "consequence",
    "severity_reason", "contradiction", "direction",
)  # fmt: skip


@dataclass(slots=True)
class Files:
    """All reference files as plain rows, and every fault found in them."""

    sources: dict[str, dict] = field(default_factory=dict)
    substances: dict[str, dict] = field(default_factory=dict)
    names: dict[tuple, dict] = field(default_factory=dict)
    roles: dict[str, dict] = field(default_factory=dict)
    substance_roles: dict[tuple, dict] = field(default_factory=dict)
    conditions: dict[str, dict] = field(default_factory=dict)
    rules: dict[str, dict] = field(default_factory=dict)
    documents: dict[str, Any] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def digest(row: Any) -> str:
    """A short stable fingerprint of one row as it stood in the file."""
    text = json.dumps(row, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def files_digest(folder: Path = FOLDER) -> str:
    """A fingerprint of all files together, to skip a load when nothing changed."""
    whole = hashlib.blake2b(digest_size=16)
    for path in sorted(folder.rglob("*.*")):
        whole.update(path.name.encode() + path.read_bytes())
    return whole.hexdigest()


def read(folder: Path = FOLDER) -> Files:
    """Read every file and check it whole."""
    files = Files()
    files.sources = _csv(folder, "sources.csv", ("source_id",), files, needed=("citation",))
    files.substances = _csv(folder, "substances.csv", ("key",), files)
    files.names = _csv(folder, "names.csv", ("name", "substance"), files, needed=("kind",))
    files.roles = _csv(folder, "roles_vocabulary.csv", ("role",), files, needed=("definition",))
    files.substance_roles = _csv(folder, "roles.csv", ("substance", "role"), files, needed=("source_id",))
    files.conditions = _csv(folder, "conditions.csv", ("key",), files, needed=("label",))
    _check_links(files)
    _read_rules(folder, files)
    _read_documents(folder, files)
    return files


def _csv(folder: Path, name: str, key: tuple[str, ...], files: Files, needed: tuple[str, ...] = ()) -> dict:
    rows: dict = {}
    try:
        with (folder / name).open(encoding="utf-8", newline="") as stream:
            for number, row in enumerate(csv.DictReader(stream), start=2):
                fault = _row_fault(row, key + needed)
                found = tuple(row.get(column) or "" for column in key)
                if not fault and found in rows:
                    fault = "the same entry stands earlier in the file; remove one"
                if fault:
                    files.faults.append(f"{name}, row {number} ({', '.join(found)}): {fault}")
                rows[found] = row
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        files.faults.append(f"{name}: cannot be read ({error})")
    return rows if len(key) > 1 else {found[0]: row for found, row in rows.items()}


def _row_fault(row: dict, needed: tuple[str, ...]) -> str:
    if None in row:
        return "has more cells than the header; check commas and quotes"
    if None in row.values():
        return "has fewer cells than the header; check commas and quotes"
    empty = [column for column in needed if not row.get(column, "").strip()]
    return f"{', '.join(empty)} is empty" if empty else ""


def parts(cell: str) -> list[str]:
    """The values of a cell that holds a list, split at semicolons."""
    return [part.strip() for part in cell.split(";") if part.strip()]


def _check_links(files: Files) -> None:
    files.faults.extend(_link_faults(files))


def _link_faults(files: Files) -> Iterator[str]:
    known, roles = files.substances, files.roles
    for key, row in known.items():
        missing = [part for part in parts(row.get("components") or "") if part not in known]
        yield from (f"substances.csv ({key}): component “{part}” is not a substance of this file" for part in missing)
    for name, substance in files.names:
        if substance not in known:
            yield f"names.csv ({name}): substance “{substance}” is not in substances.csv"
    for substance, role in files.substance_roles:
        if substance not in known or role not in roles:
            yield f"roles.csv ({substance}, {role}): the substance or the role is not in its own file"


def _read_rules(folder: Path, files: Files) -> None:
    try:
        entries = yaml.load(
            (folder / "rules.yaml").read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        )
    except (OSError, yaml.YAMLError) as error:
        files.faults.append(f"rules.yaml: cannot be read ({error})")
        return
    codes = {entry.get("code") for entry in entries}
    for number, entry in enumerate(entries, start=1):
        code = entry.get("code") or "no code"
        if code in files.rules:
            files.faults.append(f"rules.yaml, entry {number} ({code}): this code stands twice")
        files.rules[code] = entry
        files.faults.extend(
            f"rules.yaml, entry {number} ({code}): {fault}" for fault in rule_faults(entry, codes, files)
        )


def rule_faults(entry: dict, codes: set, files: Files) -> Iterator[str]:
    """Every fault of one rule. Only the keys of `files` are looked at, so an editor's rule passes the same checks."""
    yield from rule_word_faults(entry)
    for source in entry.get("sources") or ():
        if source not in files.sources:
            yield f"source “{source}” is not in sources.csv"
    if not entry.get("objects"):
        yield "fires on nothing; add at least one object"
    for group in entry.get("objects") or ():
        yield from _object_faults(group, codes, files)


def rule_word_faults(entry: dict) -> Iterator[str]:
    """What is wrong with a rule's words, ratings and modifiers, without looking at other rows."""
    for word in RULE_WORDS:
        if not str(entry.get(word) or "").strip():
            yield f"{word} is empty; write “not known” where nothing is known"
    for name, allowed in (("severity", Severity), ("certainty", Certainty)):
        if entry.get(name) not in set(allowed):
            yield f"{name} “{entry.get(name)}” is not one of {', '.join(allowed)}"
    for modifier in entry.get("modifiers") or ():
        if modifier.get("effect") not in {"raise", "lower", "note"} or not modifier.get("reason"):
            yield f"modifier “{modifier.get('when')}” needs an effect (raise, lower or note) and a reason"


def _object_faults(group: dict, codes: set, files: Files) -> Iterator[str]:
    known: dict[str, Callable[[str], bool]] = {
        "role": files.roles.__contains__,
        "substance": files.substances.__contains__,
        "other_substance": files.substances.__contains__,
        "condition": files.conditions.__contains__,
        "population": POPULATIONS.__contains__,
    }
    exists = known.get(group.get("kind", ""))
    if exists is None:
        yield f"object kind “{group.get('kind')}” is not one of {', '.join(known)}"
        return
    for key in group.get("keys") or ():
        if not exists(key):
            yield f"{group['kind']} “{key}” does not exist"
    allowed = {
        "products": set(Product),
        "routes": ROUTES,
        "phases": set(Phase),
        "mechanisms": set(Mechanism),
        "refines": codes,
    }
    for name, values in allowed.items():
        for value in group.get(name) or ():
            if value not in values:
                yield f"{name}: “{value}” is not known"


def _read_documents(folder: Path, files: Files) -> None:
    paths = [(name, folder / f"{name}.yaml") for name in DOCUMENTS]
    paths += [(f"instruments/{path.stem}", path) for path in sorted((folder / "instruments").glob("*.yaml"))]
    for name, path in paths:
        try:
            files.documents[name] = yaml.safe_load(path.read_text("utf-8"))
        except (OSError, yaml.YAMLError) as error:
            files.faults.append(f"{name}.yaml: cannot be read ({error})")
