"""Kinds of kratom product: plain labels, the groups they fall in, and whether a use still counts today.

Groups differ on purpose from the legal ones (`legal`), which ask another question.
"""

from enum import IntEnum

from clinical.screening.facts import KratomUse, Product
from clinical.screening.phrases import gettext_noop

LABELS: dict[Product, str] = {
    Product.LEAF_POWDER: gettext_noop("leaf powder"),
    Product.CAPSULE: gettext_noop("capsules"),
    Product.TEA: gettext_noop("tea"),
    Product.FRESH_LEAF: gettext_noop("fresh leaf"),
    Product.EXTRACT: gettext_noop("extract"),
    Product.SHOT: gettext_noop("liquid shot"),
    Product.GUMMY: gettext_noop("gummy"),
    Product.ENHANCED: gettext_noop("enhanced or unidentified concentrate"),
    Product.KAVA_KRATOM: gettext_noop("kava-kratom drink"),
    Product.SEVEN_OH: gettext_noop("7-OH product"),
    Product.PSEUDOINDOXYL: gettext_noop("pseudoindoxyl product"),
    Product.SMOKED: gettext_noop("smoked or vaped leaf"),
    Product.RESIN: gettext_noop("resin"),
    Product.UNKNOWN: gettext_noop("product not known"),
}

# Counted together for the withdrawal tier: "leaf products used together". An unknown product is judged as leaf at
# the least, and named as missing.
LEAF_KINDS = frozenset(
    {Product.LEAF_POWDER, Product.CAPSULE, Product.TEA, Product.FRESH_LEAF, Product.SMOKED, Product.UNKNOWN}
)
# Our judgement: gummies, resin and kava-kratom drinks are placed with extracts and shots, the more cautious group.
EXTRACT_KINDS = frozenset({Product.EXTRACT, Product.SHOT, Product.GUMMY, Product.RESIN, Product.KAVA_KRATOM})
CONCENTRATE_KINDS = frozenset({Product.SEVEN_OH, Product.PSEUDOINDOXYL, Product.ENHANCED})

PRODUCT_BITS: dict[str, int] = {product.value: 1 << index for index, product in enumerate(Product)}
EVERY_PRODUCT = (1 << len(Product)) - 1


class Standing(IntEnum):
    """Where one use stands: taken now, stopped but not long ago, or over."""

    CURRENT = 0
    CARRY_OVER = 1
    ENDED = 2


def standing_of(use: KratomUse, carry_over_hours: float) -> Standing:
    """Decide whether a use counts today.

    A use recorded as stopped at an unknown time counts as stopped lately: the more cautious reading. A use not
    recorded as stopped is current however long ago the last dose was.
    """
    if not use.stopped:
        return Standing.CURRENT
    if use.hours_since_last_use is not None and use.hours_since_last_use >= carry_over_hours:
        return Standing.ENDED
    return Standing.CARRY_OVER
