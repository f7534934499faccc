"""Loads the checked reference files into the database, all or nothing.

Safe to run twice. A row that an editor revised is never overwritten: the difference is listed instead. A rule whose
file entry changed closes and opens again as a new revision; both stay.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from clinical import reference_files
from clinical.models import (
    Condition,
    InteractionRule,
    ReferenceChange,
    ReferenceTable,
    ReferenceVersion,
    Role,
    RuleModifier,
    RuleObject,
    Source,
    Substance,
    SubstanceName,
    SubstanceRole,
    User,
)
from clinical.reference_files import Files, digest, parts


@dataclass(slots=True)
class LoadReport:
    """What a load did, or would do: counts, rows left alone because they were revised here, and faults."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    differing: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Table:
    """How one plain file becomes rows: model, the fields that identify a row, and each row's key and values."""

    file: str
    model: type[models.Model]
    key: tuple[str, ...]
    rows: list[tuple[tuple, dict[str, Any]]]


class _OnlyChecking(Exception):
    """Rolls the transaction back after a check."""


def load(*, check: bool = False, by: User | None = None) -> LoadReport:
    """Load all clinical reference files. With `check` nothing is kept; with a fault nothing is changed."""
    files = reference_files.read()
    report = LoadReport(faults=files.faults)
    if report.faults:
        return report
    try:
        with transaction.atomic():
            _load(files, report, by)
            if check:
                raise _OnlyChecking
    except _OnlyChecking:
        pass
    return report


def _load(files: Files, report: LoadReport, by: User | None) -> None:
    for table in tables_of(files):
        _load_table(table, report, by)
    _link_components(files)
    _load_rules(files, report, by)
    if report.added or report.updated:
        publish(by=by, reason="reference files loaded", files_digest=reference_files.files_digest())


def publish(*, by: User | None, reason: str, files_digest: str = "") -> ReferenceVersion:
    """Open the next reference version; every later screening runs on it."""
    last = ReferenceVersion.objects.select_for_update().order_by("-number").first()
    return ReferenceVersion.objects.create(
        number=(last.number if last else 0) + 1,
        published_by=by,
        reason=reason,
        files_digest=files_digest or (last.files_digest if last else ""),
    )


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
    }


def _name(row: dict) -> dict:
    return {"kind": row["kind"], "needs_choice": row["kind"] == "ambiguous", "source_id_text": row["source_id"]}


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


def _load_table(table: Table, report: LoadReport, by: User | None) -> None:
    names = (*table.key, "pk", "loaded_digest", "is_revised")
    stored = {tuple(row[: len(table.key)]): row[len(table.key) :] for row in table.model.objects.values_list(*names)}
    fresh, stale = [], []
    for key, values in table.rows:
        fingerprint = digest(values)
        if key not in stored:
            fresh.append(table.model(**dict(zip(table.key, key, strict=True)), **values, loaded_digest=fingerprint))
        elif stored[key][1] == fingerprint:
            report.unchanged += 1
        elif stored[key][2] or not stored[key][1]:
            report.differing.append(f"{table.file}: {', '.join(key)}: revised here; the file says otherwise")
        else:
            stale.append((stored[key][0], values, fingerprint))
    table.model.objects.bulk_create(fresh, batch_size=1000)
    for pk, values, fingerprint in stale:
        _bring_up_to_date(table, pk, values, fingerprint, by)
    report.added += len(fresh)
    report.updated += len(stale)


def _bring_up_to_date(table: Table, pk: Any, values: dict, fingerprint: str, by: User | None) -> None:
    row = table.model.objects.select_for_update().get(pk=pk)
    before = {name: getattr(row, name) for name in values}
    for name, value in values.items():
        setattr(row, name, value)
    row.revision += 1
    row.loaded_digest = fingerprint
    row.save()
    ReferenceChange.objects.create(
        by=by,
        reason="reference files loaded",
        model=table.model._meta.model_name,
        key=str(pk),
        revision=row.revision,
        before=before,
        after=values,
    )


def _link_components(files: Files) -> None:
    through = Substance.components.through
    stored = set(through.objects.values_list("from_substance_id", "to_substance_id"))
    wanted = {(key, part) for key, row in files.substances.items() for part in parts(row["components"])}
    through.objects.bulk_create(
        (through(from_substance_id=whole, to_substance_id=part) for whole, part in sorted(wanted - stored)),
        batch_size=1000,
    )


def _load_rules(files: Files, report: LoadReport, by: User | None) -> None:
    stored = {rule.code: rule for rule in InteractionRule.objects.filter(closed_at=None)}
    for code, entry in files.rules.items():
        fingerprint = digest(entry)
        present = stored.get(code)
        if present is None:
            open_rule(entry=entry, revision=1, by=by, reason="first load", loaded_digest=fingerprint)
            report.added += 1
        elif present.loaded_digest == fingerprint:
            report.unchanged += 1
        elif not present.loaded_digest:
            report.differing.append(f"rules.yaml: {code}: revised here; the file says otherwise")
        else:
            close_rule(rule=present)
            open_rule(
                entry=entry, revision=present.revision + 1, by=by, reason="file changed", loaded_digest=fingerprint
            )
            report.updated += 1


def close_rule(*, rule: InteractionRule) -> None:
    """End a revision. Its words stay as they were."""
    rule.closed_at = timezone.now()
    rule.save(update_fields=("closed_at",))


def open_rule(*, entry: dict, revision: int, by: User | None, reason: str, loaded_digest: str = "") -> InteractionRule:
    """Open one revision of a rule from an entry in the shape of rules.yaml."""
    read = entry.get("read") or {}
    rule = InteractionRule.objects.create(
        code=entry["code"],
        revision=revision,
        severity=entry["severity"],
        certainty=entry["certainty"],
        frequency_of_exposure=entry.get("frequency_of_exposure") or "not known",
        frequency_of_harm=entry.get("frequency_of_harm") or "not known",
        is_once_per_patient=bool(entry.get("once_per_patient")),
        is_provisional=bool(entry.get("provisional")),
        is_quote_checked=bool(read.get("quote_checked")),
        second_read=read.get("second_read") or "",
        second_note=read.get("note") or "",
        opened_by=by,
        reason=reason,
        loaded_digest=loaded_digest,
        **{name: entry[name].strip() for name in reference_files.RULE_WORDS},
    )
    rule.sources.set(entry.get("sources") or ())
    RuleObject.objects.bulk_create(
        _rule_object(rule, group, key) for group in entry["objects"] for key in group.get("keys") or ()
    )
    RuleModifier.objects.bulk_create(RuleModifier(rule=rule, **modifier) for modifier in entry.get("modifiers") or ())
    return rule


_POINTS_AT: dict[str, Callable[[str], dict]] = {
    "role": lambda key: {"kind": "role", "role_id": key},
    "substance": lambda key: {"kind": "substance", "substance_id": key},
    "other_substance": lambda key: {"kind": "substance", "substance_id": key},
    "condition": lambda key: {"kind": "condition", "condition_id": key},
    "population": lambda key: {"kind": "population", "population": key},
}


def _rule_object(rule: InteractionRule, group: dict, key: str) -> RuleObject:
    lists = ("strengths", "exclude", "products", "routes", "phases", "mechanisms", "refines")
    return RuleObject(
        rule=rule,
        note=group.get("note") or "",
        **_POINTS_AT[group["kind"]](key),
        **{name: list(group.get(name) or ()) for name in lists},
    )
