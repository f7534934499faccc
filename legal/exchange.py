"""Takes rows of the law from another installation into this one, as planned and checked by the caller.

A period is never edited: the old row is superseded and stays readable. Rows taken in count as touched here, so that
loading the reference files never words them anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import IntegrityError, transaction

from legal import actions
from legal.models import Jurisdiction, LegalParameter, PendingChange, StatusPeriod
from legal.sheets import STATUSES, LawSheet, Planned
from legal.tables import Row

MODELS = {
    "jurisdictions": Jurisdiction,
    "legal_periods": StatusPeriod,
    "legal_changes_pending": PendingChange,
    "legal_parameters": LegalParameter,
}


class Unacceptable(ValueError):
    """The law's own checks refuse a row; the message names it."""


@dataclass(frozen=True, slots=True)
class RowToTake:
    """One row as it stands here (None: not at all) and as it comes in (None: out of force from now on)."""

    table: str
    before: Row | None
    after: Row | None


def take_in(*, rows: Sequence[RowToTake], by: Any, reason: str) -> None:
    """Store these rows with one new legal version. Runs inside the caller's transaction; refuses whole."""
    if not rows:
        return
    fresh = {name: [one for one in rows if one.table == name] for name in MODELS}
    try:
        actions.take_in_reference(
            jurisdictions=[_made(one, by) for one in fresh["jurisdictions"]],
            superseded=[_stored(one) for one in fresh["legal_periods"] if one.before],
            periods=[_made(one, by) for one in fresh["legal_periods"] if one.after],
            pending=[_made(one, by) for one in fresh["legal_changes_pending"]],
            parameters=[_made(one, by) for one in fresh["legal_parameters"]],
            by=by,
            reason=reason,
        )
    except ObjectDoesNotExist as gone:
        raise Unacceptable("A row was changed here meanwhile. Compare again.") from gone
    except IntegrityError as clash:
        raise Unacceptable(str(clash).splitlines()[0]) from clash


def _made(one: RowToTake, by: Any) -> Any:
    """The row as a checked model instance; one that stands here keeps its number, except a period."""
    row = one.after or {}
    model = MODELS[one.table]
    present = _stored(one) if one.before and model is not StatusPeriod else None
    made = present or model()
    for name, value in row.items():
        column = model._meta.get_field(name)
        setattr(made, column.attname, column.to_python(value) if not column.is_relation else value)
    links = [column.name for column in model._meta.concrete_fields if column.is_relation]
    try:
        made.clean_fields(exclude=links)
    except ValidationError as fault:
        told = "; ".join(f"{name}: {' '.join(said)}" for name, said in fault.message_dict.items())
        raise Unacceptable(f"{one.table} {_named(row)}: {told}") from fault
    return made


def _stored(one: RowToTake) -> Any:
    found = MODELS[one.table].objects
    before: Mapping[str, Any] = one.before or {}
    if one.table == "legal_periods":
        names = ("jurisdiction", "substance", "valid_from")
        return found.get(superseded_at=None, **{name: before[name] for name in names})
    if one.table == "legal_changes_pending":
        return found.get(jurisdiction=before["jurisdiction"], what=before["what"], settled_at=None)
    return found.get(pk=before["code"])


def _named(row: Row) -> str:
    return " ".join(str(row[name]) for name in ("code", "jurisdiction", "substance", "what") if row.get(name))[:120]


def write_planned(*, sheet: LawSheet, rows: Sequence[Planned], by: Any, reason: str) -> int:
    """Store the rows of a previewed sheet, all of them or none. Raises `Unacceptable` with the row that is refused."""
    with transaction.atomic():
        for row in rows:
            try:
                if sheet is STATUSES:
                    actions.write_status_row(period=row.stored, values=row.values, by=by, reason=reason)
                else:
                    actions.write_pending_row(pending=row.stored, values=row.values, by=by, reason=reason)
            except actions.REFUSALS as refusal:
                told = " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)
                raise Unacceptable(f"Row {row.number}: {told}") from refusal
    return len(rows)
