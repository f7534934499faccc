"""The document of checks and results, already parsed, as plain knowledge. Reads no file; refuses what it cannot use."""

from collections.abc import Collection, Iterable, Mapping
from math import isfinite
from typing import Any

from clinical.screening.monitoring_knowledge import (
    Check,
    Circumstance,
    CutOff,
    Measure,
    Monitoring,
    Offer,
    ResultKind,
)

Row = Mapping[str, Any]

PARAMETERS = (
    "recheck_from_days", "recheck_until_days", "repeat_from_days", "repeat_until_days", "new_use_months",
    "high_grams_per_day", "mood_again_days", "mood_repeat_days",
)  # fmt: skip
WHEN = frozenset({"now", "baseline", "visit", "recheck", "repeat", "change", "mood"})
# Circumstances that the facts give without a list of keys.
IN_THE_FACTS = frozenset(
    {"just_started", "dose_raised", "high_dose", "seven_oh", "pregnancy_possible", "qt_medicine_added"}
)
QT_MEDICINE = "qt_medicine"
# A follow-up keeps these words of its check.
MOST_LETTERS = {"text": 300, "why": 300, "who": 140}


def monitoring_from(content: Mapping[str, Any]) -> Monitoring:
    """The document as knowledge. Raises `ValueError` that says what is missing, twice there or of no use."""
    kinds = tuple(_kind(row) for row in content["kinds"])
    cut_offs = tuple(_cut_off(row) for row in content["cut_offs"])
    checks = tuple(_check(row) for row in content["checks"])
    circumstances = tuple(_circumstance(row) for row in content["circumstances"])
    for name, rows in (("kinds", kinds), ("cut_offs", cut_offs), ("checks", checks)):
        _once(name, [row.code for row in rows])
    _linked(kinds, cut_offs, checks, {row.name for row in circumstances})
    _worded("toxicology", content["toxicology"], ("text",))
    _worded("codes", content["codes"], ("what", "system", "code"))
    return Monitoring(kinds, cut_offs, checks, circumstances, _parameters(content["parameters"]))


def _worded(name: str, rows: Iterable[Row], columns: Iterable[str]) -> None:
    """Rows that are shown as they stand: each has its words. Versions published before codes had sources still read."""
    if not rows or not all(row.get(column) for row in rows for column in columns):
        raise ValueError(f"{name} must have rows, each with its words")


def _once(name: str, codes: list[str]) -> None:
    if not codes or len(set(codes)) < len(codes):
        raise ValueError(f"{name} must have rows, each code once")


def _linked(
    kinds: Iterable[ResultKind], cut_offs: Iterable[CutOff], checks: Iterable[Check], named: Collection[str]
) -> None:
    """Every cut-off and check speaks of kinds and circumstances that exist."""
    by_code = {kind.code: kind for kind in kinds}
    for row in cut_offs:
        kind = by_code.get(row.kind)
        if kind is None or not set(row.words) <= set(kind.words):
            raise ValueError(f"cut-off {row.code}: no such kind, or a word that the kind does not have")
        if row.over_times is not None and not kind.needs_upper_limit:
            raise ValueError(f"cut-off {row.code}: its kind must need an upper limit")
    for check in checks:
        if unknown := set(check.kinds) - by_code.keys():
            raise ValueError(f"check {check.code}: no kind “{min(unknown)}”")
        asked = {name for offer in check.offers for name in offer.circumstances}
        if unknown := asked - IN_THE_FACTS - set(named):
            raise ValueError(f"check {check.code}: no circumstance “{min(unknown)}”")


def _kind(row: Row) -> ResultKind:
    units = tuple(_measure(row["code"], unit) for unit in row["units"])
    words = tuple(_text(word, row["code"]) for word in row["words"])
    if not units and not words:
        raise ValueError(f"kind {row['code']} has neither a unit nor a word")
    return ResultKind(
        _text(row["code"], "kinds"), _text(row["label"], row["code"]), units, words, _flag(row, "needs_upper_limit")
    )


def _measure(code: str, row: Row) -> Measure:
    least, most = float(row["least"]), float(row["most"])
    if not (isfinite(most) and 0 <= least < most):
        raise ValueError(f"kind {code}: least and most of {row['unit']} must rise and not be negative")
    return Measure(_text(row["unit"], code), _text(row["read"], code), least, most)


def _cut_off(row: Row) -> CutOff:
    over, words = row["over_times"], tuple(row["words"])
    if (over is None) == (not words):
        raise ValueError(f"cut-off {row['code']} needs either over_times or words")
    if over is not None and not (isfinite(float(over)) and float(over) >= 1):
        raise ValueError(f"cut-off {row['code']}: over_times must be 1 or more")
    return CutOff(
        code=row["code"],
        kind=row["kind"],
        over_times=None if over is None else float(over),
        words=words,
        text=_text(row["text"], row["code"]),
        **_grounds(row),
    )


def _check(row: Row) -> Check:
    offers = tuple(Offer(_when(offer["when"]), tuple(offer["if"])) for offer in row["offers"])
    if not offers:
        raise ValueError(f"check {row['code']} is never offered")
    words = {name: _text(row[name], row["code"]) for name in ("text", "rhythm", "why", "who")}
    if long := [name for name, most in MOST_LETTERS.items() if len(words[name]) > most]:
        raise ValueError(f"check {row['code']}: {long[0]} has more than {MOST_LETTERS[long[0]]} letters")
    return Check(code=row["code"], kinds=tuple(row["kinds"]), offers=offers, **words, **_grounds(row))


def _when(word: str) -> str:
    if word not in WHEN:
        raise ValueError(f"when “{word}” is none of {', '.join(sorted(WHEN))}")
    return word


def _circumstance(row: Row) -> Circumstance:
    lists = {name: frozenset(row[name]) for name in ("conditions", "roles", "substances")}
    return Circumstance(_text(row["name"], "circumstances"), _text(row["read"], row["name"]), **lists)


def _parameters(rows: Iterable[Row]) -> dict[str, float]:
    found = [(row["name"], float(row["value"])) for row in rows if _grounds(row)]
    if sorted(name for name, _value in found) != sorted(PARAMETERS):
        raise ValueError(f"parameters must be these, once each: {', '.join(PARAMETERS)}")
    if wrong := [name for name, value in found if not isfinite(value) or value <= 0]:
        raise ValueError(f"parameter {wrong[0]} must be above zero")
    figures = dict(found)
    for part in ("recheck", "repeat"):
        if figures[f"{part}_from_days"] >= figures[f"{part}_until_days"]:
            raise ValueError(f"{part}_from_days must come before {part}_until_days")
    return figures


def _grounds(row: Row) -> dict[str, Any]:
    sources = tuple(row["source"])
    if not sources and not row["judgement"]:
        raise ValueError(f"{row.get('code') or row.get('name')} names no source and is no judgement")
    return {"sources": sources, "judgement": _flag(row, "judgement")}


def _flag(row: Row, name: str) -> bool:
    if not isinstance(row[name], bool):
        raise ValueError(f"{row.get('code') or row.get('name')}: {name} must be true or false")
    return row[name]


def _text(value: Any, of: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{of}: words are missing")
    return value
