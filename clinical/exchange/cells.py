"""Cells as files hold them: what a spreadsheet could run is written so that it does not, and read back the same."""

import re

# What Excel, LibreOffice and Google Sheets take for the beginning of a formula.
_RUNS = re.compile(r"'*[=+\-@\t\r\n]")
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def guarded(text: str) -> str:
    """The text with an apostrophe before what a spreadsheet might run."""
    text = _ILLEGAL.sub("", text)
    return f"'{text}" if _RUNS.match(text) else text


def unguarded(cell: str) -> str:
    """The text again. Only an apostrophe that `guarded` would have written is taken away."""
    return cell[1:] if cell.startswith("'") and _RUNS.match(cell[1:]) else cell


def is_formula(cell: str) -> bool:
    """Whether a cell would be run: it begins with an equals sign that nothing guards."""
    return cell.lstrip().startswith("=")
