"""Making teams and users, inviting them, changing and ending their access."""

from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import available_timezones

from sqlalchemy import delete, func, select

from qa import audit
from qa.act import Act
from qa.auth.passwords import hash_password, new_token, token_hash
from qa.auth.roles import Permission, Role
from qa.errors import ConflictError, InvalidError, NotFoundError
from qa.i18n import Language, _
from qa.people.models import Link, LinkKind, Team, User, UserState
from qa.people.signin import end_all_sign_ins
from qa.people.tokens import end_all_tokens

LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Person:
    """What is written down about somebody; ``reference`` is what the telephone system calls an agent."""

    name: str
    role: Role
    email: str | None = None
    reference: str | None = None
    team_id: int | None = None
    language: Language = Language.EN
    time_zone: str = "Europe/Amsterdam"


def add_team(act: Act, *, name: str) -> Team:
    """Make a team; two teams of one name are refused."""
    act.require(Permission.PEOPLE_MANAGE)
    wanted = name.strip()
    if not wanted:
        raise InvalidError(_("Give the team a name."), field="name")
    if act.session.scalar(select(Team).where(func.lower(Team.name) == wanted.lower())):
        raise InvalidError(_("There is already a team of this name."), field="name")
    team = Team(name=wanted[:LONGEST_NAME])
    act.session.add(team)
    act.session.flush()
    audit.record(act, "team.added", team)
    return team


def add_person(act: Act, person: Person) -> User:
    """Write somebody down; they can sign in only after an invitation."""
    act.require(Permission.PEOPLE_MANAGE)
    _check(act, person, own_id=None)
    user = User(state=UserState.INVITED, created_at=act.now)
    _write(user, person)
    act.session.add(user)
    act.session.flush()
    audit.record(act, "person.added", user, role=person.role.value)
    return user


def change_person(act: Act, user: User, person: Person) -> User:
    """Change what is written down about somebody and return them."""
    act.require(Permission.PEOPLE_MANAGE)
    _check(act, person, own_id=user.id)
    if user is act.actor and person.role is not user.role:
        raise InvalidError(_("You cannot change your own role; ask another administrator."), field="role")
    _write(user, person)
    audit.record(act, "person.changed", user, role=person.role.value)
    return user


def end_access(act: Act, user: User) -> None:
    """Let somebody in no more; what they did stays."""
    act.require(Permission.PEOPLE_MANAGE)
    if user is act.actor:
        raise ConflictError(_("You cannot end your own access; ask another administrator."))
    user.state = UserState.LEFT
    end_all_sign_ins(act, user)
    end_all_tokens(act, user)
    audit.record(act, "person.left", user)


def make_link(act: Act, user: User, *, kind: LinkKind) -> str:
    """Return the token of a new link for the user; earlier links of the kind stop working."""
    act.require(Permission.PEOPLE_MANAGE)
    if user.email is None:
        raise InvalidError(_("This person needs an e-mail address before they can sign in."), field="email")
    act.session.execute(delete(Link).where(Link.user_id == user.id, Link.kind == kind, Link.used_at.is_(None)))
    token = new_token()
    expires = act.now + timedelta(hours=act.settings.link_hours)
    act.session.add(Link(token_hash=token_hash(token), kind=kind, user_id=user.id, expires_at=expires))
    if user.state is UserState.LEFT:
        user.state = UserState.INVITED
    audit.record(act, f"link.{kind.value}", user)
    return token


def link_of(act: Act, token: str) -> Link:
    """Return a link that can still be used."""
    link = act.session.scalar(select(Link).where(Link.token_hash == token_hash(token)))
    if link is None or link.used_at is not None or link.expires_at <= act.now or link.user.state is UserState.LEFT:
        raise NotFoundError(_("This link was used before or is too old. Ask your administrator for a new one."))
    return link


def use_link(act: Act, token: str, *, password: str) -> User:
    """Set the password of the link's user, let them in, and end their earlier sign-ins and all their access tokens.

    A link comes from an administrator, where a password was lost or may be known to others: what was opened with it ends.
    """
    link = link_of(act, token)
    user = link.user
    user.password_hash = hash_password(password)
    user.state = UserState.ACTIVE
    user.failed_sign_ins, user.locked_until = 0, None
    link.used_at = act.now
    end_all_sign_ins(act, user)
    end_all_tokens(act, user)
    audit.record(act, "password.set", user)
    return user


def choose_language(act: Act, language: Language) -> None:
    """Keep the language the actor wants to read."""
    act.person().language = language


def _check(act: Act, person: Person, *, own_id: int | None) -> None:
    if not person.name.strip():
        raise InvalidError(_("Give a name."), field="name")
    if len(person.name.strip()) > LONGEST_NAME:
        raise InvalidError(_("Use at most {n} characters.", n=LONGEST_NAME), field="name")
    if person.time_zone not in available_timezones():
        raise InvalidError(_("There is no time zone {name}.", name=person.time_zone), field="time_zone")
    if person.role is not Role.AGENT and not person.email:
        raise InvalidError(_("Everybody but an agent needs an e-mail address to sign in."), field="email")
    if person.email and _taken(act, func.lower(User.email) == person.email.strip().lower(), own_id):
        raise InvalidError(_("Somebody else has this e-mail address."), field="email")
    if person.reference and _taken(act, User.reference == person.reference.strip(), own_id):
        raise InvalidError(_("Somebody else has this reference."), field="reference")


def _taken(act: Act, where: object, own_id: int | None) -> bool:
    found = act.session.scalar(select(User.id).where(where))  # type: ignore[arg-type]  # any column condition
    return found is not None and found != own_id


def _write(user: User, person: Person) -> None:
    user.name = person.name.strip()
    user.role = person.role
    user.email = (person.email or "").strip().lower() or None
    user.reference = (person.reference or "").strip() or None
    user.team_id = person.team_id
    user.language = person.language
    user.time_zone = person.time_zone
