"""How a session finds its person: as allauth does, in one read with session, practice and roles."""

from uuid import UUID

from allauth.account.auth_backends import AuthenticationBackend

from clinical.models import User
from kratomcare.sessions import person_of_session


class People(AuthenticationBackend):
    def get_user(self, user_id: UUID) -> User | None:
        """The person whose session this is; None for one who is gone or deactivated since."""
        person = person_of_session(user_id)
        return person if person and self.user_can_authenticate(person) else None
