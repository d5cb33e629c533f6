"""Which people an actor may see, and how to find them."""

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from qa.act import Act
from qa.auth.roles import Role
from qa.errors import NotFoundError
from qa.i18n import _
from qa.people.models import Team, User, UserState


def visible_people(act: Act) -> Select[User]:
    """Administrators see everyone; supervisors the people of the company's work; everybody sees themself."""
    everyone = select(User).options(joinedload(User.team)).order_by(func.lower(User.name))
    if act.actor is None or act.actor.role is Role.ADMIN:
        return everyone
    if act.actor.role is Role.SUPERVISOR:
        return everyone.where(User.role.in_((Role.AGENT, Role.REVIEWER, Role.SHOPPER, Role.SUPERVISOR)))
    return everyone.where(User.id == act.actor.id)


def get_person(act: Act, user_id: int) -> User:
    """Return a person the actor may see."""
    found = act.session.scalar(visible_people(act).where(User.id == user_id))
    if found is None:
        raise NotFoundError(_("There is no such person."))
    return found


def agents(act: Act, *, team_id: int | None = None) -> list[User]:
    """Return the agents who have not left, by name."""
    asked = select(User).where(User.role == Role.AGENT, User.state != UserState.LEFT).order_by(func.lower(User.name))
    if team_id is not None:
        asked = asked.where(User.team_id == team_id)
    return list(act.session.scalars(asked))


def how_many_agents(act: Act) -> int:
    """Return how many agents there are who have not left."""
    asked = select(func.count(User.id)).where(User.role == Role.AGENT, User.state != UserState.LEFT)
    return act.session.scalar(asked) or 0


def with_role(act: Act, role: Role) -> list[User]:
    """Return those who hold the role and can sign in, by name."""
    asked = select(User).where(User.role == role, User.state == UserState.ACTIVE)
    return list(act.session.scalars(asked.order_by(func.lower(User.name))))


def agent_by_reference(act: Act, reference: str) -> User | None:
    """Return the agent whom a source calls by this reference."""
    return act.session.scalar(select(User).where(User.reference == reference, User.role == Role.AGENT))


def agent_of_reference(act: Act, reference: str) -> User:
    """Return the agent of this reference, if the actor may see them."""
    # A database that keeps text as C strings refuses to look for what none can hold.
    asked = visible_people(act).where(User.reference == reference, User.role == Role.AGENT)
    found = None if "\x00" in reference else act.session.scalar(asked)
    if found is None:
        raise NotFoundError(_("There is no agent with this reference, or you may not see them."))
    return found


def teams(act: Act) -> list[Team]:
    """Return every team, by name."""
    return list(act.session.scalars(select(Team).order_by(func.lower(Team.name))))
