"""The public JSON shape of a screening, as far as the core knows it (flags, gaps, exposure, withdrawal, safety, loads).

Full figures, plain English, stable names: other programs rely on it.
"""

from typing import Any

from clinical.screening.facts import Facts
from clinical.screening.flags import ChangeAhead, Contributor, Exposure, Flag, LoadRow, Range, Screening, Withdrawal

Json = dict[str, Any]


def to_json(screening: Screening, facts: Facts) -> Json:
    """Everything the core decided, with the medicine lines as they were read."""
    return {
        "reference_version": screening.reference_version,
        "medications": [
            {"entered": line.entered, "substances": list(line.substances), "match": line.match.value}
            | ({"candidates": list(line.candidates)} if line.candidates else {})
            | ({"route": line.route, "route_from": line.route_from} if line.route else {})
            for line in facts.taken
        ],
        "flags": [flag_json(flag) for flag in screening.flags],
        "not_assessed": [{"what": row.what, "why": str(row.why), "code": row.code} for row in screening.not_assessed],
        "nothing_found": [{"about": row.about, "text": row.text, "rule": row.rule} for row in screening.nothing_found],
        "no_rule": list(screening.no_rule),
        "exposure": exposure_json(screening.exposure) if facts.kratom else None,
        "withdrawal": _withdrawal_and_change(screening),
        "safety": [{"code": row.code, "text": row.text, "because": row.because} for row in screening.safety],
        "load": [load_json(row) for row in screening.load],
    }


def flag_json(flag: Flag) -> Json:
    return {
        "rule": flag.rule,
        "revision": flag.revision,
        "about": flag.about,
        "entered": list(flag.entered),
        "mechanism": flag.mechanism,
        "mechanisms": list(flag.mechanisms),
        "severity": flag.severity.value,
        "base_severity": flag.base_severity.value,
        "certainty": str(flag.certainty),
        "provisional": flag.provisional,
        "title": flag.title,
        "summary": flag.summary,
        "why": [str(sentence) for sentence in flag.why],
        "action": flag.action,
        "sources": list(flag.sources),
    }


def exposure_json(exposure: Exposure) -> Json:
    return {
        "mitragynine_mg_per_day": _figures(exposure.mitragynine_mg_per_day),
        "peak_day": _figures(exposure.peak_day),
        "seven_oh_mg_per_day": _figures(exposure.seven_oh_mg_per_day),
        "grams_per_day": _figures(exposure.grams_per_day),
        "unquantified": [{"product": row.product, "why": str(row.why)} for row in exposure.unquantified],
        "steps": [str(step) for step in exposure.steps],
    }


def withdrawal_json(withdrawal: Withdrawal) -> Json:
    return {
        "tier": withdrawal.tier,
        "could_be": withdrawal.could_be,
        "missing": list(withdrawal.missing),
        "not_asked": list(withdrawal.not_asked),
        "complicated": list(withdrawal.complicated),
        "fired": [
            {"rule": row.rule, "tier": row.tier, "text": row.text, "basis": row.basis, "judgement": row.judgement}
            for row in withdrawal.fired
        ],
        "labels": list(withdrawal.labels),
        "mood_watch": withdrawal.mood_watch,
    }


def _withdrawal_and_change(screening: Screening) -> Json | None:
    """`change` stands there only where a change was agreed, so that other answers keep their shape."""
    if screening.withdrawal is None:
        return None
    change = {"change": change_json(screening.change)} if screening.change else {}
    return withdrawal_json(screening.withdrawal) | change


def change_json(change: ChangeAhead) -> Json:
    """Days are counted from the day agreed: the core knows no calendar."""
    return {
        "kind": change.kind,
        "days_until": change.days_until,
        "hazards": [
            {
                "code": row.code,
                "text": row.text,
                "about": list(row.about),
                "windows": [list(window) for window in row.windows],
                "basis": row.basis,
                "sources": list(row.sources),
                "judgement": row.judgement,
            }
            for row in change.hazards
        ],
    }


def load_json(row: LoadRow) -> Json:
    """One mechanism over everything taken. It counts and names; there is no score to read."""
    return {
        "load": row.load,
        "label": row.label,
        "mechanisms": list(row.mechanisms),
        "contributors": [_contributor_json(item) for item in row.contributors],
        "not_counted": [{"what": item.what, "why": str(item.why)} for item in row.not_counted],
    }


def _contributor_json(item: Contributor) -> Json:
    return {
        "about": item.about,
        "entered": list(item.entered),
        "kind": item.kind,
        "way": item.way,
        "direction": item.direction,
        "provisional": item.provisional,
        "grounds": [
            {
                "role": ground.role,
                "strength": ground.strength,
                "way": ground.way,
                "words": ground.words,
                "certainty": ground.certainty,
                "sources": list(ground.sources),
                "provisional": ground.provisional,
                "judgement": ground.judgement,
            }
            for ground in item.grounds
        ],
        "notes": [str(note) for note in item.notes],
    }


def _figures(values: Range | None) -> list[float] | None:
    """Full figures without the noise of binary fractions; whole numbers stay whole."""
    return None if values is None else [_figure(value) for value in values]


def _figure(value: float) -> float:
    exact = round(value, 6)
    return int(exact) if exact == int(exact) else exact
