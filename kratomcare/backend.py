"""How a session finds its person: as allauth does, in one read with practice and roles."""

from uuid import UUID

from allauth.account.auth_backends import AuthenticationBackend

from clinical.models import User
from clinical.signed_in import person_signed_in


class People(AuthenticationBackend):
    def get_user(self, user_id: UUID) -> User | None:
        """The person whose session this is; None for one who is gone or deactivated since."""
        person = person_signed_in(user_id)
        return person if person and self.user_can_authenticate(person) else None
