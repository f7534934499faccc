"""Reads a line that names kratom as one kratom product: only what is plainly written, the whole line kept beside it.

Never takes leaf for 7-OH or 7-OH for leaf: where the words speak of both, the product is not known.
"""

import re

SEVEN_OH, LEAF, KAVA = (
    "7-hydroxymitragynine",
    "kratom",
    "kava preparation",
)
# One kind of product on the form; none of them is 7-OH itself.
DERIVATIVES = frozenset({"mitragynine pseudoindoxyl", "mgm-15", "mgm-16"})
# In this order: what it comes as says more about it than what it was made from.
_FORMS = (
    ("shot", r"shots?"),
    ("gummy", r"gumm(?:y|ies)|chews?"),
    ("enhanced", r"enhanced"),
    ("extract", r"extracts?"),
    ("resin", r"resin"),
    ("smoked", r"smok\w+|vap(?:e|es|ed|ing)"),
    ("tea", r"teas?"),
    ("capsule", r"cap(?:sule)?s?"),
    ("fresh_leaf", r"fresh lea(?:f|ves)"),
    ("leaf_powder", r"powder(?:ed)?"),
)
_FORM_WORDS = tuple((product, re.compile(rf"\b(?:{words})\b")) for product, words in _FORMS)
_LEAF_WORDS = re.compile(r"\b(?:lea(?:f|ves)|powder|tea)\b")
_UNITS = {
    "g": r"g|gm|gms|grams?",
    "mg": r"mg|milligrams?",
    "ml": r"ml|millilit(?:er|re)s?",
    "capsule": r"cap(?:sule)?s?",
    "teaspoon": r"tsp|teaspoon(?:ful)?s?",
    "tablespoon": r"tbsp|tablespoon(?:ful)?s?",
    "glass": r"glass(?:es)?",
    "ounce": r"oz|ounces?",
    "tablet": r"tab(?:let)?s?",
    "shot": r"shots?",
    "gummy": r"gumm(?:y|ies)",
    "serving": r"servings?",
}
_AMOUNT = re.compile(
    r"(?<![\w.,/-])(\d{1,6}(?:\.\d{1,3})?)\s?(?:"
    + "|".join(rf"(?P<{unit}>{words})" for unit, words in _UNITS.items())
    + r")(?![\w/-])"
)
_A_RANGE = re.compile(r"\d\s?(?:-|–|to)\s?\d")
_A_DAY = re.compile(r"\b(?:daily|(?:a|per|each|every) day)\b|/ ?day")
_TIMES = {
    "1": r"once (?:a day|daily)|qd",
    "2": r"bid|b\.i\.d\.|twice (?:a day|daily)|(?:2|two) ?(?:x|times) ?(?:a day|daily|per day|/day)",
    "3": r"tid|t\.i\.d\.|(?:3|three) ?(?:x|times) ?(?:a day|daily|per day|/day)",
    "4": r"qid|q\.i\.d\.|(?:4|four) ?(?:x|times) ?(?:a day|daily|per day|/day)",
}
_DOSES = tuple((number, re.compile(rf"(?<!\w)(?:{words})(?!\w)")) for number, words in _TIMES.items())
# Milligrams of these may be of the product or of the alkaloid, and those beside a piece are of each piece.
_NOT_IN_MILLIGRAMS = ("7oh", "pseudoindoxyl", "unknown", "extract", "enhanced", "kava_kratom")
_IN_PIECES = ("capsule", "gummy", "shot")
_OF_LEAF = ("tea", "capsule", "fresh_leaf", "leaf_powder", "smoked")


def product_of(text: str, substances: frozenset[str]) -> str:
    """The kind of product the words name, else "unknown"."""
    text = text.casefold()
    if KAVA in substances:
        return "kava_kratom"
    named = (("7oh", frozenset({SEVEN_OH})), ("pseudoindoxyl", DERIVATIVES))
    concentrates = [kind for kind, keys in named if not keys.isdisjoint(substances)]
    if concentrates:
        mixed = len(concentrates) > 1 or (LEAF in substances and _LEAF_WORDS.search(text))
        return "unknown" if mixed else concentrates[0]
    named = next((product for product, words in _FORM_WORDS if words.search(text)), "unknown")
    return "unknown" if named in _OF_LEAF and LEAF not in substances else named


def row_of(entered: str, substances: frozenset[str]) -> dict[str, str]:
    """The row of the kratom form that this line makes. `brand` holds all of it, whatever else was read."""
    text = " ".join(entered.casefold().split())
    product = product_of(text, substances)
    return {"product": product, "brand": entered, "per": "dose", **_amount(text, product)}


def _amount(text: str, product: str) -> dict[str, str]:
    """Amount, unit and doses a day, where exactly one amount is written and it can mean one thing only."""
    found = list(_AMOUNT.finditer(text))
    if len(found) != 1 or _A_RANGE.search(text):
        return {}
    unit = found[0].lastgroup or ""
    if (unit == "mg" and product in _NOT_IN_MILLIGRAMS) or (unit in ("g", "mg") and product in _IN_PIECES):
        return {}
    times = next((number for number, words in _DOSES if words.search(text)), "")
    per = "day" if not times and _A_DAY.search(text) else "dose"
    return {"amount": found[0][1], "unit": unit, "per": per, "doses_per_day": times}
