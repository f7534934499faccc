"""Fixtures that every test may use: leftovers swept, rate limits fresh, and a Chromium for the browser tests."""

import os
import shutil

import pytest
from django.core.cache import cache
from django.db import connection

import tests.ignored_triggers  # noqa: F401
from tests.stored_reference import _keep_only_the_loaded_version, _sweep_people_only, django_db_setup  # noqa: F401

# The browser driver runs an event loop in this thread; our own calls beside it are plain and one at a time.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_blocker):
    """Drop test databases whose run was killed: their names end in the number of a process that is gone."""
    with django_db_blocker.unblock(), connection._nodb_cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'test\\_kratomcare\\_%'")
        for (name,) in cursor.fetchall():
            process = name.removeprefix("test_kratomcare_")
            if process.isdigit() and not _is_alive(int(process)):
                cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@pytest.fixture(autouse=True)
def _fresh_cache():
    """Rate limits are counted in the cache; one test's attempts are not another's."""
    cache.clear()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Use the Chromium of CHROMIUM_PATH or PATH; without one, Playwright's own, which says so if it is missing."""
    path = os.environ.get("CHROMIUM_PATH") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium refuses its sandbox to root
    return browser_type_launch_args | ({"executable_path": path} if path else {}) | {"args": arguments}
