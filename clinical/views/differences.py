"""Two records of one visit in words, and what stands in one of them only. Part by part, in the order of a visit."""

from collections.abc import Iterable
from dataclasses import dataclass

from clinical.views.record_words import Part


@dataclass(frozen=True, slots=True)
class PartDifference:
    """One heading with the lines that only the first record has, and those that only the second has."""

    heading: str
    first: tuple[str, ...]
    second: tuple[str, ...]


def differences_between(first: Iterable[Part], second: Iterable[Part]) -> list[PartDifference]:
    """Parts that differ; a part that one of them lacks counts as empty there."""
    lines = [{part.heading: [str(line) for line in part.lines] for part in parts} for parts in (first, second)]
    headings = dict.fromkeys(heading for parts in lines for heading in parts)
    found = (_between(heading, *(parts.get(heading, []) for parts in lines)) for heading in headings)
    return [difference for difference in found if difference.first or difference.second]


def _between(heading: str, first: list[str], second: list[str]) -> PartDifference:
    return PartDifference(
        heading,
        tuple(line for line in first if line not in second),
        tuple(line for line in second if line not in first),
    )
