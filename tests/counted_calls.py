"""Work counted in calls instead of seconds: the same on every machine and at any load.

What a pattern does inside one call is not seen here; `tests.benchmarks.bench_long_lines` prints the seconds.
"""

import sys
from collections.abc import Callable
from functools import partial

FEW, MANY = 500, 2_000
# Four times the letters; work that grows with the square would be sixteen times as much.
MOST_GROWTH = 6


def calls_of(act: Callable[[], object]) -> int:
    """How many functions, ours and Python's own, the act calls in this thread."""
    count = 0

    def seen(_frame: object, event: str, _what: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(seen)
    try:
        act()
    finally:
        sys.setprofile(before)
    return count


def growth(act: Callable[[str], object], piece: str) -> float:
    """How many times the calls of a line of FEW letters one of MANY takes, both made of this piece."""
    few, many = (calls_of(partial(act, long(piece, letters))) for letters in (FEW, MANY))
    return many / few


def long(piece: str, letters: int) -> str:
    """A line of so many letters, made of this piece again and again."""
    return (piece * letters)[:letters]
