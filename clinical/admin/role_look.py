"""The look before a role is saved: which rules would begin or cease to fire. Shown first, stored on the second send."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from clinical.models import SubstanceRole
from clinical.role_effects import BEGINS, CEASES, CHANGES, Effect, Effects, effects_of
from clinical.screening.knowledge import RoleOf
from clinical.screening.routes import SYSTEMIC_ROUTES

SEEN = "effects_seen"
# What of a role screening reads; a note or another source changes no flag.
READ_BY_RULES = frozenset({"role", "substance", "strength", "is_verified", "withdrawn"})


class NotSeenYet(forms.ValidationError):
    """Nothing is wrong: the effects stand on the page now, and sending it again stores the change."""


def role_after(substance: str, role: str, values: Mapping[str, Any]) -> RoleOf | None:
    """The role as it would be read, or None where it would be withdrawn."""
    if values.get("withdrawn"):
        return None
    return RoleOf(substance, role, values.get("strength", ""), bool(values.get("is_verified")))


def touches_rules(form: forms.ModelForm) -> bool:
    """Whether what was typed is of the kind that rules read."""
    return bool(READ_BY_RULES & set(form.changed_data))


def change_of(form: forms.ModelForm, substance: str) -> tuple[tuple[str, str], RoleOf | None] | None:
    """One typed role as a change, or None where the form is faulty, empty or changes nothing that rules read."""
    values = getattr(form, "cleaned_data", {})
    role = values.get("role") or getattr(form.instance, "role", None) if form.instance.role_id else values.get("role")
    if form.errors or role is None or not substance or not touches_rules(form):
        return None
    return (substance, role.pk), role_after(substance, role.pk, {**_stored(form.instance), **values})


def _stored(row: SubstanceRole) -> dict[str, Any]:
    return {"strength": row.strength, "is_verified": row.is_verified, "withdrawn": row.is_withdrawn}


def look_first(changes: dict, data: Mapping[str, Any]) -> Effects | None:
    """The effects that the sender has not seen yet, or None where there is nothing to show or it was seen."""
    if not changes:
        return None
    effects = effects_of(changes)
    return None if data.get(SEEN) == effects.digest else effects


def not_seen_yet() -> NotSeenYet:
    return NotSeenYet(_("Look at what this change does to the rules, then save again. Nothing is stored yet."))


def effect_words(effects: Effects) -> dict[str, Any]:
    """The effects as the page shows them: leaf and 7-OH products apart, each rule with its severity."""
    groups = (
        (_("With leaf kratom, extracts and shots"), effects.of("leaf")),
        (_("With 7-OH and pseudoindoxyl products"), effects.of("seven_oh")),
    )
    return {
        "digest": effects.digest,
        "groups": [(title, [_row(effect) for effect in found]) for title, found in groups],
        "beside": effects.beside,
    }


def _row(effect: Effect) -> dict[str, Any]:
    words = {BEGINS: _("begins"), CEASES: _("ceases"), CHANGES: _("changes its standing")}
    standing = _("flag") if effect.is_flag else _("looked for, no report found")
    if effect.is_provisional:
        standing = _("%s, provisional") % standing
    return {
        "effect": effect,
        "what": words[effect.what],
        "standing": standing,
        "routes": route_words(effect.routes),
    }


def route_words(routes: tuple[str, ...]) -> str:
    """Routes in few words."""
    if not routes:
        return _("any route")
    local = [route for route in routes if route not in SYSTEMIC_ROUTES]
    all_systemic = len(routes) - len(local) == len(SYSTEMIC_ROUTES)
    return ", ".join([_("any systemic route"), *local] if all_systemic else routes)
