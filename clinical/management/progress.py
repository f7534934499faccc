"""A progress bar for long commands, on standard error, and only where somebody is looking at it."""

import sys
from collections.abc import Iterable, Iterator
from typing import TextIO, TypeVar

T = TypeVar("T")
WIDTH = 30


def with_progress(items: Iterable[T], *, total: int, stream: TextIO | None = None) -> Iterator[T]:
    """Hand the items on and draw how many of `total` are done, at each hundredth."""
    stream = stream or sys.stderr
    step = max(1, total // 100)
    shows = total > 0 and stream.isatty()
    for done, item in enumerate(items, start=1):
        yield item
        if shows and (done % step == 0 or done == total):
            filled = WIDTH * done // total
            stream.write(f"\r[{'#' * filled}{'.' * (WIDTH - filled)}] {done}/{total}")
            stream.flush()
    if shows:
        stream.write("\n")
