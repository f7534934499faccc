"""Who may read and who may change the law data. Roles are groups; only their name is known here."""

from typing import Any

EDITOR_GROUP = "Reference editor"


def can_read(user: Any) -> bool:
    """Everyone who signs in reads the law."""
    return user.is_authenticated


def can_edit(user: Any) -> bool:
    """Reference editors, and whoever runs the installation."""
    return user.is_superuser or user.groups.filter(name=EDITOR_GROUP).exists()
