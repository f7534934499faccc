"""Reference rows as plain open tables, for one digest over all of them and for exchange with other installations.

What a row says is in it; who entered it, when, and its number in this database are not. The types are shared with
the clinical tables, which are read by the same function.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from legal.models import Jurisdiction, LegalParameter, PendingChange, StatusPeriod

Row = dict[str, Any]
_OF_THIS_DATABASE = frozenset({"id", "revision", "loaded_digest", "is_revised", "created_at", "created_by"})
_OF_PERIODS = frozenset(
    {"checked_by", "reason", "closed_by", "closed_at", "closed_reason", "superseded_at", "superseded_by"}
)
_OF_PENDING = frozenset({"settled_by", "settled_at", "outcome", "became", "became_on", "reason"})


@dataclass(frozen=True, slots=True)
class Column:
    """What may stand in a column: `kind` is text, flag, whole, day, list or any; `most` the longest text."""

    kind: str
    most: int | None = None
    may_be_null: bool = False


@dataclass(frozen=True, slots=True)
class PlainTable:
    """One table: what identifies a row, its columns, the tables some of them point into, and the rows by key.

    `can_end` says whether a row can be taken out of force here; where it cannot, it stays.
    """

    name: str
    key: tuple[str, ...]
    columns: Mapping[str, Column]
    rows: dict[tuple, Row]
    links: Mapping[str, str] = field(default_factory=dict)
    can_end: bool = False


def reference_tables() -> list[PlainTable]:
    """The law in force as plain tables: superseded periods and settled changes are history and left out."""
    return [
        table_of("jurisdictions", Jurisdiction, ("code",), links={"parent": "jurisdictions"}),
        table_of(
            "legal_periods",
            StatusPeriod,
            ("jurisdiction", "substance", "valid_from"),
            rows=StatusPeriod.objects.filter(superseded_at=None),
            leave_out=_OF_PERIODS,
            links={"jurisdiction": "jurisdictions"},
            can_end=True,
        ),
        table_of(
            "legal_changes_pending",
            PendingChange,
            ("jurisdiction", "what"),
            rows=PendingChange.objects.filter(settled_at=None),
            leave_out=_OF_PENDING,
            links={"jurisdiction": "jurisdictions"},
        ),
        table_of("legal_parameters", LegalParameter, ("code",)),
    ]


def table_of(
    name: str,
    model: type[models.Model],
    key: tuple[str, ...],
    *,
    rows: models.QuerySet | None = None,
    leave_out: frozenset[str] = frozenset(),
    links: Mapping[str, str] | None = None,
    renamed: Mapping[str, str] | None = None,
    can_end: bool = False,
) -> PlainTable:
    """Read one model as a plain table. `renamed` gives the open name of a column; a row points by the other's key."""
    renamed = renamed or {}
    kept = [column for column in model._meta.concrete_fields if column.name not in _OF_THIS_DATABASE | leave_out]
    names = [renamed.get(column.name, column.name) for column in kept]
    plain = [_plain_of(column) for column in kept]
    found: dict[tuple, Row] = {}
    for values in (model.objects.all() if rows is None else rows).values_list(*(column.attname for column in kept)):
        row = {name: read(value) for name, read, value in zip(names, plain, values, strict=True)}
        found[tuple(row[part] for part in key)] = row
    columns = {name: _column(column) for name, column in zip(names, kept, strict=True)}
    return PlainTable(name, key, columns, found, links or {}, can_end)


def _column(column: models.Field) -> Column:
    target = column.target_field if column.is_relation else column
    kinds: Iterable[tuple[Any, str]] = (
        (models.BooleanField, "flag"),
        (models.DateTimeField, "flag"),
        (models.DateField, "day"),
        (models.IntegerField, "whole"),
        (models.JSONField, "any"),
        (ArrayField, "list"),
    )
    kind = next((kind for cls, kind in kinds if isinstance(target, cls)), "text")
    inner = target.base_field if isinstance(target, ArrayField) else target
    return Column(kind, inner.max_length, column.null and kind != "flag")


def _plain_of(column: models.Field) -> Callable[[Any], Any]:
    """A moment only says that something was done; a day is written year-month-day."""
    if isinstance(column, models.DateTimeField):
        return lambda value: value is not None
    if isinstance(column, models.DateField):
        return lambda value: value.isoformat() if isinstance(value, date) else None
    return lambda value: value
