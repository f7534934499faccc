"""Filters of lists in the admin."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.utils.translation import gettext as _


class Values(admin.AllValuesFieldListFilter):
    """Every value that occurs; rows without one are named so, where Django would show a link without words."""

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:
        for choice in super().choices(changelist):
            shown = str(choice["display"])
            if not shown or shown.startswith(" ("):
                choice["display"] = _("none given") + shown
            yield choice
