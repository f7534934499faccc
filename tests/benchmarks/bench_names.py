"""Prints how fast names are suggested and how well misspellings are caught. Run: python -m tests.benchmarks.bench_names

Every name of four letters or more gets one random edit (seeded): a letter lost, doubled, changed or swapped with the
next. Counted is what the person would see; a wrong substance picked without asking is the one that must stay rare.
"""

import random
import statistics
import string
import time
from collections import Counter

from clinical.screening.facts import Match
from clinical.vocabulary.index import NameIndex
from clinical.vocabulary.names import NameRow, SubstanceRow
from tests.clinical.vocabulary.conftest import parts, rows_of

SEED = 20261122
SAMPLE = 2000
SHORTEST = 4


def build() -> NameIndex:
    substances = [SubstanceRow(row["key"], parts(row["components"]), row["route"]) for row in rows_of("substances.csv")]
    return NameIndex(
        substances, [NameRow(r["name"], r["substance"], r["kind"], r["route"]) for r in rows_of("names.csv")]
    )


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


def verdict(index: NameIndex, typed: str, keys: tuple[str, ...]) -> str:
    """What resolving the slip leads to."""
    meant = {index.table.expand(key) for key in keys}
    found = index.resolve(typed)
    if found.match is Match.AMBIGUOUS:
        offered = {index.table.expand(key) for key in found.candidates}
        return "offered among choices" if meant & offered else "choice without it"
    if found.match is Match.NONE:
        return "not recognised"
    right = set(found.substances) in [set(item) for item in meant]
    return f"{found.match.value}, {'right' if right else 'WRONG'}"


def milliseconds(seconds: list[float]) -> str:
    cuts = statistics.quantiles(seconds, n=100)
    return f"median {cuts[49] * 1000:.2f} ms, p95 {cuts[94] * 1000:.2f} ms, worst {max(seconds) * 1000:.2f} ms"


def main() -> None:
    chance = random.Random(SEED)
    started = time.perf_counter()
    index = build()
    print(f"names {len(index.table.names)}, built in {(time.perf_counter() - started) * 1000:.0f} ms")
    names = [name for name in index.table.ordered if len(name) >= SHORTEST and name not in index.table.ambiguous]
    sample = chance.sample(names, SAMPLE)
    typing, resolving, recalled, verdicts = [], [], 0, Counter()
    for name in sample:
        typed, keys = one_edit(name, chance), index.table.names[name]
        for end in (2, 3, 4, 6, len(typed)):
            started = time.perf_counter()
            offered = index.suggest(typed[:end])
            typing.append(time.perf_counter() - started)
        meant = {index.table.expand(key) for key in keys}
        recalled += any(index.table.expand(key) in meant for item in offered for key in item.substances)
        started = time.perf_counter()
        verdicts[verdict(index, typed, keys)] += 1
        resolving.append(time.perf_counter() - started)
    print(f"suggest: {milliseconds(typing)}; one-edit recall in 8: {recalled / SAMPLE:.1%}")
    print(f"resolve: {milliseconds(resolving)}")
    for what, count in verdicts.most_common():
        print(f"  {count / SAMPLE:6.1%}  {what}")


if __name__ == "__main__":
    main()
