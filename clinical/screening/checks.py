"""Strict reading of plain JSON values: each check refuses with the path of the field and what it must be."""

import math
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")


class CaseError(ValueError):
    """A case that cannot be read. The message is one line and names the field."""


def mapping(value: object, path: str, allowed: tuple[str, ...]) -> Mapping[str, Any]:
    """An object with known fields only."""
    if not isinstance(value, Mapping):
        raise CaseError(f"{path or 'case'}: must be an object")
    for name in value:
        if name not in allowed:
            raise CaseError(f"{joined(path, str(name))}: unknown field")
    return value


def sequence(value: object, path: str, read: Callable[[object, str], T]) -> tuple[T, ...]:
    """A list, each entry read with its own path; null is an empty list."""
    if value is None:
        return ()
    if not isinstance(value, list | tuple):
        raise CaseError(f"{path}: must be a list")
    return tuple(read(item, f"{path}[{index}]") for index, item in enumerate(value))


def number(value: object, path: str, low: float, high: float) -> float | None:
    """A number within bounds, or null for not known."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise CaseError(f"{path}: must be a number")
    if value < low:
        raise CaseError(f"{path}: must be {low:g} or more")
    if value > high:
        raise CaseError(f"{path}: must be {high:g} or less")
    return value


def whole(value: object, path: str, low: int, high: int) -> int | None:
    """A whole number within bounds, or null for not known."""
    found = number(value, path, low, high)
    if found is not None and found != int(found):
        raise CaseError(f"{path}: must be a whole number")
    return None if found is None else int(found)


def flag(value: object, path: str) -> bool | None:
    """true, false, or null for not known."""
    if value is not None and not isinstance(value, bool):
        raise CaseError(f"{path}: must be true or false")
    return value


def text(value: object, path: str, longest: int = 500) -> str | None:
    """Text that is not empty, or null for not known."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise CaseError(f"{path}: must be text")
    if not value.strip():
        raise CaseError(f"{path}: must not be empty")
    if len(value) > longest:
        raise CaseError(f"{path}: must be {longest} characters or fewer")
    return value


def choice(value: object, path: str, allowed: tuple[str, ...]) -> str | None:
    """One of the words allowed, or null for not known."""
    found = text(value, path)
    if found is not None and found not in allowed:
        raise CaseError(f"{path}: must be one of {', '.join(allowed)}")
    return found


def member(value: object, path: str, of: type[E]) -> E | None:
    """One of an enumeration's values, or null for not known."""
    found = choice(value, path, tuple(item.value for item in of))
    return None if found is None else of(found)


def joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
