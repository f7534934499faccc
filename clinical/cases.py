"""Answers cases given as JSON, the way other programs ask: look names up, screen, ask the law. Stores nothing."""

from dataclasses import replace
from datetime import date
from typing import Any

from django.utils import timezone

from clinical import snapshots
from clinical.screening.answer import to_json
from clinical.screening.case import Case, CaseError, RawEntry, facts_from_json
from clinical.screening.facts import Facts, Taken
from clinical.vocabulary import lookup
from clinical.vocabulary.taking import taken_from
from legal import lookup as law

__all__ = ["CaseError", "answer_cases"]


def answer_cases(cases: list[Any]) -> list[dict[str, Any]]:
    """One answer for each case, in order; the rules are loaded once. Raises `CaseError` that names the field.

    In an array the message also says which case it was.
    """
    rules = snapshots.current_rules()
    parsed = []
    for position, data in enumerate(cases):
        try:
            parsed.append(facts_from_json(data))
        except CaseError as error:
            raise CaseError(f"[{position}] {error}" if len(cases) > 1 else str(error)) from None
    return [_answer(case, rules) for case in parsed]


def _answer(case: Case, rules: snapshots.RuleSet) -> dict[str, Any]:
    day = case.on or timezone.localdate()
    facts = facts_of_case(case, rules.reference_version)
    answer = to_json(snapshots.screen(facts, rules), facts)
    legal, problem = _law(case, facts)
    if problem:
        answer["not_assessed"].append({"what": "law", "why": problem})
    return {"reference_version": rules.reference_version, "on": day.isoformat(), **answer, "legal": legal}


def facts_of_case(case: Case, version: int) -> Facts:
    """The case with every name looked up at this reference version."""
    return facts_with(case, lookup.vocabulary(version))


def facts_with(case: Case, words: lookup.Vocabulary) -> Facts:
    """The case with every name looked up in `words`. A name of several conditions counts as not recognised."""
    day = case.on or timezone.localdate()
    found = [(text, words.conditions.resolve(text)) for text in case.conditions]
    patient = replace(
        case.facts.patient,
        conditions=tuple(dict.fromkeys(key for _, key in found if isinstance(key, str))),
        unknown_conditions=tuple(text for text, key in found if not isinstance(key, str)),
    )
    return replace(case.facts, patient=patient, taken=tuple(_taken(entry, day, words) for entry in case.entries))


def _taken(entry: RawEntry, day: date, words: lookup.Vocabulary) -> Taken:
    return taken_from(
        words.names,
        entered=entry.text,
        phase=entry.phase,
        stopped_days_ago=entry.stopped_days_ago,
        route=entry.route,
        day=day,
    )


def _law(case: Case, facts: Facts) -> tuple[dict[str, Any], str]:
    """Rulings by substance for the products recorded (all of them when none is), or why there are none."""
    if not case.place:
        return {}, ""
    parts = {"zip_code" if name == "zip" else name: text for name, text in case.place}
    answer = law.rulings_for_address(
        day=case.on or timezone.localdate(),
        age=facts.patient.age,
        products=[use.product for use in facts.kratom],
        **parts,
    )
    place = answer["place"]
    problem = place.get("why") or place.get("what_to_do") or ""
    if choices := place.get("choices"):
        problem = f"{problem} {'; '.join(choices)}"
    return answer["rulings"], problem
