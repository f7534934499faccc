"""The sentences that say why a flag fired. Words only; nothing is decided here."""

from functools import cache

from clinical.screening.facts import Product
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
