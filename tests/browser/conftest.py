"""Fixtures for the journeys: a watched browser, a clinician at a desk. What the browser complains of fails the test."""

from collections.abc import Callable, Iterator

import pgtrigger
import pytest
from django.db import transaction
from playwright.sync_api import BrowserContext

from clinical.models import InteractionRule, ReferenceVersion, RuleDraft, RuleModifier, RuleObject, User
from tests import factories
from tests.browser.desk import Desk
from tests.browser.settling import NOTE_WHEN_LAST_ACTIVE, Answering
from tests.browser.watch import Watch

# What a revision adds to, dependent rows first.
REVISED = (
    RuleDraft,
    InteractionRule.sources.through,
    RuleObject,
    RuleModifier,
    InteractionRule,
    ReferenceVersion,
)


@pytest.fixture
def watch_over(live_server) -> Iterator[Callable[[BrowserContext], Watch]]:
    """Everything a browser asks for and complains of; judged when the test is over."""
    watches = []

    def watch(context: BrowserContext) -> Watch:
        context.set_default_timeout(30_000)  # the first page of a run compiles the reference data
        context.add_init_script(NOTE_WHEN_LAST_ACTIVE)
        watches.append(Watch(context, home=live_server.url))
        return watches[-1]

    yield watch
    for each in watches:
        each.assert_quiet()


@pytest.fixture
def watch(watch_over, context) -> Watch:
    return watch_over(context)


@pytest.fixture
def reference_undone(transactional_db) -> Iterator[None]:
    """Reference data outlives tests that commit, so a rule revised in one is put back."""
    before = {model: set(model.objects.values_list("pk", flat=True)) for model in REVISED}
    still_open = set(InteractionRule.objects.filter(closed_at=None).values_list("pk", flat=True))
    yield
    with pgtrigger.ignore(), transaction.atomic():
        for model, keys in before.items():
            model.objects.exclude(pk__in=keys).delete()
        InteractionRule.objects.filter(pk__in=still_open).update(closed_at=None)


@pytest.fixture
def clinician(transactional_db) -> User:
    return factories.clinician()


@pytest.fixture
def answering(transactional_db) -> Iterator[Answering]:
    """The server's requests; each is answered before the database is emptied for the next test."""
    answering = Answering()
    yield answering
    answering.ended()
    answering.stop()


@pytest.fixture
def desk(request, answering, watch, page, live_server, clinician) -> Iterator[Desk]:
    """A browser on the clinician's desk, nobody signed in yet."""
    marker = request.node.get_closest_marker("browser_context_args")
    has_scripts = marker is None or marker.kwargs.get("java_script_enabled", True)
    yield Desk(page, live_server.url, watch, has_scripts=has_scripts)
    # A page that stays open would go on saving what was typed into it.
    page.context.close()


@pytest.fixture
def signed_in(desk, clinician) -> Desk:
    return desk.given_signed_in(clinician)


@pytest.fixture
def desk_of(browser, answering, live_server, clinician, watch_over) -> Iterator[Callable[[str], Desk]]:
    """Further browsers, each with somebody of the clinician's practice."""
    contexts = []

    def sit_down(role: str) -> Desk:
        context = browser.new_context()
        contexts.append(context)
        desk = Desk(context.new_page(), live_server.url, watch_over(context))
        return desk.given_signed_in(factories.person(role, of=clinician.practice))

    yield sit_down
    for context in contexts:
        context.close()
