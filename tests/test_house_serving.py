"""The worker: a long computation in one thread holds up no answer in another."""

import gc
import sys

import pytest

from kratomcare import serving


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
    monkeypatch.setattr("django.core.wsgi.get_wsgi_application", lambda: "application")
    monkeypatch.setattr("kratomcare.serving.leave_with_starter", lambda: None)
    monkeypatch.delitem(sys.modules, "kratomcare.wsgi", raising=False)
    from kratomcare import wsgi

    assert wsgi.application == "application"
    assert sys.getswitchinterval() == pytest.approx(serving.SECONDS_OF_A_TURN)
    assert gc.get_threshold() == serving.OBJECTS_BEFORE_A_LOOK
    assert gc.get_freeze_count() > 0
