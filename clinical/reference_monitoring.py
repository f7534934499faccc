"""Checks the document of checks and results. Plain rows in, faults out; touches no database."""

from collections.abc import Collection, Iterator
from typing import Any

from clinical.screening.monitoring_document import monitoring_from


def monitoring_faults(
    content: Any, *, roles: Collection[str], substances: Collection[str], conditions: Collection[str]
) -> Iterator[str]:
    """What could not be used, and keys that do not exist. No document at all is no fault: the pages then say so."""
    if content is None:
        return
    try:
        known = monitoring_from(content)
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        yield f"monitoring.yaml: {fault}"
        return
    for row in (*content["toxicology"], *content["codes"]):
        # Not a fault when reading: versions published before order codes had sources still show what they showed.
        if not row.get("source") and not row.get("judgement"):
            yield f"monitoring.yaml: {row['code']} names no source and is no judgement"
    for row in known.circumstances:
        for name, wanted, held in (
            ("role", row.roles, roles),
            ("substance", row.substances, substances),
            ("condition", row.conditions, conditions),
        ):
            unknown = sorted(key for key in wanted if key not in held)
            yield from (f"monitoring.yaml: {row.name}: {name} “{key}” is not known" for key in unknown)
