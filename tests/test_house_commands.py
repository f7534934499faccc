"""The commands at a desk: reference data all or nothing, and quickstart from nothing to a page and back to nothing."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from clinical.models import ReferenceVersion
from kratomcare import reference

PROJECT = Path(__file__).resolve().parent.parent


@pytest.fixture
def served():
    """Start quickstart in a process group of its own on a free port; whatever is left of it is killed."""
    started = []

    def start() -> tuple[subprocess.Popen, int]:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [sys.executable, "manage.py", "quickstart", "--port", str(port)]
        process = subprocess.Popen(
            command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
        )
        started.append((process, port))
        return process, port

    yield start
    for process, port in started:
        for left in _left_of(port):
            os.kill(int(left), signal.SIGKILL)
        process.wait()
        process.stdout.close()


def _left_of(port: int) -> list[str]:
    """The living processes that serve this port."""
    lines = subprocess.run(["ps", "-eo", "pid=,stat=,command="], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 2) for line in lines.splitlines()]
    return [row[0] for row in rows if f"quickstart --port {port}" in row[2] and not row[1].startswith("Z")]


def _wait_until(true, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.1)
    return true()


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz") as answer:
            return answer.status == 200
    except (urllib.error.URLError, ConnectionError):
        return False


@pytest.mark.django_db
def test_load_reference_twice_adds_nothing():
    said = StringIO()
    before = ReferenceVersion.objects.count()
    call_command("load_reference", stdout=said)
    assert "added: 0\n" in said.getvalue()
    assert "differing: 0\n" in said.getvalue()
    assert ReferenceVersion.objects.count() == before
    assert reference.is_up_to_date()


@pytest.mark.django_db
def test_load_reference_with_faults_names_ten_and_changes_nothing(monkeypatch):
    class Report:
        added = unchanged = 0
        differing = ()
        faults = [f"statuses_us.csv row {number}: no citation" for number in range(12)]

    def load_after_a_write(*, check):
        return Report

    def write(*, check):
        ReferenceVersion.objects.create(number=999, reason="must not stay")
        return type("Report", (), {"added": 1, "unchanged": 0, "differing": [], "faults": []})

    monkeypatch.setattr("clinical.reference.load", write)
    monkeypatch.setattr("legal.reference.load", load_after_a_write)
    said = StringIO()
    with pytest.raises(CommandError, match="12 faults"):
        call_command("load_reference", stderr=said)
    assert said.getvalue().count("statuses_us.csv row") == 10
    assert not ReferenceVersion.objects.filter(number=999).exists()


def test_quickstart_serves_and_ctrl_c_leaves_nothing(served):
    process, port = served()
    assert _wait_until(lambda: _answers(port), 60)
    os.killpg(process.pid, signal.SIGINT)
    words, _nothing = process.communicate(timeout=20)
    assert f"http://127.0.0.1:{port}/" in words
    assert "Traceback" not in words
    assert _left_of(port) == []


def test_quickstart_killed_leaves_no_worker_and_starts_again(served):
    process, port = served()
    assert _wait_until(lambda: _answers(port), 60)
    process.kill()
    assert _wait_until(lambda: not _left_of(port), 15)
    again, port = served()
    assert _wait_until(lambda: _answers(port), 60)
    os.killpg(again.pid, signal.SIGINT)
    assert again.wait(timeout=20) == 0


def test_quickstart_on_a_taken_port_says_so():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(CommandError, match="is taken"):
            call_command("quickstart", port=taken.getsockname()[1])
