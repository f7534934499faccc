"""Whether a concern begins as a hurried reader needs it: the pair, what may happen, and what to do.

A reader meets the heading ("pair: what may happen") and right under it the action. A hint for the writer, never a
refusal.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from clinical.models import ReferenceTable

ALERTING, FIRST_WORDS, LEAST_OF_ACTION = "alerting", "first_words", "first_words_of_action"
BETWEEN = ":"


def limits() -> dict[str, int] | None:
    """How many words are read at once, and how many of them the action needs; None where reference data holds none."""
    content = ReferenceTable.objects.filter(key=ALERTING).values_list("content", flat=True).first() or {}
    held = {row.get("name"): row.get("value") for row in content.get("parameters", ())}
    return held if {FIRST_WORDS, LEAST_OF_ACTION} <= held.keys() else None


def first_words(entry: Mapping[str, Any], most: int) -> str:
    """The beginning of the concern as shown, as far as a hurried reader gets."""
    return " ".join(f"{entry.get('title') or ''} {entry.get('action') or ''}".split()[:most])


def missing_from_first_words(entry: Mapping[str, Any], held: Mapping[str, int]) -> list[str]:
    """What the first words do not say, in words for the writer; nothing where nothing is written yet."""
    title, action = str(entry.get("title") or ""), str(entry.get("action") or "").split()
    if not title:
        return []
    pair, _between, consequence = title.partition(BETWEEN)
    left = held[FIRST_WORDS] - len(title.split())
    checks = (
        (bool(pair.strip()), _("the pair: which medicine or condition with kratom")),
        (bool(consequence.strip()), _("the consequence, behind a colon in the heading")),
        (
            bool(action) and left >= min(held[LEAST_OF_ACTION], len(action)),
            _("what to do: the heading is too long for it"),
        ),
    )
    return [words for is_said, words in checks if not is_said]
