"""Keeps the indexes of this process: one for each reference version, and behind it the release that is in use.

Our own names are built at once when the version moves. A release takes seconds: it is built beside the answers, which
go on from what is there, and a failure is logged and tried again. Knows no rows and no database; those are handed in.
"""

import gc
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock, Thread
from typing import Generic, Protocol, Self, TypeVar

from clinical.vocabulary.release import ReleaseNames

VERSIONS_KEPT = 2
SECONDS_BEFORE_NEXT_TRY = 30.0
log = logging.getLogger(__name__)


class Joinable(Protocol):
    """Indexes that a release can be set behind."""

    def with_release(self, release: ReleaseNames) -> Self: ...


Indexes = TypeVar("Indexes", bound=Joinable)


@dataclass(slots=True)
class _Kept(Generic[Indexes]):
    indexes: Indexes
    wanted: int | None  # the release in use at this version, by number


class KeptIndexes(Generic[Indexes]):
    """Thread-safe. `build` makes the indexes, `wanted` says which release is in use, `read` builds that release."""

    def __init__(
        self,
        *,
        build: Callable[[ReleaseNames | None], Indexes],
        wanted: Callable[[], int | None],
        read: Callable[[int], ReleaseNames],
        leave: Callable[[], None],
    ) -> None:
        """`leave` is called last in the thread that built a release, to give back what it holds."""
        self._build, self._wanted, self._read, self._leave = build, wanted, read, leave
        self._kept: dict[int, _Kept[Indexes]] = {}
        self._release: ReleaseNames | None = None
        self._changing, self._starting = Lock(), Lock()
        self._thread: Thread | None = None
        self._next_try = 0.0

    def at(self, version: int) -> Indexes:
        """The indexes at this version, with the release behind them as soon as it is built."""
        kept = self._kept_at(version)
        if self._is_missing(kept.wanted):
            self._begin(kept.wanted)
        return kept.indexes

    def wait(self, version: int) -> Indexes:
        """The same, but not before the release is there. For commands, which answer once and end."""
        kept = self._kept_at(version)
        if self._thread:
            self._thread.join()
        if self._is_missing(kept.wanted):
            self._load(kept.wanted)
        return kept.indexes

    def forget(self) -> None:
        """Drop everything that was built."""
        with self._changing:
            self._kept, self._release, self._next_try = {}, None, 0.0

    def _kept_at(self, version: int) -> _Kept[Indexes]:
        kept = self._kept.get(version)
        if kept:
            return kept
        with self._changing:
            if version not in self._kept:
                wanted = self._wanted()
                release = None if wanted is None else self._release
                newest = dict(list(self._kept.items())[1 - VERSIONS_KEPT :])
                self._kept = {**newest, version: _Kept(self._build(release), wanted)}
            return self._kept[version]

    def _is_missing(self, wanted: int | None) -> bool:
        return wanted is not None and (self._release is None or self._release.number != wanted)

    def _begin(self, wanted: int) -> None:
        """One build at a time, and none right after one that failed."""
        with self._starting:
            if (self._thread and self._thread.is_alive()) or time.monotonic() < self._next_try:
                return
            self._thread = Thread(target=self._load_beside, args=(wanted,), name="rxnorm-names", daemon=True)
            self._thread.start()

    def _load_beside(self, wanted: int) -> None:
        try:
            self._load(wanted)
            gc.freeze()  # names by the hundred thousand: looked through for garbage, they would hold up every answer
        finally:
            self._leave()

    def _load(self, wanted: int) -> None:
        try:
            release = self._read(wanted)
        except Exception:
            # Whatever went wrong, pages go on from our own names or the release before.
            log.exception("The names of RxNorm release %s could not be built; next try in a while.", wanted)
            self._next_try = time.monotonic() + SECONDS_BEFORE_NEXT_TRY
            return
        with self._changing:
            self._release = release
            for kept in self._kept.values():
                kept.indexes = kept.indexes.with_release(release)
