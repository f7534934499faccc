"""The letters of a typed line and of a name: what is left out, what is the same letter, what parts words.

Decides nothing about medicines or prescriptions. Standard library only.
"""

import html
import re
import unicodedata
from collections.abc import Iterator

_ENTITY = re.compile(r"&(?:[a-z]{2,8}|#\d{1,6}|#x[0-9a-f]{1,5});", re.IGNORECASE)
# Bounded, so that a line of many opening brackets is read once and not once for each.
_TAG = re.compile(
    r"<(?:script|style)\b[^<>]{0,200}>[^<]{0,500}</(?:script|style)\s?>|</?[a-z!][^<>]{0,200}>", re.IGNORECASE
)
# Full-width letters and signs are the same letters typed on another keyboard.
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
# Other symbols (emoji, trade marks) part words; control, format and private characters vanish.
_KEPT = {"So": " ", "Cc": "", "Cf": "", "Cs": "", "Co": "", "Cn": ""}
_APOSTROPHES = re.compile(r"['’‘`´]")
_UNWRITTEN = frozenset({"Mn", "Mc", "Cf", "Cc"})
_NOT_IN_NAMES = re.compile(r"[^a-z0-9µμ%]+")
# Only spellings of the same word, never of another substance.
_SPELT_OUT = {
    "vit": "vitamin",
    "hcl": "hydrochloride",
    "hbr": "hydrobromide",
    "sulphate": "sulfate",
    "saint": "st",
    "w": "with",
}


def tidy(raw: str) -> str:
    """The line in lower case with single spaces: every name and aside is a piece of this.

    Tags, emoji, control and direction marks are left out; full-width letters become plain ones.
    """
    text = _TAG.sub(" ", raw)
    text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
    text = unicodedata.normalize("NFC", text).translate(_NARROW).casefold()
    if not text.isascii() or not text.isprintable():
        text = "".join(_KEPT.get(unicodedata.category(letter), letter) for letter in _spaced(text))
    return " ".join(text.split())


def _spaced(text: str) -> Iterator[str]:
    """Tabs and line ends are control characters too, but they part words."""
    return (" " if letter.isspace() else letter for letter in text)


def normalise(name: str) -> str:
    """The form in which names are compared: no case, accents, apostrophes or punctuation; short words spelt out.

    "St. John's-wort" and "st johns wort" become the same; nothing else is judged to be the same name.
    """
    letters = name.casefold()
    if not letters.isascii() or not letters.isprintable():
        decomposed = unicodedata.normalize("NFKD", letters)
        letters = "".join(
            letter for letter in decomposed if letter.isspace() or unicodedata.category(letter) not in _UNWRITTEN
        )
    letters = _APOSTROPHES.sub("", letters)
    words = _NOT_IN_NAMES.sub(" ", letters.replace("&", " and ").replace("+", " and ")).split()
    return " ".join(_SPELT_OUT.get(word, word) for word in words)
