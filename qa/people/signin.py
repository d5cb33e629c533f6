"""Signing in and out: tokens kept as hashes, sign-ins that can be ended one by one."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, joinedload

from qa import audit
from qa.act import Act
from qa.auth.passwords import new_token, password_fits, token_hash
from qa.auth.roles import Role
from qa.errors import InvalidError, NotFoundError
from qa.i18n import _
from qa.people.models import SignIn, User, UserState

#: After so many wrong passwords in a row an account rests for a while.
MOST_FAILURES = 8
REST = timedelta(minutes=10)


def user_of(session: Session, token: str, *, now: datetime) -> User | None:
    """Return who is signed in with the token, or nobody."""
    if not token:
        return None
    found = session.scalar(
        select(SignIn)
        .options(joinedload(SignIn.user).joinedload(User.team))
        .where(SignIn.token_hash == token_hash(token), SignIn.expires_at > now)
    )
    return found.user if found and found.user.state is UserState.ACTIVE else None


def sign_in(act: Act, *, email: str, password: str, browser: str = "") -> str:
    """Check the password and return a token for the browser; refuse in words that do not tell which part was wrong."""
    user = act.session.scalar(select(User).where(func.lower(User.email) == email.strip().lower()))
    resting = user is not None and user.locked_until is not None and user.locked_until > act.now
    fits = password_fits(password, user.password_hash if user else None)
    if user is None or user.state is not UserState.ACTIVE or not fits or resting:
        if resting:
            raise InvalidError(_("Too many wrong passwords. Try again in {n} minutes.", n=REST.seconds // 60))
        raise InvalidError(_("This e-mail address and password do not belong together."))
    user.failed_sign_ins, user.locked_until = 0, None
    return open_sign_in(act, user, browser=browser)


def note_failure(act: Act, *, email: str) -> None:
    """Count a wrong password; the account rests after too many."""
    user = act.session.scalar(select(User).where(func.lower(User.email) == email.strip().lower()))
    if user is None:
        return
    user.failed_sign_ins += 1
    if user.failed_sign_ins >= MOST_FAILURES:
        user.failed_sign_ins, user.locked_until = 0, act.now + REST
        audit.record(act, "sign_in.rested", user)


def open_sign_in(act: Act, user: User, *, browser: str = "") -> str:
    """Open a sign-in for the user and return its token; the token itself is kept nowhere here."""
    token = new_token()
    act.session.add(
        SignIn(
            token_hash=token_hash(token),
            user_id=user.id,
            created_at=act.now,
            seen_at=act.now,
            expires_at=act.now + timedelta(hours=act.settings.session_hours),
            browser=browser[:200],
        )
    )
    audit.record(act, "sign_in.opened", user)
    return token


def sign_out(act: Act, *, token: str) -> None:
    """End the sign-in of the token."""
    act.session.execute(delete(SignIn).where(SignIn.token_hash == token_hash(token)))


def end_all_sign_ins(act: Act, user: User) -> None:
    """End every sign-in of the user: after a new password, or when somebody leaves."""
    act.session.execute(delete(SignIn).where(SignIn.user_id == user.id))


def demo_guests(act: Act) -> list[User]:
    """Return the people of the demo company whom a visitor may be, by role and name."""
    _demo_only(act)
    found = act.session.scalars(select(User).options(joinedload(User.team)).where(User.state == UserState.ACTIVE))
    order = (Role.SUPERVISOR, Role.REVIEWER, Role.AGENT, Role.SHOPPER, Role.ADMIN)
    return sorted(found, key=lambda user: (order.index(user.role), user.name))


def be_demo_guest(act: Act, user_id: int, *, browser: str = "") -> str:
    """Open a sign-in for one of the demo's people without a password; refused outside the demo."""
    _demo_only(act)
    user = act.session.get(User, user_id)
    if user is None or user.state is not UserState.ACTIVE:
        raise NotFoundError(_("There is no such person."))
    return open_sign_in(act, user, browser=browser)


def _demo_only(act: Act) -> None:
    if not act.settings.demo:
        raise NotFoundError(_("There is no such person."))
