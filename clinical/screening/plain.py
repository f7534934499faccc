"""Facts and knowledge as plain JSON values, and strictly back.

Nothing is guessed: an unknown field, a missing one without a default or a value of another type is refused by its
place. Reading what was written gives an equal value, so a stored screening can be run again.
"""

import json
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
Read = Callable[[Any, str], Any]


class NotReadable(ValueError):
    """A stored value that does not fit the type it was written from; the message names the place."""


def to_plain(value: Any) -> Any:
    """Dataclasses as objects, tuples as lists, sets as sorted lists; text, numbers, booleans and None as they are."""
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, list | tuple):
        return [to_plain(item) for item in value]
    if is_dataclass(value):
        return {field.name: to_plain(getattr(value, field.name)) for field in fields(value)}
    return value


def canonical(value: Any) -> str:
    """The one way to write a plain value as JSON: sorted keys, no spaces, 3.0 as 3."""
    return json.dumps(_whole(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _whole(value: Any) -> Any:
    """Numbers that are equal are written alike, whichever way they were stored."""
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def from_plain(kind: type[T], value: Any) -> T:
    """The dataclass `kind` that was written as `value`. Raises `NotReadable`."""
    return _reader(kind)(value, kind.__name__)


@cache
def _reader(kind: Any) -> Read:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _optional(kind)
    if origin is tuple:
        return _tuple(get_args(kind))
    if origin is frozenset:
        items = _list_of(get_args(kind)[0])
        return lambda value, at: frozenset(items(value, at))
    if origin is dict:
        return _dict_of(get_args(kind)[1])
    if is_dataclass(kind):
        return _dataclass(kind)
    return _word(kind) if issubclass(kind, StrEnum) else _scalar(kind)


def _optional(kind: Any) -> Read:
    """`X | None`: the only union that facts and knowledge have."""
    (inner,) = (part for part in get_args(kind) if part is not type(None))
    read = _reader(inner)
    return lambda value, at: None if value is None else read(value, at)


def _tuple(parts: tuple[Any, ...]) -> Read:
    if parts[-1] is Ellipsis:
        items = _list_of(parts[0])
        return lambda value, at: tuple(items(value, at))
    items = _list_of(parts[0])

    def read(value: Any, at: str) -> tuple[Any, ...]:
        found = tuple(items(value, at))
        _need(len(found) == len(parts), at, f"has {len(found)} values, not {len(parts)}")
        return found

    return read


def _list_of(inner: Any) -> Callable[[Any, str], list[Any]]:
    read = _reader(inner)

    def items(value: Any, at: str) -> list[Any]:
        _need(isinstance(value, list), at, "is not a list")
        return [read(item, f"{at}[{number}]") for number, item in enumerate(value)]

    return items


def _dict_of(inner: Any) -> Read:
    read = _reader(inner)

    def items(value: Any, at: str) -> dict[str, Any]:
        _need(isinstance(value, dict), at, "is not an object")
        return {key: read(item, f"{at}.{key}") for key, item in value.items()}

    return items


def _dataclass(kind: Any) -> Read:
    hints = get_type_hints(kind)
    readers = {field.name: _reader(hints[field.name]) for field in fields(kind)}
    needed = {f.name for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING}

    def read(value: Any, at: str) -> Any:
        _need(isinstance(value, dict), at, "is not an object")
        unknown, missing = sorted(value.keys() - readers.keys()), sorted(needed - value.keys())
        _need(not unknown, at, f"has an unknown field {', '.join(unknown)}")
        _need(not missing, at, f"lacks {', '.join(missing)}")
        return kind(**{name: readers[name](item, f"{at}.{name}") for name, item in value.items()})

    return read


def _word(kind: type[StrEnum]) -> Read:
    def read(value: Any, at: str) -> StrEnum:
        _need(isinstance(value, str) and value in set(kind), at, f"“{value}” is not one of {', '.join(kind)}")
        return kind(value)

    return read


def _scalar(kind: type) -> Read:
    """Text, booleans and numbers. A whole number stands for a fraction, never the other way, and True for neither."""
    accepted = (int, float) if kind is float else (kind,)

    def read(value: Any, at: str) -> Any:
        fits = isinstance(value, accepted) and (kind is bool or not isinstance(value, bool))
        _need(fits, at, f"is not a {kind.__name__}")
        return kind(value)

    return read


def _need(holds: bool, at: str, fault: str) -> None:
    if not holds:
        raise NotReadable(f"{at} {fault}")
