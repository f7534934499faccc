"""One case as JSON, read strictly into facts: what is left out is not known, what is wrong is refused by name.

Names of medicines and conditions come back as typed; they are looked up outside the core.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from clinical.screening import checks
from clinical.screening.checks import CaseError
from clinical.screening.facts import (
    Change,
    Facts,
    History,
    KratomUse,
    OpioidUseDisorder,
    PastWithdrawal,
    Patient,
    Phase,
    Product,
    Scores,
    Unit,
)
from clinical.screening.routes import ROUTES

__all__ = ["Case", "CaseError", "RawEntry", "facts_from_json"]

TOP = (
    "patient",
    "kratom",
    "history",
    "medications",
    "stopped_medications",
    "other_substances",
    "scores",
    "change",
    "place",
    "on",
)
PATIENT = ("age", "sex", "pregnant", "breastfeeding", "conditions")
KRATOM = (
    "product",
    "amount",
    "unit",
    "per",
    "doses_per_day",
    "days_per_week",
    "months_of_use",
    "hours_since_last_use",
    "stopped",
)
HISTORY = (
    "past_withdrawal",
    "opioid_use_disorder",
    "dose_on_waking",
    "dose_at_night",
    "doses_to_avoid_symptoms",
    "failed_quits",
)
ENTRY = ("text", "phase", "route", "stopped_days_ago")
SCORES = ("phq9", "cows")
CHANGE = ("kind", "days_until")
CHANGES = ("quit", "taper")
PLACE = ("zip", "city", "county", "state", "country")
SEXES = ("female", "male", "other", "unknown")

# Bounds of what can be true at all, not clinical thresholds: a slip of the pen is refused, the unlikely is not.
OLDEST_YEARS = 130
MOST_DOSES_A_DAY = 200
MOST_MONTHS = OLDEST_YEARS * 12
MOST_HOURS = OLDEST_YEARS * 366 * 24
MOST_DAYS = OLDEST_YEARS * 366
LARGEST_AMOUNT = 1_000_000
MOST_QUITS = 10_000
PHQ9_ITEMS, PHQ9_HIGHEST, COWS_HIGHEST = 9, 3, 48


@dataclass(frozen=True, slots=True)
class RawEntry:
    """One medicine or substance as typed, before its name is looked up. `other` is True for other substances."""

    text: str
    phase: Phase | None = None
    route: str | None = None
    stopped_days_ago: float | None = None
    other: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """Facts without lookups, and what is still to be looked up: entries, conditions, the place, the day."""

    facts: Facts
    entries: tuple[RawEntry, ...] = ()
    conditions: tuple[str, ...] = ()
    place: tuple[tuple[str, str], ...] | None = None
    on: date | None = None


def facts_from_json(data: object) -> Case:
    """Read one case. Raises `CaseError` with one line such as "kratom[0].amount: must be 0 or more"."""
    case = checks.mapping(data, "", TOP)
    person = checks.mapping(case.get("patient") or {}, "patient", PATIENT)
    facts = Facts(
        patient=_patient(person),
        kratom=checks.sequence(case.get("kratom"), "kratom", _kratom_use),
        history=_history(checks.mapping(case.get("history") or {}, "history", HISTORY)),
        scores=_scores(checks.mapping(case.get("scores") or {}, "scores", SCORES)),
        change=_change(case.get("change")),
    )
    entries = (
        *checks.sequence(case.get("medications"), "medications", _medication),
        *checks.sequence(case.get("stopped_medications"), "stopped_medications", _stopped),
        *checks.sequence(case.get("other_substances"), "other_substances", _other),
    )
    conditions = checks.sequence(person.get("conditions"), "patient.conditions", _required_text)
    return Case(facts, entries, conditions, _place(case.get("place")), _day(case.get("on")))


def _patient(data: Any) -> Patient:
    sex = checks.choice(data.get("sex"), "patient.sex", SEXES)
    return Patient(
        age=checks.whole(data.get("age"), "patient.age", 0, OLDEST_YEARS),
        sex=None if sex == "unknown" else sex,
        pregnant=checks.flag(data.get("pregnant"), "patient.pregnant"),
        breastfeeding=checks.flag(data.get("breastfeeding"), "patient.breastfeeding"),
    )


def _kratom_use(value: object, path: str) -> KratomUse:
    data = checks.mapping(value, path, KRATOM)

    def number(name: str, high: float) -> float | None:
        return checks.number(data.get(name), f"{path}.{name}", 0, high)

    return KratomUse(
        product=checks.member(data.get("product"), f"{path}.product", Product) or Product.UNKNOWN,
        amount=number("amount", LARGEST_AMOUNT),
        unit=checks.member(data.get("unit"), f"{path}.unit", Unit),
        per=checks.choice(data.get("per"), f"{path}.per", ("dose", "day")) or "dose",
        doses_per_day=number("doses_per_day", MOST_DOSES_A_DAY),
        days_per_week=number("days_per_week", 7),
        months_of_use=number("months_of_use", MOST_MONTHS),
        hours_since_last_use=number("hours_since_last_use", MOST_HOURS),
        stopped=checks.flag(data.get("stopped"), f"{path}.stopped") or False,
    )


def _history(data: Any) -> History:
    return History(
        past_withdrawal=checks.member(data.get("past_withdrawal"), "history.past_withdrawal", PastWithdrawal),
        opioid_use_disorder=checks.member(
            data.get("opioid_use_disorder"), "history.opioid_use_disorder", OpioidUseDisorder
        ),
        dose_on_waking=checks.flag(data.get("dose_on_waking"), "history.dose_on_waking"),
        dose_at_night=checks.flag(data.get("dose_at_night"), "history.dose_at_night"),
        doses_to_avoid_symptoms=checks.flag(data.get("doses_to_avoid_symptoms"), "history.doses_to_avoid_symptoms"),
        failed_quits=checks.whole(data.get("failed_quits"), "history.failed_quits", 0, MOST_QUITS),
    )


def _scores(data: Any) -> Scores:
    answers = data.get("phq9")
    if answers is not None:
        answers = checks.sequence(answers, "scores.phq9", _phq9_answer)
        if len(answers) != PHQ9_ITEMS:
            raise CaseError(f"scores.phq9: must be {PHQ9_ITEMS} answers")
    return Scores(phq9=answers, cows=checks.whole(data.get("cows"), "scores.cows", 0, COWS_HIGHEST))


def _change(value: object) -> Change | None:
    if value is None:
        return None
    data = checks.mapping(value, "change", CHANGE)
    kind = checks.choice(data.get("kind"), "change.kind", CHANGES)
    if kind is None:
        raise CaseError(f"change.kind: must be one of {', '.join(CHANGES)}")
    return Change(kind, checks.whole(data.get("days_until"), "change.days_until", -MOST_DAYS, MOST_DAYS))


def _phq9_answer(value: object, path: str) -> int:
    answer = checks.whole(value, path, 0, PHQ9_HIGHEST)
    if answer is None:
        raise CaseError(f"{path}: must be a number")
    return answer


def _medication(value: object, path: str) -> RawEntry:
    if isinstance(value, str):
        return RawEntry(_required_text(value, path))
    data = checks.mapping(value, path, ENTRY)
    return RawEntry(
        text=_required_text(data.get("text"), f"{path}.text"),
        phase=checks.member(data.get("phase"), f"{path}.phase", Phase),
        route=checks.choice(data.get("route"), f"{path}.route", ROUTES),
        stopped_days_ago=checks.number(data.get("stopped_days_ago"), f"{path}.stopped_days_ago", 0, MOST_DAYS),
    )


def _stopped(value: object, path: str) -> RawEntry:
    entry = _medication(value, path)
    if entry.phase not in (None, Phase.STOPPED):
        raise CaseError(f"{path}.phase: must be stopped")
    return RawEntry(entry.text, Phase.STOPPED, entry.route, entry.stopped_days_ago)


def _other(value: object, path: str) -> RawEntry:
    entry = _medication(value, path)
    return RawEntry(entry.text, entry.phase, entry.route, entry.stopped_days_ago, other=True)


def _required_text(value: object, path: str) -> str:
    found = checks.text(value, path)
    if found is None:
        raise CaseError(f"{path}: must be text")
    return found


def _place(value: object) -> tuple[tuple[str, str], ...] | None:
    if value is None:
        return None
    data = checks.mapping(value, "place", PLACE)
    found = {name: checks.text(data.get(name), f"place.{name}") for name in PLACE}
    return tuple((name, text) for name, text in found.items() if text is not None)


def _day(value: object) -> date | None:
    found = checks.text(value, "on")
    if found is None:
        return None
    try:
        return date.fromisoformat(found)
    except ValueError:
        raise CaseError("on: must be a day such as 2026-11-22") from None
