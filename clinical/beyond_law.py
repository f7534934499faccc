"""What a patient may face beyond lawful or not: at work, on probation, under test, on the way. Reads only."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from clinical.models import ReferenceTable
from clinical.reference_beyond_law import TABLE


def beyond_law(code: str, substances: Iterable[str], version: int) -> list[dict[str, str | bool]]:
    """The lines for a place and what is asked about there, each with what it rests on. `code` is the place's own."""
    asked = set(substances)
    return [
        {"topic": row["topic"], "text": row["text"], "basis": row["basis"], "judgement": bool(row["judgement"])}
        for row in _lines_at(version)
        if code.startswith(row["within"]) and (not row["substances"] or asked & set(row["substances"]))
    ]


@lru_cache(maxsize=2)
def _lines_at(version: int) -> list[dict[str, Any]]:
    """`version` is the cache key: a published change is read by the next request."""
    content = ReferenceTable.objects.filter(key=TABLE).values_list("content", flat=True).first() or {}
    return content.get("lines", [])
