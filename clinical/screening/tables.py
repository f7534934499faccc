"""Reference documents (already parsed, plain dictionaries) turned into knowledge. Reads no file and no database.

A row that cannot be used is refused with its document, list and position.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from clinical.screening.facts import Product, Unit
from clinical.screening.knowledge import (
    Acting,
    ChangeRule,
    Condition,
    Content,
    Knowledge,
    Lasting,
    Mechanism,
    RoleOf,
    Rule,
    SafetyPrompt,
    UnitAmount,
    WithdrawalRule,
)
from clinical.screening.load_document import load_from
from clinical.screening.monitoring_document import monitoring_from
from clinical.screening.monitoring_knowledge import Monitoring

Documents = Mapping[str, Mapping[str, Any]]
Row = Mapping[str, Any]
T = TypeVar("T")

WITH_PARAMETERS = ("exposure", "withdrawal", "safety")
CHANGE_KINDS = frozenset({"quit", "taper"})


class UnusableRow(ValueError):
    """A row of a reference document that screening cannot read; the message says where it stands."""


def knowledge_from(
    *,
    version: int,
    rules: tuple[Rule, ...],
    roles: tuple[RoleOf, ...],
    conditions: tuple[Condition, ...],
    documents: Documents,
) -> Knowledge:
    """Put rules, roles and conditions together with the exposure, withdrawal, safety, acting and loads documents."""
    return Knowledge(
        reference_version=version,
        rules=rules,
        roles=roles,
        conditions=conditions,
        units=_rows(documents, "exposure", "units", _unit),
        contents=_rows(documents, "exposure", "contents", _content),
        withdrawal=_rows(documents, "withdrawal", "rules", _withdrawal_rule),
        safety=_rows(documents, "safety", "prompts", _prompt),
        parameters=dict(
            pair for document in WITH_PARAMETERS for pair in _rows(documents, document, "parameters", _parameter)
        ),
        implied_substances=dict(_rows(documents, "exposure", "implied_substances", _implied)),
        acting=_rows(documents, "acting", "acting", _acting),
        lasting=_rows(documents, "acting", "mechanisms", _lasting),
        loads=_rows(documents, "loads", "loads", load_from),
        changes=_rows(documents, "withdrawal", "change", _change_rule),
        monitoring=_monitoring(documents),
    )


def _monitoring(documents: Documents) -> Monitoring:
    """Empty where the document is not loaded: the pages then say that nothing is held."""
    if "monitoring" not in documents:
        return Monitoring()
    try:
        return monitoring_from(documents["monitoring"])
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        raise UnusableRow(f"monitoring.yaml: {fault}") from fault


def _rows(documents: Documents, document: str, name: str, read: Callable[[Row], T]) -> tuple[T, ...]:
    found = []
    for number, row in enumerate(documents.get(document, {}).get(name) or (), start=1):
        try:
            found.append(read(row))
        except (KeyError, TypeError, ValueError, AttributeError) as fault:
            raise UnusableRow(f"{document}.yaml, {name}, entry {number}: {fault}") from fault
    return tuple(found)


def _unit(row: Row) -> UnitAmount:
    return UnitAmount(Unit(row["unit"]).value, _product_or_any(row), _three(row))


def _content(row: Row) -> Content:
    return Content(_product_or_any(row), row["basis"], _three(row))


def _product_or_any(row: Row) -> str:
    return Product(row["product"]).value if row["product"] else ""


def _three(row: Row) -> tuple[float, float, float]:
    low, mid, high = (float(row[name]) for name in ("low", "mid", "high"))
    if not 0 <= low <= mid <= high:
        raise ValueError(f"low {low:g}, mid {mid:g} and high {high:g} must rise and not be negative")
    return (low, mid, high)


def _withdrawal_rule(row: Row) -> WithdrawalRule:
    threshold = row["threshold"]
    return WithdrawalRule(
        code=row["code"],
        tier=row["tier"],
        criterion=row["criterion"],
        threshold=None if threshold is None else float(threshold),
        text=row["text"],
        basis=row["basis"],
        judgement=row["judgement"],
    )


def _change_rule(row: Row) -> ChangeRule:
    kinds = frozenset(row["kinds"])
    if not kinds or not kinds <= CHANGE_KINDS:
        raise ValueError(f"kinds must be of {', '.join(sorted(CHANGE_KINDS))}")
    return ChangeRule(
        code=row["code"],
        kinds=kinds,
        text=row["text"],
        basis=row["basis"],
        judgement=row["judgement"],
        sources=tuple(row["source"]),
        windows=tuple(_window(window) for window in row.get("windows", ())),
        while_carried=row.get("while_carried", False),
        mechanisms=frozenset(Mechanism(name).value for name in row.get("mechanisms", ())),
        roles=frozenset(row.get("roles", ())),
        stopped=row.get("stopped", False),
        passed=row.get("passed", False),
        flag_text=row.get("flag_text", ""),
    )


def _window(window: list[int]) -> tuple[int, int]:
    first, last = window
    if not isinstance(first, int) or not isinstance(last, int) or first > last:
        raise ValueError(f"a window is a first day and a last one, not {window}")
    return first, last


def _prompt(row: Row) -> SafetyPrompt:
    return SafetyPrompt(row["code"], row["text"], row["needs_kratom"])


def _parameter(row: Row) -> tuple[str, float]:
    return row["name"], float(row["value"])


def _implied(row: Row) -> tuple[str, tuple[str, ...]]:
    return Product(row["product"]).value, tuple(row["substances"])


def _acting(row: Row) -> Acting:
    days = row["days"]
    if days is not None and days <= 0:
        raise ValueError(f"days {days:g} must be more than 0, or empty where not known")
    return Acting(
        substances=tuple(row.get("substances", ())),
        roles=tuple(row.get("roles", ())),
        routes=frozenset(row.get("routes", ())),
        days=None if days is None else float(days),
        mechanisms=frozenset(Mechanism(name).value for name in row.get("mechanisms", ())),
        basis=row["basis"],
        sources=tuple(row["source"]),
        judgement=row["judgement"],
    )


def _lasting(row: Row) -> Lasting:
    return Lasting(Mechanism(row["mechanism"]).value, row["lasts"], row.get("note", ""))
