"""One instrument with its answers as text, scored into plain values for `manage.py score`. Stores nothing."""

from collections.abc import Sequence
from typing import Any

from clinical.instruments import Words, instruments_in_force
from clinical.screening.instruments import Notice, score

YES_OR_NO = {"yes": 1, "no": 0}
SEXES = ("male", "female")


class NotScored(ValueError):
    """What was given cannot be scored; the message names the item."""


def scored(name: str, given: Sequence[str], *, sex: str | None = None) -> dict[str, Any]:
    """Total, band and notices. Refuses an unknown instrument, a missing and an impossible answer, naming the item.

    What an instrument asks and does not score may be left out at the end.
    """
    words = _named(name)
    answers = _answers(name, words, given)
    found = score(words.core, answers, sex=sex)
    return {
        "instrument": name,
        "revision": words.revision,
        "total": found.total,
        "maximum": words.core.maximum,
        "band": found.band.code if found.band else None,
        "band_text": found.band.text if found.band else None,
        "notices": [_notice(notice) for notice in found.notices],
        "notes": list(words.notes),
        "credit": words.credit,
    }


def _named(name: str) -> Words:
    known = {words.core.code: words for words in instruments_in_force().values()}
    if name not in known:
        raise NotScored(f"{name}: no such instrument; there are {', '.join(known) or 'none, load the reference data'}")
    return known[name]


def _answers(name: str, words: Words, given: Sequence[str]) -> list[int | None]:
    items = words.core.items
    if len(given) > len(items):
        raise NotScored(f"{name}: value {len(items) + 1} belongs to no item; there are {len(items)} items")
    answers = [_answer(name, words, number, text) for number, text in enumerate(given)]
    for number in range(len(given), len(items)):
        if items[number].is_scored:
            raise NotScored(f"{name}, {_item(words, number)}: the value is missing")
        answers.append(None)
    return answers


def _answer(name: str, words: Words, number: int, text: str) -> int:
    allowed = words.core.items[number].allowed
    if allowed == (0, 1) and text.lower() in YES_OR_NO:
        return YES_OR_NO[text.lower()]
    if not text.isascii() or not text.isdigit() or int(text[:9]) not in allowed:
        listed = ", ".join(str(value) for value in allowed)
        raise NotScored(f"{name}, {_item(words, number)}: “{text}” is none of {listed}")
    return int(text)


def _item(words: Words, number: int) -> str:
    return f"item {number + 1} ({words.core.items[number].code})"


def _notice(notice: Notice) -> dict[str, Any]:
    return {
        "code": notice.code,
        "text": notice.text,
        "source": list(notice.source),
        "judgement": notice.judgement,
    }
