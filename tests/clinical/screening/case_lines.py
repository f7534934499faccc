"""Lines of test cases from names exactly as the vocabulary files write them, with the route those files give."""

from dataclasses import replace

from clinical.screening.case import RawEntry
from clinical.screening.facts import Match, Taken
from tests.clinical.screening.reference import read_csv, split

ROWS = {row["key"]: row for row in read_csv("substances.csv")}
SUBSTANCES = {key: split(row["components"]) for key, row in ROWS.items()}
NAMES = {row["name"].casefold(): row for row in read_csv("names.csv")}


def line_of(entry: RawEntry) -> Taken:
    name = entry.text.casefold()
    named = {} if name in SUBSTANCES else NAMES.get(name, {})
    key = named.get("substance", name)
    components = SUBSTANCES.get(key)
    line = Taken(entry.text, Match.NONE, phase=entry.phase, stopped_days_ago=entry.stopped_days_ago, route=entry.route)
    if components is None:
        return line
    known = (("typed", entry.route), ("name", named.get("route")), ("substance", ROWS[key]["route"]))
    route_from, route = next((pair for pair in known if pair[1]), ("", None))
    return replace(
        line,
        match=Match.EXACT,
        substances=components or (key,),
        products=(key,) if components else (),
        route=route,
        route_from=route_from,
    )
