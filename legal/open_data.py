"""Everything held of the law as open data: a zip of CSV files with what each column means, and a licence note."""

import csv
import io
import json
import zipfile
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from legal.index import current_index
from legal.models import Disagreement, Jurisdiction, LegalParameter, PendingChange, StatusPeriod
from legal.sheets import PENDING_HEADINGS, STATUS_HEADINGS, text_of

NOTE = (
    "Facts on the law of kratom and 7-OH, each with its source and the day it was checked. Not legal advice. A place "
    "without a row is not a place without a rule. Facts are free to use; name this table, its version and its day. "
    "Titles and quotations in the cited sources belong to their owners."
)
# What columns that are not plain from their name mean.
MEANINGS = {
    "jurisdiction_code": "Code of the jurisdiction: ISO country, US-XX for states, US-XX:county:FIPS, US-XX:place:name",
    "substance": "kratom_leaf, 7-OH, both (the two before), or 7-OH_derivatives (pseudoindoxyl, MGM-15, MGM-16)",
    "status": "prohibited, restricted, regulated, legal_unregulated (no specific rule found) or unknown",
    "valid_from": "First day in force; empty: not known",
    "valid_until": "First day no longer in force; empty: open",
    "start_known": "exact, approximate or not known",
    "read_here": "Whether the cited page, or its opening, was read",
    "second_read": "What a second source said: agree, differs, none-found; empty: not looked for",
    "superseded": "yes: corrected by another row and no longer counted",
    "checked_on": "Day on which the source was last looked at",
    "became": "What became of a pending change: enacted, failed or postponed",
}
FORMATS = {"csv": "application/zip", "json": "application/json"}


def tables() -> dict[str, list[dict[str, str]]]:
    """Every table, superseded and settled rows too, as text. Who entered what is left out."""
    periods = StatusPeriod.objects.order_by("jurisdiction", "substance", "valid_from", "pk")
    pending = PendingChange.objects.order_by("jurisdiction", "pk")
    return {
        "jurisdictions": _rows(Jurisdiction.objects.order_by("code"), ("code", "name", "level", "parent_id", "note")),
        "statuses": [
            {**one, "superseded": "yes" if row.superseded_at else "no"}
            for one, row in zip(_rows(periods, STATUS_HEADINGS), periods, strict=True)
        ],
        "pending": _rows(pending, (*PENDING_HEADINGS, "became", "became_on", "outcome")),
        "disagreements": [
            {**one, "codes": ";".join(row.codes)} for one, row in zip(_rows(_open(), _DISPUTE), _open(), strict=True)
        ],
        "parameters": _rows(LegalParameter.objects.order_by("code"), ("code", "value", "unit", "meaning", "source")),
    }


def file_of(kind: str) -> tuple[bytes, str]:
    """The bytes and the name of the file. Raises `KeyError` for a kind that is not one of `FORMATS`."""
    version, day = current_index().version, timezone.localdate().isoformat()
    about = {"note": NOTE, "version": version, "written_on": day, "columns": MEANINGS}
    name = f"law-{version}-{day}"
    makers = {"json": lambda: (_json(about), f"{name}.json"), "csv": lambda: (_zip(about), f"{name}.zip")}
    return makers[kind]()


_DISPUTE = ("point", "codes", "substance", "sources_say", "table_does", "checked_on", "outcome")


def _open() -> Any:
    return Disagreement.objects.order_by("point", "pk")


def _rows(found: Iterable[Any], columns: tuple[str, ...]) -> list[dict[str, str]]:
    return [{name: text_of(row, name) for name in columns} for row in found]


def _json(about: dict[str, Any]) -> bytes:
    return json.dumps({**about, "tables": tables()}, ensure_ascii=False, indent=1).encode()


def _zip(about: dict[str, Any]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("README.json", json.dumps(about, ensure_ascii=False, indent=1))
        for name, rows in tables().items():
            text = io.StringIO(newline="")
            writer = csv.DictWriter(text, list(rows[0]) if rows else ["empty"], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
            package.writestr(f"{name}.csv", text.getvalue())
    return made.getvalue()
