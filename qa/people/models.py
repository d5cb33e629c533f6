"""Teams, users, their sign-ins, the links that let them in, and the tokens of their programs."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from qa.auth.roles import Role
from qa.db import Stored
from qa.i18n import Language


class UserState(StrEnum):
    """Whether somebody can sign in."""

    INVITED = "invited"
    ACTIVE = "active"
    LEFT = "left"


class LinkKind(StrEnum):
    """What a link that was handed to somebody lets them do, once."""

    INVITATION = "invitation"
    PASSWORD = "password"  # noqa: S105 - the name of a kind of link


class Team(Stored):
    """Agents who work together; figures are shown by team."""

    __tablename__ = "teams"

    name: Mapped[str] = mapped_column(String(200), unique=True)


class User(Stored):
    """Somebody the product knows: who signs in, or an agent whose interactions it holds."""

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("(state = 'active') <= (password_hash IS NOT NULL)", name="active_has_password"),
        CheckConstraint("length(name) > 0", name="has_name"),
    )

    name: Mapped[str] = mapped_column(String(200), info={"personal": "name"})
    email: Mapped[str | None] = mapped_column(String(320), unique=True, info={"personal": "contact"})
    #: What the telephone system or chat platform calls an agent; recordings are matched by it.
    reference: Mapped[str | None] = mapped_column(String(100), unique=True, info={"personal": "reference"})
    role: Mapped[Role] = mapped_column(index=True)
    state: Mapped[UserState] = mapped_column(default=UserState.INVITED)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"), index=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[Language] = mapped_column(default=Language.EN)
    time_zone: Mapped[str] = mapped_column(String(64), default="Europe/Amsterdam")
    created_at: Mapped[datetime]
    failed_sign_ins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]

    team: Mapped[Team | None] = relationship()


class SignIn(Stored):
    """One browser that is signed in; the browser holds the token, this row only its SHA-256."""

    __tablename__ = "sign_ins"

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    #: Browser and system as the browser names itself, so that people recognise their own sign-ins.
    browser: Mapped[str] = mapped_column(String(200), default="", info={"personal": "device"})

    user: Mapped[User] = relationship()


class Link(Stored):
    """An invitation or a password link: usable once, until it expires."""

    __tablename__ = "links"

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[LinkKind]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()


class AccessToken(Stored):
    """What a program of somebody's shows to read in their name; it holds the token, this row only its SHA-256."""

    __tablename__ = "access_tokens"
    __table_args__ = (
        CheckConstraint("length(name) > 0", name="has_name"),
        CheckConstraint("created_at < expires_at", name="ends_after_it_begins"),
        CheckConstraint("revoked_by_id IS NULL OR revoked_at IS NOT NULL", name="revoked_has_time"),
    )

    #: What it is for, as its owner calls it.
    name: Mapped[str] = mapped_column(String(100), info={"personal": "text"})
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    #: To within a few minutes; empty when it was never used.
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    #: Empty when it was not revoked, or the product itself did.
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    user: Mapped[User] = relationship(foreign_keys=[user_id])
