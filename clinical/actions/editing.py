"""Writes on reference data by an editor: plain rows and rules, each with the old wording kept and a reason.

Editors take turns. A change that would leave reference data which screening cannot read is refused whole.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from clinical import reference_files
from clinical.actions import unrecognised
from clinical.actions.audit import differences, note
from clinical.actions.consultation import ChangedByAnother
from clinical.actions.effect import CasesFail, try_out
from clinical.actions.reference import close_rule, open_rule, publish, take_turn
from clinical.actions.row_values import act_of, set_links, set_values, stored_values
from clinical.models import (
    InteractionRule,
    ReferenceChange,
    SubstanceName,
    User,
)
from clinical.models.vocabulary import ReferenceRow
from clinical.permissions import can, check
from clinical.rule_checks import known_keys, replaced_by


class RuleFaulty(Exception):
    """The rule as typed breaks one of the checks that reference files must pass; `faults` says each in words."""

    def __init__(self, faults: list[str]):
        super().__init__("; ".join(faults))
        self.faults = faults


class Unusable(Exception):
    """Screening could not read the reference data with this change. Nothing was stored."""


@dataclass(frozen=True, slots=True)
class RowWrite:
    """One plain row to add, or to change when `row` is given: the row as the editor saw it, with that revision.

    `values` are columns by name, links as rows or their keys; `withdrawn` among them takes a name or role out of
    screening, or puts it back.
    """

    model: type[ReferenceRow]
    values: Mapping[str, Any]
    row: ReferenceRow | None = None


@dataclass(frozen=True, slots=True)
class _Written:
    row: ReferenceRow
    before: dict[str, Any]
    after: dict[str, Any]
    act: str


def add_row(*, model: type[ReferenceRow], values: Mapping[str, Any], by: User, reason: str) -> ReferenceRow:
    """Add one plain reference row. Raises `ChangedByAnother` when somebody added the same one meanwhile."""
    return write_rows(writes=[RowWrite(model, values)], by=by, reason=reason)[0]


def revise_row(*, row: ReferenceRow, values: Mapping[str, Any], by: User, reason: str) -> ReferenceRow:
    """Change one plain reference row, `row.revision` being the one the editor saw.

    Keeps the wording before and after, publishes a reference version and marks the row so that loading files never
    overwrites it. Writes nothing when nothing differs. Raises `ChangedByAnother` when the stored revision is another.
    """
    return write_rows(writes=[RowWrite(type(row), values, row)], by=by, reason=reason)[0]


def write_rows(*, writes: Sequence[RowWrite], by: User, reason: str) -> list[ReferenceRow]:
    """Add and change several rows as one change: all or nothing, one reason, one reference version.

    Answers the rows as they then stand, in the order asked. Rows that do not differ are left as they are, and
    without any difference no version is published. Raises what `add_row` and `revise_row` raise.
    """
    check(by, "edit_reference")
    try:
        with transaction.atomic():
            return _write_rows(writes, by, reason)
    except IntegrityError as clash:
        raise ChangedByAnother(_("Somebody added this entry meanwhile. Look for it in the list.")) from clash


def _write_rows(writes: Sequence[RowWrite], by: User, reason: str) -> list[ReferenceRow]:
    take_turn()
    stored = _locked(writes)
    done = [_revised(write, stored) if write.row is not None else _added(write) for write in writes]
    changed = [one for one in done if one.before != one.after]
    if changed:
        ReferenceChange.objects.bulk_create((_kept(one, by, reason) for one in changed), batch_size=1000)
        unrecognised.settle(names=[one.row for one in changed if isinstance(one.row, SubstanceName)])
        _publish(by=by, reason=reason)
        for one in changed:
            note(by=by, act=one.act, record=one.row, changed=differences(one.before, one.after))
    return [one.row for one in done]


def _locked(writes: Sequence[RowWrite]) -> dict[tuple[type, Any], ReferenceRow]:
    """The rows to change as they are stored now, one query for each kind, held until the transaction ends."""
    wanted: dict[type[ReferenceRow], list[Any]] = {}
    for write in writes:
        if write.row is not None:
            wanted.setdefault(write.model, []).append(write.row.pk)
    links = {model: [field.name for field in model._meta.many_to_many] for model in wanted}
    return {
        (model, row.pk): row
        for model, keys in wanted.items()
        for row in model.objects.select_for_update().filter(pk__in=keys).prefetch_related(*links[model])
    }


def _added(write: RowWrite) -> _Written:
    row = write.model()
    set_values(row=row, values=write.values)
    if row.pk and write.model.objects.filter(pk=row.pk).exists():
        raise ChangedByAnother(_("Somebody added this entry meanwhile. Look for it in the list."))
    row.save(force_insert=True)
    set_links(row=row, values=write.values)
    return _Written(row, {}, stored_values(row=row, names=write.values), "created")


def _revised(write: RowWrite, rows: Mapping[tuple[type, Any], ReferenceRow]) -> _Written:
    seen = write.row
    stored = rows.get((write.model, seen.pk)) if seen else None
    if seen is None or stored is None or stored.revision != seen.revision:
        raise ChangedByAnother(_("Somebody changed this entry after you opened it. Nothing of yours was stored."))
    before = stored_values(row=stored, names=write.values)
    set_values(row=stored, values=write.values)
    set_links(row=stored, values=write.values)
    after = stored_values(row=stored, names=write.values)
    if before != after:
        stored.revision += 1
        stored.is_revised = True
        stored.save()
    return _Written(stored, before, after, act_of(before=before, after=after))


@transaction.atomic
def revise_rule(
    *, rule: InteractionRule, entry: dict[str, Any], by: User, reason: str, written_by: User | None = None
) -> InteractionRule:
    """Close the revision that was read and open the next: what approving a draft does. `by` is who publishes.

    Raises `ChangedByAnother` when `rule` is no longer the open revision and `RuleFaulty` when a check fails.
    """
    _check_may_publish(by)
    close_rule(rule=_still_open(rule))
    revised = {**entry, "code": rule.code}
    return _open(entry=revised, revision=rule.revision + 1, by=by, reason=reason, written_by=written_by)


@transaction.atomic
def add_rule(*, entry: dict[str, Any], by: User, reason: str, written_by: User | None = None) -> InteractionRule:
    """Open the first revision of a rule under a code never used before, not even by a rule that was retired."""
    _check_may_publish(by)
    take_turn()
    if InteractionRule.objects.filter(code=entry["code"]).exists():
        raise RuleFaulty([_("code “%(code)s” is taken; codes are never used twice") % {"code": entry["code"]}])
    return _open(entry=entry, revision=1, by=by, reason=reason, written_by=written_by)


@transaction.atomic
def retire_rule(*, rule: InteractionRule, by: User, reason: str) -> InteractionRule:
    """Close a rule without a successor. Its revisions stay readable; its code is never used again.

    Raises `ChangedByAnother` when `rule` is no longer the open revision, `RuleFaulty` while another rule replaces it.
    """
    _check_may_publish(by)
    current = _still_open(rule)
    if leaning := replaced_by(rule.code):
        raise RuleFaulty([_("these rules name it among those they replace: %s") % ", ".join(leaning)])
    close_rule(rule=current)
    _publish(by=by, reason=reason)
    note(by=by, act="retired", record=current)
    return current


def _check_may_publish(by: User) -> None:
    if not can(by, "review_reference"):
        check(by, "edit_reference")


def _still_open(rule: InteractionRule) -> InteractionRule:
    """The open revision, held until the transaction ends, if it is still the one that was read."""
    take_turn()
    current = InteractionRule.objects.select_for_update().filter(code=rule.code, closed_at=None).first()
    if current is None or current.pk != rule.pk:
        raise ChangedByAnother(_("Somebody revised this rule after you opened it. Nothing of yours was stored."))
    return current


def _open(*, entry: dict[str, Any], revision: int, by: User, reason: str, written_by: User | None) -> InteractionRule:
    faults = faults_of(entry)
    if faults:
        raise RuleFaulty(faults)
    opened = open_rule(entry=entry, revision=revision, by=written_by or by, reason=reason)
    _publish(by=by, reason=reason)
    note(by=by, act="revised" if revision > 1 else "created", record=opened, changed=set(entry) - {"code", "read"})
    return opened


def faults_of(entry: dict[str, Any]) -> list[str]:
    """What the checks of the reference files say about a rule, measured against the database instead of the files."""
    codes = set(InteractionRule.objects.filter(closed_at=None).values_list("code", flat=True)) | {entry["code"]}
    return list(reference_files.rule_faults(entry, codes, known_keys()))


def _kept(written: _Written, by: User, reason: str) -> ReferenceChange:
    return ReferenceChange(
        by=by,
        reason=reason,
        model=written.row._meta.model_name,
        key=str(written.row.pk),
        revision=written.row.revision,
        before=written.before,
        after=written.after,
    )


def _publish(*, by: User, reason: str) -> None:
    """Open the next reference version, after a trial reading: a fault here undoes the whole change."""
    version = publish(by=by, reason=reason)
    try:
        try_out(version=version.number)
    except CasesFail as failed:
        raise Unusable(str(failed)) from failed
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as fault:
        told = _("Screening could not read this, so nothing was stored: %(fault)s.")
        raise Unusable(told % {"fault": fault}) from fault
