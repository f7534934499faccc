"""Knowledge built straight from the reference files, without Django or a database."""

import csv
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from clinical.screening.knowledge import Certainty, Condition, Knowledge, Modifier, RoleOf, Rule, RuleObject, Severity
from clinical.screening.tables import knowledge_from

REFERENCE_DATA = Path(__file__).parents[3] / "clinical" / "reference_data"
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def read_yaml(name: str) -> Any:
    return yaml.load((REFERENCE_DATA / name).read_text(), Loader=LOADER)


def read_csv(name: str) -> list[dict[str, str]]:
    with (REFERENCE_DATA / name).open(newline="") as file:
        return list(csv.DictReader(file))


@cache
def knowledge_from_files() -> Knowledge:
    return knowledge_from(
        version=1,
        rules=tuple(rule_of(entry) for entry in read_yaml("rules.yaml")),
        roles=tuple(
            RoleOf(row["substance"], row["role"], row["strength"], row["verified"] == "yes", row["source_id"])
            for row in read_csv("roles.csv")
        ),
        conditions=tuple(condition_of(row) for row in read_csv("conditions.csv")),
        documents=documents(),
    )


def documents() -> dict[str, Any]:
    """Units, contents, withdrawal rules, prompts and thresholds as they stand in the files."""
    return {name: read_yaml(f"{name}.yaml") for name in ("exposure", "withdrawal", "safety", "acting", "loads")}


def condition_of(row: dict[str, str]) -> Condition:
    lists = {name: split(row[name]) for name in ("modifiers", "safety", "complicated", "tier_high")}
    return Condition(row["key"], row["label"], **lists)


def split(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(";") if part.strip())


def rule_of(entry: dict[str, Any]) -> Rule:
    return Rule(
        code=entry["code"],
        revision=1,
        severity=Severity(entry["severity"]),
        certainty=Certainty(entry["certainty"]),
        title=entry["title"],
        summary=entry["summary"],
        action=entry["action"],
        sources=tuple(entry["sources"]),
        objects=tuple(item for group in entry["objects"] for item in objects_of(group)),
        modifiers=tuple(Modifier(m["when"], m["effect"], m["reason"]) for m in entry["modifiers"]),
        once_per_patient=entry["once_per_patient"],
        provisional=entry["provisional"],
    )


def objects_of(group: dict[str, Any]) -> list[RuleObject]:
    sets = {name: frozenset(group.get(name, ())) for name in ("strengths", "exclude", "products", "phases", "refines")}
    routes = frozenset(group.get("routes", ["systemic"]))
    mechanisms = tuple(group["mechanisms"])
    return [RuleObject(group["kind"], key, routes=routes, mechanisms=mechanisms, **sets) for key in group["keys"]]
