"""Names of American cities, counties and ZIPs, and of countries we hold no law for. Knows geography, never law.

Cities and ZIPs come from the `zipcodes` package; country names from the public-domain table of the time zone database.
"""

import csv
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import zipcodes

COUNTRIES_FILE = Path(__file__).parent / "reference_data" / "countries.csv"
COUNTY_WORDS = ("county", "parish", "borough", "census area", "municipio", "municipality", "city and borough", "city")
PUNCTUATION = str.maketrans({".": " ", "-": " ", "'": None})
SHORT_FORMS = {"st": "saint", "ste": "sainte", "ft": "fort", "mt": "mount"}


@dataclass(frozen=True, slots=True)
class Settlement:
    """A city as the mail knows it, with its county and two-letter state. The county is empty where not known."""

    city: str
    county: str
    state: str


@dataclass(frozen=True, slots=True)
class ZipArea:
    """One ZIP: its main place, other place names in use there, and whether it is a military address."""

    main: Settlement
    other_cities: tuple[str, ...]
    is_military: bool


def name_key(name: str) -> str:
    """One spelling per name: no case, accents, dots or doubled spaces; "St." is "saint"."""
    if not name.isascii():
        name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = name.lower().translate(PUNCTUATION).split()
    if len(words) > 1 and words[0] in SHORT_FORMS:
        words[0] = SHORT_FORMS[words[0]]
    return " ".join(words)


def county_base(name: str) -> str:
    """The key of a county name without the word that says what it is."""
    key = name_key(name)
    for word in sorted(COUNTY_WORDS, key=len, reverse=True):
        if key.endswith(f" {word}"):
            return key.removesuffix(f" {word}")
    return key


def says_county(name: str) -> bool:
    """Whether the name itself says that it is a county ("Shelby County", "Orleans Parish")."""
    return name_key(name).endswith(tuple(f" {word}" for word in COUNTY_WORDS if word != "city"))


@lru_cache(maxsize=1)
def _rows() -> list[dict]:
    return [
        {**row, "county": _one_spelling(row["county"])}
        for row in zipcodes.list_all()
        if row["zip_code_type"] != "MILITARY"
    ]


def _one_spelling(county: str) -> str:
    """The table writes Puerto Rico's municipios both with the word and without it."""
    return county.removesuffix(" Municipio")


@lru_cache(maxsize=1)
def _cities() -> dict[str, list[Settlement]]:
    return _by_city({(row["city"], row["county"], row["state"]) for row in _rows()})


@lru_cache(maxsize=1)
def _other_names() -> dict[str, list[Settlement]]:
    """Names the mail accepts beside a ZIP's main city; read only when no main city has the name."""
    return _by_city({(city, row["county"], row["state"]) for row in _rows() for city in row["acceptable_cities"]})


@lru_cache(maxsize=1)
def _counties() -> dict[str, list[Settlement]]:
    pairs = {(row["county"], row["state"]) for row in _rows() if row["county"]}
    once = {(name_key(county), state): county for county, state in sorted(pairs, reverse=True)}
    grouped = defaultdict(list)
    for (_key, state), county in sorted(once.items()):
        grouped[county_base(county)].append(Settlement("", county, state))
    return dict(grouped)


def _by_city(triples: set[tuple[str, str, str]]) -> dict[str, list[Settlement]]:
    """Grouped by name key; the table spells some counties in two ways ("McLean", "Mclean"), which are one."""
    keys = {county: name_key(county) for county in {county for _city, county, _state in triples}}
    grouped: dict[str, dict[tuple[str, str], Settlement]] = defaultdict(dict)
    for city, county, state in sorted(triples, key=lambda triple: (not triple[1], triple)):
        found = grouped[name_key(city)]
        # A ZIP without a county adds nothing to a city whose county other ZIPs give.
        if county or not any(known == state for _key, known in found):
            found.setdefault((keys[county], state), Settlement(city, county, state))
    return {key: list(settlements.values()) for key, settlements in grouped.items()}


def cities_named(name: str, state: str = "") -> list[Settlement]:
    """Every city of that name, in one state or in all, once per county it reaches into."""
    for table in (_cities, _other_names):
        found = [s for s in table().get(name_key(name), []) if not state or s.state == state]
        if found:
            return found
    return []


def counties_named(name: str, state: str = "") -> list[Settlement]:
    """Every county of that name; "Baltimore city" and "Baltimore County" are told apart when the word is given."""
    found = [s for s in _counties().get(county_base(name), []) if not state or s.state == state]
    exact = [s for s in found if name_key(s.county) == name_key(name)]
    return exact or found


def zip_area(zip_code: str) -> ZipArea | None:
    """What the table says about a five-digit ZIP (more digits are ignored), or None."""
    return _zips().get(zip_code[:5])


@lru_cache(maxsize=1)
def _zips() -> dict[str, ZipArea]:
    return {
        row["zip_code"]: ZipArea(
            Settlement(row["city"], _one_spelling(row["county"]), row["state"]),
            tuple(row["acceptable_cities"]),
            row["zip_code_type"] == "MILITARY",
        )
        for row in zipcodes.list_all()
    }


@lru_cache(maxsize=1)
def other_countries() -> dict[str, str]:
    """Code to name, for countries that have no row in our tables."""
    with COUNTRIES_FILE.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["name"] for row in csv.DictReader(file)}
