"""Access tokens: made for a program that reads in somebody's name, used, and revoked."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session, joinedload

from qa import audit
from qa.act import Act
from qa.auth.passwords import new_token, token_hash
from qa.auth.roles import Permission
from qa.errors import InvalidError, NotFoundError
from qa.i18n import _
from qa.people.models import AccessToken, User, UserState

#: Begins every token, so that people and programs that look for secrets left lying about know what they found.
BEGINNING = "steekproef_"
LONGEST_NAME = 100
#: How often it is written down at most that a token was used.
NOTED_EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Made:
    """A new token; ``secret`` is kept nowhere and can be shown this once."""

    token: AccessToken
    secret: str


def make_token(act: Act, *, name: str, last_day: date) -> Made:
    """Make a token of the actor's own, valid to the end of ``last_day`` in their time zone."""
    act.require(Permission.TOKEN_USE)
    wanted = name.strip()
    if not wanted:
        raise InvalidError(_("Give a name."), field="name")
    if len(wanted) > LONGEST_NAME:
        raise InvalidError(_("Use at most {n} characters.", n=LONGEST_NAME), field="name")
    first, last = today(act), latest_day(act)
    if not first <= last_day <= last:
        raise InvalidError(_("Give a day from {first} to {last}.", first=first, last=last), field="last_day")
    secret = BEGINNING + new_token()
    midnight = datetime.combine(last_day + timedelta(days=1), time(), tzinfo=ZoneInfo(act.time_zone))
    token = AccessToken(
        name=wanted,
        token_hash=token_hash(secret),
        user_id=act.person().id,
        created_at=act.now,
        expires_at=midnight,
    )
    act.session.add(token)
    act.session.flush()
    audit.record(act, "token.made", token, expires_at=token.expires_at.isoformat())
    return Made(token, secret)


def today(act: Act) -> date:
    """Return the day it is where the actor is."""
    return act.now.astimezone(ZoneInfo(act.time_zone)).date()


def latest_day(act: Act) -> date:
    """Return the last day that a token made now may be valid."""
    return today(act) + timedelta(days=act.settings.token_days)


def revoke_token(act: Act, token: AccessToken) -> None:
    """End a token; ending it twice is ending it once."""
    act.session.refresh(token, ["revoked_at"], with_for_update=True)
    if token.revoked_at is not None:
        return
    _end(act, token)
    audit.record(act, "token.revoked", token)


def end_all_tokens(act: Act, user: User) -> None:
    """End every token of somebody who leaves or gets a new password, so that none works again."""
    for token in act.session.scalars(
        select(AccessToken).where(AccessToken.user_id == user.id, AccessToken.revoked_at.is_(None))
    ):
        _end(act, token)


def owner_of(session: Session, secret: str, *, now: datetime) -> User | None:
    """Return in whose name the token reads, or nobody: it must be valid and its owner active."""
    found = session.scalar(_valid(secret, now=now).options(joinedload(AccessToken.user).joinedload(User.team)))
    return found.user if found and found.user.state is UserState.ACTIVE else None


def is_use_due(session: Session, secret: str, *, now: datetime) -> bool:
    """Tell whether it was not written down for a while that the token is used."""
    return session.scalar(_unnoted(secret, now=now).with_only_columns(AccessToken.id)) is not None


def note_use(session: Session, secret: str, *, now: datetime) -> None:
    """Write down that the token is used now."""
    numbers = _unnoted(secret, now=now).with_only_columns(AccessToken.id)
    session.execute(update(AccessToken).where(AccessToken.id.in_(numbers)).values(last_used_at=now))


def own_tokens(act: Act) -> list[AccessToken]:
    """Return the actor's tokens, newest first."""
    return list(act.session.scalars(_newest_first(visible_tokens(act)).where(AccessToken.user_id == act.person().id)))


def all_tokens(act: Act) -> list[AccessToken]:
    """Return everybody's tokens, newest first."""
    act.require(Permission.PEOPLE_MANAGE)
    return list(act.session.scalars(_newest_first(visible_tokens(act))))


def get_token(act: Act, token_id: int) -> AccessToken:
    """Return a token the actor may see."""
    found = act.session.scalar(visible_tokens(act).where(AccessToken.id == token_id))
    if found is None:
        raise NotFoundError(_("There is no such access token."))
    return found


def visible_tokens(act: Act) -> Select[AccessToken]:
    """Administrators see every token, everybody else their own."""
    asked = select(AccessToken).options(joinedload(AccessToken.user))
    return asked if act.may(Permission.PEOPLE_MANAGE) else asked.where(AccessToken.user_id == act.person().id)


def _newest_first(asked: Select[AccessToken]) -> Select[AccessToken]:
    return asked.order_by(AccessToken.created_at.desc(), AccessToken.id.desc())


def _valid(secret: str, *, now: datetime) -> Select[AccessToken]:
    return select(AccessToken).where(
        AccessToken.token_hash == token_hash(secret),
        AccessToken.revoked_at.is_(None),
        AccessToken.expires_at > now,
    )


def _unnoted(secret: str, *, now: datetime) -> Select[AccessToken]:
    before = now - NOTED_EVERY
    return _valid(secret, now=now).where(or_(AccessToken.last_used_at.is_(None), AccessToken.last_used_at <= before))


def _end(act: Act, token: AccessToken) -> None:
    token.revoked_at, token.revoked_by_id = act.now, act.actor.id if act.actor else None
