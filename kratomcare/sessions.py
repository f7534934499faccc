"""Sessions in the database, read by a plain statement together with the person they belong to: one read a request.

Nothing is cached: a session that was ended, or a person deactivated, in one worker is so in all of them at the next
request. Only a guess at whose session it is outlives a request; what is read decides, and a wrong guess costs a read.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any
from uuid import UUID

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from clinical.models import User
from clinical.signed_in import ANYBODY, person_from, person_signed_in, person_statement

COLUMNS = ("session_key", "session_data", "expire_date")
MOST_GUESSES = 2000


class SessionStore(DatabaseStore):
    _guesses: dict[str, UUID] = {}
    _beside: tuple[Any, ...] | None = None

    def _get_session_from_db(self) -> Session | None:
        """The stored session. The key of one that has ended, or never was, is dropped and never taken over."""
        guess = self._guesses.get(self.session_key, ANYBODY)
        with connection.cursor() as cursor:
            cursor.execute(_living(), [guess, self.session_key, timezone.now()])
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return None
        self._beside = row[len(COLUMNS) :]
        return Session.from_db(connection.alias, COLUMNS, row[: len(COLUMNS)])

    def person(self, key: UUID) -> User | None:
        """The person with this key: as read beside the session if it is theirs, and only once; else as read now."""
        beside, self._beside = self._beside, None
        person = person_from(beside) if beside else None
        if person is not None and person.pk == key:
            return person
        if len(self._guesses) >= MOST_GUESSES:
            self._guesses.clear()
        self._guesses[self.session_key] = key
        return person_signed_in(key)


@cache
def _living() -> str:
    session = ", ".join(f"session.{name}" for name in COLUMNS)
    return (
        f"SELECT {session}, person.* FROM django_session session LEFT JOIN ({person_statement()}) person ON TRUE"
        " WHERE session.session_key = %s AND session.expire_date > %s"
    )


_at_hand: ContextVar[SessionStore | None] = ContextVar("session at hand", default=None)


@contextmanager
def at_hand(session: SessionStore) -> Iterator[None]:
    """While this lasts, the person of the session is sought through it."""
    token = _at_hand.set(session)
    try:
        yield
    finally:
        _at_hand.reset(token)


def person_of_session(key: UUID) -> User | None:
    """The person with this key, by way of the session at hand where there is one."""
    session = _at_hand.get()
    return session.person(key) if session is not None else person_signed_in(key)
