"""Splits a pasted medicine list into rows. Nothing pasted is lost: every piece is a row or is set apart as no medicine.

Knows how lists are laid out; which pieces are medicines is for the index to say. No Django.
"""

import re
from dataclasses import dataclass

from clinical.screening.facts import Match
from clinical.vocabulary.index import NameIndex
from clinical.vocabulary.text import parse_entry, tidy

_LINE_BREAK = re.compile(r"<br\s?/?>|</(?:li|p|tr|div)>", re.IGNORECASE)
# A slash, "and" or a plus sign may be a combination product: only these part entries.
_BETWEEN = tuple(map(re.compile, (r"[•·●▪◦‣|]|\t{2,}", r";", r"[,;]\s+", r"[,;]\s*(?=[^\d\s])")))
_OWNER = (
    r"(?:(?:current|home|active|outpatient|inpatient|discharge|admission|prescribed|prescription|scheduled|prn|otc|my"
    r"|chronic|past|previous|other|discontinued|stopped|reported|patient|patient['’]s|the)\s)*"
)
_WHEN = r"(?: (?:reconciliation|history|at home|on admission|on discharge|taken|as of [\d/.-]+))*"
_HEADING = re.compile(
    rf"{_OWNER}(?:med(?:ication)?s?(?: list)?|medicines?(?: list)?){_WHEN}(?:\s?\([^()]*\))?\s?[:=–—-]*"
    rf"|{_OWNER}(?:rx|drugs|supplements?|vitamins|herbals?|prescriptions?|pharmacy|plan|assessment|pmh|problem list"
    rf"|discontinued|stopped|prn|otc|active|current){_WHEN}(?:\s?\([^()]*\))?\s?:+"
)
_NO_LONGER = re.compile(r"^\W*(?:past|previous|discontinued|stopped)\b")
# What follows "Allergies:" names what is not to be given: reading it as taken would raise false concerns.
_ALLERGY = re.compile(
    r"(?:no known )?(?:drug |medication |food )*"
    r"(?:allergies\b|allergic to\b|allergy to\b|allergy(?: list)?\s?[:=–-]|nkda\b|nka\b"
    r"|adverse reactions?:|intolerances?:).*"
)
# On the same line as allergies: what is taken must not go with them.
_TAKEN_TOO = re.compile(r"\b(?:takes?|taking|currently|(?:current |home )?med(?:ication)?s?:)")
# "No medications": said of the list, and no medicine itself.
_NOTHING_TAKEN = re.compile(
    r"(?:none|n/a|nil|none (?:reported|known|taken)"
    r"|(?:no|denies(?: (?:any|taking))?|not (?:taking|on)(?: any)?|takes no|on no)"
    r"(?: (?:any|known|current|other|home|rx|prescription|prescribed|regular|daily))*"
    r" (?:med(?:ication)?s?|medicines?|drugs)(?: at home| reported)?)[.!]?"
)


@dataclass(frozen=True, slots=True)
class Pasted:
    """`rows` go into the medicine list. `apart` are headings and allergy lines: listed as "not read as a medicine"."""

    rows: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()


def rows_of(pasted: str, names: NameIndex) -> list[str]:
    """Every line a pasted list makes, in order, headings among them. Nothing is lost.

    One line becomes several rows only where each piece is recognised by itself.
    """
    return [row for line in _lines(pasted) for row in _entries(line, names)]


def read_list(pasted: str, names: NameIndex) -> Pasted:
    """The same in two parts. A line is set apart only when it is a heading alone, speaks of allergies, or says
    that nothing is taken.
    """
    lines = _lines(pasted)
    apart = tuple(line for line in lines if is_no_medicine(line))
    rows = (row for line in lines if not is_no_medicine(line) for row in _entries(line, names))
    return Pasted(tuple(rows), apart)


def is_no_medicine(line: str) -> bool:
    """Whether this line is a heading alone ("Current medications:"), about allergies, or says that nothing is taken.

    A line about allergies that goes on about what is taken ("NKDA. Takes sertraline") stays in the list.
    """
    text = tidy(line).strip(" -–—*#•·.=")
    if _ALLERGY.match(text):
        return not _TAKEN_TOO.search(text)
    return bool(_HEADING.fullmatch(text) or _NOTHING_TAKEN.fullmatch(text))


def is_heading_of_stopped(line: str) -> bool:
    """Whether this heading says that what follows is no longer taken ("Discontinued:", "Past medications")."""
    return is_no_medicine(line) and bool(_NO_LONGER.search(tidy(line)))


def _lines(pasted: str) -> list[str]:
    """The lines with something written on them; a line of rules alone ("-----") holds nothing to keep."""
    lines = (line.strip() for line in _LINE_BREAK.sub("\n", pasted).splitlines())
    return [line for line in lines if line.strip("-–—_=*#.•·|~+ \t")]


def _entries(line: str, names: NameIndex) -> list[str]:
    """The line as its entries; whole where it is one known name or where a piece would be left that is no medicine."""
    if names.table.find(tidy(line)) is not None:
        return [line]
    for between in _BETWEEN:
        pieces = [piece.strip() for piece in between.split(line) if piece.strip()]
        if len(pieces) > 1 and _each_a_medicine(pieces, names):
            return [entry for piece in pieces for entry in _entries(piece, names)]
    return [line]


def _each_a_medicine(pieces: list[str], names: NameIndex) -> bool:
    """Looks for known names first: a line with none is no list, and looking for misspellings takes longer.

    What stands in brackets belongs to the name before them: "(Proventil HFA; Ventolin HFA)" is never parted.
    """
    if any(piece.count("(") != piece.count(")") or piece.count("[") != piece.count("]") for piece in pieces):
        return False
    return any(_known(piece, names) for piece in pieces) and all(_stands_alone(piece, names) for piece in pieces)


def _known(piece: str, names: NameIndex) -> bool:
    return names.table.find(parse_entry(piece).name) is not None


def _stands_alone(piece: str, names: NameIndex) -> bool:
    """Exact, one clear misspelling, or a choice that its own name leads to; the beginning of a name is not enough."""
    match = names.resolve(piece).match
    return match in (Match.EXACT, Match.FUZZY) or (match is Match.AMBIGUOUS and _known(piece, names))
