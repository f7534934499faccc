"""Who sends a request: the person, their practice and their roles in one read, asked anew each time.

Nothing is kept between requests, so whoever is deactivated, moved or loses a role is so at the next one.
"""

from functools import cache
from uuid import UUID

from django.contrib.auth.models import Group
from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import OuterRef

from clinical.models import Practice, User

ANYBODY = UUID(int=0)


def person_signed_in(key: UUID) -> User | None:
    """The person with this key as stored now, practice and role names with them; None where there is none."""
    with connection.cursor() as cursor:
        cursor.execute(_statement(), [key])
        row = cursor.fetchone()
    if row is None:
        return None
    *values, role_names = row
    own = len(_columns(User))
    person = User.from_db(connection.alias, _columns(User), values[:own])
    person._role_names = frozenset(role_names)
    if person.practice_id:
        person.practice = Practice.from_db(connection.alias, _columns(Practice), values[own:])
    return person


@cache
def _statement() -> str:
    """The read, put into SQL once: doing so takes Django longer than the database needs for its answer."""
    held = Group.objects.filter(user=OuterRef("pk")).values("name")
    practice = [f"practice__{name}" for name in _columns(Practice)]
    asked = User.objects.filter(pk=ANYBODY).values_list(*_columns(User), *practice, ArraySubquery(held))
    sql, values = asked.query.sql_with_params()
    if values != (ANYBODY,):
        raise AssertionError(f"One value was expected, the key: {values}")
    return sql


@cache
def _columns(model: type[User] | type[Practice]) -> tuple[str, ...]:
    return tuple(field.attname for field in model._meta.concrete_fields)
