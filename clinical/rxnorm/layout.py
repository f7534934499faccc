"""The RRF files that are read, their columns as NLM documents them, and the rows of each that are kept.

Pure: lines in, plain tuples or a fault out. Only the normal forms (SAB=RXNORM) count. RxNorm's own further names (SY,
TMSY, PSN) are kept as names; names of labels (MTHSPL) are not: they repeat the concept's name in capitals.
"""

from collections.abc import Callable
from dataclasses import dataclass

from clinical.vocabulary.text import normalise

Row = tuple[object, ...]

INGREDIENT_TYPES = ("IN", "PIN", "MIN")
PRODUCT_TYPES = (
    "SCDC", "SCDF", "SCDFP", "SCDG", "SCDGP", "SCD", "SBDC", "SBDF", "SBDFP", "SBDG", "SBD", "GPCK", "BPCK",
)  # fmt: skip
CONCEPT_TYPES = frozenset((*INGREDIENT_TYPES, *PRODUCT_TYPES, "BN"))
NAME_TYPES = frozenset(("SY", "TMSY", "PSN"))
# "Second HAS TO first": with these the second concept is made of the first ...
DOWNWARD = frozenset(
    (
        "has_ingredient", "has_ingredients", "has_precise_ingredient", "consists_of", "has_part", "contains",
        "form_of", "tradename_of",
    )
)  # fmt: skip
# ... and with these the first is made of the second.
UPWARD = frozenset(
    (
        "ingredient_of", "ingredients_of", "precise_ingredient_of", "constitutes", "part_of", "contained_in",
        "has_form", "has_tradename",
    )
)  # fmt: skip
SUPPRESSED = frozenset("OEY")
_DIGITS = frozenset("0123456789")
_LONGEST_NUMBER = 12


class LineFaulty(Exception):
    """What is wrong with one line, in words."""


@dataclass(frozen=True, slots=True)
class File:
    """One file: its columns, the staging table it fills, and how a line becomes a row (None: not wanted)."""

    name: str
    columns: int
    table: str
    row_of: Callable[[list[str], int], Row | None]
    is_needed: bool


def number(text: str) -> str:
    """A concept's number, or a fault."""
    if not text or len(text) > _LONGEST_NUMBER or not _DIGITS.issuperset(text):
        raise LineFaulty(f"“{text[:20]}” is not a concept number")
    return text


def _atom(cells: list[str], line: int) -> Row | None:
    kind, name = cells[12], cells[14]
    if cells[11] != "RXNORM" or (kind not in CONCEPT_TYPES and kind not in NAME_TYPES):
        return None
    if not name.strip():
        raise LineFaulty("the name is empty")
    plain = normalise(name) if kind in INGREDIENT_TYPES else ""
    return line, number(cells[0]), kind, name.strip(), cells[16] in SUPPRESSED, plain


def _relation(cells: list[str], line: int) -> Row | None:
    relation = cells[7]
    down = relation in DOWNWARD
    if cells[10] != "RXNORM" or cells[2] != "CUI" or not (down or relation in UPWARD):
        return None
    first, second = number(cells[0]), number(cells[4])
    upper, lower = (second, first) if down else (first, second)
    return line, upper, lower, cells[14] in SUPPRESSED


def _history(cells: list[str], line: int) -> Row | None:
    """RXNCUI: a number that was given up, and the one it became; one line for each when it became several."""
    was, became = number(cells[0]), cells[4]
    return (line, was, number(became), "", "") if became and became != was else None


def _archived(cells: list[str], line: int) -> Row | None:
    """RXNATOMARCHIVE: a name that was given up, and the concept it was merged into."""
    was, kind, became = cells[12], cells[14], cells[15]
    if cells[13] != "RXNORM" or kind not in CONCEPT_TYPES or not became or not was or became == was:
        return None
    return line, number(was), number(became), cells[2].strip(), kind


FILES = (
    File("RXNCONSO.RRF", 18, "rx_atom", _atom, True),
    File("RXNREL.RRF", 16, "rx_relation", _relation, True),
    File("RXNCUI.RRF", 5, "rx_history", _history, False),
    File("RXNATOMARCHIVE.RRF", 16, "rx_history", _archived, False),
)
