"""Who may read and who may change the law data. Roles are groups; only their name is known here."""

from typing import Any

EDITOR_GROUP = "Reference editor"


def can_read(user: Any) -> bool:
    """Everyone who signs in reads the law."""
    return user.is_authenticated


def can_edit(user: Any) -> bool:
    """Reference editors, and whoever runs the installation. Asked once for each user read, as Django's own are."""
    if user.is_superuser:
        return True
    if not hasattr(user, "_edits_law"):
        user._edits_law = user.groups.filter(name=EDITOR_GROUP).exists()
    return user._edits_law
