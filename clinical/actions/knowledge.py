"""Takes a knowledge base from elsewhere into this one: checked, compared, chosen row by row, then all or nothing.

One transaction, one reference version and one audit event; the old wording of every row is kept as for an editor's.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import DataError, IntegrityError, models, transaction
from django.utils import timezone

from clinical.actions.audit import note
from clinical.actions.effect import CasesFail, try_out
from clinical.actions.reference import close_rule, open_rule, publish, take_turn
from clinical.knowledge_base.bundle import Bundle, NotABundle
from clinical.knowledge_base.checks import faults_in
from clinical.knowledge_base.differences import Change, Difference, LeftOut, chosen, difference
from clinical.knowledge_base.tables import OPEN_NAMES, entry_of, read_tables, reference_digest
from clinical.models import (
    Condition,
    InteractionRule,
    ReferenceCase,
    ReferenceChange,
    ReferenceTable,
    ReferenceVersion,
    Role,
    Source,
    Substance,
    SubstanceName,
    SubstanceRole,
    User,
)
from clinical.permissions import check
from legal import exchange

MODELS: dict[str, type[models.Model]] = {
    "sources": Source,
    "substances": Substance,
    "names": SubstanceName,
    "roles": Role,
    "substance_roles": SubstanceRole,
    "conditions": Condition,
    "documents": ReferenceTable,
    "cases": ReferenceCase,
}
ATTRIBUTES = {open_name: name for name, open_name in OPEN_NAMES.items()}


@dataclass(slots=True)
class Import:
    """What an import changed or, as a plan, would change. `digest` is the reference digest afterwards."""

    difference: Difference
    changes: list[Change]
    left_out: list[LeftOut] = field(default_factory=list)
    version: int | None = None
    digest: str = ""


def plan_import(*, bundle: Bundle, refused: Collection[str] = ()) -> Import:
    """Check every row of the bundle and compare it with what is here. Changes nothing.

    Raises `NotABundle` with every fault, and `LookupError` for a refusal that names no change.
    """
    here = read_tables()
    faults = faults_in(bundle.rows, here)
    if faults:
        raise NotABundle(faults)
    found = difference(here, bundle.rows)
    changes, left_out = chosen(found, here, refused, _retired())
    return Import(found, changes, left_out)


def _retired() -> set[str]:
    """Codes of which no revision is in force: a signed visit may name them, so they never come to mean another rule."""
    codes = InteractionRule.objects.order_by().values_list("code", flat=True)
    return set(codes.distinct()) - set(codes.filter(closed_at=None))


def import_bundle(*, bundle: Bundle, by: User | None, reason: str, refused: Collection[str] = ()) -> Import:
    """Make every change that was not refused, as one change. `by` is None where a command on the server does it.

    Raises what `plan_import` raises, and `NotABundle` where screening could not read the outcome or the database
    refuses a row; then nothing is stored. Without any change no version is published.
    """
    if by:
        check(by, "edit_reference")
    try:
        with transaction.atomic():
            take_turn()
            done = plan_import(bundle=bundle, refused=refused)
            if done.changes:
                done.version = _store(done.changes, bundle, by, reason).number
            done.digest = reference_digest()
            return done
    except (IntegrityError, DataError, exchange.Unacceptable) as fault:
        raise NotABundle([f"refused by the database: {str(fault).splitlines()[0]}"]) from fault


def _store(changes: list[Change], bundle: Bundle, by: User | None, reason: str) -> ReferenceVersion:
    for name in MODELS:
        _store_rows(name, [change for change in changes if change.table == name], by, reason)
    _store_rules([change for change in changes if change.table == "rules"], bundle, by, reason)
    law = [
        exchange.RowToTake(change.table, change.before, change.after)
        for change in changes
        if change.table in exchange.MODELS
    ]
    exchange.take_in(rows=law, by=by, reason=reason)
    _keep([change for change in changes if change.table in exchange.MODELS], by, reason)
    version = publish(by=by, reason=reason[:300])
    _try_out(version)
    note(by=by, act="imported", record=version, changed={change.table for change in changes})
    return version


def _store_rows(table: str, changes: list[Change], by: User | None, reason: str) -> None:
    """New rows at once, the others one by one. A first filling has no wording before it, so none is kept."""
    model = MODELS[table]
    is_first_filling = not model.objects.exists()
    fresh = [_filled(model(), change.after or {}) for change in changes if change.before is None]
    model.objects.bulk_create(fresh, batch_size=1000)
    revisions = {}
    for change in (change for change in changes if change.before is not None):
        row = model.objects.select_for_update().get(**_where(model, change))
        _filled(row, change.after if change.after is not None else {"withdrawn": True})
        row.revision, row.is_revised = row.revision + 1, True
        row.save()
        revisions[change.key] = row.revision
    if table == "substances":
        _link_components(changes)
    if not is_first_filling:
        _keep(changes, by, reason, revisions)


def _where(model: type[models.Model], change: Change) -> dict[str, Any]:
    row: Mapping[str, Any] = change.before or {}
    if model is SubstanceName:
        return {"name": row["name"], "substance_id": row["substance"]}
    if model is SubstanceRole:
        return {"substance_id": row["substance"], "role_id": row["role"]}
    return {"pk": row["key"]}


def _filled(row: models.Model, values: Mapping[str, Any]) -> models.Model:
    """The row with these open values; components are links and stored apart."""
    for name, value in values.items():
        if name == "withdrawn":
            if bool(value) != (row.withdrawn_at is not None):
                row.withdrawn_at = timezone.now() if value else None
        elif name != "components":
            setattr(row, row._meta.get_field(ATTRIBUTES.get(name, name)).attname, value)
    return row


def _link_components(changes: list[Change]) -> None:
    through = Substance.components.through
    changed = {change.key[0]: change.after["components"] for change in changes if change.after}
    through.objects.filter(from_substance_id__in=changed).delete()
    links = (through(from_substance_id=key, to_substance_id=part) for key, parts in changed.items() for part in parts)
    through.objects.bulk_create(links, batch_size=1000)


def _store_rules(changes: list[Change], bundle: Bundle, by: User | None, reason: str) -> None:
    """A changed rule closes and opens again; its number is never lower than where it came from.

    No retired code comes here: `plan_import` leaves it out by name.
    """
    there: dict[str, int] = {}
    for row in bundle.rows["rule_revisions"]:
        there[row["code"]] = max(there.get(row["code"], 0), row["revision"])
    for change in changes:
        code = change.key[0]
        last = InteractionRule.objects.filter(code=code).order_by("-revision").first()
        if last and last.closed_at is None:
            close_rule(rule=last)
        if change.after:
            revision = max(last.revision + 1 if last else 1, there.get(code, 1))
            open_rule(entry=entry_of(change.after), revision=revision, by=by, reason=reason[:300])


def _keep(changes: list[Change], by: User | None, reason: str, revisions: Mapping[tuple, int] | None = None) -> None:
    """The wording before and after, as far as it differs; a row that ended says so."""
    kept = []
    for change in changes:
        before, after = change.before or {}, change.after if change.after is not None else {"withdrawn": True}
        names = change.columns if change.columns else list(after)
        kept.append(
            ReferenceChange(
                by=by,
                reason=reason[:300],
                model=_model_name(change.table),
                key="|".join(str(part or "") for part in change.key)[:420],
                revision=(revisions or {}).get(change.key, 1),
                before={name: before.get(name) for name in names} if before else {},
                after={name: after[name] for name in names},
            )
        )
    ReferenceChange.objects.bulk_create(kept, batch_size=1000)


def _model_name(table: str) -> str:
    return (MODELS.get(table) or exchange.MODELS[table])._meta.model_name


def _try_out(version: ReferenceVersion) -> None:
    """Screening must be able to read the outcome; else nothing is stored."""
    try:
        try_out(version=version.number)
    except CasesFail as failed:
        raise NotABundle([str(failed)]) from failed
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as fault:
        raise NotABundle([f"screening could not read the outcome: {fault}"]) from fault
