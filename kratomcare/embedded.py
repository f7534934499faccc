"""A PostgreSQL server of our own: started by the first process that asks, stopped when the last one is gone.

Standard library only, because the keeper process runs this file alone. Talks to no application database and
never changes the permissions of a folder it did not make.

Who is using the server is a shared lock on `users.lock`, held until the process ends: the kernel lets go even after
`kill -9`, so no list of users can go stale. The keeper waits for that lock alone, then stops the server.
"""

import contextlib
import fcntl
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

# A Unix socket path must fit in sockaddr_un: 104 bytes on macOS and BSD, 108 on Linux.
LONGEST_SOCKET_PATH = 103
SOCKET_NAME = ".s.PGSQL.5432"
START_ATTEMPTS = 40
SECONDS_BETWEEN_ATTEMPTS = 0.25
SECONDS_TO_STOP = 60


class EmbeddedServerFailed(Exception):
    """The embedded PostgreSQL could not be started; the message says why and where its log is."""


@dataclass(frozen=True)
class Cluster:
    """Where one server lives: its folder, its programs and the account it runs as (None: our own)."""

    folder: Path
    programs: Path
    account: str | None
    durable: bool = True

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def socket_folder(self) -> Path:
        if len(str(self.folder / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
            return self.folder
        digest = hashlib.sha256(str(self.folder).encode()).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"kratomcare-{digest}"


class Lease:
    """This process's right to the running server; let go at exit."""

    def __init__(self, cluster: Cluster, descriptor: int) -> None:
        self.cluster = cluster
        self.descriptor: int | None = descriptor
        self.owner = os.getpid()

    def release(self) -> None:
        """Let go; the last one out stops the server and waits until it has stopped."""
        if self.descriptor is None or self.owner != os.getpid():
            return
        os.close(self.descriptor)
        self.descriptor = None
        with _opened(self.cluster.folder / "users.lock") as users:
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                fcntl.flock(
                    users, fcntl.LOCK_SH
                )  # returns at once beside other users, or after the keeper has stopped it
            else:
                stop(self.cluster)


def acquire(cluster: Cluster) -> Lease:
    """Make sure that the server runs and hold it; safe for any number of processes at once."""
    _own_folder(cluster.folder, cluster.account)
    with _opened(cluster.folder / "start.lock") as starting:
        fcntl.flock(starting, fcntl.LOCK_EX)
        users = os.open(cluster.folder / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(users, fcntl.LOCK_SH)  # waits while a keeper is stopping the server
        try:
            if not is_running(cluster):
                _initialise(cluster)
                _start(cluster)
            _ensure_keeper(cluster)
        except BaseException:
            os.close(users)
            raise
    return Lease(cluster, users)


def is_running(cluster: Cluster) -> bool:
    """Say whether our server takes connections; a stranger that has its old process number does not count."""
    lines = _postmaster_lines(cluster)
    return len(lines) >= 8 and lines[7].strip() == "ready" and _is_our_postgres(int(lines[0]), cluster)


def stop(cluster: Cluster) -> None:
    """Stop the server in order: open transactions are rolled back, everything committed is on disk."""
    lines = _postmaster_lines(cluster)
    if not lines or not _is_our_postgres(int(lines[0]), cluster):
        return
    process = int(lines[0])
    os.kill(process, signal.SIGINT)
    deadline = time.monotonic() + SECONDS_TO_STOP
    while _is_our_postgres(process, cluster) and time.monotonic() < deadline:
        time.sleep(0.02)


def keep(cluster: Cluster) -> None:
    """Wait until nobody uses the server, then stop it. Runs as a process of its own."""
    keeper = os.open(cluster.folder / "keeper.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(keeper, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    print("ready", flush=True)
    with _opened(cluster.folder / "users.lock") as users:
        fcntl.flock(users, fcntl.LOCK_EX)
        stop(cluster)
        os.close(keeper)  # before the users' lock, so that the next start never takes us for alive


@contextlib.contextmanager
def _opened(path: Path):
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _own_folder(folder: Path, account: str | None) -> None:
    if folder.exists():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    # Made under another name and renamed, so that nobody ever sees it with the wrong owner.
    fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    if account:
        entry = pwd.getpwnam(account)
        os.chown(fresh, entry.pw_uid, entry.pw_gid)
    try:
        fresh.rename(folder)
    except OSError:
        fresh.rmdir()  # another process was first
        if not folder.is_dir():
            raise


def _initialise(cluster: Cluster) -> None:
    if (cluster.data / "PG_VERSION").exists():
        return
    fresh = cluster.folder / "data.new"
    shutil.rmtree(fresh, ignore_errors=True)
    # The socket lies in a folder that only the server's account can enter: whoever reaches it may speak.
    options = ["-D", str(fresh), "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale-provider=builtin"]
    options += ["--locale=C.UTF-8", "--no-instructions"] + ([] if cluster.durable else ["--no-sync"])
    result = _run(cluster, "initdb", *options)
    if result.returncode:
        raise EmbeddedServerFailed(f"The database could not be created in {cluster.data}:\n{result.stderr}")
    fresh.rename(cluster.data)


def _start(cluster: Cluster) -> None:
    if cluster.socket_folder != cluster.folder:
        _own_folder(cluster.socket_folder, cluster.account)
    _forget_stranger(cluster)
    for _attempt in range(START_ATTEMPTS):
        result = _run(
            cluster, "pg_ctl", "-D", str(cluster.data), "-w", "-t", "60", "-s", *_server_options(cluster), "start"
        )
        if result.returncode == 0 and is_running(cluster):
            return
        # After `kill -9` of the server its children need a moment to notice; until then they hold its shared memory.
        time.sleep(SECONDS_BETWEEN_ATTEMPTS)
    raise EmbeddedServerFailed(f"The database did not start. Its log: {cluster.folder / 'log'}\n{result.stderr}")


def _server_options(cluster: Cluster) -> list[str]:
    settings = {"listen_addresses": "", "unix_socket_directories": str(cluster.socket_folder), "max_connections": "100"}
    settings["unix_socket_permissions"] = "0700"
    if not cluster.durable:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
    return ["-l", str(cluster.folder / "log"), "-o", options]


def _forget_stranger(cluster: Cluster) -> None:
    """Remove a leftover note whose process number now belongs to another program: the server would refuse to start."""
    lines = _postmaster_lines(cluster)
    if lines and _is_alive(int(lines[0])) and not _is_our_postgres(int(lines[0]), cluster):
        (cluster.data / "postmaster.pid").unlink(missing_ok=True)


def _postmaster_lines(cluster: Cluster) -> list[str]:
    try:
        lines = (cluster.data / "postmaster.pid").read_text().splitlines()
    except OSError:
        return []
    return lines if lines and lines[0].strip().isdigit() else []


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _is_our_postgres(process: int, cluster: Cluster) -> bool:
    if not _is_alive(process):
        return False
    try:
        command = Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        command = subprocess.run(
            ["ps", "-o", "command=", "-p", str(process)], capture_output=True, text=True, check=False
        ).stdout
    return f"-D {cluster.data}" in command


def _ensure_keeper(cluster: Cluster) -> None:
    with _opened(cluster.folder / "keeper.lock") as keeper:
        try:
            fcntl.flock(keeper, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
    command = [sys.executable, "-I", "-S", __file__, str(cluster.folder), str(cluster.programs), cluster.account or ""]
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        cwd="/",
    )
    process.stdout.readline()  # it has its lock: the next one to look will see it
    process.stdout.close()
    process.returncode = 0  # it outlives us on purpose


def _run(cluster: Cluster, program: str, *arguments: str) -> subprocess.CompletedProcess:
    identity = {}
    if cluster.account:
        entry = pwd.getpwnam(cluster.account)
        identity = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": str(cluster.folder)}
    # Files, not pipes: the server inherits them and would keep a pipe open for ever.
    with tempfile.TemporaryFile("w+") as said:
        result = subprocess.run(
            [str(cluster.programs / program), *arguments],
            stdin=subprocess.DEVNULL, stdout=said, stderr=said, env=environment, cwd=cluster.folder, check=False,
            start_new_session=True, **identity,
        )  # fmt: skip
        said.seek(0)
        return subprocess.CompletedProcess(result.args, result.returncode, "", said.read())


if __name__ == "__main__":
    keep(Cluster(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] or None))
