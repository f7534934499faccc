"""Queries put into SQL once and asked at every request: Django took longer to write them than PostgreSQL to answer.

Only the writing is kept. Every call asks the database, and makes its own rows of the answer.
"""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler

# Stand-ins that no caller asks for: each has to be found again among the parameters of the finished query.
_STANDS_IN: dict[type, Callable[[int], Any]] = {
    UUID: lambda number: UUID(int=0x5EED_0000_0000 + number),
    date: lambda number: date(1 + number, 1, 1),
    datetime: lambda number: datetime(1000 + number, 1, 1, tzinfo=UTC),
    int: lambda number: -1_900_000_000 - number,
}


class NotPreparable(Exception):
    """A value does not reach the database as it was given, or changes the query itself."""


@dataclass(frozen=True, slots=True)
class _Written:
    """A query in words. `places` says for each parameter which of the caller's values it is, None for a fixed one."""

    queryset: QuerySet
    compiler: SQLCompiler
    sql: str
    fixed: tuple[Any, ...]
    places: tuple[int | None, ...]

    def rows(self, values: tuple[Any, ...]) -> list[Any]:
        asked = copy(self.compiler)
        asked.connection = connections[DEFAULT_DB_ALIAS]
        filled = tuple(held if at is None else values[at] for held, at in zip(self.fixed, self.places, strict=True))
        asked.as_sql = lambda: (self.sql, filled)
        return list(self.queryset._iterable_class(_Ready(self.queryset, asked)))


class _Ready:
    """What the row makers of Django read of a query set and its query; the compiler is the one that is ready."""

    _known_related_objects: dict[Any, Any] = {}
    db = DEFAULT_DB_ALIAS

    def __init__(self, queryset: QuerySet, compiler: SQLCompiler):
        self.model, self._fields, self._query, self._compiler = (
            queryset.model,
            queryset._fields,
            queryset.query,
            compiler,
        )

    @property
    def query(self) -> "_Ready":
        return self

    def get_compiler(self, *args: Any, **kwargs: Any) -> SQLCompiler:
        return self._compiler

    def __getattr__(self, name: str) -> Any:
        return getattr(self._query, name)


class Prepared:
    """`build` makes the query set from values of these kinds, none of which may be None or change its form.

    Called with values it answers a list of rows, as `list(build(*values))` would.
    """

    def __init__(self, build: Callable[..., QuerySet], *kinds: type):
        self._build, self._kinds = build, kinds

    def __call__(self, *values: Any) -> list[Any]:
        if len(values) != len(self._kinds) or None in values:
            raise NotPreparable
        return self._written.rows(values)

    def first(self, *values: Any) -> Any:
        """The first row, None where there is none."""
        return next(iter(self(*values)), None)

    @cached_property
    def _written(self) -> _Written:
        stand_ins = [_STANDS_IN[kind](number) for number, kind in enumerate(self._kinds)]
        queryset = self._build(*stand_ins)
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        try:
            sql, params = compiler.as_sql()
        except EmptyResultSet:
            raise NotPreparable from None
        places = tuple(next((at for at, held in enumerate(stand_ins) if held == given), None) for given in params)
        if set(places) - {None} != set(range(len(stand_ins))) or queryset._prefetch_related_lookups:
            raise NotPreparable
        compiler.connection = None
        return _Written(queryset, compiler, sql, tuple(params), places)
