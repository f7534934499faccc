"""Routes a medicine may be given by, as bits. A route not recorded counts as oral, and so as systemic."""

ROUTES = (
    "oral",
    "sublingual",
    "buccal",
    "injected",
    "transdermal",
    "rectal",
    "implant",
    "topical",
    "ophthalmic",
    "otic",
    "nasal",
    "inhaled",
    "vaginal",
)
SYSTEMIC_ROUTES = frozenset({"oral", "sublingual", "buccal", "injected", "transdermal", "rectal", "implant"})
ROUTE_BITS = {route: 1 << index for index, route in enumerate(ROUTES)}
ORAL = ROUTE_BITS["oral"]
SYSTEMIC = sum(ROUTE_BITS[route] for route in SYSTEMIC_ROUTES)
ANY = (1 << len(ROUTES)) - 1
OF_A_STATE = ANY  # a condition has no route: every row applies to it


def route_bit(route: str | None) -> int:
    """The bit of a medicine's route. Unknown or unrecorded is oral, the more cautious reading."""
    return ROUTE_BITS.get(route or "oral", ORAL)


def row_route_mask(routes: frozenset[str]) -> int:
    """Every route a rule's row applies to: names, "systemic" or "any". Refuses a name it does not know."""
    mask = 0
    for route in routes:
        if route == "any":
            mask |= ANY
        elif route == "systemic":
            mask |= SYSTEMIC
        else:
            mask |= ROUTE_BITS[route]
    return mask
