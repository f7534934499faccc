"""What one plain reference row must not say, whoever brings it: a form, an inline row or an imported file.

Reads the database for keys that must exist; writes nothing.
"""

from collections.abc import Container, Iterator

from django.utils.translation import gettext as _

from clinical.models import Role
from clinical.screening.routes import ROUTES


def strengths_of(role: Role) -> tuple[str, ...]:
    """The strengths that the vocabulary gives this role; none where it knows no grades."""
    return tuple(part.strip() for part in role.strengths.split(";") if part.strip())


def strength_faults(role: Role, strength: str) -> Iterator[str]:
    """A strength outside the vocabulary would be read by no rule."""
    allowed = strengths_of(role)
    if strength and strength not in allowed:
        listed = ", ".join(allowed) or _("none")
        yield _("Strength “%(strength)s” is not in the vocabulary of %(role)s (%(listed)s).") % {
            "strength": strength,
            "role": role.pk,
            "listed": listed,
        }


def route_faults(route: str) -> Iterator[str]:
    """A route that no rule can name would keep every flag away."""
    if route and route not in ROUTES:
        yield _("Route “%(route)s” is none of %(routes)s.") % {"route": route, "routes": ", ".join(ROUTES)}


def source_faults(key: str, known: Container[str]) -> Iterator[str]:
    """A fact names a source that is stored here, or none."""
    if key and key not in known:
        yield _("No source has the key “%s”. Add the source first.") % key
