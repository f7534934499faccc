"""Reads a RxNorm folder into plain concept rows for the benchmarks, and makes it longer with invented names.

A short reading for timing only: what a concept consists of is taken from any path to its ingredients, and concepts
with no path are left out. The real reading is `import_rxnorm`.
"""

import random
import string
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from clinical.vocabulary.names import NameTable
from clinical.vocabulary.release import ConceptRow
from clinical.vocabulary.text import normalise

DOWNWARD = frozenset(
    ("has_ingredient", "has_ingredients", "has_precise_ingredient", "consists_of", "tradename_of", "has_part")
    + ("contains", "form_of")
)


def rows_of(folder: Path, table: NameTable) -> list[ConceptRow]:
    """The concepts of the folder with the substances we know their ingredients as."""
    types, names = {}, {}
    with (folder / "RXNCONSO.RRF").open(encoding="utf-8") as stream:
        for line in stream:
            cells = line.split("|")
            if cells[11] == "RXNORM":
                types[cells[0]], names[cells[0]] = cells[12], cells[14]
    down: dict[str, set[str]] = defaultdict(set)
    with (folder / "RXNREL.RRF").open(encoding="utf-8") as stream:
        for line in stream:
            cells = line.split("|")
            if cells[7] in DOWNWARD:  # the second concept has the relation to the first
                down[cells[4]].add(cells[0])
    return [
        ConceptRow(number, types[number], name, tuple(sorted(found)))
        for number, name in names.items()
        if (found := {_key(names[part], table) for part in _ingredients(number, down, types)})
    ]


def _ingredients(number: str, down: dict[str, set[str]], types: dict[str, str]) -> set[str]:
    seen, waiting, found = {number}, [number], set()
    while waiting:
        at = waiting.pop()
        if types.get(at) == "IN":
            found.add(at)
            continue
        waiting.extend(down[at] - seen)
        seen |= down[at]
    return found


def _key(name: str, table: NameTable) -> str:
    own = table.names.get(normalise(name), ())
    return own[0] if len(own) == 1 else name


def lengthened(rows: list[ConceptRow], wanted: int, chance: random.Random) -> Iterator[ConceptRow]:
    """The rows, and invented ones made of them by changing letters of each word, until there are so many."""
    yield from rows
    for number in range(wanted - len(rows)):
        row = chance.choice(rows)
        name = " ".join(_altered(word, chance) for word in row.name.split(" "))
        yield ConceptRow(
            str(50_000_000 + number), row.term_type, name, (name,) if row.term_type == "IN" else row.substances
        )


def _altered(word: str, chance: random.Random) -> str:
    """Two letters in three of a long word made others; short words, units and numbers stay."""
    if len(word) < 6 or not word.isalpha():
        return word
    return "".join(letter if chance.random() < 0.34 else chance.choice(string.ascii_lowercase) for letter in word)
