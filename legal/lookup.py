"""The front door to the law: find a place, then ask what holds there on a day. Reads only.

Other apps import this module and nothing else of `legal`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext

from legal import gazetteer
from legal.answers import age_in_words, doubts_of, label_of, place_as_json, ruling_as_json
from legal.choices import StatusChoice, SubstanceChoice
from legal.coming import Coming, coming_in
from legal.finder import Finder
from legal.index import Dispute, LegalReferenceMissing, current_index, kept_index
from legal.periods import BOTH, Status, Substance
from legal.places import Address, Answer, Found, NotFound, Several
from legal.ruling import Chain, Ruling, ruling_on
from legal.standing import RANK
from legal.tables import Column, PlainTable, reference_tables, table_of
from legal.verification import register_patient_counter

__all__ = [
    "ALL_SUBSTANCES",
    "Address",
    "Answer",
    "Column",
    "Coming",
    "Dispute",
    "Found",
    "LegalReferenceMissing",
    "NotFound",
    "PlainTable",
    "Ruling",
    "Several",
    "Status",
    "Substance",
    "age_in_words",
    "chain_of",
    "coming_changes",
    "disputes_of",
    "doubts_at",
    "fill_from_zip",
    "find_place",
    "is_country",
    "is_loaded",
    "label_of",
    "legal_version",
    "name_of",
    "place_as_json",
    "places_of",
    "reference_tables",
    "register_patient_counter",
    "ruling_as_json",
    "rulings_at",
    "rulings_for_address",
    "status_words",
    "substance_words",
    "substances_for",
    "table_of",
    "tightens_at",
]

ALL_SUBSTANCES = tuple(str(substance) for substance in Substance)
# Which question each product kind asks of the law. Enhanced, unidentified and unlisted kinds ask all three.
ASKED_BY_PRODUCT = {
    **dict.fromkeys(
        ("leaf_powder", "capsule", "tea", "fresh_leaf", "extract", "shot", "gummy", "kava_kratom", "smoked", "resin"),
        (str(Substance.KRATOM_LEAF),),
    ),
    "7oh": (str(Substance.SEVEN_OH),),
    "pseudoindoxyl": (str(Substance.DERIVATIVES),),
}
ADDRESS_KEYS = {key: key for key in ("zip_code", "city", "county", "state", "country")} | {"zip": "zip_code"}


@dataclass(frozen=True, slots=True)
class PlaceInZip:
    """City, county and two-letter state that a ZIP stands for."""

    city: str
    county: str
    state: str


def find_place(place: str | Address | Mapping[str, str | None]) -> Answer:
    """One place, several to choose from, or none with what to do: from text, an address, or its parts by name.

    Parts are `zip`, `city`, `county`, `state`, `country`; anything else is refused (ValueError). Never guesses.
    """
    finder = Finder(current_index())
    if isinstance(place, str):
        return finder.find_text(place)
    return finder.find_address(place if isinstance(place, Address) else _address(place))


def fill_from_zip(zip_code: str) -> tuple[PlaceInZip, ...]:
    """What a ZIP fills in: nothing where it is not known, several where places in it have rules of their own."""
    area = gazetteer.zip_area(zip_code.strip())
    if area is None or area.is_military:
        return ()
    main = area.main
    recorded = {
        name
        for place in current_index().places.values()
        if place.code.startswith(f"US-{main.state}:")
        for name in place.names
    }
    cities = (main.city, *(city for city in area.other_cities if city in recorded))
    return tuple(PlaceInZip(city, main.county, main.state) for city in cities)


def is_country(code: str) -> bool:
    """Whether this is a two-letter country code, whether or not we hold law for the country."""
    code = code.strip().upper()
    place = current_index().places.get(code)
    return code == "US" or code in gazetteer.other_countries() or (place is not None and len(code) == 2)


def is_loaded() -> bool:
    """Whether the legal reference data is there to be asked."""
    index = current_index()
    return bool(index.places) and index.limits is not None


def legal_version() -> int:
    """A number that goes up with every change of the legal reference data."""
    return current_index().version


def substances_for(product_kinds: Iterable[str]) -> tuple[str, ...]:
    """The substances these products ask the law about; no product, or one not recognised, asks all."""
    kinds = list(product_kinds)
    asked = {substance for kind in kinds for substance in ASKED_BY_PRODUCT.get(kind, ALL_SUBSTANCES)}
    return tuple(substance for substance in ALL_SUBSTANCES if substance in asked or not kinds)


def chain_of(place: Found) -> Chain:
    """The compiled levels of a place, kept until the law changes."""
    return current_index().chain(place.levels)


def rulings_at(
    place: Found, day: date, age: int | None, substances: Iterable[str] = ALL_SUBSTANCES, today: date | None = None
) -> dict[str, Ruling]:
    """One ruling per substance. Staleness counts to `today` (default: the calendar's), or to a day asked after it."""
    chain, today = chain_of(place), today or timezone.localdate()
    return {substance: ruling_on(chain, day, substance, age, today) for substance in substances}


def disputes_of(codes: Iterable[str]) -> dict[str, tuple[Dispute, ...]]:
    """Open disagreements of sources, for those of these jurisdictions that have any."""
    held = current_index().disputes
    return {code: held[code] for code in codes if code in held}


def coming_changes(today: date) -> tuple[Coming, ...]:
    """What changes soon or changed just now anywhere, soonest first; within the days that the parameters say."""
    return coming_in(current_index(), today)


def tightens_at(place: Found, change: Coming, age: int | None, substances: Iterable[str]) -> bool:
    """Whether what holds at this place, all levels together, is stricter from the change's day than the day before.

    A town's ban where the state bans already is none. Doubt counts by its strictest known answer.
    """
    chain = kept_index().chain(place.levels)
    return any(
        _is_stricter(*(ruling_on(chain, on, one, age) for on in (change.on - timedelta(days=1), change.on)))
        for one in substances
        if change.covers(one)
    )


def _is_stricter(before: Ruling, after: Ruling) -> bool:
    if before.strictest_known != after.strictest_known:
        return RANK.get(after.strictest_known, 0) > RANK.get(before.strictest_known, 0)
    return before.age_allows is not False and after.age_allows is False or _unknown_age_raised(before, after)


def _unknown_age_raised(before: Ruling, after: Ruling) -> bool:
    return after.age_allows is None and (after.min_age or 0) > (before.min_age or 0)


def name_of(code: str) -> str:
    """The name of a jurisdiction, or its code where none is held. From the index read last in this process."""
    place = kept_index().places.get(code)
    return place.name if place else code


def status_words(status: str) -> str:
    """What people read for a status; without a row, that there is none."""
    return str(StatusChoice(status).label) if status in StatusChoice.values else gettext("No rule on record")


def substance_words(substance: str) -> str:
    """What people read for a substance of the law."""
    return str(SubstanceChoice(substance).label).lower() if substance == BOTH else str(SubstanceChoice(substance).label)


def places_of(addresses: Iterable[Address]) -> list[Answer]:
    """The place of each address, by the index read last in this process: ask for the law's changes just before."""
    index = kept_index()
    finder = Finder(index)
    found: dict[Address, Answer] = {}
    return [found.get(one) or found.setdefault(one, finder.find_address(one)) for one in addresses]


def doubts_at(place: Found, rulings: Mapping[str, Ruling]) -> list[str]:
    """What leaves the place in doubt, then which states have no row on the day."""
    silent = (doubt for ruling in rulings.values() for doubt in doubts_of(ruling))
    return list(dict.fromkeys([*(str(doubt) for doubt in place.doubts), *silent]))


def rulings_for_address(
    *,
    day: date,
    age: int | None,
    products: Iterable[str] = (),
    street: str = "",
    city: str = "",
    county: str = "",
    state: str = "",
    zip_code: str = "",
    country: str = "",
    today: date | None = None,
) -> dict[str, Any]:
    """The place of an address and its rulings as plain values; where it is not settled, no rulings and the reason.

    The street decides nothing yet. Staleness counts to the calendar day (`today`, by default) and never to the hour,
    so the same question has one answer all day long.
    """
    today = today or timezone.localdate()
    index = current_index()
    place = Finder(index).find_address(
        Address(zip_code=zip_code, city=city, county=county, state=state, country=country)
    )
    rulings, shown = {}, place_as_json(place)
    if isinstance(place, Found):
        chain = index.chain(place.levels)
        rulings = {substance: ruling_on(chain, day, substance, age, today) for substance in substances_for(products)}
        shown["doubts"] = doubts_at(place, rulings)
    return {
        "on": day.isoformat(),
        "age": age,
        "place": shown,
        "rulings": {substance: ruling_as_json(ruling) for substance, ruling in rulings.items()},
    }


def _address(parts: Mapping[str, str | None]) -> Address:
    if unknown := sorted(set(parts) - set(ADDRESS_KEYS)):
        raise ValueError(f"Not a part of an address: {', '.join(unknown)}")
    return Address(**{ADDRESS_KEYS[key]: str(value or "").strip() for key, value in parts.items()})
