"""Whether suicide has to be asked about in a visit, what was asked already, and the words for both. Reads only."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils.functional import cached_property

from clinical.models import Consultation, ReferenceTable, SuicideInquiry
from clinical.reference_inquiry import TABLE
from clinical.screening.inquiry import ITEM_9, Mood, must_ask, reasons_to_ask
from clinical.snapshots import current_rules, current_version

POSITIVE = "phq9_item_9_positive"
# Judgement: a score older than this many visits is no "visit before".
VISITS_LOOKED_AT = 20


@dataclass(frozen=True)
class Inquiry:
    """What the prompt of one visit says. `is_due`: the visit cannot be signed before an inquiry is recorded."""

    consultation: Consultation
    reasons: tuple[str, ...]
    asked: SuicideInquiry | None
    words: dict[str, Any]

    @property
    def is_due(self) -> bool:
        return ITEM_9 in self.reasons and self.asked is None

    @cached_property
    def reason_words(self) -> list[str]:
        return [row["text"] for row in self.words.get("reasons", ()) if row["code"] in self.reasons]

    @property
    def crisis_line(self) -> str:
        return crisis_line(self.words)

    @property
    def steps(self) -> list[str]:
        """What follows from the outcome recorded last."""
        return steps_after(self.asked.outcome, self.words) if self.asked else []

    @property
    def is_urgent(self) -> bool:
        rows = {row["code"]: row for row in self.words.get("outcomes", ())}
        return bool(self.asked and rows.get(self.asked.outcome, {}).get("urgent"))

    @property
    def asked_with(self) -> str:
        return screen_words(self.asked.screen, self.words) if self.asked else ""


def inquiry_of(consultation: Consultation) -> Inquiry:
    """Everything about asking in this visit: two light queries."""
    version = current_version()
    words = inquiry_words(version)
    earlier = list(_earlier_scores(consultation)[:VISITS_LOOKED_AT])
    mood = Mood(
        phq9=consultation.phq9,
        phq9_before=next((answers for answers in earlier if answers), None),
        is_first_visit=not earlier,
        changes_kratom=bool(consultation.change_plan),
    )
    rise = {row["name"]: row["value"] for row in words.get("parameters", ())}.get("phq9_rise", float("inf"))
    reasons = reasons_to_ask(mood, item_9_positive=_positive(version), rise=rise)
    return Inquiry(consultation, reasons, last_inquiry(consultation), words)


def is_due(consultation: Consultation) -> bool:
    """Whether item 9 asks for an inquiry that nobody recorded. Without a score no query of its own."""
    if not consultation.phq9:
        return False
    return must_ask(consultation.phq9, item_9_positive=_positive()) and last_inquiry(consultation) is None


def last_inquiry(consultation: Consultation) -> SuicideInquiry | None:
    """The latest of a visit counts."""
    return consultation.suicide_inquiries.select_related("by").order_by("at", "id").last()


def inquiry_words(version: int | None = None) -> dict[str, Any]:
    """The document in force; empty where it is not loaded."""
    return _words_at(current_version() if version is None else version)


@lru_cache(maxsize=2)
def _words_at(version: int) -> dict[str, Any]:
    """`version` is the cache key: a published change is read by the next request."""
    return ReferenceTable.objects.filter(key=TABLE).values_list("content", flat=True).first() or {}


def crisis_line(words: dict[str, Any]) -> str:
    """The line of the site, or the one of the reference data with what is not known of it."""
    return settings.CRISIS_LINE or words.get("crisis_line", {}).get("text", "")


def steps_after(outcome: str, words: dict[str, Any]) -> list[str]:
    """What to do after an outcome, action first."""
    return next((list(row["steps"]) for row in words.get("outcomes", ()) if row["code"] == outcome), [])


def screen_words(code: str, words: dict[str, Any]) -> str:
    """What was asked with, in words; the code where its row is gone."""
    return next((row["text"] for row in words.get("screens", ()) if row["code"] == code), code)


def _positive(version: int | None = None) -> float:
    return current_rules(version).parameters[POSITIVE]


def _earlier_scores(consultation: Consultation):
    """PHQ-9 answers of the signed visits before this one, newest first."""
    signed = Consultation.objects.filter(patient_id=consultation.patient_id, signed_at__isnull=False)
    signed = signed.exclude(pk__in=[consultation.pk, consultation.amends_id]).filter(
        visit_on__lte=consultation.visit_on
    )
    return signed.order_by("-visit_on", "-signed_at").values_list("phq9", flat=True)
