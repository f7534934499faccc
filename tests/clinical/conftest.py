"""Fixtures for everything clinical."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from django.db import DatabaseError

from clinical.models import AuditEvent, User
from tests import factories
from tests.clinical.stored import everything


@pytest.fixture
def doctor(db) -> User:
    """A clinician in a practice of their own."""
    return factories.clinician()


@pytest.fixture
def nothing_kept_without_audit(monkeypatch) -> Callable[[], AbstractContextManager[None]]:
    """Inside it no audit event can be stored; the write must fail, and afterwards all is as before."""

    @contextmanager
    def check() -> Iterator[None]:
        before = everything()
        manager = type(AuditEvent.objects)

        def refuse(self, **values):
            if self.model is AuditEvent:
                raise DatabaseError("no space left")
            return self.get_queryset().create(**values)

        with monkeypatch.context() as patch:
            patch.setattr(manager, "create", refuse)
            with pytest.raises(DatabaseError, match="no space left"):
                yield
        assert everything() == before

    return check
