"""Who is using the embedded server: a shared lock on `users.lock`, held until the process ends.

The kernel lets go of it even after `kill -9`, so no list of users can go stale. The keeper, a small process of its own,
waits until it can have that lock alone and then stops the server.
"""

import contextlib
import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from kratomcare.embedded import server
from kratomcare.embedded.cluster import Cluster, own_folder

KEEPER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from kratomcare.embedded.lease import Cluster, keep
keep(Cluster(Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4] or None))
"""


class Lease:
    """This process's right to the running server; let go at exit."""

    def __init__(self, cluster: Cluster, descriptor: int) -> None:
        self.cluster = cluster
        self.descriptor: int | None = descriptor
        self.owner = os.getpid()

    def release(self) -> None:
        """Let go; the last one out stops the server and waits until it has stopped."""
        if self.descriptor is None or self.owner != os.getpid():
            return  # a forked child shares the lock; it is not the child's to let go
        os.close(self.descriptor)
        self.descriptor = None
        with _opened(self.cluster, "users.lock") as users:
            if _try_alone(users):
                server.stop(self.cluster)
            else:
                fcntl.flock(users, fcntl.LOCK_SH)  # at once beside other users, or when the keeper has stopped it


def acquire(cluster: Cluster) -> Lease:
    """Make sure that the server runs and hold it; right for any number of processes at once."""
    own_folder(cluster.folder, cluster)
    with _opened(cluster, "start.lock") as starting:
        fcntl.flock(starting, fcntl.LOCK_EX)
        users = _open(cluster, "users.lock")
        try:
            fcntl.flock(users, fcntl.LOCK_SH)  # waits while a keeper is stopping the server
            server.ensure_running(cluster)
            _ensure_keeper(cluster)
        except BaseException:
            os.close(users)
            raise
    return Lease(cluster, users)


def keep(cluster: Cluster) -> None:
    """Wait until nobody uses the server, then stop it. One keeper is enough: a second one leaves."""
    keeping = _open(cluster, "keeper.lock")
    if not _try_alone(keeping):
        return
    print("ready", flush=True)
    with _opened(cluster, "users.lock") as users:
        fcntl.flock(users, fcntl.LOCK_EX)
        server.stop(cluster)
        os.close(keeping)  # before the users' lock, so that the next start never takes us for alive


def _ensure_keeper(cluster: Cluster) -> None:
    with _opened(cluster, "keeper.lock") as keeping:
        if not _try_alone(keeping):
            return
    project = Path(__file__).resolve().parent.parent.parent
    arguments = [str(project), str(cluster.folder), str(cluster.programs), cluster.account or ""]
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", KEEPER, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        cwd="/",
    )
    process.stdout.readline()  # it has its lock: the next one to look will see it
    process.stdout.close()
    process.returncode = 0  # it outlives us on purpose


def _open(cluster: Cluster, name: str) -> int:
    return os.open(cluster.folder / name, os.O_RDWR | os.O_CREAT, 0o600)


@contextlib.contextmanager
def _opened(cluster: Cluster, name: str) -> Iterator[int]:
    descriptor = _open(cluster, name)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _try_alone(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
