"""Reads what a person typed for a place, or the parts of an address, and asks the right table. Never guesses."""

import re
from dataclasses import replace

from legal import gazetteer, special_ground
from legal import place_words as words
from legal.county_numbers import county_of
from legal.gazetteer import Settlement, name_key
from legal.home import Home
from legal.index import LegalIndex, Place
from legal.periods import StalenessGroup
from legal.places import HOME, Address, Answer, Found, NotFound, Several, as_choices, as_text, doubted, unlisted

ZIP = re.compile(r"\d{5}(-?\d{4})?")
# A county's number. Bare, its five digits would be a ZIP.
FIPS = re.compile(r"(FIPS|county)[\s:]*(?P<number>\d+)", re.IGNORECASE)
STATE_AT_END = re.compile(r"(?P<place>.+?)\s+(?P<state>[A-Za-z]{2})(?P<zip>\s+\d{5}(-\d{4})?)?")
ZIP_AT_END = re.compile(r"(?P<rest>.*?)\s*\b(?P<zip>\d{5})(-\d{4})?")
# Land outside every city: "unincorporated parts of Lee County", "Lee County (unincorporated)". Said as a city's name.
UNINCORPORATED = "Unincorporated"
SAYS_UNINCORPORATED = re.compile(r"\(?\bunincorporated\b(\s+(area|part|land)s?\b)?(\s+(of|in)\b)?\)?", re.IGNORECASE)


class Finder:
    """Finds places in one index."""

    def __init__(self, index: LegalIndex) -> None:
        self.index = index
        self.home = Home(index)

    def find_text(self, text: str) -> Answer:
        """ "City, ST", "County, ST", "City, County, ST", a ZIP, a state, a country, or a jurisdiction code."""
        text = " ".join(text.split())
        return special_ground.refusal_before(text) or special_ground.with_ground(text, self._find_text(text))

    def _find_text(self, text: str) -> Answer:
        parts = [part.strip() for part in text.split(",") if part.strip()]
        if not parts:
            return NotFound(str(words.NO_PLACE))
        if not self.index.places:
            return NotFound(str(words.NOT_LOADED))
        if SAYS_UNINCORPORATED.search(text):
            return self._unincorporated(SAYS_UNINCORPORATED.sub(" ", text))
        if len(text) > 2 and (place := self.index.places.get(_as_code(text))):
            return self._recorded(place)
        if match := FIPS.fullmatch(text):
            return self._county_by_number(match["number"])
        if ZIP.fullmatch(text):
            return self.home.with_zip(Address(zip_code=text))
        return self._alone(parts[0]) if len(parts) == 1 else self._parts(parts)

    def _county_by_number(self, number: str) -> Answer:
        """A county by its FIPS number: its own record first, then the county's name in its state."""
        own = [place for code, place in self.index.places.items() if code.endswith(f":county:{number}")]
        if own:
            return self._recorded(own[0])
        county = county_of(number)
        if county is None:
            return NotFound(words.UNKNOWN_FIPS % {"number": number})
        states = self.home.states(county.state)
        return self.home.counted_county(states[0], county.county) if states else _outside_us(county)

    def find_address(self, address: Address) -> Answer:
        """The place of an address given in parts."""
        if not self.index.places:
            return NotFound(str(words.NOT_LOADED))
        if refused := special_ground.refusal_before(f"{address.city} {address.state} {address.zip_code}"):
            return refused
        address = _outside_cities(address)
        if address.country and not self._is_home(address.country):
            return self._foreign(address)
        if address.zip_code:
            return self.home.with_zip(address)
        if address.state:
            states = self.home.states(address.state)
            unknown = NotFound(words.UNKNOWN_STATE % {"name": address.state})
            return self.home.in_state(states[0], address.city, address.county) if states else unknown
        if address.city or address.county:
            return self._anywhere(address.city or address.county)
        return self._recorded(self.index.places[HOME]) if address.country else NotFound(str(words.NO_ADDRESS))

    # ---- Text

    def _alone(self, name: str) -> Answer:
        """No comma: a state or a country; failing both "Memphis TN", or a city or county of that name anywhere."""
        states, countries = self.home.states(name), self._countries(name)
        if len(states) + len(countries) > 1:
            choices = tuple(place.name for place in (*states, *countries))
            return Several(choices, words.SEVERAL_NAMES % {"name": name})
        if states:
            doubts = (str(words.READ_AS_STATE),) if len(name) > 2 and self._unlisted_country(name) else ()
            return doubted(self.home.state_only(states[0]), *doubts)
        if countries:
            return self._recorded(countries[0])
        if found := self._unlisted_country(name):
            return found
        if (match := STATE_AT_END.fullmatch(name)) and self.home.states(match["state"]):
            return self._parts([match["place"], match["state"] + (match["zip"] or "")])
        if match := ZIP_AT_END.fullmatch(name):
            part = "state" if self.home.states(match["rest"]) else "city"
            return self.home.with_zip(Address(zip_code=match["zip"], **{part: match["rest"]}))
        return self._anywhere(name)

    def _anywhere(self, name: str) -> Answer:
        """A city or county named without its state: one choice per place that bears the name."""
        found = gazetteer.counties_named(name) if gazetteer.says_county(name) else gazetteer.cities_named(name)
        if not found:
            return NotFound(words.UNKNOWN_NAME % {"name": name})
        if len(found) > 1:
            return Several(as_choices(found), words.SEVERAL_PLACES % {"name": name})
        return self._settlement(found[0])

    def _settlement(self, settlement: Settlement) -> Answer:
        states = self.home.states(settlement.state)
        if not states:
            return _outside_us(settlement)
        return self.home.in_state(states[0], settlement.city, settlement.county)

    def _parts(self, parts: list[str]) -> Answer:
        """Parts between commas, the state last, with or without a ZIP or the country after it."""
        if len(parts) > 1 and self._is_home(parts[-1]):
            parts = parts[:-1]
        zip_code = next((part for part in parts if ZIP.fullmatch(part)), "")
        parts = [part for part in parts if part != zip_code]
        if parts and (match := ZIP_AT_END.fullmatch(parts[-1])):
            zip_code, parts = match["zip"], [*parts[:-1], match["rest"]]
        if not parts or (len(parts) == 1 and not zip_code):
            return self._find_text(zip_code or parts[0])
        if not self.home.states(parts[-1]):
            return self._outside(parts)
        city, county = _city_and_county(parts[:-1])
        return self.find_address(Address(zip_code, city, county, parts[-1]))

    def _unincorporated(self, rest: str) -> Answer:
        """What a text names beside the word: its first part is a county, whatever city bears the same name."""
        parts = [" ".join(part.split()) for part in rest.split(",") if part.strip()]
        if len(parts) != 1:
            return self._parts([UNINCORPORATED, *parts]) if parts else NotFound(str(words.NO_PLACE))
        if (match := STATE_AT_END.fullmatch(parts[0])) and self.home.states(match["state"]):
            return self._parts([UNINCORPORATED, match["place"], match["state"] + (match["zip"] or "")])
        found = gazetteer.counties_named(parts[0])
        if len(found) == 1:
            return self._settlement(found[0])
        return Several(as_choices(found), words.SEVERAL_PLACES % {"name": parts[0]}) if found else self._alone(parts[0])

    def _outside(self, parts: list[str]) -> Answer:
        countries = self._countries(parts[-1])
        if len(countries) == 1:
            return self._abroad(countries[0], parts[:-1])
        return self._unlisted_country(parts[-1]) or NotFound(words.UNKNOWN_STATE % {"name": parts[-1]})

    # ---- Abroad, and places by their own record

    def _foreign(self, address: Address) -> Answer:
        countries = self._countries(address.country)
        if countries:
            return self._abroad(countries[0], [address.city, address.county, address.state])
        unknown = NotFound(words.UNKNOWN_COUNTRY % {"name": address.country})
        return self._unlisted_country(address.country) or unknown

    def _abroad(self, country: Place, below: list[str]) -> Answer:
        found = self._recorded(country)
        label = ", ".join([*(part for part in below if part), country.name])
        return Found(label, found.levels, found.doubts) if isinstance(found, Found) else found

    def _unlisted_country(self, name: str) -> Found | None:
        for code, country in gazetteer.other_countries().items():
            if name.strip().upper() == code or name_key(name) == name_key(country):
                doubt = words.NO_COUNTRY_ROW % {"country": country}
                return Found(country, (unlisted(code, country, "country", StalenessGroup.COUNTRY),), (doubt,))
        return None

    def _recorded(self, place: Place) -> Answer:
        """A place by its own record: everything above it, itself, and what it leaves open."""
        parent = self.index.places.get(place.parent_code or "")
        if parent and place.level == "place":
            return self.home.in_state(parent, place.name, "")
        if parent and place.level == "county":
            return self.home.county_only(parent, place.name)
        if parent and parent.code == HOME:
            return self.home.state_only(place)
        above = (self.index.level(parent),) if parent else ()
        doubt = words.FEDERAL_ONLY if place.code == HOME else words.NATIONAL_ONLY
        return Found(place.name, (*above, self.index.level(place)), (str(doubt),))

    def _countries(self, name: str) -> list[Place]:
        by_code = self.index.places.get(name.strip().upper())
        return [by_code] if by_code and len(name.strip()) == 2 else list(self.index.find(name, "country"))

    def _is_home(self, name: str) -> bool:
        return any(place.code == HOME for place in self._countries(name))


def _as_code(text: str) -> str:
    """Codes are written "US-MS:county:28081"."""
    country_and_state, colon, rest = text.partition(":")
    return country_and_state.upper() + colon + rest.lower()


def _outside_cities(address: Address) -> Address:
    """The address with its county alone, where "unincorporated" stands for the city or with the county."""
    city, county = (SAYS_UNINCORPORATED.sub(" ", part).strip(" ,") for part in (address.city, address.county))
    if (city, county) == (address.city.strip(" ,"), address.county.strip(" ,")):
        return address
    if SAYS_UNINCORPORATED.search(address.city):
        city, county = "", county or city
    return replace(address, city=city, county=county, is_unincorporated=not city)


def _outside_us(settlement: Settlement) -> NotFound:
    return NotFound(words.OUTSIDE % {"place": as_text(settlement)})


def _city_and_county(parts: list[str]) -> tuple[str, str]:
    """("Memphis", "Shelby County") from either or both; three parts are read by their order."""
    if len(parts) != 1:
        return (parts[0], parts[-1]) if parts else ("", "")
    return ("", parts[0]) if gazetteer.says_county(parts[0]) else (parts[0], "")
