"""Prints how fast names are suggested and how well misspellings are caught: python -m tests.benchmarks.bench_names

With a folder in RxNorm's layout as the argument also for our names before that release, and for the same release made
as long as a whole one. Every name of four letters or more gets one random edit (seeded): a letter lost, doubled,
changed or swapped with the next. Counted is what the person would see; a wrong substance picked without asking is the
one that must stay rare. Times are of the clock on the wall; `cpu` is what this thread itself used.
"""

import random
import resource
import statistics
import string
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from clinical.screening.facts import Match
from clinical.vocabulary.index import NameIndex
from clinical.vocabulary.release import ConceptRow, ReleaseNames
from clinical.vocabulary.text import normalise
from tests.benchmarks import release_folder
from tests.clinical.vocabulary.conftest import shipped_index

SEED = 20261122
SAMPLE = 2000
SHORTEST = 4
WHOLE_RELEASE = 110_000
UNRECOGNISED = 300


def one_edit(name: str, chance: random.Random) -> str:
    """One slip of a finger on a letter of the name."""
    at = chance.choice([index for index, letter in enumerate(name) if letter.isalpha()])
    slip = chance.choice(("lost", "doubled", "changed", "swapped"))
    if slip == "lost":
        return name[:at] + name[at + 1 :]
    if slip == "doubled":
        return name[: at + 1] + name[at:]
    if slip == "changed":
        return name[:at] + chance.choice(string.ascii_lowercase) + name[at + 1 :]
    return name[:at] + name[at + 1 : at + 2] + name[at] + name[at + 2 :]


def verdict(index: NameIndex, typed: str, meant: set[frozenset[str]]) -> str:
    """What resolving the slip leads to."""
    found = index.resolve(typed)
    if found.match is Match.AMBIGUOUS:
        offered = {frozenset(index.table.expand(key)) for key in found.candidates}
        return "offered among choices" if meant & offered else "choice without it"
    if found.match is Match.NONE:
        return "not recognised"
    return f"{found.match.value}, {'right' if frozenset(found.substances) in meant else 'WRONG'}"


class Clock:
    """Wall and thread times of many calls of one kind."""

    def __init__(self) -> None:
        self.wall: list[float] = []
        self.used: list[float] = []

    def time(self, work: Callable[[], Any]) -> Any:
        wall, used = time.perf_counter(), time.thread_time()
        answer = work()
        self.used.append(time.thread_time() - used)
        self.wall.append(time.perf_counter() - wall)
        return answer

    def __str__(self) -> str:
        wall, used = statistics.quantiles(self.wall, n=100), statistics.quantiles(self.used, n=100)
        return (
            f"median {wall[49] * 1000:.2f} ms, p95 {wall[94] * 1000:.2f} ms, worst {max(self.wall) * 1000:.1f} ms"
            f" (cpu median {used[49] * 1000:.2f}, p95 {used[94] * 1000:.2f})"
        )


def measure(index: NameIndex, meanings: dict[str, set[frozenset[str]]]) -> None:
    """One edit in each of a sample of these names; then lines that nothing recognises."""
    chance = random.Random(SEED)
    typing, resolving, unrecognised = Clock(), Clock(), Clock()
    recalled, still_typing, verdicts = 0, 0, Counter()
    sample = chance.sample(sorted(meanings), min(SAMPLE, len(meanings)))
    for name in sample:
        typed, meant = one_edit(name, chance), meanings[name]
        for end in (2, 3, 4, 6):
            typing.time(lambda end=end, typed=typed: index.suggest(typed[:end]))
        begun, whole = (typing.time(lambda text=text: index.suggest(text)) for text in (typed[:-1], typed))
        still_typing += any(_leads_to(index, item.substances, meant) for item in begun)
        recalled += any(_leads_to(index, item.substances, meant) for item in whole)
        verdicts[resolving.time(lambda typed=typed, meant=meant: verdict(index, typed, meant))] += 1
    for line in nonsense(chance):
        unrecognised.time(lambda line=line: index.resolve(line))
    print(f"  suggest: {typing}")
    begun = f"without its last letter {still_typing / len(sample):.1%}"
    print(f"  one-edit recall in 8: {recalled / len(sample):.1%}; {begun}")
    print(f"  resolve: {resolving}")
    print(f"  resolve, nothing known: {unrecognised}")
    for what, count in verdicts.most_common():
        print(f"  {count / len(sample):6.1%}  {what}")


def nonsense(chance: random.Random) -> Iterator[str]:
    """Lines of three words that are none, with a sig."""
    for _ in range(UNRECOGNISED):
        words = ("".join(chance.choices(string.ascii_lowercase, k=chance.randint(4, 12))) for _ in range(3))
        yield " ".join(words) + " 20 mg bid for pain"


def _leads_to(index: NameIndex, keys: tuple[str, ...], meant: set[frozenset[str]]) -> bool:
    together = frozenset(base for key in keys for base in index.table.expand(key))
    return together in meant or any(frozenset(index.table.expand(key)) in meant for key in keys)


def own_meanings(index: NameIndex) -> dict[str, set[frozenset[str]]]:
    table = index.table
    names = [name for name in table.ordered if len(name) >= SHORTEST and name not in table.ambiguous]
    return {name: {frozenset(table.expand(key)) for key in table.names[name]} for name in names}


def with_release(index: NameIndex, rows: list[ConceptRow], what: str) -> None:
    """Build the release, set it behind our names and measure misspelt ingredients and brands of both."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    release = ReleaseNames(1, rows)
    built = time.perf_counter()
    joined = index.with_release(release)
    ready = time.perf_counter()
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"{what}: {len(rows)} concepts, of them {len(release.first.by_preference)} names of ingredients and brands")
    print(f"  built in {built - started:.2f} s, joined in {ready - built:.2f} s, peak memory grown by {grown:.0f} MB")
    meanings = own_meanings(joined)
    for row in rows:
        name = normalise(row.name)
        if (
            row.term_type in ("IN", "PIN", "MIN", "BN")
            and SHORTEST <= len(name) <= 80
            and name not in joined.table.names
        ):
            bases = frozenset(base for key in row.substances for base in joined.table.expand(key))
            meanings.setdefault(name, set()).add(bases)
    measure(joined, meanings)


def main() -> None:
    started = time.perf_counter()
    index = shipped_index()
    print(f"our own names: {len(index.table.names)}, built in {(time.perf_counter() - started) * 1000:.0f} ms")
    measure(index, own_meanings(index))
    if len(sys.argv) > 1:
        rows = release_folder.rows_of(Path(sys.argv[1]), index.table)
        longer = list(release_folder.lengthened(rows, WHOLE_RELEASE, random.Random(SEED)))
        with_release(index, longer, "made as long as a whole release")
        with_release(index, rows, "the folder as it is")


if __name__ == "__main__":
    main()
