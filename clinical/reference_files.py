"""Reads and checks the reference files. Touches no database: plain rows in, plain rows and faults out.

A fault names the file, the row and what to do. Nothing is loaded while there is one.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from clinical.reference_acting import acting_faults
from clinical.reference_beyond_law import beyond_law_faults
from clinical.reference_cases import file_faults
from clinical.reference_changes import change_faults
from clinical.reference_course import course_faults
from clinical.reference_csv import KEYS, ROW, read_table
from clinical.reference_desk import desk_faults
from clinical.reference_handout import handout_faults
from clinical.reference_inquiry import inquiry_faults
from clinical.reference_instruments import instruments_faults
from clinical.reference_loads import load_faults
from clinical.reference_local_forms import local_form_faults
from clinical.reference_lookalikes import look_alike_faults
from clinical.reference_monitoring import monitoring_faults
from clinical.screening.facts import Phase, Product
from clinical.screening.knowledge import Certainty, Mechanism, Severity
from clinical.screening.routes import ROUTES as PLAIN_ROUTES
from clinical.source_checks import doi_faults, pmid_faults

FOLDER = Path(__file__).resolve().parent / "reference_data"
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
DOCUMENTS = (
    "exposure",
    "withdrawal",
    "safety",
    "acting",
    "lookalikes",
    "local_forms",
    "stewardship",
    "alerting",
    "reviewing",
    "inquiry",
    "loads",
    "handout",
    "beyond_law",
    "course",
    "monitoring",
)
POPULATIONS = frozenset({"pregnancy", "lactation", "age_60_or_over"})
ROUTES = frozenset(
    (
        "any", "systemic", "oral", "sublingual", "buccal", "injected", "transdermal", "rectal", "implant", "topical",
        "ophthalmic", "otic", "nasal", "inhaled", "vaginal",
    )
)  # fmt: skip
RULE_WORDS = (
    "title", "summary", "action", "monitoring", "mechanism", "consequence",
    "severity_reason", "contradiction", "direction",
)  # fmt: skip
# What a rule owes its reader besides: words that are never empty, and days that may be "not known".
RULE_OWES = ("evidence_for", "rating_driver", "developer", "funding")
RULE_DATES = ("reviewed_on", "review_on")
NOT_KNOWN = "not known"


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
    cases: dict[str, dict] = field(default_factory=dict)
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
    files.sources = read_table(folder, "sources.csv", files.faults)
    files.substances = read_table(folder, "substances.csv", files.faults)
    files.names = read_table(folder, "names.csv", files.faults)
    files.roles = read_table(folder, "roles_vocabulary.csv", files.faults)
    files.substance_roles = read_table(folder, "roles.csv", files.faults)
    files.conditions = read_table(folder, "conditions.csv", files.faults)
    files.faults.extend(_link_faults(files))
    files.faults.extend(_source_faults(files.sources))
    _read_rules(folder, files)
    _read_cases(folder, files)
    _read_documents(folder, files)
    files.faults.extend(look_alike_faults(files.documents.get("lookalikes"), files.substances))
    files.faults.extend(local_form_faults(files.documents.get("local_forms"), files.substances))
    files.faults.extend(acting_faults(files.documents.get("acting"), files.substances, files.roles))
    files.faults.extend(instruments_faults(files.documents))
    files.faults.extend(inquiry_faults(files.documents.get("inquiry")))
    files.faults.extend(desk_faults(files.documents))
    files.faults.extend(handout_faults(files.documents.get("handout")))
    files.faults.extend(beyond_law_faults(files.documents.get("beyond_law")))
    files.faults.extend(load_faults(files.documents.get("loads"), files.roles))
    files.faults.extend(change_faults(files.documents.get("withdrawal"), files.roles))
    files.faults.extend(course_faults(files.documents.get("course"), files.roles))
    keys = {"roles": files.roles, "substances": files.substances, "conditions": files.conditions}
    files.faults.extend(monitoring_faults(files.documents.get("monitoring"), **keys))
    return files


def parts(cell: str) -> list[str]:
    """The values of a cell that holds a list, split at semicolons."""
    return [part.strip() for part in cell.split(";") if part.strip()]


def _link_faults(files: Files) -> Iterator[str]:
    """Every cell that names an entry of another file which is not there."""
    linked = (
        ("substances.csv", files.substances, "source_id", files.sources, "sources.csv"),
        ("names.csv", files.names, "substance", files.substances, "substances.csv"),
        ("names.csv", files.names, "source_id", files.sources, "sources.csv"),
        ("roles.csv", files.substance_roles, "substance", files.substances, "substances.csv"),
        ("roles.csv", files.substance_roles, "role", files.roles, "roles_vocabulary.csv"),
        ("roles.csv", files.substance_roles, "source_id", files.sources, "sources.csv"),
    )
    for name, rows, column, known, other in linked:
        for row in rows.values():
            if row[column] and row[column] not in known:
                yield _at(name, row, f"{column} “{row[column]}” is not in {other}")
    for name, rows in (("names.csv", files.names), ("substances.csv", files.substances)):
        for row in rows.values():
            if row["route"] and row["route"] not in PLAIN_ROUTES:
                yield _at(name, row, f"route “{row['route']}” is none of {', '.join(PLAIN_ROUTES)}")
    for row in files.substances.values():
        missing = [part for part in parts(row["components"]) if part not in files.substances]
        yield from (
            _at("substances.csv", row, f"component “{part}” is not a substance of this file") for part in missing
        )


def _source_faults(sources: dict[str, dict]) -> Iterator[str]:
    for key, row in sources.items():
        faults = [*pmid_faults(row["pmid"]), *doi_faults(row["doi"])]
        if row["duplicate_of"] and (row["duplicate_of"] not in sources or row["duplicate_of"] == key):
            faults.append(f"duplicate_of “{row['duplicate_of']}” is no other source of this file")
        yield from (_at("sources.csv", row, fault) for fault in faults)


def _at(name: str, row: dict, fault: str) -> str:
    return f"{name}, row {row[ROW]} ({', '.join(row[column] for column in KEYS[name])}): {fault}"


def _read_rules(folder: Path, files: Files) -> None:
    entries = _yaml(folder, "rules", files)
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        if entries is not None:
            files.faults.append("rules.yaml: must be a list of entries, each beginning with “- code:”")
        return
    codes = {entry.get("code") for entry in entries}
    modifiers = {key for row in files.conditions.values() for key in parts(row["modifiers"])}
    for number, entry in enumerate(entries, start=1):
        code = str(entry.get("code") or "")
        faults = [*rule_faults(entry, codes, files), *modifier_faults(entry, modifiers, files)]
        if not CODE.fullmatch(code):
            faults.insert(0, "needs a code of small letters, digits and hyphens")
        elif code in files.rules:
            faults.insert(0, "this code stands twice")
        files.faults.extend(f"rules.yaml, entry {number} ({code or 'no code'}): {fault}" for fault in faults)
        files.rules.setdefault(code, entry)


def modifier_faults(entry: dict, modifiers: set[str], files: Files) -> Iterator[str]:
    """A modifier that nothing can set would never speak. `modifiers` are those that a condition sets."""
    known: dict[str, Callable[[str], bool]] = {
        "product": set(Product).__contains__,
        "substance": files.substances.__contains__,
        "role": files.roles.__contains__,
        "over_g_per_day": lambda value: value.replace(".", "", 1).isdigit(),
        "": modifiers.__contains__,
    }
    for modifier in entry.get("modifiers") or ():
        kind, _, value = str(modifier.get("when") or "").rpartition(":")
        if kind not in known or not known[kind](value):
            yield f"modifier “{modifier.get('when')}” is set by nothing: no such condition, product, substance or role"


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
    for word in (*RULE_WORDS, *RULE_OWES):
        if not isinstance(entry.get(word), str) or not entry[word].strip():
            yield f"{word} is empty; write “not known” where nothing is known"
    yield from _date_faults(entry)
    for name, allowed in (("severity", Severity), ("certainty", Certainty)):
        if entry.get(name) not in set(allowed):
            yield f"{name} “{entry.get(name)}” is not one of {', '.join(allowed)}"
    for modifier in entry.get("modifiers") or ():
        if modifier.get("effect") not in {"raise", "lower", "note"} or not modifier.get("reason"):
            yield f"modifier “{modifier.get('when')}” needs an effect (raise, lower or note) and a reason"


def day_of(value: Any) -> date | None:
    """The day an entry names, as text or as YAML reads it; None where it is not known. Raises `ValueError`."""
    if value in (None, "", NOT_KNOWN):
        return None
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _date_faults(entry: dict) -> Iterator[str]:
    days: dict[str, date | None] = {}
    for name in RULE_DATES:
        try:
            days[name] = day_of(entry.get(name))
        except ValueError:
            yield f"{name} “{entry[name]}” is no day; write year-month-day, or “{NOT_KNOWN}”"
    reviewed, due = days.get("reviewed_on"), days.get("review_on")
    if reviewed and due and due <= reviewed:
        yield "review_on must come after reviewed_on"


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
    if not group.get("keys"):
        yield f"an object of kind {group['kind']} names nothing; add keys"
    for key in group.get("keys") or ():
        if not exists(key):
            yield f"{group['kind']} “{key}” does not exist"
    allowed = {
        "products": set(Product),
        "routes": ROUTES,
        "phases": set(Phase),
        "mechanisms": set(Mechanism),
        "refines": codes,
        "exclude": files.substances,
    }
    for name, values in allowed.items():
        for value in group.get(name) or ():
            if value not in values:
                yield f"{name}: “{value}” is not known"


def _read_cases(folder: Path, files: Files) -> None:
    entries = _yaml(folder, "cases", files)
    if entries is None:
        return
    faults = list(file_faults(entries, files.rules))
    files.faults.extend(faults)
    if not faults:
        files.cases = {entry["key"]: entry for entry in entries}


def _read_documents(folder: Path, files: Files) -> None:
    instruments = sorted(f"instruments/{path.stem}" for path in (folder / "instruments").glob("*.yaml"))
    for name in (*DOCUMENTS, *instruments):
        content = _yaml(folder, name, files)
        if content is None:
            continue
        files.documents[name] = content
        unknown = sorted({source for source in _sources_in(content) if source not in files.sources})
        files.faults.extend(f"{name}.yaml: source “{source}” is not in sources.csv" for source in unknown)


def _yaml(folder: Path, name: str, files: Files) -> Any:
    try:
        return yaml.load((folder / f"{name}.yaml").read_text("utf-8"), Loader=LOADER)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        files.faults.append(f"{name}.yaml: cannot be read ({' '.join(str(error).split())})")
        return None


def _sources_in(content: Any) -> Iterator[str]:
    """Every source id named anywhere in a document."""
    if isinstance(content, list):
        for item in content:
            yield from _sources_in(item)
    elif isinstance(content, dict):
        for key, value in content.items():
            yield from value if key == "source" and isinstance(value, list) else _sources_in(value)
