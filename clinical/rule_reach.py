"""What a rule would fire on: each line in words, with the substances it reaches by name. Reads only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from clinical.models import Condition, Substance, SubstanceRole
from clinical.rule_differences import group_words


@dataclass(frozen=True, slots=True)
class Reach:
    """One line of "what it fires on". `substances` are those in force; conditions and populations have none."""

    words: str
    kind: str
    substances: tuple[str, ...]
    unknown: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing a patient can take or have would ever set it off."""
        return not self.substances and self.kind in ("role", "substance", "other_substance")


def reach_of(groups: Iterable[Mapping[str, Any]]) -> list[Reach]:
    """Every line with what it reaches, asked in three queries whatever the number of lines."""
    groups = list(groups)
    members = _members({key for group in groups if group["kind"] == "role" for key in group["keys"]})
    named = {key for group in groups if "substance" in group["kind"] for key in group["keys"]}
    there = set(Substance.objects.filter(pk__in=named).values_list("pk", flat=True)) if named else set()
    asked = {key for group in groups if group["kind"] == "condition" for key in group["keys"]}
    conditions = set(Condition.objects.filter(pk__in=asked).values_list("pk", flat=True)) if asked else set()
    return [_reach(group, members, there, conditions) for group in groups]


def _members(roles: set[str]) -> dict[str, list[tuple[str, str]]]:
    """The substances of each role that are in force, with the strength."""
    found: dict[str, list[tuple[str, str]]] = {role: [] for role in roles}
    rows = SubstanceRole.objects.filter(role__in=roles, withdrawn_at=None) if roles else SubstanceRole.objects.none()
    for role, substance, strength in rows.values_list("role_id", "substance_id", "strength"):
        found[role].append((substance, strength))
    return found


def _reach(group: Mapping[str, Any], members: dict, there: set[str], conditions: set[str]) -> Reach:
    kind, keys = group["kind"], group["keys"]
    if kind == "role":
        strengths, exclude = group.get("strengths") or (), group.get("exclude") or ()
        fits = {
            substance
            for key in keys
            for substance, strength in members[key]
            if substance not in exclude and (not strengths or strength in strengths)
        }
        return Reach(group_words(group), kind, tuple(sorted(fits)), tuple(key for key in keys if not members[key]))
    if "substance" in kind:
        known = tuple(sorted(set(keys) & there))
        return Reach(group_words(group), kind, known, tuple(key for key in keys if key not in there))
    gone = tuple(key for key in keys if kind == "condition" and key not in conditions)
    return Reach(group_words(group), kind, (), gone)
