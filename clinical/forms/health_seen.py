"""What a page had shown of a patient, carried hidden through the form, so that a colleague's change is not undone."""

import json

from django import forms

from clinical.records import HealthSeen


class HealthSeenField(forms.CharField):
    """Cleans to `HealthSeen`, or None where the form did not carry it. A spoilt value counts as not carried."""

    widget = forms.HiddenInput

    def __init__(self):
        super().__init__(required=False, max_length=20_000)

    def prepare_value(self, value):
        if not isinstance(value, HealthSeen):
            return value
        return json.dumps([list(value.conditions), value.pregnant, value.breastfeeding])

    def clean(self, value) -> HealthSeen | None:
        try:
            conditions, pregnant, breastfeeding = json.loads(super().clean(value) or "null") or ()
        except (TypeError, ValueError):
            return None
        plain = all(isinstance(key, str) for key in conditions) and isinstance(conditions, list)
        known = all(answer in (True, False, None) for answer in (pregnant, breastfeeding))
        return HealthSeen(tuple(conditions), pregnant, breastfeeding) if plain and known else None
