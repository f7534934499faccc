"""Whether the first words of a summary say what the reader needs: the pair, the consequence and the action.

Judged by the words that the rule itself uses; a hint for the writer, never a refusal.
"""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

# Readers stay about eight seconds on an alert (median over 25 965 alerts), which is about this many words.
FIRST_WORDS = 15
# Shorter words ("with", "and", "may") are in every sentence; endings differ, so beginnings are compared.
SHORTEST, BEGINNING = 4, 5
WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
KRATOM = ("kratom", "mitragynine", "7-oh")


def first_words(entry: Mapping[str, Any]) -> str:
    """The beginning of the summary, as far as a hurried reader gets."""
    return " ".join(str(entry.get("summary") or "").split()[:FIRST_WORDS])


def missing_from_first_words(entry: Mapping[str, Any]) -> list[str]:
    """What the first words do not seem to say, in words for the writer."""
    said = first_words(entry).casefold()
    if not said:
        return []
    stems = _stems(said)
    names = [key for group in entry.get("objects") or () for key in group.get("keys") or ()]
    pair = any(word in said for word in KRATOM) or bool(stems & _stems(" ".join((entry.get("title") or "", *names))))
    checks = (
        (pair, _("the pair: which medicine or condition with kratom")),
        (bool(stems & _stems(entry.get("consequence") or "")), _("the consequence")),
        (bool(stems & _stems(entry.get("action") or "")), _("what to do")),
    )
    return [words for is_said, words in checks if not is_said]


def _stems(words: str) -> set[str]:
    found = WORD.findall(words.replace("_", " ").casefold())
    return {word[:BEGINNING] for word in found if len(word) >= SHORTEST}
