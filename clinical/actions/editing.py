"""Writes on reference data by an editor: plain rows and rules, each with the old wording kept and a reason.

Editors take turns. A change that would leave reference data which screening cannot read is refused whole.
"""

from collections.abc import Mapping
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from clinical import reference_files, snapshots
from clinical.actions.audit import differences, note
from clinical.actions.consultation import ChangedByAnother
from clinical.actions.reference import close_rule, open_rule, publish, take_turn
from clinical.models import Condition, InteractionRule, ReferenceChange, Role, Source, Substance, User
from clinical.models.vocabulary import ReferenceRow
from clinical.permissions import check
from clinical.screening import engine


class RuleFaulty(Exception):
    """The rule as typed breaks one of the checks that reference files must pass; `faults` says each in words."""

    def __init__(self, faults: list[str]):
        super().__init__("; ".join(faults))
        self.faults = faults


class Unusable(Exception):
    """Screening could not read the reference data with this change. Nothing was stored."""


@transaction.atomic
def add_row(*, model: type[ReferenceRow], values: Mapping[str, Any], by: User, reason: str) -> ReferenceRow:
    """Add one plain reference row. Raises `ChangedByAnother` when somebody added the same one meanwhile."""
    check(by, "edit_reference")
    take_turn()
    row = model()
    _set(row, values)
    if row.pk and model.objects.filter(pk=row.pk).exists():
        raise ChangedByAnother(_("Somebody added this entry meanwhile. Look for it in the list."))
    row.save(force_insert=True)
    _set_many(row, values)
    _keep(row=row, before={}, after=_stored(row, values), by=by, reason=reason, act="created")
    return row


@transaction.atomic
def revise_row(*, row: ReferenceRow, values: Mapping[str, Any], by: User, reason: str) -> ReferenceRow:
    """Change one plain reference row, `row.revision` being the one the editor saw.

    Keeps the wording before and after, publishes a reference version and marks the row so that loading files never
    overwrites it. Writes nothing when nothing differs. Raises `ChangedByAnother` when the stored revision is another.
    """
    check(by, "edit_reference")
    take_turn()
    stored = type(row).objects.select_for_update().get(pk=row.pk)
    if stored.revision != row.revision:
        raise ChangedByAnother(_("Somebody changed this entry after you opened it. Nothing of yours was stored."))
    before = _stored(stored, values)
    _set(stored, values)
    _set_many(stored, values)
    after = _stored(stored, values)
    if before == after:
        return stored
    stored.revision += 1
    stored.is_revised = True
    stored.save()
    _keep(row=stored, before=before, after=after, by=by, reason=reason, act="revised")
    return stored


@transaction.atomic
def revise_rule(*, rule: InteractionRule, entry: dict[str, Any], by: User, reason: str) -> InteractionRule:
    """Close the revision the editor saw and open the next from an entry in the shape of rules.yaml.

    Raises `ChangedByAnother` when `rule` is no longer the open revision and `RuleFaulty` when a check fails.
    """
    check(by, "edit_reference")
    take_turn()
    current = InteractionRule.objects.select_for_update().filter(code=rule.code, closed_at=None).first()
    if current is None or current.pk != rule.pk:
        raise ChangedByAnother(_("Somebody revised this rule after you opened it. Nothing of yours was stored."))
    close_rule(rule=current)
    return _open(entry={**entry, "code": rule.code}, revision=current.revision + 1, by=by, reason=reason)


@transaction.atomic
def add_rule(*, entry: dict[str, Any], by: User, reason: str) -> InteractionRule:
    """Open the first revision of a rule under a code never used before."""
    check(by, "edit_reference")
    take_turn()
    if InteractionRule.objects.filter(code=entry["code"]).exists():
        raise RuleFaulty([_("code “%(code)s” is taken; codes are never used twice") % {"code": entry["code"]}])
    return _open(entry=entry, revision=1, by=by, reason=reason)


def _open(*, entry: dict[str, Any], revision: int, by: User, reason: str) -> InteractionRule:
    faults = faults_of(entry)
    if faults:
        raise RuleFaulty(faults)
    opened = open_rule(entry=entry, revision=revision, by=by, reason=reason)
    _publish(by=by, reason=reason)
    note(by=by, act="revised" if revision > 1 else "created", record=opened, changed=set(entry) - {"code", "read"})
    return opened


def faults_of(entry: dict[str, Any]) -> list[str]:
    """What the checks of the reference files say about a rule, measured against the database instead of the files."""
    stored = reference_files.Files(
        sources=dict.fromkeys(Source.objects.values_list("pk", flat=True)),
        substances=dict.fromkeys(Substance.objects.values_list("pk", flat=True)),
        roles=dict.fromkeys(Role.objects.values_list("pk", flat=True)),
        conditions=dict.fromkeys(Condition.objects.values_list("pk", flat=True)),
    )
    codes = set(InteractionRule.objects.values_list("code", flat=True)) | {entry["code"]}
    return list(reference_files.rule_faults(entry, codes, stored))


def _keep(*, row: ReferenceRow, before: dict, after: dict, by: User, reason: str, act: str) -> None:
    ReferenceChange.objects.create(
        by=by,
        reason=reason,
        model=row._meta.model_name,
        key=str(row.pk),
        revision=row.revision,
        before=before,
        after=after,
    )
    _publish(by=by, reason=reason)
    note(by=by, act=act, record=row, changed=differences(before, after))


def _publish(*, by: User, reason: str) -> None:
    """Open the next reference version, after a trial reading: a fault here undoes the whole change."""
    version = publish(by=by, reason=reason)
    try:
        engine.compile_rules(snapshots.read_knowledge(version.number))
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as fault:
        told = _("Screening could not read this, so nothing was stored: %(fault)s.")
        raise Unusable(told % {"fault": fault}) from fault


def _set(row: ReferenceRow, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if not row._meta.get_field(name).many_to_many:
            setattr(row, name, value)


def _set_many(row: ReferenceRow, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if row._meta.get_field(name).many_to_many:
            getattr(row, name).set(value)


def _stored(row: ReferenceRow, names: Mapping[str, Any]) -> dict[str, Any]:
    """The present values as plain data; what a row points at is named by its key."""
    found = {name: row._meta.get_field(name).value_from_object(row) for name in names}
    return {name: _keys(value) if row._meta.get_field(name).many_to_many else value for name, value in found.items()}


def _keys(rows: list[models.Model]) -> list[str]:
    return sorted(str(row.pk) for row in rows)
