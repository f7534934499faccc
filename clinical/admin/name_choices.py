"""The kind and the route of a name as lists to choose from: a word that nothing reads cannot be typed."""

from typing import Any

from django import forms
from django.db.models import Field
from django.utils.translation import gettext_lazy as _

from clinical.models import SubstanceName
from clinical.screening.routes import ROUTES

VARIES = ("", _("varies, or not known"))


class ChosenWords:
    """For an admin or inline of names. Kinds are those in use: they say how a name is ranked and shown, no more."""

    def formfield_for_dbfield(self, db_field: Field, request: Any, **values: Any) -> Any:
        found = super().formfield_for_dbfield(db_field, request, **values)
        if db_field.model is not SubstanceName or db_field.name not in ("kind", "route"):
            return found
        choices = _kinds() if db_field.name == "kind" else [VARIES, *((route, route) for route in ROUTES)]
        return forms.ChoiceField(
            choices=choices, required=found.required, label=found.label, help_text=found.help_text, initial=""
        )


def _kinds() -> list[tuple[str, Any]]:
    used = SubstanceName.objects.order_by("kind").values_list("kind", flat=True).distinct()
    return [("", "---------"), *((kind, kind) for kind in used if kind)]
