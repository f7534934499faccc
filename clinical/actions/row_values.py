"""Puts values on a plain reference row and reads them back as plain data, for `editing`. Saves nothing but links."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import models
from django.utils import timezone

from clinical.models.vocabulary import ReferenceRow

WITHDRAWN = "withdrawn"  # written as yes or no; the row keeps since when


def set_values(*, row: ReferenceRow, values: Mapping[str, Any]) -> None:
    """Put every value but links on the row."""
    for name, value in values.items():
        if name == WITHDRAWN:
            if bool(value) != row.is_withdrawn:
                row.withdrawn_at = timezone.now() if value else None
        elif not row._meta.get_field(name).many_to_many:
            setattr(row, name, value)


def set_links(*, row: ReferenceRow, values: Mapping[str, Any]) -> None:
    """Make the links of a stored row those given, as rows or keys."""
    for name, value in values.items():
        if name == WITHDRAWN or not row._meta.get_field(name).many_to_many:
            continue
        links = getattr(row, name)
        if _keys(links.all()) != _keys(value):
            links.set(value)


def stored_values(*, row: ReferenceRow, names: Mapping[str, Any]) -> dict[str, Any]:
    """The present values as plain data; what a row points at is named by its key."""
    return {name: row.is_withdrawn if name == WITHDRAWN else _value(row, name) for name in names}


def act_of(*, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """What happened to a stored row, in the word of the audit."""
    if before.get(WITHDRAWN) == after.get(WITHDRAWN):
        return "revised"
    return "withdrawn" if after[WITHDRAWN] else "restored"


def _value(row: ReferenceRow, name: str) -> Any:
    column = row._meta.get_field(name)
    value = column.value_from_object(row)
    if isinstance(value, date):
        return value.isoformat()
    return _keys(value) if column.many_to_many else value


def _keys(rows: Iterable[models.Model | str]) -> list[str]:
    return sorted(row if isinstance(row, str) else str(row.pk) for row in rows)
