"""Gathers the parts of a bundle from the database: the tables, the revisions of rules and the log of changes.

Reads only. Who made a change stays here: people are not part of open data.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from clinical import snapshots
from clinical.knowledge_base import bundle
from clinical.knowledge_base.digests import lines_of
from clinical.knowledge_base.tables import of_one_version, read_tables
from clinical.models import InteractionRule, ReferenceChange
from clinical.screening.plain import canonical
from legal import lookup as law

LICENCES = (
    "The rows and words of this knowledge base: MIT, as KratomCare itself.",
    "What each fact rests on, with its own licence where it states one, stands in sources.jsonl.",
    "RxNorm's normalised names (SAB=RXNORM) are in the public domain.",
    (
        "This product uses publicly available data courtesy of the U.S. National Library of Medicine (NLM), National"
        " Institutes of Health, Department of Health and Human Services; NLM is not responsible for the product and"
        " does not endorse or recommend this or any other product."
    ),
    "It supports a decision and never makes one, and it is not legal advice. What it does not hold is not known here.",
)


def export(*, generated_on: date) -> bytes:
    """The whole knowledge base as one file."""
    return of_one_version(lambda: _written(generated_on))


def _written(generated_on: date) -> bytes:
    parts = {name: lines_of(table) for name, table in read_tables().items()}
    parts["rule_revisions"] = _lines(_revisions())
    parts["changes"] = _lines(_changes())
    about = {
        "reference_version": snapshots.current_version(),
        "legal_version": law.legal_version(),
        "generated_on": generated_on.isoformat(),
        "licences": LICENCES,
    }
    return bundle.write(parts, about)


def _lines(rows: Iterable[dict[str, Any]]) -> bytes:
    return "".join(f"{canonical(row)}\n" for row in rows).encode()


def _revisions() -> Iterable[dict[str, Any]]:
    rows = InteractionRule.objects.order_by("code", "revision").values(
        "code", "revision", "title", "severity", "certainty", "opened_at", "closed_at", "reason"
    )
    for row in rows.iterator():
        moments = {name: row[name] and row[name].isoformat() for name in ("opened_at", "closed_at")}
        yield {**row, **moments}


def _changes() -> Iterable[dict[str, Any]]:
    rows = ReferenceChange.objects.order_by("id").values("at", "reason", "model", "key", "revision", "before", "after")
    for row in rows.iterator():
        yield {**row, "at": row["at"].isoformat()}
