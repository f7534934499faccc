"""Reads an amount and its unit from the cells of a diary. A number that can mean two things is refused, not guessed."""

import re

from django.utils.translation import gettext as _

from clinical.diary.moments import Unreadable

UNITS = {
    "g": ("g", "gm", "gms", "gram", "grams", "gr"),
    "mg": ("mg", "milligram", "milligrams"),
    "mg_mitragynine": ("mg mitragynine",),
    "mg_7oh": ("mg 7-oh", "mg 7oh", "mg 7-hydroxymitragynine"),
    "ml": ("ml", "milliliter", "milliliters", "millilitre", "millilitres"),
    "capsule": ("cap", "caps", "capsule", "capsules"),
    "teaspoon": ("tsp", "teaspoon", "teaspoons"),
    "tablespoon": ("tbsp", "tablespoon", "tablespoons"),
    "glass": ("glass", "glasses"),
    "ounce": ("oz", "ounce", "ounces"),
    "tablet": ("tab", "tabs", "tablet", "tablets"),
    "shot": ("shot", "shots"),
    "gummy": ("gummy", "gummies"),
    "serving": ("serving", "servings"),
}
_UNIT_OF = {wording: unit for unit, wordings in UNITS.items() for wording in wordings}
_NUMBER = re.compile(r"([-+]?\d+(?:[.,]\d+)?)\s*(.*)")
_THOUSANDS = re.compile(r"\d{1,3}([.,])\d{3}")


def unit_named(text: str) -> str:
    """The unit, "" where none is written. Raises `Unreadable` for one that is not known."""
    plain = " ".join(text.casefold().strip(" .").split())
    if plain and plain not in _UNIT_OF:
        raise Unreadable(_("“%(text)s” is no unit that is known here.") % {"text": text})
    return _UNIT_OF.get(plain, "")


def amount_of(text: str, unit: str, *, decimal_comma: bool) -> tuple[float | None, str]:
    """Amount and unit; the unit beside the number goes before `unit`, the column's. Nothing written is None."""
    if not text.strip():
        return None, ""
    found = _NUMBER.fullmatch(text.strip())
    if not found:
        raise Unreadable(_("“%(text)s” is no amount. Write a number such as 2.5.") % {"text": text})
    number = found[1]
    thousands = _THOUSANDS.fullmatch(number)
    if thousands and (thousands[1] == "," or decimal_comma):
        raise Unreadable(_("“%(text)s” may be a thousand or a fraction. Write it plainly.") % {"text": text})
    amount = float(number.replace(",", "."))
    if amount <= 0:
        raise Unreadable(_("“%(text)s”: an amount is more than 0.") % {"text": text})
    return amount, unit_named(found[2]) or unit
