"""Loads the checked reference files into the database, all or nothing.

Safe to run twice. A row that an editor revised is never overwritten: the difference is listed instead. A rule whose
file entry changed closes and opens again as a new revision; both stay.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from clinical import reference_files, snapshots
from clinical.actions.audit import note
from clinical.actions.effect import try_out
from clinical.knowledge_base.tables import row_of, rule_row
from clinical.models import (
    InteractionRule,
    ReferenceChange,
    ReferenceVersion,
    RuleModifier,
    RuleObject,
    Substance,
    User,
)
from clinical.reference_files import FOLDER, RULE_DATES, RULE_OWES, RULE_WORDS, Files, day_of, digest, parts
from clinical.reference_rows import Table, tables_of, too_long
from clinical.screening.plain import canonical

LOADED = "reference files loaded"


@dataclass(slots=True)
class LoadReport:
    """What a load did, or would do: counts, rows left alone because they were revised here, and faults."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    differing: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


class _OnlyChecking(Exception):
    """Rolls the transaction back after a check."""


class _Unreadable(Exception):
    """Each file is sound, but screening cannot read them together. Rolls the load back."""


def load(*, check: bool = False, by: User | None = None, folder: Path = FOLDER) -> LoadReport:
    """Load all clinical reference files. With `check` nothing is kept; with a fault nothing is changed."""
    files = reference_files.read(folder)
    report = LoadReport(faults=files.faults or list(too_long(files)))
    if report.faults:
        return report
    try:
        with transaction.atomic():
            _load(files, reference_files.files_digest(folder), report, by)
            if check:
                raise _OnlyChecking
    except _OnlyChecking:
        pass
    except _Unreadable as fault:
        return LoadReport(faults=[f"the files do not fit together: {fault}"])
    return report


def _load(files: Files, files_digest: str, report: LoadReport, by: User | None) -> None:
    known = set(Substance.objects.values_list("key", flat=True))
    for table in tables_of(files):
        _load_table(table, report, by)
    _link_components(files, known, report, by)
    _load_rules(files, report, by)
    if report.added or report.updated:
        version = publish(by=by, reason=LOADED, files_digest=files_digest)
        note(by=by, act="published", record=version)
        _try_out(version)
    else:
        # Only remarks or layout differ: the version stays, and the files count as loaded.
        ReferenceVersion.objects.filter(number=snapshots.current_version()).update(files_digest=files_digest)


def _try_out(version: ReferenceVersion) -> None:
    try:
        try_out(version=version.number)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as fault:
        raise _Unreadable(fault) from fault


def take_turn() -> None:
    """Wait until nobody else edits or loads reference data; held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [snapshots.TURN])


def publish(*, by: User | None, reason: str, files_digest: str = "") -> ReferenceVersion:
    """Open the next reference version; every later screening runs on it."""
    take_turn()
    last = ReferenceVersion.objects.order_by("-number").first()
    return ReferenceVersion.objects.create(
        number=(last.number if last else 0) + 1,
        published_by=by,
        reason=reason,
        files_digest=files_digest or (last.files_digest if last else ""),
    )


def _load_table(table: Table, report: LoadReport, by: User | None) -> None:
    names = (*table.key, "pk", "loaded_digest", "is_revised")
    stored = {tuple(row[: len(table.key)]): row[len(table.key) :] for row in table.model.objects.values_list(*names)}
    fresh = []
    for key, values in table.rows:
        fingerprint = digest(values)
        pk, loaded, is_revised = stored.get(key, (None, None, False))
        if pk is None:
            fresh.append(table.model(**dict(zip(table.key, key, strict=True)), **values, loaded_digest=fingerprint))
        elif is_revised or not loaded:
            _compare(table, key, pk, values, report)
        elif loaded == fingerprint:
            report.unchanged += 1
        else:
            _bring_up_to_date(table, pk, values, fingerprint, by)
            report.updated += 1
    table.model.objects.bulk_create(fresh, batch_size=1000)
    report.added += len(fresh)


def _compare(table: Table, key: tuple, pk: Any, values: dict, report: LoadReport) -> None:
    """A row that was revised or made here is left as it is, whatever the file says."""
    row = table.model.objects.get(pk=pk)
    other = [name for name, value in values.items() if getattr(row, name) != value]
    if other:
        report.differing.append(
            f"{table.file} ({', '.join(key)}): revised here; the file differs in {', '.join(other)}"
        )
    else:
        report.unchanged += 1


def _bring_up_to_date(table: Table, pk: Any, values: dict, fingerprint: str, by: User | None) -> None:
    row = table.model.objects.select_for_update().get(pk=pk)
    before = {name: getattr(row, name) for name in values}
    for name, value in values.items():
        setattr(row, name, value)
    row.revision += 1
    row.loaded_digest = fingerprint
    row.save()
    _keep_change(row, before, values, by)


def _keep_change(row: Any, before: dict, after: dict, by: User | None) -> None:
    ReferenceChange.objects.create(
        by=by,
        reason=LOADED,
        model=row._meta.model_name,
        key=str(row.pk),
        revision=row.revision,
        before=before,
        after=after,
    )


def _link_components(files: Files, known: set[str], report: LoadReport, by: User | None) -> None:
    """Make the ingredients of combinations those of the file, except where an editor revised the combination."""
    through = Substance.components.through
    revised = set(Substance.objects.filter(is_revised=True).values_list("key", flat=True))
    stored: dict[str, list[str]] = {}
    for whole, part in through.objects.order_by("id").values_list("from_substance_id", "to_substance_id"):
        stored.setdefault(whole, []).append(part)
    fresh = []
    for key, row in files.substances.items():
        before, wanted = stored.get(key, []), parts(row["components"])
        if key in revised or set(before) == set(wanted):
            continue
        if key in known:
            substance = Substance.objects.get(key=key)
            through.objects.filter(from_substance_id=key).delete()
            _keep_change(substance, {"components": before}, {"components": wanted}, by)
            report.updated += 1
        fresh += [through(from_substance_id=key, to_substance_id=part) for part in wanted]
    through.objects.bulk_create(fresh, batch_size=1000)


def _load_rules(files: Files, report: LoadReport, by: User | None) -> None:
    stored = {rule.code: rule for rule in InteractionRule.objects.filter(closed_at=None)}
    retired = set(InteractionRule.objects.values_list("code", flat=True)) - stored.keys()
    for code, entry in files.rules.items():
        fingerprint = digest(entry)
        present = stored.get(code)
        if code in retired:
            report.differing.append(f"rules.yaml: {code}: retired here; the file still holds it")
        elif present is None:
            open_rule(entry=entry, revision=1, by=by, reason="first load", loaded_digest=fingerprint)
            report.added += 1
        elif present.loaded_digest == fingerprint or _says_the_same(present, entry):
            report.unchanged += 1
        elif not present.loaded_digest:
            report.differing.append(f"rules.yaml: {code}: revised here; the file says otherwise")
        else:
            close_rule(rule=present)
            open_rule(
                entry=entry, revision=present.revision + 1, by=by, reason="file changed", loaded_digest=fingerprint
            )
            report.updated += 1


def _says_the_same(rule: InteractionRule, entry: dict) -> bool:
    """Whether a rule that was revised here, or came from elsewhere, is what the file says all the same."""
    return not rule.loaded_digest and canonical(rule_row(rule)) == canonical(row_of(entry))


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
        **{name: entry[name].strip() for name in (*RULE_WORDS, *RULE_OWES)},
        **{name: day_of(entry.get(name)) for name in RULE_DATES},
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
