"""Starting and stopping one PostgreSQL server. Callers hold the locks; nothing here waits for our other processes."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from kratomcare.embedded.cluster import Cluster, EmbeddedServerFailed, own_folder

START_ATTEMPTS = 40
SECONDS_BETWEEN_ATTEMPTS = 0.25
SECONDS_TO_STOP = 60

# The log tells of starts and stops, never of statements or values: they may quote a record.
QUIET = {"log_min_messages": "log", "log_min_error_statement": "panic", "log_error_verbosity": "terse"}
FAST_AND_FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def is_running(cluster: Cluster) -> bool:
    """Say whether our server takes connections; a stranger that has its old process number does not count."""
    lines = _note(cluster)
    return len(lines) >= 8 and lines[7].strip() == "ready" and server_process(cluster) is not None


def server_process(cluster: Cluster) -> int | None:
    """The number of our running server process, if there is one."""
    lines = _note(cluster)
    return int(lines[0]) if lines and _is_ours(int(lines[0]), cluster) else None


def ensure_running(cluster: Cluster) -> None:
    """Create the data folder if it is new, and start the server if it does not run."""
    if is_running(cluster):
        return
    _initialise(cluster)
    if cluster.socket_folder != cluster.folder:
        own_folder(cluster.socket_folder, cluster)
    _forget_stranger(cluster)
    _start(cluster)


def stop(cluster: Cluster) -> None:
    """Stop the server in order: open transactions are rolled back, everything committed is on disk."""
    process = server_process(cluster)
    if process is None:
        return
    os.kill(process, signal.SIGINT)
    deadline = time.monotonic() + SECONDS_TO_STOP
    while _is_ours(process, cluster) and time.monotonic() < deadline:
        time.sleep(0.02)


def _initialise(cluster: Cluster) -> None:
    if (cluster.data / "PG_VERSION").exists():
        return
    fresh = cluster.folder / "data.new"
    shutil.rmtree(fresh, ignore_errors=True)
    # The socket lies in a folder that only the server's account can enter: whoever reaches it may speak.
    # Sorting is PostgreSQL's own, so that a new version of the wheel never invalidates an index.
    options = ["-D", str(fresh), "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale-provider=builtin"]
    options += ["--locale=C.UTF-8", "--no-instructions"] + ([] if cluster.durable else ["--no-sync"])
    result = _run(cluster, "initdb", *options)
    if result.returncode:
        raise EmbeddedServerFailed(f"The database could not be created in {cluster.data}:\n{result.stderr}")
    fresh.rename(cluster.data)


def _start(cluster: Cluster) -> None:
    settings = {"listen_addresses": "", "unix_socket_directories": str(cluster.socket_folder), "max_connections": "100"}
    settings |= {"unix_socket_permissions": "0700"} | QUIET | ({} if cluster.durable else FAST_AND_FORGETFUL)
    options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
    arguments = ["-D", str(cluster.data), "-w", "-t", "60", "-s", "-l", str(cluster.log), "-o", options, "start"]
    for _attempt in range(START_ATTEMPTS):
        result = _run(cluster, "pg_ctl", *arguments)
        if result.returncode == 0 and is_running(cluster):
            return
        # After `kill -9` of the server its children need a moment to notice; until then they hold its shared memory.
        time.sleep(SECONDS_BETWEEN_ATTEMPTS)
    raise EmbeddedServerFailed(f"The database did not start. Its log: {cluster.log}\n{result.stderr}")


def _forget_stranger(cluster: Cluster) -> None:
    """Remove a leftover note whose process number now belongs to another program: the server would refuse to start."""
    lines = _note(cluster)
    if lines and _is_alive(int(lines[0])) and not _is_ours(int(lines[0]), cluster):
        (cluster.data / "postmaster.pid").unlink(missing_ok=True)


def _note(cluster: Cluster) -> list[str]:
    """The lines of postmaster.pid: process number first, state eighth."""
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


def _is_ours(process: int, cluster: Cluster) -> bool:
    if not _is_alive(process):
        return False
    try:
        command = Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        answer = subprocess.run(
            ["ps", "-o", "command=", "-p", str(process)], capture_output=True, text=True, check=False
        )
        command = answer.stdout
    return f"-D {cluster.data}" in command


def _run(cluster: Cluster, program: str, *arguments: str) -> subprocess.CompletedProcess:
    user, group = cluster.owner
    identity = {"user": user, "group": group, "extra_groups": []} if cluster.account else {}
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": str(cluster.folder)}
    # A file, not a pipe: the server inherits it and would keep a pipe open for ever.
    with tempfile.TemporaryFile("w+") as said:
        result = subprocess.run(
            [str(cluster.programs / program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            env=environment,
            cwd=cluster.folder,
            start_new_session=True,  # Ctrl-C is for the web server; this one is stopped in order
            check=False,
            **identity,
        )
        said.seek(0)
        return subprocess.CompletedProcess(result.args, result.returncode, "", said.read())
