"""The shipped vocabulary files: how much is in them, and that everything they point at exists."""

from collections import Counter

import pytest

from tests.clinical.vocabulary.conftest import parts, rows_of

OWN_SUBSTANCES = {
    "datura", "brugmansia", "deadly nightshade", "henbane", "mandrake", "seville orange",
    "vaccine", "multivitamin", "topical_product", "nirmatrelvir / ritonavir", "doxylamine / pyridoxine",
}  # fmt: skip
KINDS = {"brand", "synonym", "salt", "abbreviation", "street", "ambiguous"}


@pytest.mark.parametrize(
    ("name", "fewest"),
    [
        ("substances.csv", 1978 + len(OWN_SUBSTANCES) + 1),
        ("names.csv", 4249 + 260),
        ("roles.csv", 4122 + 81 - 14),
        ("roles_vocabulary.csv", 162),
        ("conditions.csv", 207),
        ("sources.csv", 185 + 128 + 14 + 3 + 29 + 2 + 1),
    ],
)
def test_file_has_lost_no_rows(name, fewest):
    assert len(rows_of(name)) >= fewest


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("substances.csv", ("key",)),
        ("names.csv", ("name", "substance")),
        ("roles.csv", ("substance", "role")),
        ("roles_vocabulary.csv", ("role",)),
        ("conditions.csv", ("key",)),
        ("sources.csv", ("source_id",)),
    ],
)
def test_keys_are_filled_and_stand_once(name, columns):
    keys = [tuple(row[column] for column in columns) for row in rows_of(name)]
    assert all(all(key) for key in keys)
    assert [key for key, times in Counter(keys).items() if times > 1] == []


def test_own_substances_say_that_nobody_verified_them():
    own = {row["key"]: row["verified"] for row in rows_of("substances.csv") if row["source_id"] == "own_vocabulary"}
    assert own == dict.fromkeys(OWN_SUBSTANCES, "no")


def test_verified_substances_have_a_number():
    verified = [row for row in rows_of("substances.csv") if row["verified"] == "yes"]
    assert len(verified) == 1854
    assert all(row["rxcui"].isdigit() for row in verified)


def test_components_names_and_roles_point_at_substances():
    substances = {row["key"] for row in rows_of("substances.csv")}
    components = {part for row in rows_of("substances.csv") for part in parts(row["components"])}
    pointed_at = components | {row["substance"] for name in ("names.csv", "roles.csv") for row in rows_of(name)}
    assert pointed_at <= substances


def test_combinations_and_salts_have_components_and_no_roles_of_their_own():
    rows = {row["key"]: row for row in rows_of("substances.csv")}
    compound = {key for key, row in rows.items() if row["tty"] in ("MIN", "PIN")}
    assert all(rows[key]["components"] for key in compound)
    assert compound & {row["substance"] for row in rows_of("roles.csv")} == set()


def test_roles_use_the_vocabulary_and_its_strengths():
    strengths = {row["role"]: {"", *parts(row["strengths"])} for row in rows_of("roles_vocabulary.csv")}
    assert [row for row in rows_of("roles.csv") if row["strength"] not in strengths[row["role"]]] == []


def test_negative_liver_findings_never_raise_flags():
    silent = {row["role"] for row in rows_of("roles_vocabulary.csv") if row["raises_flags"] == "no"}
    assert silent == {"hepatotoxicity_unlikely", "dilirank_other"}


def test_corrections_are_applied_and_provisional():
    roles = {(row["substance"], row["role"]): row for row in rows_of("roles.csv")}
    corrected = [row for row in roles.values() if row["source_id"] == "role_corrections"]
    assert len(corrected) == 81 + 48
    assert {row["verified"] for row in corrected} == {"no"}
    assert all(row["note"] for row in corrected)
    assert ("akuamma", "opioid_agonist") not in roles
    assert ("akuamma", "opioid_partial_agonist") in roles
    assert roles["flecainide", "qt_prolonging"]["strength"] == "label_warning"


def test_every_source_named_exists():
    sources = {row["source_id"] for row in rows_of("sources.csv")}
    named = {row["source_id"] for name in ("substances.csv", "names.csv", "roles.csv") for row in rows_of(name)}
    named |= {source for row in rows_of("roles.csv") for source in parts(row["other_sources"])}
    named |= {row["duplicate_of"] for row in rows_of("sources.csv")} - {""}
    assert named <= sources


def test_sources_say_what_was_read_and_keep_it_short():
    rows = rows_of("sources.csv")
    assert {row["read_here"] for row in rows} == {"yes", "partly", "no"}
    assert all(row["citation"] and row["supports"] and len(row["supports"]) <= 300 for row in rows)


def test_names_have_a_known_kind_and_hazardous_words_are_only_offered():
    kinds = {(row["name"].casefold(), row["substance"]): row["kind"] for row in rows_of("names.csv")}
    assert set(kinds.values()) == KINDS
    assert kinds["tea", "caffeine"] == kinds["pseudo", "mitragynine pseudoindoxyl"] == "ambiguous"


def test_conditions_split_into_their_columns():
    rows = {row["key"]: row for row in rows_of("conditions.csv")}
    jaundice = rows["jaundice"]
    assert parts(jaundice["rules"]) == ("liver-disease",)
    assert parts(jaundice["modifiers"]) == ("liver_disease",)
    assert parts(jaundice["safety"]) == ("urgent-care", "think-of-kratom-liver-injury")
    assert parts(jaundice["complicated"]) == ("unstable liver disease",)
    assert rows["opioid_use_disorder_remission"]["tier_high"] == "past opioid use disorder"
    inert = [
        row
        for row in rows.values()
        if not any(row[c] for c in ("rules", "modifiers", "safety", "complicated", "tier_high"))
    ]  # noqa: E501
    assert len(inert) == 94
    populations = {key for key, row in rows.items() if row["population"] == "yes"}
    assert populations == {"pregnancy", "lactation", "age_under_18", "age_60_or_over"}


def test_kava_kratom_drinks_lead_to_both():
    rows = {row["key"]: row for row in rows_of("substances.csv")}
    assert parts(rows["kava preparation / kratom"]["components"]) == ("kava preparation", "kratom")
    drinks = {row["substance"] for row in rows_of("names.csv") if row["name"].startswith(("feel free", "kava-kratom"))}
    assert drinks == {"kava preparation / kratom"}


def test_lithium_salts_act_as_lithium():
    rows = {row["key"]: row for row in rows_of("substances.csv")}
    assert rows["lithium carbonate"]["components"] == rows["lithium citrate"]["components"] == "lithium"
