"""The embedded PostgreSQL as real processes: started once, shared, stopped with the last user, whatever is killed."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from kratomcare import database, embedded
from kratomcare.embedded import Cluster

PROJECT = Path(__file__).resolve().parent.parent
USER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from kratomcare import embedded
cluster = embedded.Cluster(Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4] or None)
embedded.acquire(cluster)
print(embedded.server_process(cluster), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def cluster():
    """A cluster in a folder that any account can reach; whatever still runs at the end is stopped."""
    place = Path(tempfile.mkdtemp(prefix="kc-test-", dir="/tmp"))
    place.chmod(0o755)
    chosen = database.embedded_cluster(PROJECT, for_tests=True)
    cluster = Cluster(place / "server", chosen.programs, chosen.account)
    yield cluster
    embedded.stop(cluster)
    _wait_until(lambda: not _keeper_runs(cluster))
    shutil.rmtree(place)


@pytest.fixture
def user_processes(cluster):
    """Start processes that hold the server until their input closes."""
    started = []

    def start() -> subprocess.Popen:
        account = cluster.account or ""
        command = [sys.executable, "-c", USER, str(PROJECT), str(cluster.folder), str(cluster.programs), account]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


def _wait_until(true, seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.02)
    return true()


def _keeper_runs(cluster: Cluster) -> bool:
    commands = subprocess.run(["ps", "-eo", "command"], capture_output=True, text=True, check=True).stdout
    return any("keep" in part and str(cluster.folder) in part for part in commands.split("-I -S -c")[1:])


def _speak(cluster: Cluster, statement: str) -> list:
    with psycopg.connect(
        host=str(cluster.socket_folder), user="postgres", dbname="postgres", autocommit=True
    ) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def _permissions(path: Path) -> dict[str, tuple]:
    facts = {str(folder): folder.stat() for folder in (path, *path.parents)}
    return {name: (oct(fact.st_mode), fact.st_uid, fact.st_gid) for name, fact in facts.items()}


def test_server_runs_while_held_and_stops_with_its_only_user(cluster):
    lease = embedded.acquire(cluster)
    assert embedded.is_running(cluster)
    assert _speak(cluster, "SHOW listen_addresses") == [("",)]
    lease.release()
    assert not embedded.is_running(cluster)
    assert _wait_until(lambda: not _keeper_runs(cluster))


def test_server_outlives_one_of_two_users(cluster, user_processes):
    other = user_processes()
    other.stdout.readline()
    lease = embedded.acquire(cluster)
    lease.release()
    assert embedded.is_running(cluster)
    other.stdin.close()
    assert _wait_until(lambda: not embedded.is_running(cluster))


def test_processes_that_start_at_once_share_one_server(cluster, user_processes):
    processes = [user_processes() for _ in range(5)]
    servers = {process.stdout.readline().strip() for process in processes}
    assert len(servers) == 1
    assert servers != {""}


def test_killed_user_leaves_no_server_and_loses_no_data(cluster, user_processes):
    user = user_processes()
    user.stdout.readline()
    _speak(cluster, "CREATE TABLE kept AS SELECT 42 AS number")
    user.send_signal(signal.SIGKILL)
    assert _wait_until(lambda: not embedded.is_running(cluster))
    lease = embedded.acquire(cluster)
    assert _speak(cluster, "SELECT number FROM kept") == [(42,)]
    lease.release()


def test_killed_server_starts_again_with_its_data(cluster):
    first = embedded.acquire(cluster)
    _speak(cluster, "CREATE TABLE kept AS SELECT 42 AS number")
    os.kill(embedded.server_process(cluster), signal.SIGKILL)
    assert _wait_until(lambda: not embedded.is_running(cluster))
    second = embedded.acquire(cluster)
    assert _speak(cluster, "SELECT number FROM kept") == [(42,)]
    first.release()
    assert embedded.is_running(cluster)
    second.release()
    assert not embedded.is_running(cluster)


def test_leftover_note_with_a_strangers_process_number_does_not_hinder_the_start(cluster):
    embedded.acquire(cluster).release()
    note = cluster.data / "postmaster.pid"
    note.write_text(f"{os.getpid()}\n{cluster.data}\n0\n5432\n{cluster.folder}\n\n0 0\nready\n")
    assert not embedded.is_running(cluster)
    lease = embedded.acquire(cluster)
    assert embedded.is_running(cluster)
    lease.release()


def test_long_path_gets_a_socket_that_fits(cluster):
    deep = Cluster(cluster.folder.parent / ("d" * 60) / ("e" * 60), cluster.programs, cluster.account)
    deep.folder.parent.mkdir(mode=0o755)
    lease = embedded.acquire(deep)
    assert _speak(deep, "SELECT 1") == [(1,)]
    lease.release()
    shutil.rmtree(deep.socket_folder)


def test_closed_checkout_keeps_its_permissions_and_gets_a_server(tmp_path, monkeypatch):
    """A checkout under a folder that only its owner may enter, as a home folder is."""
    home = tmp_path / "home"
    project = home / "checkout"
    project.mkdir(parents=True)
    home.chmod(0o700)
    open_place = Path(tempfile.mkdtemp(prefix="kc-open-", dir="/tmp"))
    open_place.chmod(0o755)
    monkeypatch.setattr(database, "REACHABLE_FOLDER", open_place / "kratomcare")
    before = _permissions(project)

    cluster = database.embedded_cluster(project, for_tests=True)
    lease = embedded.acquire(cluster)
    assert _speak(cluster, "SELECT 1") == [(1,)]
    lease.release()

    assert _permissions(project) == before
    assert cluster.folder.stat().st_mode & 0o777 == 0o700
    assert cluster.folder.is_relative_to(open_place if os.geteuid() == 0 else project)
    shutil.rmtree(open_place)


def test_unreachable_programs_are_copied_whole_and_nothing_is_opened_up(cluster, monkeypatch):
    package = cluster.programs.parent.parent
    monkeypatch.setattr(database, "REACHABLE_FOLDER", cluster.folder.parent / "reachable")
    before = _permissions(package)

    copy = database.reachable_copy(package)
    lease = embedded.acquire(Cluster(cluster.folder, copy / "pginstall" / "bin", cluster.account))

    assert copy.is_relative_to(cluster.folder.parent)
    assert _speak(cluster, "SELECT 1") == [(1,)]
    lease.release()
    assert database.reachable_copy(package) == copy
    assert _permissions(package) == before


def test_folder_open_to_others_is_refused(cluster):
    cluster.folder.mkdir()
    cluster.folder.chmod(0o755)
    with pytest.raises(embedded.EmbeddedServerFailed, match="DATABASE_URL"):
        embedded.acquire(cluster)


def test_two_checkouts_never_share_a_folder(tmp_path):
    for name in "ab":
        (tmp_path / name).mkdir()
    clusters = [database.embedded_cluster(tmp_path / name, for_tests=tests) for name in "ab" for tests in (True, False)]
    assert len({cluster.folder for cluster in clusters}) == 4
