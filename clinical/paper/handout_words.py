"""The patient's words in one language, out of the handout document: by mechanism, by tier, and fixed lines."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LANGUAGES = ("en", "es")


@dataclass(frozen=True, slots=True)
class HandoutWords:
    """One language of the document. Every list keeps the order of the file: the most useful first."""

    language: str
    mechanisms: Mapping[str, Mapping[str, str]]
    products: Mapping[str, str]
    stopping: Mapping[str, str]
    words: Mapping[str, str]
    emergency: tuple[str, ...]
    same_day: tuple[str, ...]
    tips: tuple[str, ...]
    leaf_tips: frozenset[str] = frozenset()
    other_tips: frozenset[str] = frozenset()


def words_in(document: Mapping[str, Any], language: str) -> HandoutWords:
    """Read one language. Raises `KeyError` for a language that the document does not have."""
    return HandoutWords(
        language=language,
        mechanisms={row["code"]: row[language] for row in document["mechanisms"]},
        products={row["code"]: row[language] for row in document["products"]},
        stopping={row["tier"]: row[language] for row in document["stopping"]},
        words={row["code"]: row[language] for row in document["words"]},
        leaf_tips=_tips_only(document, "leaf", language),
        other_tips=_tips_only(document, "other", language),
        **{part: tuple(row[language] for row in document[part]) for part in ("emergency", "same_day", "tips")},
    )


def _tips_only(document: Mapping[str, Any], product: str, language: str) -> frozenset[str]:
    """Tips for those who take leaf, or for those who take none: what is known of leaf is not said of 7-OH."""
    return frozenset(row[language] for row in document["tips"] if row.get("only") == product)
