"""Reads the rows that the name and condition indexes are made of, as plain values. Decides nothing.

Only rows in force: names that were withdrawn stay out.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db import connections

from clinical.models import Condition, ReferenceTable, RxNormConcept, RxNormRelease, Substance, SubstanceName
from clinical.vocabulary.conditions import ConditionRow
from clinical.vocabulary.names import AMBIGUOUS_KIND, NameRow, SubstanceRow
from clinical.vocabulary.release import ConceptRow

_ROWS_AT_A_TIME = 5000


def substances() -> list[SubstanceRow]:
    """Every substance with its components, in the order they were linked."""
    components: dict[str, list[str]] = defaultdict(list)
    links = Substance.components.through.objects.order_by("id")
    for whole, part in links.values_list("from_substance_id", "to_substance_id"):
        components[whole].append(part)
    rows = Substance.objects.order_by("key").values_list("key", "route", "rxcui")
    return [SubstanceRow(key, tuple(components[key]), route, rxcui) for key, route, rxcui in rows]


def names() -> list[NameRow]:
    """Every name in force; one that means several things is of the kind that always asks."""
    rows = (
        SubstanceName.objects.filter(withdrawn_at=None)
        .order_by("id")
        .values_list("name", "substance_id", "kind", "needs_choice", "route")
    )
    return [NameRow(name, key, AMBIGUOUS_KIND if choice else kind, route) for name, key, kind, choice, route in rows]


def conditions() -> list[ConditionRow]:
    """Every condition with its names and codes."""
    rows = Condition.objects.order_by("key").values_list("key", "label", "synonyms", "icd10cm")
    return [ConditionRow(key, label, tuple(synonyms), tuple(codes)) for key, label, synonyms, codes in rows]


def documents(*keys: str) -> list[Any]:
    """Whole reference documents in this order, each None where it is not loaded."""
    found = dict(ReferenceTable.objects.filter(key__in=keys).values_list("key", "content"))
    return [found.get(key) for key in keys]


def release_in_use() -> int | None:
    """The number of the RxNorm release in use, if one was loaded."""
    return RxNormRelease.objects.filter(is_current=True).values_list("id", flat=True).first()


def concepts(release: int) -> Iterator[ConceptRow]:
    """Every concept of this release. Raises `LookupError` where they are not, or no longer, those of this release."""
    rows = RxNormConcept.objects.values_list(
        "rxcui", "term_type", "name", "substances", "choices", "other_names", "route", "status"
    )
    read = 0
    for rxcui, kind, name, keys, choices, others, route, status in rows.iterator(chunk_size=_ROWS_AT_A_TIME):
        read += 1
        yield ConceptRow(rxcui, kind, name, tuple(keys), tuple(choices), tuple(others), route, status)
    if not read or release_in_use() != release:
        raise LookupError(f"release {release} is not the one stored")


def leave_database() -> None:
    """Close the connections of this thread."""
    connections.close_all()
