"""The knowledge in force with one rule put in, replaced or taken out. Nothing is stored."""

from dataclasses import replace
from typing import Any

from clinical.knowledge_base.tables import OBJECT_LISTS, Row, row_of
from clinical.screening.knowledge import Certainty, Knowledge, Modifier, Rule, RuleObject, Severity


def knowledge_with(known: Knowledge, *, code: str, entry: dict[str, Any] | None) -> Knowledge:
    """`known` with the rule `code` as `entry` says, or without it where `entry` is None.

    `entry` has the shape of rules.yaml and passed the checks of the reference files.
    """
    present = next((rule for rule in known.rules if rule.code == code), None)
    others = tuple(rule for rule in known.rules if rule.code != code)
    if entry is None:
        return replace(known, rules=others)
    proposed = rule_from(row_of({**entry, "code": code}), revision=present.revision + 1 if present else 1)
    return replace(known, rules=(*others, proposed))


def rule_from(row: Row, revision: int) -> Rule:
    """A plain rule row as screening reads it, exactly as if it had been published and read back."""
    return Rule(
        code=row["code"],
        revision=revision,
        severity=Severity(row["severity"]),
        certainty=Certainty(row["certainty"]),
        title=row["title"],
        summary=row["summary"],
        action=row["action"],
        sources=tuple(row["sources"]),
        objects=tuple(_object(item) for item in row["objects"]),
        modifiers=tuple(Modifier(m["when"], m["effect"], m["reason"]) for m in row["modifiers"]),
        once_per_patient=row["once_per_patient"],
        provisional=row["provisional"],
    )


def _object(item: Row) -> RuleObject:
    sets = {name: frozenset(item[name]) for name in OBJECT_LISTS if name != "mechanisms"}
    return RuleObject(kind=item["kind"], key=item["key"], mechanisms=tuple(item["mechanisms"]), **sets)
