"""The rating instruments in force, ready to score and with their words. Reads only, once per reference version."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from clinical.models import ReferenceTable
from clinical.screening.instrument_document import instrument_from
from clinical.screening.instruments import Instrument
from clinical.snapshots import current_version

FOLDER = "instruments/"
# The order in which they are offered: those of most visits first (our judgement). What is not named comes last.
ORDER = ("phq9", "cows", "symptoms", "phq2", "gad7", "auditc", "dast10", "kud_leaf", "kud_7oh")
# Their answers stand in the visit's own page; the others have a page each.
ON_THE_VISIT = ("phq9", "cows")


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """One instrument as it is asked. `code` is what it is stored under; `revision` that of its words."""

    code: str
    short: str
    title: str
    period: str
    questions: tuple[str, ...]
    answers: tuple[tuple[tuple[int, str], ...], ...]
    credit: str
    notes: tuple[str, ...]
    revision: int
    core: Instrument


def instruments_in_force(version: int | None = None) -> dict[str, Words]:
    """Every instrument by the code it is stored under; those asked about two products apart stand there twice."""
    return _instruments_at(current_version() if version is None else version)


@lru_cache(maxsize=2)
def _instruments_at(version: int) -> dict[str, Words]:
    """`version` is the cache key: a published change is read by the next request."""
    rows = ReferenceTable.objects.filter(key__startswith=FOLDER).values_list("content", "revision")
    found = {words.code: words for content, revision in rows for words in _words_of(content, revision)}
    codes = [code for code in ORDER if code in found] + sorted(found.keys() - set(ORDER))
    return {code: found[code] for code in codes}


def _words_of(content: dict[str, Any], revision: int) -> list[Words]:
    core = instrument_from(content)
    common = content.get("answers", ())
    shared = {
        "period": content["period"],
        "questions": tuple(item["text"] for item in content["items"]),
        "answers": tuple(
            tuple((answer["value"], answer["text"]) for answer in item.get("answers", common))
            for item in content["items"]
        ),
        "credit": content["credit"],
        "notes": tuple(content.get("notes", ())),
        "revision": revision,
        "core": core,
    }
    asked_for = [(f"_{row['code']}", f", {row['text']}") for row in content.get("asked_for", ())] or [("", "")]
    return [
        Words(code=f"{core.code}{end}", short=f"{content['short']}{told}", title=f"{content['title']}{told}", **shared)
        for end, told in asked_for
    ]
