"""Places inside the United States: a ZIP, a state, a county or a city becomes a chain of levels. Never guesses."""

from collections.abc import Iterable

from legal import gazetteer
from legal import place_words as words
from legal.gazetteer import Settlement, ZipArea, county_base, name_key
from legal.index import LegalIndex, Place
from legal.periods import Level
from legal.places import HOME, Address, Answer, Found, NotFound, Several, as_choices, as_text, doubted, unlisted

# How the Census Bureau ends the name of a city that belongs to no county.
INDEPENDENT = " city"


class Home:
    """Finds American places in one index."""

    def __init__(self, index: LegalIndex) -> None:
        self.index = index

    def states(self, name: str) -> list[Place]:
        """The state or territory with this name or two-letter code."""
        by_code = self.index.places.get(f"{HOME}-{name.strip().upper()}")
        return [by_code] if by_code and len(name.strip()) == 2 else list(self.index.find(name, "state"))

    # ---- A ZIP, with or without other parts

    def with_zip(self, address: Address) -> Answer:
        """What the ZIP says fills only what is empty; where the two disagree it is said."""
        area = gazetteer.zip_area(address.zip_code.strip())
        if area is None:
            return self._without_zip(address)
        states = self.states(area.main.state)
        if area.is_military:
            return NotFound(words.ZIP_MILITARY % {"zip": address.zip_code})
        if not states:
            return NotFound(words.ZIP_OUTSIDE % {"zip": address.zip_code})
        if address.state and states != self.states(address.state):
            names = {"zip": address.zip_code, "there": states[0].name, "state": address.state}
            return NotFound(words.ZIP_OTHER_STATE % names)
        named = address.city or address.county or address.is_unincorporated
        choices = () if named else self._zip_choices(area)
        if choices:
            return Several(choices, words.SEVERAL_IN_ZIP % {"zip": address.zip_code})
        city, county = self._filled(address, area.main)
        return doubted(self.in_state(states[0], city, county), *self._zip_doubts(address, area))

    def _without_zip(self, address: Address) -> Answer:
        states = self.states(address.state)
        if not states or not (address.city or address.county):
            return NotFound(words.UNKNOWN_ZIP % {"zip": address.zip_code})
        answer = self.in_state(states[0], address.city, address.county)
        return doubted(answer, words.ZIP_NOT_IN_TABLE % {"zip": address.zip_code})

    def _filled(self, address: Address, main: Settlement) -> tuple[str, str]:
        """(city, county): each empty part from the ZIP, where the other part allows it."""
        city, county = address.city, address.county
        if address.is_unincorporated:
            return "", county or main.county
        if not city and (not county or county_base(county) == county_base(main.county)):
            city = main.city
        here = (name_key(s.county) == name_key(main.county) for s in gazetteer.cities_named(city, main.state))
        return city, county or (main.county if any(here) else "")

    def _zip_choices(self, area: ZipArea) -> tuple[str, ...]:
        """The ZIP's places, where one beside the main one has a rule of its own."""
        main = area.main
        listed = [city for city in area.other_cities if self._place(main.state, city)]
        return tuple(as_text(Settlement(city, main.county, main.state)) for city in (main.city, *listed) if listed)

    def _zip_doubts(self, address: Address, area: ZipArea) -> Iterable[str]:
        names = {name_key(name) for name in (area.main.city, *area.other_cities)}
        if address.city and name_key(address.city) not in names:
            there = {"zip": address.zip_code, "there": area.main.city, "given": address.city}
            yield words.ZIP_OTHER_CITY % there
        if address.county and county_base(address.county) != county_base(area.main.county):
            there = {"zip": address.zip_code, "there": area.main.county, "given": address.county}
            yield words.ZIP_OTHER_CITY % there
        if not (address.city and address.county and address.state):
            yield str(words.ZIP_CROSSES)

    # ---- A state and what lies in it

    def in_state(self, state: Place, city: str, county: str) -> Answer:
        """The city, the county, or the state alone; a city in several counties is one only if it has a record."""
        if not city:
            return self.county_only(state, county) if county else self.state_only(state)
        letters = state.code.removeprefix(f"{HOME}-")
        place = self._place(letters, city)
        settlements = [s for name in (place.names if place else (city,)) for s in gazetteer.cities_named(name, letters)]
        if county:
            return self._city_in_county(state, city, county, place)
        if not settlements and not place:
            return self._no_such_city(state, city)
        if len(settlements) < 2:
            name = settlements[0].city if settlements else city
            return self._build(state, settlements[0].county if settlements else "", name, place)
        if not place or any(self._county(letters, s.county) for s in settlements):
            names = {"city": settlements[0].city, "state": letters}
            return Several(as_choices(settlements), words.SEVERAL_COUNTIES % names)
        counties = ", ".join(sorted(s.county for s in settlements))
        doubt = words.MANY_COUNTIES % {"city": place.name, "counties": counties}
        return doubted(self._build(state, "", city, place), doubt)

    def state_only(self, state: Place) -> Found:
        levels = (self.index.level(self.index.places[HOME]), self.index.level(state))
        return Found(state.name, levels, (str(words.STATE_ONLY),))

    def county_only(self, state: Place, county: str) -> Answer:
        known = gazetteer.counties_named(county, state.code.removeprefix(f"{HOME}-"))
        if len(known) > 1:
            return Several(as_choices(known), words.TWO_COUNTIES % {"county": county})
        if not known:
            return NotFound(words.UNKNOWN_COUNTY % {"county": county, "state": state.name})
        return doubted(self._build(state, known[0].county, "", None), str(words.COUNTY_ONLY))

    def counted_county(self, state: Place, name: str) -> Found:
        """A county as the Census Bureau names it; a city of no county ("Salem city") is the city itself."""
        letters = state.code.removeprefix(f"{HOME}-")
        city = name.removesuffix(INDEPENDENT)
        if city != name:
            place = self._place(letters, city)
            return self._build(state, "", place.name if place else city, place)
        known = gazetteer.counties_named(name, letters)
        return doubted(self._build(state, known[0].county if known else name, "", None), str(words.COUNTY_ONLY))

    def _city_in_county(self, state: Place, city: str, county: str, place: Place | None) -> Answer:
        letters = state.code.removeprefix(f"{HOME}-")
        known = gazetteer.counties_named(county, letters)
        if len(known) > 1:
            choices = tuple(f"{city}, {s.county}, {s.state}" for s in known)
            return Several(choices, words.TWO_COUNTIES % {"county": county})
        if not known:
            doubt = words.COUNTY_NOT_KNOWN % {"county": county, "state": state.name}
            return doubted(self._build(state, county, city, place), doubt)
        name = known[0].county
        here = [s for s in gazetteer.cities_named(city, letters) if name_key(s.county) == name_key(name)]
        answer = self._build(state, name, here[0].city if here else city, place)
        if here:
            return answer
        return doubted(answer, words.CITY_NOT_IN_COUNTY % {"city": city, "county": name})

    def _no_such_city(self, state: Place, name: str) -> Answer:
        """Not a city; a county's bare name ("Shelby, TN") is taken as the county."""
        if gazetteer.counties_named(name, state.code.removeprefix(f"{HOME}-")):
            return self.county_only(state, name)
        return NotFound(words.UNKNOWN_CITY % {"name": name, "state": state.name})

    # ---- The chain

    def _build(self, state: Place, county_name: str, city: str, place: Place | None) -> Found:
        """A level for everything named; one without a record stays in the chain and says "no entry"."""
        if name_key(county_name) == name_key(state.name):  # the District is its own county and city
            found = self.state_only(state)
            return Found(f"{city}, {found.label}" if city else found.label, found.levels)
        county = self._county(state.code.removeprefix(f"{HOME}-"), county_name) if county_name else None
        below = [self._level(state, county, county_name, "county"), self._level(state, place, city, "place")]
        levels = [level for level in below if level]
        doubts = _county_doubts(county, place.name if place else city) if county else []
        if missing := [level.name for level in reversed(levels) if not level.listed]:
            doubts.append(words.NO_LOCAL_ROW % {"places": str(words.OR).join(missing)})
        label = ", ".join([*(level.name for level in reversed(levels)), state.name])
        above = (self.index.level(self.index.places[HOME]), self.index.level(state))
        return Found(label, (*above, *levels), tuple(doubts))

    def _level(self, state: Place, record: Place | None, name: str, kind: str) -> Level | None:
        if record:
            return self.index.level(record)
        return unlisted(f"{state.code}:{kind}:{name_key(name).replace(' ', '-')}", name, kind) if name else None

    def _place(self, letters: str, name: str) -> Place | None:
        return next((p for p in self.index.find(name, "place") if p.parent_code == f"{HOME}-{letters}"), None)

    def _county(self, letters: str, name: str) -> Place | None:
        return next((p for p in self.index.find(name, "county") if p.parent_code == f"{HOME}-{letters}"), None)


def _county_doubts(county: Place, city: str) -> list[str]:
    names = {"county": county.name, "city": city}
    if county.note != "unincorporated land only":
        return [words.COUNTY_RULE % names]
    return [(words.UNINCORPORATED_OR_CITY if city else words.UNINCORPORATED_ONLY) % names]
