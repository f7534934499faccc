"""Prints how long lines beyond all measure take to read: python -m tests.benchmarks.bench_long_lines

The page refuses a line of more than 200 characters before it is read; this is for everything else that may call the
reader one day. Each time is the least of three runs, in thread time. `growth` is what four times the letters cost:
about 4 where the time grows with the line, about 16 where it grows with its square.
"""

import time
from collections.abc import Callable, Iterable
from functools import partial

from clinical.vocabulary.pasted import read_list, rows_of
from clinical.vocabulary.text import parse_entry, unread_after
from tests.clinical.vocabulary.conftest import shipped_index
from tests.clinical.vocabulary.hostile import PIECES_OF_LINES, PIECES_OF_LISTS
from tests.counted_calls import long

RUNS = 3


def least(act: Callable[[], object]) -> float:
    """Milliseconds of the quickest run."""
    waited = []
    for _ in range(RUNS):
        started = time.thread_time()
        act()
        waited.append((time.thread_time() - started) * 1000)
    return min(waited)


def measure(what: str, read: Callable[[str], object], pieces: Iterable[str], letters: int) -> None:
    """One row for each piece, and the slowest at the end."""
    print(f"{what}, {letters} letters")
    slowest = 0.0
    for piece in pieces:
        few, many = (least(partial(read, long(piece, size))) for size in (letters // 4, letters))
        print(f"  {piece!r:32} {many:9.2f} ms   growth {many / few:5.1f}")
        slowest = max(slowest, many)
    print(f"  slowest {slowest:.2f} ms")


def main() -> None:
    index = shipped_index()
    for letters in (200, 40_000):
        measure("one line", lambda line: (parse_entry(line), unread_after(line, 0)), PIECES_OF_LINES, letters)
    measure("a list", lambda text: (rows_of(text, index), read_list(text, index)), PIECES_OF_LISTS, 10_000)


if __name__ == "__main__":
    main()
