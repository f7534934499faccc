"""Plain tables as canonical lines, and one hash over all of them. Standard library and plain values only."""

import hashlib
from collections.abc import Mapping

from clinical.screening.plain import canonical
from legal.lookup import PlainTable


def lines_of(table: PlainTable) -> bytes:
    """The rows of a table as sorted lines of canonical JSON: what is exported, and what is hashed."""
    return "".join(f"{line}\n" for line in sorted(map(canonical, table.rows.values()))).encode()


def digest_of(parts: Mapping[str, bytes]) -> str:
    """SHA-256 over one line "name, space, SHA-256 of its bytes" for each table, by name."""
    lines = (f"{name} {hashlib.sha256(parts[name]).hexdigest()}\n" for name in sorted(parts))
    return hashlib.sha256("".join(lines).encode()).hexdigest()
