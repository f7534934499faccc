"""Entries as clinicians type or copy them, each with what it means.

The expectations were written from what is meant before the code was run. `match` is "exact", "ambiguous", "none",
"fuzzy" (a misspelling: its substances come first among the suggestions, and nothing else is picked) or "trap" (may
mean two medicines: never exact, and picked only where its substances are named).
"""

import csv
from collections import Counter, defaultdict
from pathlib import Path

import pytest
import yaml

from clinical.screening.facts import Match
from clinical.screening.routes import ROUTES
from clinical.vocabulary.index import NameIndex
from clinical.vocabulary.local_forms import local_forms_from
from clinical.vocabulary.lookalikes import look_alikes_from
from clinical.vocabulary.names import NameRow, SubstanceRow
from tests.clinical.vocabulary.conftest import FOLDER, parts, rows_of

FEWEST_FIRST = 0.95
EXPECTED = {"exact": Match.EXACT, "ambiguous": Match.AMBIGUOUS, "none": Match.NONE}


def entries() -> list[dict[str, str]]:
    with Path(__file__).with_name("typed_entries.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


ENTRIES = entries()


@pytest.fixture(scope="module")
def names() -> NameIndex:
    """The index as the front door builds it, look-alike names included."""
    document = yaml.safe_load((FOLDER / "lookalikes.yaml").read_text("utf-8"))
    return NameIndex(
        [SubstanceRow(row["key"], parts(row["components"]), row["route"]) for row in rows_of("substances.csv")],
        [NameRow(row["name"], row["substance"], row["kind"], row["route"]) for row in rows_of("names.csv")],
        look_alikes=look_alikes_from(document),
        local_forms=local_forms_from(yaml.safe_load((FOLDER / "local_forms.yaml").read_text("utf-8"))),
    )


def meant(entry) -> set[str]:
    return set(filter(None, entry["substances"].split(";")))


def offered(names, found) -> set[str]:
    return {base for key in found.candidates for base in names.table.expand(key)}


def first_means(names, entry) -> bool:
    suggestions = names.suggest(names.resolve(entry["typed"]).entry.name, 8)
    return bool(suggestions) and any(set(names.table.expand(key)) == meant(entry) for key in suggestions[0].substances)


def per_group(failed) -> str:
    """The numbers of each group and every entry that failed, to print when one does."""
    wrong = defaultdict(list)
    for entry, why in failed:
        wrong[entry["group"]].append(f"  {entry['typed']!r}: {why}")
    lines = []
    for group, total in Counter(entry["group"] for entry in ENTRIES).items():
        lines += [f"{group}: {total - len(wrong[group])} of {total} right", *wrong[group]]
    return "\n".join(lines)


def test_table_is_large_and_well_formed():
    groups = Counter(entry["group"] for entry in ENTRIES)
    substances = {row["key"] for row in rows_of("substances.csv")}
    assert len(ENTRIES) >= 400
    assert groups["misspellings"] >= 120
    assert groups["nonsense"] >= 40
    assert [typed for typed, times in Counter(entry["typed"] for entry in ENTRIES).items() if times > 1] == []
    assert {key for entry in ENTRIES for key in meant(entry)} <= substances
    assert {entry["route"] for entry in ENTRIES} <= {"", *ROUTES}
    assert {entry["match"] for entry in ENTRIES} == {"exact", "ambiguous", "none", "fuzzy", "trap"}


def test_every_entry_is_recognised_as_what_is_meant(names):
    failed = []
    for entry in ENTRIES:
        found = names.resolve(entry["typed"])
        expected = EXPECTED.get(entry["match"])
        if expected is not None and found.match is not expected:
            failed.append((entry, f"{found.match}, not {expected}"))
        elif expected is Match.EXACT and set(found.substances) != meant(entry):
            failed.append((entry, f"leads to {found.substances}"))
        elif expected is Match.AMBIGUOUS and not meant(entry) <= offered(names, found):
            failed.append((entry, f"offers only {found.candidates}"))
    assert not failed, per_group(failed)


def test_no_entry_is_matched_to_anything_else_without_asking(names):
    """Exact must be right; fuzzy, which is marked and screened as provisional, must be right too."""
    failed = []
    for entry in ENTRIES:
        found = names.resolve(entry["typed"])
        if found.match is Match.EXACT and (entry["match"] != "exact" or set(found.substances) != meant(entry)):
            failed.append((entry, f"exact {found.substances}"))
        if found.match is Match.FUZZY and set(found.substances) != meant(entry):
            failed.append((entry, f"fuzzy {found.substances}"))
    assert not failed, per_group(failed)


def test_right_substance_is_first_for_nearly_every_misspelling(names):
    misspelt = [entry for entry in ENTRIES if entry["group"] == "misspellings"]
    failed = [(entry, "another name is suggested first") for entry in misspelt if not first_means(names, entry)]
    assert len(failed) <= (1 - FEWEST_FIRST) * len(misspelt), per_group(failed)


def test_route_stop_and_need_are_read(names):
    failed = []
    for entry in ENTRIES:
        found = names.resolve(entry["typed"])
        # A route nobody gave would keep rules from firing: none is as much an answer as any other.
        if (entry["route"] or entry["match"] == "exact") and (found.route or "") != entry["route"]:
            failed.append((entry, f"route {found.route}, not {entry['route']}"))
        if found.entry.as_needed != (entry["as_needed"] == "yes"):
            failed.append((entry, f"as needed: {found.entry.as_needed}"))
        if found.entry.stopped != (entry["stopped"] == "yes"):
            failed.append((entry, f"stopped: {found.entry.stopped}"))
    assert not failed, per_group(failed)
