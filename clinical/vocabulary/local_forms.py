"""Which substances stay on the skin, in the eye or in the vagina when they come as a cream, gel or ointment. No Django.

What is listed and why stands in the reference document. A form that is not listed says nothing about the route.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from clinical.vocabulary.text import Entry

# "25 mg" is a dose of something swallowed; creams and gels have their strength in per cent or by the millilitre.
_A_DOSE = re.compile(r"[\d.,]+\s?(?:mg|milligrams?)")


@dataclass(frozen=True, slots=True)
class LocalForms:
    """The route of a substance by form."""

    routes: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def route_of(self, entry: Entry, substances: Iterable[str]) -> str:
        """The route that the form gives to everything on the line, or "" where it does not say.

        Refused where the strength is written as a dose: a "gel" of 25 mg may be a capsule.
        """
        if not entry.form or _A_DOSE.fullmatch(entry.strength or ""):
            return ""
        routes = {self.routes.get((entry.form, substance), "") for substance in substances}
        return next(iter(routes)) if len(routes) == 1 else ""


def local_forms_from(document: Mapping[str, Any] | None) -> LocalForms:
    """The document "local_forms" as plain values; without it, no form says anything."""
    entries = (document or {}).get("forms") or ()
    return LocalForms({(row["form"], key): row["route"] for row in entries for key in row["substances"]})
