"""Checks the documents that the knowledge desk itself goes by: proposals for review, intervals, aims of alerts.

Plain rows in, faults out; touches no database.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from clinical.models.screening import Answer

Number = tuple[float, float]
COUNT: Number = (1, 10_000)
# Parts of one row each, and between which bounds each figure lies; a figure with a whole bound on both sides is whole.
STEWARDSHIP: dict[str, dict[str, Number]] = {
    "proposed_for_review": {"overridden_over_percent": (0, 100), "least_decided_answers": COUNT, "days": (1, 3660)},
    "small_counts": {"shown_from": COUNT},
}
REVIEWING: dict[str, dict[str, Number]] = {"interval": {"months": (1, 600)}}
ALERTING: dict[str, Number] = {
    "top_tier_target_share": (0.0, 1.0),
    "first_words": (1, 100),
    "first_words_of_action": (1, 100),
}

# Knowledge bases exported before these were added are still read; the hint to the writer is then left out.
ADDED_LATER = frozenset(("first_words", "first_words_of_action"))


def desk_faults(documents: Mapping[str, Any]) -> Iterator[str]:
    """A part, figure or grounds that is missing, and a figure that cannot be. A document not there is no fault."""
    for name, parts in (("stewardship", STEWARDSHIP), ("reviewing", REVIEWING)):
        if name in documents:
            yield from (f"{name}.yaml: {fault}" for fault in _parts_faults(documents[name], parts))
    if "stewardship" in documents:
        yield from _reason_faults(documents["stewardship"])
    if "alerting" in documents:
        yield from (f"alerting.yaml: {fault}" for fault in _parameter_faults(documents["alerting"]))


def _rows(content: Any, part: str) -> list[Mapping[str, Any]]:
    rows = content.get(part) if isinstance(content, Mapping) else None
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def _parts_faults(content: Any, parts: Mapping[str, Mapping[str, Number]]) -> Iterator[str]:
    for part, figures in parts.items():
        rows = _rows(content, part)
        if len(rows) != 1:
            yield f"{part} needs exactly one row"
            continue
        yield from _grounds_faults(part, rows[0], "basis")
        for name, bounds in figures.items():
            yield from _figure_faults(f"{part}, {name}", rows[0].get(name), bounds)


def _parameter_faults(content: Any) -> Iterator[str]:
    rows = _rows(content, "parameters")
    for name, bounds in ALERTING.items():
        held = [row for row in rows if row.get("name") == name]
        if not held and name in ADDED_LATER:
            continue
        if len(held) != 1:
            yield f"parameters need exactly one row “{name}”"
            continue
        yield from _grounds_faults(name, held[0], "note")
        yield from _figure_faults(name, held[0].get("value"), bounds)


def _figure_faults(what: str, value: Any, bounds: Number) -> Iterator[str]:
    least, most = bounds
    whole = isinstance(least, int)
    kinds = (int,) if whole else (int, float)
    if type(value) not in kinds or not least <= value <= most:
        kind = "a whole number" if whole else "a number"
        yield f"{what} is {kind} from {least} to {most}, not {value!r}"


def _grounds_faults(what: str, row: Mapping[str, Any], words: str) -> Iterator[str]:
    if not row.get("source") and row.get("judgement") is not True:
        yield f"{what} has no source: name one, or say judgement: true"
    if not str(row.get(words) or "").strip():
        yield f"{what} does not say on what grounds ({words})"


def _reason_faults(content: Any) -> Iterator[str]:
    for row in _rows(content, "proposed_for_review"):
        if row.get("leading_reason") not in Answer.values:
            known = ", ".join(Answer.values)
            yield f"stewardship.yaml: leading_reason “{row.get('leading_reason')}” is none of {known}"
