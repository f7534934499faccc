"""The shipped vocabulary as plain rows and as indexes, read once per test session."""

import csv
from pathlib import Path

import pytest
import yaml

from clinical.vocabulary.conditions import ConditionIndex, ConditionRow
from clinical.vocabulary.index import NameIndex
from clinical.vocabulary.local_forms import local_forms_from
from clinical.vocabulary.lookalikes import look_alikes_from
from clinical.vocabulary.names import NameRow, SubstanceRow

FOLDER = Path(__file__).resolve().parents[3] / "clinical" / "reference_data"


def rows_of(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def parts(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split(";") if part)


def shipped_index() -> NameIndex:
    """Our own names and look-alikes as they are shipped, without a release."""
    substances = [
        SubstanceRow(row["key"], parts(row["components"]), row["route"], row["rxcui"])
        for row in rows_of("substances.csv")
    ]
    names = [NameRow(row["name"], row["substance"], row["kind"], row["route"]) for row in rows_of("names.csv")]
    look_alikes = look_alikes_from(yaml.safe_load((FOLDER / "lookalikes.yaml").read_text("utf-8")))
    local_forms = local_forms_from(yaml.safe_load((FOLDER / "local_forms.yaml").read_text("utf-8")))
    return NameIndex(substances, names, look_alikes=look_alikes, local_forms=local_forms)


@pytest.fixture(scope="session")
def index() -> NameIndex:
    return shipped_index()


@pytest.fixture(scope="session")
def conditions() -> ConditionIndex:
    return ConditionIndex(
        ConditionRow(row["key"], row["label"], parts(row["synonyms"]), parts(row["icd10cm"]))
        for row in rows_of("conditions.csv")
    )
