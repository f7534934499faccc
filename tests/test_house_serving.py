"""The worker: a long computation in one thread holds up no answer in another."""

import gc
import sys

import pytest
from django.db import OperationalError

from clinical import snapshots
from kratomcare import serving, warming
from legal import gazetteer


@pytest.fixture
def turns():
    before, threshold = sys.getswitchinterval(), gc.get_threshold()
    yield
    sys.setswitchinterval(before)
    gc.set_threshold(*threshold)
    gc.unfreeze()


@pytest.mark.usefixtures("turns")
def test_worker_takes_short_turns_and_looks_for_garbage_seldom(monkeypatch):
    """Through the door of the web server, as granian opens it."""
    monkeypatch.setattr("django.core.wsgi.get_wsgi_application", lambda: lambda environ, start: [b"answer"])
    monkeypatch.setattr("kratomcare.serving.leave_with_starter", lambda: None)
    monkeypatch.delitem(sys.modules, "kratomcare.wsgi", raising=False)
    from kratomcare import wsgi

    assert wsgi.application({"PATH_INFO": "/", "REQUEST_METHOD": "GET"}, lambda *head: None) == [b"answer"]
    assert sys.getswitchinterval() == pytest.approx(serving.SECONDS_OF_A_TURN)
    assert gc.get_threshold() == serving.OBJECTS_BEFORE_A_LOOK
    assert gc.get_freeze_count() > 0


def test_only_a_worker_that_was_started_to_serve_reads_beforehand(monkeypatch):
    monkeypatch.delenv(serving.STARTED_BY, raising=False)
    assert warming.warm_up() is None


@pytest.mark.django_db
def test_worker_reads_rules_names_and_places_beforehand(monkeypatch, django_assert_num_queries):
    """In this thread, to see the reference data of the test."""
    for kept in (snapshots._rules_at, gazetteer._zips, gazetteer._cities):
        kept.cache_clear()
    monkeypatch.setattr("kratomcare.warming.connection.close", lambda: None)
    warming.read_beforehand()
    assert [kept.cache_info().currsize for kept in (gazetteer._zips, gazetteer._cities)] == [1, 1]
    with django_assert_num_queries(1):  # the number of the version in force
        snapshots.in_force()


@pytest.mark.django_db
def test_worker_without_reference_data_starts_all_the_same(monkeypatch, caplog):
    def missing():
        raise OperationalError("text that is nobody's business")

    monkeypatch.setattr("clinical.snapshots.in_force", missing)
    monkeypatch.setattr("kratomcare.warming.connection.close", lambda: None)
    with caplog.at_level("INFO", "kratomcare.warming"):
        warming.read_beforehand()
    assert caplog.messages == ["not read beforehand: OperationalError"]
