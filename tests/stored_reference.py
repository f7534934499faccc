"""The test database holds the reviewed reference files from the start, and keeps them when a test commits.

Tests that commit (`transaction=True`, live server) are followed by a sweep of everything people made. Django's own
sweep truncates every table: the reference data and role groups would go, and the append-only tables refuse it.
"""

import pgtrigger
import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import TransactionTestCase

from clinical import snapshots
from clinical.vocabulary import lookup

# Filled by migrations or by loading the files; a test that changes them does so in a transaction that is undone.
KEPT_APPS = frozenset({"contenttypes", "legal"})
KEPT_TABLES = frozenset(
    {
        "auth_group",
        "auth_group_permissions",
        "auth_permission",
        "clinical_condition",
        "clinical_interactionrule",
        "clinical_interactionrule_sources",
        "clinical_referencecase",
        "clinical_referencetable",
        "clinical_referenceversion",
        "clinical_role",
        "clinical_rulemodifier",
        "clinical_ruleobject",
        "clinical_source",
        "clinical_substance",
        "clinical_substance_components",
        "clinical_substancename",
        "clinical_substancerole",
        "django_migrations",
    }
)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """After the database is made: load the reference files once, for every test."""
    from kratomcare.reference import load_all

    with django_db_blocker.unblock():
        reports = load_all(check=False)
    assert [fault for report in reports for fault in report.faults] == []
    yield
    with django_db_blocker.unblock():
        _end_other_sessions()


def _end_other_sessions() -> None:
    """A live server's last request may still hold a connection; the database could not be dropped beside it.

    PostgreSQL's own workers (a vacuum just then) make way by themselves, and are not ours to end.
    """
    connection.close()  # the last test may have ended the session of this thread on purpose
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )


@pytest.fixture(scope="session", autouse=True)
def _sweep_people_only():
    """Replace the sweep after a committing test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda self: sweep())
        yield


def sweep() -> None:
    """Remove what people made. Foreign keys are checked when the transaction ends, so order does not matter."""
    models = apps.get_models(include_auto_created=True)
    tables = {m._meta.db_table for m in models if m._meta.managed and m._meta.app_label not in KEPT_APPS}
    with pgtrigger.ignore(), transaction.atomic(), connection.cursor() as cursor:
        for table in sorted(tables - KEPT_TABLES):
            cursor.execute(f'DELETE FROM "{table}"')


@pytest.fixture(scope="session", autouse=True)
def _keep_only_the_loaded_version():
    """A version that a test published is undone with the test, so what was compiled of it is not kept either."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(snapshots, "_rules_at", _kept_at_first_version(snapshots._rules_at))
        patch.setattr(lookup, "_kept", _NamesKeptAtFirstVersion(lookup._kept))
        yield


def _kept_at_first_version(cached):
    def at(version: int):
        return cached(version) if version == 1 else cached.__wrapped__(version)

    at.cache_clear = cached.cache_clear
    return at


class _NamesKeptAtFirstVersion:
    """Later versions are read anew, a RxNorm release with them: in this thread, which sees the test's own rows."""

    def __init__(self, kept):
        self.kept, self.forget = kept, kept.forget

    def at(self, version: int):
        return self.kept.at(version) if version == 1 else lookup.nothing_kept().wait(version)

    wait = at
