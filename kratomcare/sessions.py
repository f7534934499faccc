"""Sessions in the database, read by a plain statement: putting one together anew costs more than the answer.

Nothing is cached: a session that was ended in one worker is ended in all of them, at the next request.
"""

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

COLUMNS = ("session_key", "session_data", "expire_date")
LIVING = f"SELECT {', '.join(COLUMNS)} FROM django_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(DatabaseStore):
    def _get_session_from_db(self) -> Session | None:
        """The stored session. The key of one that has ended, or never was, is dropped and never taken over."""
        with connection.cursor() as cursor:
            cursor.execute(LIVING, [self.session_key, timezone.now()])
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return None
        return Session.from_db(connection.alias, COLUMNS, row)
