"""Checks the documents of rating instruments. Plain rows in, faults out; touches no database."""

from collections.abc import Iterator, Mapping
from typing import Any

from clinical.screening.instrument_document import instrument_from

FOLDER = "instruments/"
# What a reader must be told of every instrument.
OWED = ("short", "title", "period", "credit")
WORDINGS = ("exact", "own")


def instruments_faults(documents: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the instruments among the documents, by file."""
    for key, content in documents.items():
        if key.startswith(FOLDER):
            yield from (f"{key}.yaml: {fault}" for fault in instrument_faults(key, content))


def instrument_faults(key: str, content: Any) -> Iterator[str]:
    """What is wrong with one instrument: what could not be scored, and what its reader is owed."""
    try:
        instrument = instrument_from(content)
    except KeyError as fault:
        yield f"{fault.args[0]} is missing"
        return
    except (TypeError, ValueError, AttributeError) as fault:
        yield str(fault)
        return
    if f"{FOLDER}{instrument.code}" != key:
        yield f"code “{instrument.code}” is not the name of the file"
    yield from (f"{name} is empty" for name in OWED if not str(content.get(name) or "").strip())
    if content.get("wording") not in WORDINGS:
        yield f"wording is none of {', '.join(WORDINGS)}"
    if not content.get("source"):
        yield "names no source"
    if not isinstance(content.get("judgement"), bool):
        yield "judgement is neither true nor false"
