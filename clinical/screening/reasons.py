"""Why an amount could not be turned into milligrams: one short phrase each, asking for what is needed."""

from clinical.screening.facts import KratomUse, Product, Unit
from clinical.screening.phrases import Phrase, gettext_noop, phrase

NO_AMOUNT = phrase(gettext_noop("Amount not recorded: ask for the amount per dose and its unit."))
NO_UNIT = phrase(gettext_noop("Unit not recorded: ask what the amount was measured in."))
NO_FREQUENCY = phrase(gettext_noop("Doses a day not recorded: a daily amount was not worked out."))
NO_DAYS = phrase(gettext_noop("Days a week not recorded: figures are for a day of use, without a weekly average."))

_NEVER: dict[Product, Phrase] = {
    Product.SMOKED: phrase(gettext_noop("Smoked or vaped: how much is absorbed is not known.")),
    Product.RESIN: phrase(gettext_noop("Resin: no usable figures on its content.")),
    Product.FRESH_LEAF: phrase(gettext_noop("Fresh leaf: no usable figures on its content.")),
    Product.PSEUDOINDOXYL: phrase(
        gettext_noop("Pseudoindoxyl product: not counted as mitragynine or 7-OH, and its strength is not known.")
    ),
}
_UNKNOWN_MATERIAL = phrase(gettext_noop("Product not known: ask for the label before working out an amount."))
_SEVEN_OH = phrase(gettext_noop("7-OH product: ask for the stated 7-OH mg; weight or pieces say nothing of strength."))
_CONCENTRATE = phrase(
    gettext_noop("Strength not stated: ask for the mitragynine or 7-OH mg on the label; size tells nothing.")
)
_MILLILITRES = phrase(gettext_noop("Millilitres say nothing of strength: ask for grams of leaf, or the stated mg."))
_NO_CONVERSION = phrase(gettext_noop("We hold no conversion for this unit with this product: ask for grams."))

_LEAF_IN_GRAMS = frozenset({Product.LEAF_POWDER, Product.CAPSULE, Product.TEA})


def never_computed(product: Product) -> Phrase | None:
    """Say why this product is never computed, or None where it can be."""
    return _NEVER.get(product)


def no_strength(use: KratomUse) -> Phrase:
    """Say what to ask for when an amount is given in a unit that does not tell the strength."""
    if use.unit is None:
        return NO_UNIT
    if use.product is Product.UNKNOWN:
        return _UNKNOWN_MATERIAL
    if use.product is Product.SEVEN_OH:
        return _SEVEN_OH
    if use.product not in _LEAF_IN_GRAMS:
        return _CONCENTRATE
    return _MILLILITRES if use.unit is Unit.MILLILITRE else _NO_CONVERSION
