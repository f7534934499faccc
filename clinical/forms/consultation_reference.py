"""Words of the reference tables that pages print as they stand: PHQ-9, withdrawal wording, planning by tier.

Read once per process and reference version.
"""

from dataclasses import dataclass, field
from functools import lru_cache

from clinical.forms.consultation_scores import Instrument
from clinical.models import ReferenceTable
from clinical.paper.handout_words import HandoutWords, words_in
from clinical.snapshots import current_version

TABLES = ("instruments/phq9", "instruments/cows", "withdrawal", "exposure", "safety")


@dataclass(frozen=True, slots=True)
class Words:
    """Empty where the tables are not loaded."""

    phq9: Instrument = field(default_factory=Instrument)
    phq9_bands: tuple[dict, ...] = ()
    cows_bands: tuple[dict, ...] = ()
    withdrawal_wording: tuple[str, ...] = ()
    planning: dict[str, str] = field(default_factory=dict)
    red_flags: tuple[str, ...] = ()
    exposure_marks: tuple[str, ...] = ()
    urgent_safety: tuple[str, ...] = ()


def words_in_force(version: int | None = None) -> Words:
    """The words of the reference version in force; one light query where the version is not known yet."""
    return _words_at(current_version() if version is None else version)


@lru_cache(maxsize=2)
def _words_at(version: int) -> Words:
    """`version` is the cache key: a published change is read by the next request."""
    tables = dict(ReferenceTable.objects.filter(key__in=TABLES).values_list("key", "content"))
    phq9, cows = tables.get("instruments/phq9", {}), tables.get("instruments/cows", {})
    withdrawal, exposure = tables.get("withdrawal", {}), tables.get("exposure", {})
    return Words(
        phq9=Instrument(
            question=phq9.get("period", ""),
            items=tuple(item["text"] for item in phq9.get("items", ())),
            answers=tuple((str(a["value"]), f"{a['value']} {a['text']}") for a in phq9.get("answers", ())),
            credit=phq9.get("credit", ""),
        ),
        phq9_bands=tuple(phq9.get("bands", ())),
        cows_bands=tuple(cows.get("bands", ())),
        withdrawal_wording=_texts(withdrawal.get("wording", ())),
        planning={row["tier"]: row["text"] for row in withdrawal.get("planning", ())},
        red_flags=_texts(withdrawal.get("red_flags", ())),
        exposure_marks=_texts(exposure.get("reference_marks", ())),
        urgent_safety=tuple(row["code"] for row in tables.get("safety", {}).get("prompts", ()) if row.get("urgent")),
    )


def handout_words(language: str) -> HandoutWords:
    """The patient's words in force, in one language."""
    return _handout_words_at(current_version(), language)


@lru_cache(maxsize=4)
def _handout_words_at(version: int, language: str) -> HandoutWords:
    """`version` is the cache key, as above."""
    return words_in(ReferenceTable.objects.values_list("content", flat=True).get(key="handout"), language)


def _texts(rows) -> tuple[str, ...]:
    return tuple(row["text"] for row in rows)
