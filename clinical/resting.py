"""Which rules, roles, names, substances and tables rest on a source, and which sources no longer stand. Reads only.

The same paper may stand under two keys (`duplicate_of`): what is said of one holds for both.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from clinical.models import InteractionRule, ReferenceTable, Source, Substance, SubstanceName, SubstanceRole


@dataclass(frozen=True, slots=True)
class Resting:
    """What rests on one source: rules in force, facts not withdrawn, and the tables that name it."""

    rules: list[InteractionRule]
    roles: QuerySet[SubstanceRole]
    names: QuerySet[SubstanceName]
    substances: QuerySet[Substance]
    tables: list[str]


def resting_on(source: Source) -> Resting:
    """Everything in force that names the source, or the same paper under another key."""
    keys = same_paper(source)
    rules = InteractionRule.objects.filter(closed_at=None, sources__in=keys).distinct().order_by("title")
    fact = Q(source_id_text__in=keys)
    return Resting(
        list(rules),
        SubstanceRole.objects.filter(fact, withdrawn_at=None).order_by("role", "substance"),
        SubstanceName.objects.filter(fact, withdrawn_at=None).select_related("substance").order_by("name"),
        Substance.objects.filter(fact).order_by("key"),
        [
            key
            for key, content in ReferenceTable.objects.order_by("key").values_list("key", "content")
            if keys & set(_named(content))
        ],
    )


def same_paper(source: Source) -> set[str]:
    """The keys under which this paper stands."""
    main = source.duplicate_of or source.pk
    return {source.pk, main, *Source.objects.filter(duplicate_of=main).values_list("pk", flat=True)}


def fallen() -> dict[str, Source]:
    """Every key that no longer stands, with the source that says why; doubles fall with it."""
    marked = {source.pk: source for source in Source.objects.exclude(status=Source.Status.CURRENT)}
    if not marked:
        return {}
    mains = {source.duplicate_of or source.pk: source for source in marked.values()}
    doubles = Source.objects.filter(Q(pk__in=mains) | Q(duplicate_of__in=mains)).values_list("pk", "duplicate_of")
    return {**{key: mains[main or key] for key, main in doubles}, **marked}


def _named(content: Any) -> Iterator[str]:
    if isinstance(content, list):
        for item in content:
            yield from _named(item)
    elif isinstance(content, dict):
        for key, value in content.items():
            yield from value if key == "source" and isinstance(value, list) else _named(value)
