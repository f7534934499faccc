"""The review queue as a room of its own in the admin. Stores nothing: what waits is worked out when it is opened."""

from django.utils.translation import gettext_lazy as _

from clinical.models.knowledge import InteractionRule


class RuleToReview(InteractionRule):
    """A rule in force, looked at as something to review."""

    class Meta:
        proxy = True
        verbose_name = _("entry of the review queue")
        verbose_name_plural = _("review queue")
