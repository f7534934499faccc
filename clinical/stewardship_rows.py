"""The stewardship table as it is shown: all counts inside a practice, small ones hidden from anybody else; sorted.

A hidden value is None, and sorts below every other, so that the order gives nothing away either.
"""

from dataclasses import dataclass

from clinical.stewardship import Limits, RuleAnswers, is_overridden_too_often

# Together these make up what was shown; one of them alone could be worked out from the rest.
PARTS = ("accepted", "overridden", "put_off", "carried", "unanswered")
NUMBERS = ("shown", "patients", *PARTS, "overridden_share", "seconds_to_answer")
TEXTS = ("rule", "severity")
SEVERITIES = ("", "minor", "moderate", "major", "contraindicated")


@dataclass(frozen=True, slots=True)
class Row:
    """One rule with the values that may be seen. `reasons` None where they may not."""

    rule: str
    title: str
    severity: str
    values: dict[str, float | None]
    reasons: dict[str, int] | None
    some_reasons_hidden: bool
    is_proposed: bool


def rows_of(found: list[RuleAnswers], known: Limits, *, hide_small: bool) -> list[Row]:
    """Every rule, with small counts hidden where asked."""
    return [_row(answers, known, hide_small) for answers in found]


def _row(answers: RuleAnswers, known: Limits, hide_small: bool) -> Row:
    values: dict[str, float | None] = {name: getattr(answers, name) for name in NUMBERS}
    reasons: dict[str, int] | None = dict(sorted(answers.reasons.items(), key=lambda one: -one[1]))
    hidden = _hidden(answers, known.shown_from) if hide_small else set()
    for name in hidden:
        values[name] = None
    if hidden and reasons is not None:
        kept = {name: count for name, count in reasons.items() if count >= known.shown_from}
        reasons = None if "overridden" in hidden else kept
    return Row(
        rule=answers.rule,
        title=answers.title,
        severity=answers.severity,
        values=values,
        reasons=reasons,
        some_reasons_hidden=reasons is not None and len(reasons) < len(answers.reasons),
        is_proposed=is_overridden_too_often(answers, known),
    )


def _hidden(answers: RuleAnswers, shown_from: int) -> set[str]:
    """Counts that are too small, and whatever they could be worked out from."""
    if answers.shown < shown_from:
        return set(NUMBERS)
    small = {name for name in ("patients", *PARTS) if getattr(answers, name) < shown_from}
    parts = small & set(PARTS)
    if len(parts) == 1:
        small.add(min((name for name in PARTS if name not in parts), key=lambda name: getattr(answers, name)))
    if small & {"accepted", "overridden"}:
        small.add("overridden_share")
    if answers.decided + answers.put_off < shown_from:
        small.add("seconds_to_answer")
    return small


def ordered(rows: list[Row], *, by: str, descending: bool) -> list[Row]:
    """The rows by one column; rules by name where they are equal."""
    rows = sorted(rows, key=lambda row: row.rule)
    return sorted(rows, key=lambda row: _sort_value(row, by), reverse=descending)


def _sort_value(row: Row, by: str) -> tuple:
    if by == "rule":
        return (row.rule,)
    if by == "severity":
        return (SEVERITIES.index(row.severity) if row.severity in SEVERITIES else 0,)
    value = row.values[by]
    return (-1.0 if value is None else float(value),)
