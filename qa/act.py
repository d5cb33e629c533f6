"""An act: somebody does something at a moment, inside one transaction."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from qa.auth.roles import Permission, may
from qa.errors import ForbiddenError
from qa.i18n import Language, _
from qa.people.models import User
from qa.settings import Settings
from qa.storage.blobs import Blobs


@dataclass(frozen=True, slots=True)
class Act:
    """Who acts, when, in which open transaction; made at the edge by a request, a command or a job.

    ``actor`` is empty when the product itself acts (a job, a command of the machine's owner).
    """

    session: Session
    now: datetime
    settings: Settings
    blobs: Blobs
    actor: User | None = None

    @property
    def language(self) -> Language:
        """The language of whoever acts."""
        return self.actor.language if self.actor else self.settings.language

    @property
    def time_zone(self) -> str:
        """The time zone of whoever acts."""
        return self.actor.time_zone if self.actor else self.settings.time_zone

    def may(self, permission: Permission) -> bool:
        """Tell whether the actor may; the product itself may everything."""
        return self.actor is None or may(self.actor.role, permission)

    def require(self, permission: Permission) -> None:
        """Refuse when the actor may not."""
        if not self.may(permission):
            raise ForbiddenError(_("Your role does not allow this."))

    def person(self) -> User:
        """Return who acts; refuse when nobody is signed in."""
        if self.actor is None:
            raise ForbiddenError(_("Sign in first."))
        return self.actor
