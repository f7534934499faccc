"""Microseconds per legal ruling at one place and day: `python -m tests.benchmarks.bench_ruling`. Budget 5, goal 1."""

from datetime import date, timedelta
from random import Random
from statistics import median
from time import perf_counter
from timeit import repeat

from legal.periods import Level, StalenessGroup, StalenessLimits, Status, StatusPeriod, Substance
from legal.reference_files import read_files
from legal.ruling import Chain, compile_chain, ruling_on

START = date(2020, 1, 1)
LIMITS = StalenessLimits(state_days=30, local_days=90, country_days=180, firm_multiple=3)
ROUNDS, RULINGS = 7, 20_000


def level(code: str, periods: int, group: StalenessGroup) -> Level:
    """A jurisdiction whose law changed every hundred days."""
    days = [START + timedelta(days=100 * i) for i in range(periods + 1)]
    statuses = [status for status in Status if status is not Status.UNKNOWN]
    rows = tuple(
        StatusPeriod(code, "both", statuses[i % len(statuses)], START, days[i], days[i + 1], min_age=18 + i % 4)
        for i in range(periods)
    )
    return Level(code, code, "state", rows, group)


def place_days(asked: int = 100_000, places: int = 400) -> float:
    """Seconds for that many random place-days in one process, compiling included; the places are made up."""
    draw = Random(1)
    groups = (StalenessGroup.STATE, StalenessGroup.STATE, StalenessGroup.LOCAL, StalenessGroup.LOCAL)
    chains: dict[int, Chain] = {}
    questions = [(draw.randrange(places), START + timedelta(days=draw.randrange(900))) for _ in range(asked)]
    began = perf_counter()
    for place, day in questions:
        if place not in chains:
            chains[place] = compile_chain(tuple(level(f"P{place}L{i}", 6, g) for i, g in enumerate(groups)), LIMITS)
        for substance in Substance:
            ruling = ruling_on(chains[place], day, substance, 30)
            _read = ruling.status, ruling.firm, ruling.may_buy
    return perf_counter() - began


def real_levels() -> list[tuple[Level, ...]]:
    """The chain of every jurisdiction in the reviewed files: its country down to itself."""
    files = read_files()
    fields = StatusPeriod.__dataclass_fields__
    rows = [
        StatusPeriod(
            **{name: value for name, value in row.items() if name in fields} | {"status": Status(row["status"])}
        )
        for row in files.periods
    ]
    places = {one["code"]: one for one in files.jurisdictions}
    levels = {
        code: Level(
            code, one["name"], one["level"], tuple(row for row in rows if row.jurisdiction_code == code), _group(one)
        )
        for code, one in places.items()
    }
    chains = []
    for code in places:
        chain, at = [], code
        while at:
            chain.insert(0, levels[at])
            at = places[at]["parent_code"]
        chains.append(tuple(chain))
    return chains


def _group(place: dict) -> StalenessGroup:
    if not (place["code"] == "US" or place["code"].startswith("US-")):
        return StalenessGroup.COUNTRY
    return StalenessGroup.LOCAL if place["level"] in ("county", "place") else StalenessGroup.STATE


def real_place_days(asked: int = 100_000) -> float:
    """Seconds for that many random place-days over the reviewed tables, compiling included, reading files not."""
    draw, places = Random(1), real_levels()
    chains: dict[int, Chain] = {}
    questions = [(draw.randrange(len(places)), START + timedelta(days=draw.randrange(2900))) for _ in range(asked)]
    began = perf_counter()
    for place, day in questions:
        if place not in chains:
            chains[place] = compile_chain(places[place], LIMITS)
        for substance in Substance:
            ruling = ruling_on(chains[place], day, substance, 30)
            _read = ruling.status, ruling.firm, ruling.may_buy
    return perf_counter() - began


def main() -> None:
    """Four levels of six periods, asked on a day in the middle."""
    groups = (StalenessGroup.STATE, StalenessGroup.STATE, StalenessGroup.LOCAL, StalenessGroup.LOCAL)
    levels = tuple(level(f"L{i}", 6, group) for i, group in enumerate(groups))
    chain, day = compile_chain(levels, LIMITS), START + timedelta(days=333)
    asked = {
        "ruling": lambda: ruling_on(chain, day, Substance.KRATOM_LEAF, 30),
        "ruling, status and age read": lambda: (
            (r := ruling_on(chain, day, Substance.KRATOM_LEAF, 30)).status and r.age_allows
        ),
        "ruling, status, staleness and firm read": lambda: ruling_on(chain, day, Substance.KRATOM_LEAF, 30).firm,
    }
    for name, ask in asked.items():
        seconds = median(repeat(ask, number=RULINGS, repeat=ROUNDS)) / RULINGS
        print(f"{name}: {seconds * 1e6:.2f} us")
    compiled = median(repeat(lambda: compile_chain(levels, LIMITS), number=100, repeat=ROUNDS)) / 100
    print(f"compiling a place, once per legal version: {compiled * 1e6:.0f} us")
    print(f"100 000 random place-days, all three substances: {place_days():.2f} s")
    print(f"the same over the reviewed tables, {len(real_levels())} places: {real_place_days():.2f} s")


if __name__ == "__main__":
    main()
