"""The condition index: a label, synonym, key or ICD-10-CM code -> condition keys. In memory, no Django.

Exact names only. A condition that is not recognised is shown as such, never matched by likeness.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from clinical.vocabulary.text import normalise

_CODE = re.compile(r"[A-Za-z]\d[0-9A-Za-z](?:\.?[0-9A-Za-z]{1,4})?")


@dataclass(frozen=True, slots=True)
class ConditionRow:
    """One entry of the condition list with everything it may be called."""

    key: str
    label: str
    synonyms: tuple[str, ...] = ()
    icd10cm: tuple[str, ...] = ()


class ConditionIndex:
    """All conditions of one reference version."""

    def __init__(self, rows: Iterable[ConditionRow]) -> None:
        rows = tuple(rows)
        names: dict[str, dict[str, None]] = defaultdict(dict)
        for row in rows:
            for name in (row.key, row.label, *row.synonyms):
                names[normalise(name)][row.key] = None
        self._names = {name: tuple(keys) for name, keys in names.items()}
        self._codes = sorted((_plain(code), row.key) for row in rows for code in row.icd10cm)
        self.labels = {row.key: row.label for row in sorted(rows, key=lambda row: row.label.casefold())}

    def resolve(self, text: str) -> str | tuple[str, ...] | None:
        """One key, several keys to choose from, or None. A code may be shortened to its first characters."""
        found = self._names.get(normalise(text)) or self._of_code(text.strip())
        return found[0] if len(found) == 1 else found or None

    def suggest(self, typed: str, limit: int = 8) -> list[str]:
        """Keys whose names begin, or have a word that begins, with what was typed; whole beginnings first."""
        wanted = normalise(typed)
        if not wanted:
            return []
        ranked = [
            (not name.startswith(wanted), len(name), key)
            for name, keys in self._names.items()
            if f" {wanted}" in f" {name}"
            for key in keys
        ]
        return list(dict.fromkeys(key for _, _, key in sorted(ranked)))[:limit]

    def _of_code(self, text: str) -> tuple[str, ...]:
        if not _CODE.fullmatch(text):
            return ()
        wanted = _plain(text)
        exact = [key for code, key in self._codes if code == wanted]
        begun = [key for code, key in self._codes if code.startswith(wanted)]
        return tuple(dict.fromkeys(exact or begun))


def _plain(code: str) -> str:
    return code.replace(".", "").upper()
