"""Checks what the withdrawal document says of stopping and tapering. Plain rows in, faults out; touches no database."""

from collections.abc import Collection, Iterator
from typing import Any

# Words that the quit plan page cannot do without: silence there would read as consent.
TAPER_WORDS = (
    "lay_sources", "weigh", "fewer_times", "seven_oh", "seven_oh_too", "extract", "unknown_product", "no_amount",
    "complicated", "switch",
)  # fmt: skip
PAUSE_WORDS = ("distress", "phq9_rise", "suicidal_thought")


def change_faults(content: Any, roles: Collection[str]) -> Iterator[str]:
    """Roles that do not exist, codes that stand twice, rows without words or basis, words the page needs."""
    if not isinstance(content, dict):
        return
    seen: set[str] = set()
    for number, row in enumerate(content.get("change") or (), start=1):
        where = f"withdrawal.yaml, change, entry {number} ({row.get('code') or 'no code'})"
        yield from (f"{where}: role “{role}” is not known" for role in row.get("roles") or () if role not in roles)
        if row.get("code") in seen:
            yield f"{where}: this code stands twice"
        seen.add(row.get("code"))
        yield from (f"{where}: {name} is empty" for name in ("text", "basis") if not row.get(name))
    for part, needed in (("taper", TAPER_WORDS), ("pause_rules", PAUSE_WORDS)):
        held = {row.get("code") for row in content.get(part) or () if row.get("text")}
        yield from (f"withdrawal.yaml, {part}: “{code}” is missing" for code in needed if code not in held)
