"""How a substance is written and what it is for, where names are mixed up; from the look-alike list."""

from dataclasses import dataclass
from functools import lru_cache

from clinical.models import ReferenceTable


@dataclass(frozen=True, slots=True)
class Shown:
    """`written` in tall-man letters where the list has them, else the key; `used_for` may be empty."""

    written: str
    used_for: str = ""

    def __str__(self) -> str:
        return f"{self.written}: {self.used_for}" if self.used_for else self.written


def shown(substance: str, version: int) -> Shown:
    """One substance as a clinician should read it."""
    return _shown_at(version).get(substance) or Shown(substance)


@lru_cache(maxsize=2)
def _shown_at(version: int) -> dict[str, Shown]:
    """`version` is the cache key: a published change is read by the next request."""
    content = ReferenceTable.objects.filter(key="lookalikes").values_list("content", flat=True).first() or {}
    return {
        row["substance"]: Shown(row.get("tall_man") or row["substance"], row.get("used_for") or "")
        for row in content.get("names", ())
    }
