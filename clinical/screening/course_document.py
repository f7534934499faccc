"""The document of the course, already parsed, as plain limits. Reads no file; refuses what it cannot use."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a PHQ-9 score is held against over time. Every figure stands in `course.yaml` with its source."""

    response_percent: float
    response_baseline: float
    remission_below: float
    reliable_change_points: float
    deterioration_points: float
    apart_days: float
    apart_items: tuple[int, ...]
    apart_text: str
    antidepressant_roles: frozenset[str]
    basis: tuple[tuple[str, float, tuple[str, ...], bool, str], ...]


NAMES = (
    "response_percent", "response_baseline", "remission_below", "reliable_change_points", "deterioration_points",
    "apart_days",
)  # fmt: skip


def limits_from(content: Mapping[str, Any]) -> Limits:
    """The limits of the document. Raises `ValueError` that says what is missing, twice there or no figure."""
    rows = content["parameters"]
    found = {row["name"]: _figure(row) for row in rows}
    if missing := [name for name in NAMES if name not in found]:
        raise ValueError(f"parameter {missing[0]} is missing")
    if len(found) != len(rows) or len(found) != len(NAMES):
        raise ValueError(f"parameters must be these, once each: {', '.join(NAMES)}")
    (apart,), (medicines,) = content["apart_items"], content["antidepressants"]
    items = tuple(apart["items"])
    if not items or not all(type(item) is int and 1 <= item <= 9 for item in items):
        raise ValueError("apart_items must name items of the PHQ-9, 1 to 9")
    return Limits(
        **{name: found[name] for name in NAMES},
        apart_items=items,
        apart_text=str(apart["text"]),
        antidepressant_roles=frozenset(medicines["roles"]),
        basis=tuple((r["name"], found[r["name"]], tuple(r["source"]), r["judgement"], r["note"]) for r in rows),
    )


def _figure(row: Row) -> float:
    if not row["source"] and not row["judgement"]:
        raise ValueError(f"parameter {row['name']} names no source and is no judgement")
    value = float(row["value"])
    if value <= 0:
        raise ValueError(f"parameter {row['name']} must be above zero")
    return value
