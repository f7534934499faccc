"""Takes one typed line of a medicine list apart: "Ultram 50 mg prn" -> name, strength, sig. Standard library only.

Knows how prescriptions are written, not which medicines exist; whether the name is known is for the index to say.
Nothing typed is lost: `Entry.raw` always holds the whole line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from clinical.vocabulary.letters import normalise, tidy
from clinical.vocabulary.sig import ROUTE_OF_FORM, Piece, piece_at, pieces_between
from clinical.vocabulary.stops import UNSAID, StopDays, stop_days

__all__ = ["Entry", "normalise", "openings", "parse_behind", "parse_entry", "tidy", "unread_after"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line taken apart. `name` and `aside` (all text in brackets) are tidied from `raw`; either may be empty.

    `form` and `route` use one word each ("tablet", "sublingual"); None means that nothing was said. `stopped_from` and
    `stopped_until` are the first and the last day that a dated stop can mean; `stopped_days_ago` is the fewest days
    that words such as "2 weeks ago" can mean.
    """

    raw: str
    name: str = ""
    strength: str | None = None
    form: str | None = None
    route: str | None = None
    sig: str = ""
    aside: str = ""
    as_needed: bool = False
    stopped: bool = False
    stopped_from: date | None = None
    stopped_until: date | None = None
    stopped_days_ago: int | None = None


_LEADING = re.compile(
    r"(?:pt|patient|she|he|has been|been|is|still|reports?|states?|takes?|taking|took"
    r"|uses?|using|drinks?|drinking|smokes?|smoking|vapes?|vaping|on|apply|inject|inhale|chew|rx|otc|home"
    r"|medic(?:al|inal)|current(?:ly)?|prescribed|new|generic|brand|baby"
    r"|chewable|children['’]?s|low[\s-]dose|half|one|two|three|of|a|an|and|then|also"
    r"|med(?:ication|icine)?s?(?:\s?#?\d{1,2}(?=[.:)]))?|\|)[.:)]?\s+(?=\S)"
)
_BULLET = re.compile(r"^(?:[\s•·●▪◦‣*>–—+=-]+|\(?\d{1,2}[.)]\s+|\[[ x]?\]\s*|[a-z][.)]\s+)+")
_COUNT = re.compile(r"[½¼¾]|1/2|\d(?:\s?[-–]\s?\d)?")
_EDGES = " ,;:.-–—|"
_MOST_WORDS = 12
# "Toprol-XL" is Toprol; a name that is known with its ending is tried first.
_RELEASE = re.compile(r"(?<=[a-z]{3})-(?:xl|xr|er|sr|la|cr|cd|xt|ec|ir|odt)$")
# "blue pill", "test strips": words that name no medicine, and whose first word alone would name a wrong one.
_ONLY_DESCRIBED = re.compile(
    r"(?:(?:little|small|big|tiny|round|oval|white|blue|pink|yellow|green|red|orange|purple|brown|my|his|her|some|other"
    r"|blood pressure|sleep(?:ing)?|water|pain|heart|nerve|anxiety|diet|allergy|cholesterol|sugar|stomach|thyroid)\s)+"
    r"(?:pill|tablet|tab|capsule|cap|medicine|medication|med)s?\b"
    r"|(?:(?:blood )?(?:glucose|sugar) )?test(?:ing)? strips?\b"
    r"|(?:nebuli[sz]er|cpap|bipap|oxygen) (?:machine|mask|tubing)\b|allergy (?:shots?|injections?)\b"
    r"|(?:protein|granola|energy) (?:powder|shakes?|bars?)\b"
)
_SIDES = {"od": "ophthalmic", "os": "ophthalmic", "au": "otic", "ad": "otic", "as": "otic"}
_SPACE = re.compile(r"\s")


def parse_entry(raw: str) -> Entry:
    """Take one line apart. Never fails and never guesses a name: what is not sig-like before the sig is the name."""
    text = tidy(raw)
    first = _after_bullet(text)
    start = _name_start(text, first)
    leading = [piece for piece in pieces_between(text, first, start) if piece[0] not in ("other", "number")]
    end, trailing = _name_end(text, start)
    name = _RELEASE.sub("", text[start:end].strip(_EDGES))
    return Entry(raw=raw, name=name, **_read(text, leading + trailing))


def parse_behind(raw: str, end: int) -> Entry:
    """The same for a name that is known to end here: "INH" is isoniazid then, and says nothing about a route."""
    text = tidy(raw)
    name = text[_after_bullet(text) : end].strip(_EDGES)
    return Entry(raw=raw, name=name, **_read(text, pieces_between(text, end, len(text))))


def openings(raw: str) -> Iterator[tuple[str, int]]:
    """Every beginning of the line that might be a name, longest first, with where it ends in the tidied line.

    Some names hold words that otherwise belong to a sig ("Theo-24", "Neo-Synephrine 12 Hour"): an index that knows
    them tries these before it trusts `Entry.name`. Beginnings after a skipped verb or count come second.
    """
    text = tidy(raw)
    first = _after_bullet(text)
    for start in dict.fromkeys((first, _name_start(text, first))):
        ends = [match.start() for match in _SPACE.finditer(text, start)] + [len(text)]
        for end in reversed(ends[:_MOST_WORDS]):
            name = text[start:end].strip(_EDGES)
            if name:
                yield name, end
            if _RELEASE.search(name):
                yield _RELEASE.sub("", name), end


def unread_after(raw: str, position: int) -> tuple[str, bool]:
    """The words after `position` that are not sig-like, and whether they follow the name at once.

    Words right behind a name may change what it means ("Fiorinal #3"), words behind the dose seldom do.
    """
    text = tidy(raw)
    pieces = pieces_between(text, position, len(text))
    words = [text[at:end].strip(_EDGES) for kind, at, end in pieces if kind == "other"]
    return " ".join(word for word in words if word), bool(pieces) and pieces[0][0] == "other" and bool(words[0])


def _after_bullet(text: str) -> int:
    bullet = _BULLET.match(text)
    return bullet.end() if bullet else 0


def _name_start(text: str, position: int) -> int:
    """Where the name begins: after verbs, and after a strength or form written first ("2 tabs tramadol")."""
    while True:
        skipped = _leading_end(text, position)
        if skipped is None:
            return position
        position = skipped


def _leading_end(text: str, position: int) -> int | None:
    """Past one leading piece, or None where the name begins. Brackets, reasons and the last piece stay."""
    word = _LEADING.match(text, position)
    if word:
        return word.end()
    piece = piece_at(text, position)
    if piece is None or piece[0] in ("bracket", "reason"):
        return None
    rest = text[piece[1] :].lstrip(_EDGES)
    return len(text) - len(rest) if rest else None


def _name_end(text: str, start: int) -> tuple[int, list[Piece]]:
    """The end of the name, and everything after it as pieces; words that are not sig-like are "other"."""
    described = _ONLY_DESCRIBED.match(text, start)
    pieces = pieces_between(text, described.end() if described else start, len(text))
    if described:
        return described.end(), pieces
    sig_like = [index for index, piece in enumerate(pieces) if piece[0] != "other"]
    if not sig_like:
        return len(text), []
    return pieces[sig_like[0]][1], pieces[sig_like[0] :]


def _read(text: str, pieces: list[Piece]) -> dict[str, Any]:
    """What the pieces say, in the words of `Entry`."""
    strength = _strength(text, pieces)
    forms = [kind[5:] for kind, _, _ in pieces if kind.startswith("form:")]
    inside = [piece for kind, at, end in pieces if kind == "bracket" for piece in pieces_between(text, at + 1, end)]
    kinds = {kind for kind, _, _ in (*pieces, *inside)}
    asides = [text[at:end].strip("()[] ") for kind, at, end in pieces if kind == "bracket"]
    said = [piece for piece in pieces if piece != strength and not piece[0].startswith(("form:", "route:", "bracket"))]
    stopped = "stopped" in kinds and "again" not in kinds
    stop = _stop(text, [*pieces, *inside]) if stopped else UNSAID
    return {
        "strength": text[strength[1] : strength[2]] if strength else None,
        "form": forms[0] if forms else None,
        "route": _route(text, pieces, forms),
        "sig": " ".join(text[at:end].strip(_EDGES) for _, at, end in said),
        "aside": " ".join(aside for aside in asides if aside),
        "as_needed": "needed" in kinds,
        "stopped": stopped,
        "stopped_from": stop.first,
        "stopped_until": stop.last,
        "stopped_days_ago": stop.days_ago,
    }


def _route(text: str, pieces: list[Piece], forms: list[str]) -> str | None:
    """A route that is written out goes before the side of an eye or ear, and that before one a form implies.

    "od", "os", "ad" and "as" are words too: they mean a side only beside drops or a strength in per cent.
    """
    for kind, _, _ in pieces:
        if kind.startswith("route:"):
            return kind[6:]
    if "drops" in forms or any("%" in text[at:end] for kind, at, end in pieces if kind == "amount"):
        words = (text[at:end].replace(".", "") for kind, at, end in pieces if kind in ("other", "often"))
        side = next((_SIDES[word] for word in words if word in _SIDES), None)
        if side:
            return side
    return next((ROUTE_OF_FORM[form] for form in forms if form in ROUTE_OF_FORM), None)


def _stop(text: str, pieces: list[Piece]) -> StopDays:
    """The day of a stop: written with it, else the last dose, else the only other day that is named."""
    for wanted in ("stopped", "last", "when"):
        for kind, at, end in pieces:
            found = stop_days(text[at:end]) if kind == wanted else UNSAID
            if found != UNSAID:
                return found
    return UNSAID


def _strength(text: str, pieces: list[Piece]) -> Piece | None:
    """The first amount with a unit; else the first bare number that is no count of tablets ("1 tab")."""
    amounts = [piece for piece in pieces if piece[0] == "amount"]
    if amounts:
        return amounts[0]
    for piece, after in zip(pieces, [*pieces[1:], None], strict=False):
        counted = after is not None and after[0].startswith("form:") and _COUNT.fullmatch(text, piece[1], piece[2])
        if piece[0] == "number" and not counted:
            return piece
    return None
