"""The sentences that say why a flag fired, or why a route kept it from firing. Words only; nothing is decided here."""

from functools import cache

from clinical.screening.facts import Product, Taken
from clinical.screening.phrases import Phrase, gettext_noop, phrase
from clinical.screening.products import LABELS

SPELLING = phrase(gettext_noop("Matched by its spelling: confirm the name."))
PROVISIONAL_ROLE = phrase(gettext_noop("Provisional: what this medicine does was not checked against a source."))
PROVISIONAL_RULE = phrase(gettext_noop("Provisional: the source of this rule was not checked word for word."))
CARRIED_OVER = phrase(
    gettext_noop("Kratom was stopped less than two weeks ago, or it is not known when: this may last (our judgement).")
)

_TAKEN = gettext_noop("Taken: %(entered)s.")
_TAKEN_AS = gettext_noop("Taken: %(entered)s (%(substance)s).")
_CONDITION = gettext_noop("Recorded: %(entered)s.")
_KRATOM = gettext_noop("Kratom: %(products)s.")
_ROUTE = gettext_noop("Entered as %(route)s: rules for other routes were not applied to %(substance)s.")
_KNOWN_ROUTE = gettext_noop(
    "%(what)s is given as %(route)s: rules for other routes were not applied. Set the route if it is given otherwise."
)
# A route that follows from the name: nobody typed it, so the row says how the product is used.
_USED = {
    "topical": gettext_noop(
        "%(what)s is used on the skin: rules for the whole body were not applied. Set the route if that is wrong."
    ),
    "ophthalmic": gettext_noop(
        "%(what)s is used in the eye: rules for the whole body were not applied. Set the route if that is wrong."
    ),
    "otic": gettext_noop(
        "%(what)s is used in the ear: rules for the whole body were not applied. Set the route if that is wrong."
    ),
    "nasal": gettext_noop(
        "%(what)s is used in the nose: rules for the whole body were not applied. Set the route if that is wrong."
    ),
    "inhaled": gettext_noop(
        "%(what)s is breathed in: rules for the whole body were not applied. Set the route if that is wrong."
    ),
    "vaginal": gettext_noop(
        "%(what)s is used in the vagina: rules for the whole body were not applied. Set the route if that is wrong."
    ),
}


def taken_phrase(entered: str, substance: str) -> Phrase:
    """What was typed, with the substance it was read as where that differs."""
    if entered.casefold() == substance.casefold():
        return phrase(_TAKEN, entered=entered)
    return phrase(_TAKEN_AS, entered=entered, substance=substance)


def recorded_phrase(entered: str) -> Phrase:
    """A condition, an age or another state on record."""
    return phrase(_CONDITION, entered=entered)


@cache
def kratom_phrase(product_mask: int) -> Phrase:
    """The kratom products a rule fired for."""
    names = [LABELS[product] for index, product in enumerate(Product) if product_mask >> index & 1]
    return phrase(_KRATOM, products=", ".join(names))


def route_phrase(taken: Taken, substance: str) -> Phrase:
    """Why no rule fired: the route that was entered, or the one that the name or the substance always has."""
    if taken.route_from not in ("name", "form", "substance"):
        return phrase(_ROUTE, route=taken.route, substance=substance)
    what = substance if taken.route_from == "substance" else taken.entered
    used = _USED.get(taken.route or "")
    return phrase(used, what=what) if used else phrase(_KNOWN_ROUTE, what=what, route=taken.route)
