"""Prompts of the mood-and-safety panel: from conditions, scores, pregnancy, the kind of product and stopping.

Speaks with or without kratom. Nothing here ever says that there is no risk.
"""

from collections.abc import Callable, Iterable

from clinical.screening.facts import Facts, KratomUse
from clinical.screening.flags import Safety
from clinical.screening.knowledge import Condition, SafetyPrompt
from clinical.screening.phrases import gettext_noop
from clinical.screening.products import CONCENTRATE_KINDS, Standing, standing_of
from clinical.screening.states import PREGNANCY

ITEM_9_POSITIVE = gettext_noop("PHQ-9 item 9 above zero")
ITEM_9_ZERO = gettext_noop("PHQ-9 item 9 answered not at all")
PREGNANT = gettext_noop("pregnant")
STOPPED = gettext_noop("kratom stopped")
CONCENTRATE = gettext_noop("7-OH or concentrated product")
MOOD_AND_KRATOM = gettext_noop("kratom use together with depression")
CHANGE_AGREED = gettext_noop("a change of kratom use is agreed")

PREGNANCY_CODES = ("no-abrupt-stop", "refer-maternity")
STOPPING_CODES = ("mood-dip-after-stopping", "phq9-after-stopping")
DEPRESSION_CODES = ("phq9-before-any-change", "keep-antidepressant-when-stopping-kratom")
CHANGE_CODES = (*STOPPING_CODES, "phq9-before-any-change", "suicide-inquiry-at-baseline")


def safety_prompts(
    facts: Facts,
    states: dict[str, str],
    conditions: dict[str, Condition],
    prompts: dict[str, SafetyPrompt],
    parameters: dict[str, float],
    *,
    regular_use: Callable[[], bool],
) -> tuple[Safety, ...]:
    """Every prompt that applies, once each, in the order of the reference data, with all that set it off."""
    because: dict[str, list[str]] = {}
    for code, reason in _reasons(facts, states, conditions, parameters, regular_use):
        listed = because.setdefault(code, [])
        if reason not in listed:
            listed.append(reason)
    codes = [code for code in prompts if code in because] + sorted(because.keys() - prompts.keys())
    return tuple(
        Safety(code, _text(code, prompts), "; ".join(sorted(because[code])))
        for code in codes
        if facts.kratom or not (code in prompts and prompts[code].needs_kratom)
    )


def _text(code: str, prompts: dict[str, SafetyPrompt]) -> str:
    return prompts[code].text if code in prompts else code


def _reasons(
    facts: Facts,
    states: dict[str, str],
    conditions: dict[str, Condition],
    parameters: dict[str, float],
    regular_use: Callable[[], bool],
) -> Iterable[tuple[str, str]]:
    for key, label in states.items():
        if key in conditions:
            for code in conditions[key].safety:
                yield code, label
    if PREGNANCY in states:
        for code in PREGNANCY_CODES:
            yield code, PREGNANT
    yield from _score_reasons(facts, parameters)
    yield from _kratom_reasons(facts, states, parameters, regular_use)


def _score_reasons(facts: Facts, parameters: dict[str, float]) -> Iterable[tuple[str, str]]:
    answers = facts.scores.phq9
    if answers is None:
        return
    positive = answers[-1] >= parameters["phq9_item_9_positive"]
    yield ("suicide-inquiry-now", ITEM_9_POSITIVE) if positive else ("item-9-zero-still-ask", ITEM_9_ZERO)
    total = sum(answers)
    if total >= parameters["phq9_severe_total"]:
        yield "phq9-severe", f"PHQ-9 {total}"
    elif total >= parameters["phq9_moderately_severe_total"]:
        yield "phq9-moderately-severe", f"PHQ-9 {total}"


def _kratom_reasons(
    facts: Facts, states: dict[str, str], parameters: dict[str, float], regular_use: Callable[[], bool]
) -> Iterable[tuple[str, str]]:
    if any(use.product in CONCENTRATE_KINDS and _counts(use, parameters) for use in facts.kratom):
        yield "naloxone-at-home", CONCENTRATE
    if any(use.stopped for use in facts.kratom):
        for code in STOPPING_CODES:
            yield code, STOPPED
    if facts.change is not None:
        for code in CHANGE_CODES:
            yield code, CHANGE_AGREED
    if _depressed(facts, states, parameters) and regular_use():
        for code in DEPRESSION_CODES:
            yield code, MOOD_AND_KRATOM


def _counts(use: KratomUse, parameters: dict[str, float]) -> bool:
    return standing_of(use, parameters["carry_over_hours"]) is not Standing.ENDED


def _depressed(facts: Facts, states: dict[str, str], parameters: dict[str, float]) -> bool:
    """A depressive condition on record (their keys all carry the word), or a score in that range."""
    if any("depress" in key for key in states):
        return True
    answers = facts.scores.phq9
    return answers is not None and sum(answers) >= parameters["phq9_depression_total"]
