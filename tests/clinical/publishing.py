"""Short ways to change a rule in force in tests, through the same actions the pages call."""

from typing import Any

from clinical.actions import editing
from clinical.knowledge_base.tables import entry_of, rule_row
from clinical.models import InteractionRule, ReferenceCase, User
from clinical.permissions import REFERENCE_EDITOR
from tests import factories

Entry = dict[str, Any]


def rule_in_force(code: str) -> InteractionRule:
    return InteractionRule.objects.get(code=code, closed_at=None)


def entry_in_force(code: str, **changed: Any) -> Entry:
    """The rule as an entry of rules.yaml, with these values changed."""
    return {**entry_of(rule_row(rule_in_force(code))), **changed}


def editor() -> User:
    return factories.person(REFERENCE_EDITOR)


def revise(code: str, by: User | None = None, **changed: Any) -> InteractionRule:
    entry = entry_in_force(code, **changed)
    return editing.revise_rule(rule=rule_in_force(code), entry=entry, by=by or editor(), reason="read again")


def new_rule(code: str, substance: str, **changed: Any) -> InteractionRule:
    """A rule of its own on one substance, worded like the rule on quetiapine or tramadol."""
    return editing.add_rule(entry=entry_on(code, substance, **changed), by=editor(), reason="new reports")


def entry_on(code: str, substance: str, **changed: Any) -> Entry:
    like = entry_in_force("tramadol")
    group = {**like["objects"][0], "kind": "substance", "keys": [substance], "refines": [], "exclude": []}
    known = {"code": code, "title": f"Kratom and {substance}", "objects": [group], "modifiers": []}
    return {**like, **known, "severity": "major", "certainty": "theoretical", **changed}


def withdraw_cases_of(code: str) -> None:
    """Take the cases that speak of a rule out of the library, as an editor would before changing what it fires on."""
    by = editor()
    rows = [row for row in ReferenceCase.objects.all() if code in {c for found in row.expects.values() for c in found}]
    writes = [editing.RowWrite(ReferenceCase, {"withdrawn": True}, row) for row in rows]
    editing.write_rows(writes=writes, by=by, reason="the rule changes")
