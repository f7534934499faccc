"""Words in a place that change what may be answered: military mail, tribal land, federal land, foreign postcodes."""

import re

from legal import place_words as words
from legal.places import HOME, Answer, Found, NotFound, doubted

MILITARY_MAIL = re.compile(r"\b(APO|FPO|DPO)\b[\s,]*(AA|AE|AP)?\b", re.IGNORECASE)
TRIBAL = re.compile(
    r"\b(reservation|tribal|rancheria|pueblo of|indian (land|country|colony|community)|nation)\b",
    re.IGNORECASE,
)
FEDERAL = re.compile(
    r"\b(national (park|forest|monument|seashore|cemetery)|air force base|afb|army base|naval (base|air station)"
    r"|military base|veterans (affairs|hospital)|federal (prison|building|courthouse|facility|land))\b",
    re.IGNORECASE,
)
# Great Britain, Canada, the Netherlands, Ireland: letters and figures mixed as no American ZIP or name is.
FOREIGN_POSTCODE = re.compile(
    r"([A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}|[A-Z]\d[A-Z]\s*\d[A-Z]\d|\d{4}\s?[A-Z]{2}|[A-Z]\d{2}\s?[A-Z\d]{4})",
    re.IGNORECASE,
)


def refusal_before(text: str) -> NotFound | None:
    """Military mail names no place, whatever its letters mean elsewhere ("AE" is a country too)."""
    return NotFound(str(words.MILITARY)) if MILITARY_MAIL.search(text) else None


def with_ground(text: str, answer: Answer) -> Answer:
    """The answer with what the text itself says of the ground: a doubt where found, better advice where not."""
    if isinstance(answer, NotFound):
        return _advice(text) or answer
    if not isinstance(answer, Found) or not answer.levels or answer.levels[0].code != HOME:
        return answer
    notes = [str(note) for pattern, note in ((TRIBAL, words.TRIBAL_LAND), (FEDERAL, words.FEDERAL_LAND))
             if pattern.search(text)]  # fmt: skip
    return doubted(answer, *notes)


def _advice(text: str) -> NotFound | None:
    if TRIBAL.search(text):
        return NotFound(str(words.TRIBAL))
    if FOREIGN_POSTCODE.fullmatch(text.strip()):
        return NotFound(words.FOREIGN_POSTCODE % {"name": text.strip()})
    return None
