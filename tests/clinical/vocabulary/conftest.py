"""The shipped vocabulary as plain rows and as indexes, read once per test session."""

import csv
from pathlib import Path

import pytest

from clinical.vocabulary.conditions import ConditionIndex, ConditionRow
from clinical.vocabulary.index import NameIndex
from clinical.vocabulary.names import NameRow, SubstanceRow

FOLDER = Path(__file__).resolve().parents[3] / "clinical" / "reference_data"


def rows_of(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def parts(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split(";") if part)


@pytest.fixture(scope="session")
def index() -> NameIndex:
    substances = [SubstanceRow(row["key"], parts(row["components"]), row["route"]) for row in rows_of("substances.csv")]
    return NameIndex(
        substances, [NameRow(r["name"], r["substance"], r["kind"], r["route"]) for r in rows_of("names.csv")]
    )


@pytest.fixture(scope="session")
def conditions() -> ConditionIndex:
    return ConditionIndex(
        ConditionRow(row["key"], row["label"], parts(row["synonyms"]), parts(row["icd10cm"]))
        for row in rows_of("conditions.csv")
    )
