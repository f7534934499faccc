"""Who sends a request: the person, their practice and roles, and the reference version of the day, in one read.

Nothing is kept between requests, so whoever is deactivated, moved or loses a role is so at the next one.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID

from django.contrib.auth.models import Group
from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest

from clinical import snapshots
from clinical.models import Practice, ReferenceVersion, User

ANYBODY = UUID(int=0)


def person_signed_in(key: UUID) -> User | None:
    """The person with this key as stored now, with practice, role names and reference version; None without one."""
    with connection.cursor() as cursor:
        cursor.execute(person_statement(), [key])
        row = cursor.fetchone()
    return person_from(row) if row else None


def person_from(row: Sequence[Any]) -> User | None:
    """The person in a row of `person_statement`; None in a row of nothing, as beside a session of nobody."""
    *values, role_names, version = row
    own = len(_columns(User))
    if values[_columns(User).index("id")] is None:
        return None
    person = User.from_db(connection.alias, _columns(User), values[:own])
    person._role_names, person._reference_version = frozenset(role_names), version or 0
    if person.practice_id:
        person.practice = Practice.from_db(connection.alias, _columns(Practice), values[own:])
    return person


def version_seen(request: HttpRequest) -> int:
    """The reference version in force when the request came, for reading only; a write asks again."""
    seen = getattr(request.user, "_reference_version", None)
    return snapshots.current_version() if seen is None else seen


@cache
def person_statement() -> str:
    """The read, put into SQL once: doing so takes Django longer than the database needs. Its one value is the key."""
    held = Group.objects.filter(user=OuterRef("pk")).values("name")
    practice = [f"practice__{name}" for name in _columns(Practice)]
    newest = ReferenceVersion.objects.order_by("-number").values("number")[:1]
    asked = User.objects.filter(pk=ANYBODY)
    asked = asked.values_list(*_columns(User), *practice, ArraySubquery(held), Subquery(newest))
    sql, values = asked.query.sql_with_params()
    if values != (ANYBODY,):
        raise AssertionError(f"One value was expected, the key: {values}")
    return sql


@cache
def _columns(model: type[User] | type[Practice]) -> tuple[str, ...]:
    return tuple(field.attname for field in model._meta.concrete_fields)
