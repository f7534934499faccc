"""Loads the reviewed starting set of legal data: all or nothing, again and again, never over a person's work."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django.db import transaction

from legal import actions
from legal.models import Disagreement, Jurisdiction, LegalParameter, PendingChange, StatusPeriod
from legal.reference_files import FOLDER, Files, read_files

FAULTS_SHOWN = 10
PERIOD_FIELDS = (*actions.LAW_FIELDS, "substance")
PLACE_FIELDS = ("name", "level", "parent_id", "other_names", "note")

PARAMETER_FIELDS = ("value", "unit", "meaning", "source")


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load did, or with `check` would do. With faults nothing was changed.

    `added` counts what the files brought: new rows, and rows nobody touched that they word anew.
    """

    added: int = 0
    unchanged: int = 0
    differing: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Plan:
    """What a load is going to store.

    `superseded` are loaded periods, `pending_anew` loaded pending entries, that a newer file words anew.
    """

    jurisdictions: list[Jurisdiction] = field(default_factory=list)
    superseded: list[StatusPeriod] = field(default_factory=list)
    periods: list[StatusPeriod] = field(default_factory=list)
    pending: list[PendingChange] = field(default_factory=list)
    pending_anew: list[PendingChange] = field(default_factory=list)
    parameters: list[LegalParameter] = field(default_factory=list)
    disagreements: list[Disagreement] = field(default_factory=list)
    disagreements_anew: list[Disagreement] = field(default_factory=list)
    unchanged: int = 0
    differing: list[str] = field(default_factory=list)

    @property
    def added(self) -> int:
        brought = (self.jurisdictions, self.periods, self.pending, self.pending_anew, self.parameters)
        return sum(map(len, (*brought, self.disagreements, self.disagreements_anew)))


def load(check: bool = False, folder: Path = FOLDER) -> LoadReport:
    """Validate every file, then store what is new; with `check` store nothing. The first ten faults are named.

    A row that a person entered, revised, closed, settled or confirmed is never overwritten: it is listed as differing.
    """
    files = read_files(folder)
    if files.faults:
        return LoadReport(faults=files.faults[:FAULTS_SHOWN])
    with transaction.atomic():
        plan = plan_load(files)
        if plan.added and not check:
            actions.record_reference(
                jurisdictions=plan.jurisdictions,
                superseded=plan.superseded,
                periods=plan.periods,
                pending=plan.pending,
                pending_anew=plan.pending_anew,
                parameters=plan.parameters,
                disagreements=plan.disagreements,
                disagreements_anew=plan.disagreements_anew,
            )
    return LoadReport(plan.added, plan.unchanged, plan.differing)


def plan_load(files: Files) -> Plan:
    """Compare checked files with what is stored. Reads only."""
    plan = Plan()
    _plan_jurisdictions(files, plan)
    _plan_periods(files, plan)
    _plan_rest(files, plan)
    _plan_disagreements(files, plan)
    return plan


def _plan_jurisdictions(files: Files, plan: Plan) -> None:
    stored = Jurisdiction.objects.in_bulk()
    for row in files.jurisdictions:
        values = {**row, "parent_id": row["parent_code"] or None}
        new = Jurisdiction(code=row["code"], **{name: values[name] for name in PLACE_FIELDS})
        _sort(plan, plan.jurisdictions, new, stored.get(row["code"]), PLACE_FIELDS, row)


def _plan_periods(files: Files, plan: Plan) -> None:
    """A row is the same one when place, substance and first day agree."""
    stored = defaultdict(list)
    for period in StatusPeriod.objects.filter(superseded_at=None):
        stored[period.jurisdiction_id, period.substance].append(period)
    changed = []
    for row in files.periods:
        key = row["jurisdiction_code"], row["substance"]
        new = StatusPeriod(jurisdiction_id=key[0], **{name: row[name] for name in PERIOD_FIELDS})
        same = next((period for period in stored[key] if _same_period(period, new)), None)
        if same:
            plan.unchanged += 1
            stored[key].remove(same)
        else:
            changed.append((row["where"], stored[key], new))
    for where, others, new in changed:
        _plan_period(plan, where, [period for period in others if _overlap(period, new)], new)


def _plan_period(plan: Plan, where: str, in_the_way: list[StatusPeriod], new: StatusPeriod) -> None:
    """New, or worded anew by the files: it takes the place of loaded rows, never of a row a person has touched."""
    if any(period.touched_here for period in in_the_way):
        plan.differing.append(f"{where}: {new} differs from a row revised here, which stays")
        return
    plan.superseded += [period for period in in_the_way if period not in plan.superseded]
    plan.periods.append(new)


def _plan_rest(files: Files, plan: Plan) -> None:
    stored = {(row.jurisdiction_id, row.what): row for row in PendingChange.objects.all()}
    for row in files.pending:
        key = row["jurisdiction_code"], row["what"]
        new = PendingChange(jurisdiction_id=key[0], what=key[1], **_pending(row))
        old = stored.get(key)
        if old and not old.touched_here and not _same(old, new, actions.PENDING_FIELDS):
            new.pk = old.pk
            plan.pending_anew.append(new)
        else:
            _sort(plan, plan.pending, new, old, actions.PENDING_FIELDS, row)
    parameters = LegalParameter.objects.in_bulk()
    for row in files.parameters:
        new = LegalParameter(code=row["code"], **{name: row[name] for name in PARAMETER_FIELDS})
        _sort(plan, plan.parameters, new, parameters.get(row["code"]), PARAMETER_FIELDS, row)


def _plan_disagreements(files: Files, plan: Plan) -> None:
    stored = {row.point: row for row in Disagreement.objects.all()}
    for row in files.disagreements:
        new = Disagreement(point=row["point"], **{name: row[name] for name in actions.DISAGREEMENT_FIELDS})
        old = stored.get(row["point"])
        if old and not old.touched_here and not _same(old, new, actions.DISAGREEMENT_FIELDS):
            new.pk = old.pk
            plan.disagreements_anew.append(new)
        else:
            _sort(plan, plan.disagreements, new, old, actions.DISAGREEMENT_FIELDS, row)


def _pending(row: dict) -> dict:
    return {name: row[name] for name in actions.PENDING_FIELDS}


def _sort(plan: Plan, additions: list, new, old, fields: tuple[str, ...], row: dict) -> None:
    """Add what is new, count what is the same, and list what differs and stays."""
    if old is None:
        additions.append(new)
    elif _same(old, new, fields):
        plan.unchanged += 1
    else:
        plan.differing.append(f"{row['where']}: {new} differs from what is stored, which stays")


def _same(old, new, fields: tuple[str, ...]) -> bool:
    return all(getattr(old, name) == getattr(new, name) for name in fields)


def _same_period(old: StatusPeriod, new: StatusPeriod) -> bool:
    """Checked again here and found unchanged is the same row, with a newer day."""
    checked_again = old.checked_by_id and not old.created_by_id and old.checked_on >= new.checked_on
    return _same(old, new, tuple(name for name in PERIOD_FIELDS if name != "checked_on" or not checked_again))


def _overlap(one: StatusPeriod, other: StatusPeriod) -> bool:
    return (one.valid_from or date.min) < (other.valid_until or date.max) and (other.valid_from or date.min) < (
        one.valid_until or date.max
    )
