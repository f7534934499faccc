"""Fixtures for the journeys: a watched browser, a clinician at a desk. Whatever the browser complains of fails the test."""

from collections.abc import Iterator

import pytest

from clinical.models import User
from tests import factories
from tests.browser.desk import Desk
from tests.browser.settling import NOTE_WHEN_LAST_ACTIVE
from tests.browser.watch import Watch


@pytest.fixture
def watch(context, live_server) -> Iterator[Watch]:
    """Everything the browser asked for and complained of; judged when the test is over."""
    context.set_default_timeout(10_000)
    context.add_init_script(NOTE_WHEN_LAST_ACTIVE)
    watch = Watch(context, home=live_server.url)
    yield watch
    watch.assert_quiet()


@pytest.fixture
def clinician(transactional_db) -> User:
    return factories.clinician()


@pytest.fixture
def desk(watch, page, live_server, clinician) -> Desk:
    """A browser on the clinician's desk, nobody signed in yet."""
    return Desk(page, live_server.url, watch)


@pytest.fixture
def signed_in(desk, clinician) -> Desk:
    return desk.given_signed_in(clinician)
