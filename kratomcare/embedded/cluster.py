"""Where one embedded server lives and who owns it. Makes folders of its own; never changes one that it did not make."""

import hashlib
import os
import pwd
import tempfile
from dataclasses import dataclass
from pathlib import Path

# A Unix socket path must fit in sockaddr_un: 104 bytes on macOS and BSD, 108 on Linux.
LONGEST_SOCKET_PATH = 103
SOCKET_NAME = ".s.PGSQL.5432"


class EmbeddedServerFailed(Exception):
    """The embedded PostgreSQL could not be started; the message says why and where its log is."""


@dataclass(frozen=True)
class Cluster:
    """One server's folder, its programs and the account it runs as (None: our own). Not durable: for tests."""

    folder: Path
    programs: Path
    account: str | None
    durable: bool = True

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    @property
    def socket_folder(self) -> Path:
        if len(str(self.folder / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
            return self.folder
        digest = hashlib.sha256(str(self.folder).encode()).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"kratomcare-{digest}"

    @property
    def owner(self) -> tuple[int, int]:
        """User and group number that the server runs as."""
        if not self.account:
            return os.geteuid(), os.getegid()
        entry = pwd.getpwnam(self.account)
        return entry.pw_uid, entry.pw_gid


def own_folder(folder: Path, cluster: Cluster) -> None:
    """Make `folder`, open to the server's account alone. An existing one that is not so is refused."""
    if not folder.exists():
        _make(folder, cluster)
    facts = folder.lstat()
    if facts.st_uid != cluster.owner[0] or facts.st_mode & 0o077 or folder.is_symlink():
        raise EmbeddedServerFailed(
            f"{folder} belongs to another account or is open to others. "
            "Use the account that made it, or set DATABASE_URL to a PostgreSQL of your own."
        )


def _make(folder: Path, cluster: Cluster) -> None:
    for parent in reversed(folder.parents):
        if not parent.exists():
            parent.mkdir(exist_ok=True)
            parent.chmod(0o755)  # ours, and the server's account has to pass, whatever the umask
    # Made under another name and renamed, so that nobody ever sees it with the wrong owner.
    fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    os.chown(fresh, *cluster.owner)
    try:
        fresh.rename(folder)
    except OSError:
        fresh.rmdir()  # another process was first
        if not folder.is_dir():
            raise
