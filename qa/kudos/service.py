"""Giving kudos, taking it back, and who reads it. It is in no figure and no score."""

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from qa import audit
from qa.act import Act
from qa.auth.roles import Permission, Role
from qa.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from qa.i18n import Text, _
from qa.interactions.models import Interaction
from qa.interactions.queries import visible_interactions
from qa.kudos.models import Kudos
from qa.people.identity import reviewer_name
from qa.people.models import User

LONGEST_TEXT = 1_000


def give_kudos(act: Act, interaction: Interaction, *, text: str) -> Kudos:
    """Give kudos for a conversation that the actor sees or was let hear; nobody praises themself, and once is enough."""
    act.require(Permission.KUDOS_GIVE)
    giver = act.person()
    if interaction.agent_id == giver.id:
        raise ForbiddenError(_("Kudos is for the work of somebody else."))
    if not text.strip():
        raise InvalidError(_("Say what was good, in your own words."), field="text")
    if len(text) > LONGEST_TEXT:
        raise InvalidError(_("Use at most {n} characters.", n=LONGEST_TEXT), field="text")
    if own_kudos(act, interaction) is not None:
        raise ConflictError(_("You already gave kudos for this conversation."))
    made = Kudos(
        interaction_id=interaction.id,
        agent_id=interaction.agent_id,
        giver_id=giver.id,
        text=text.strip(),
        given_at=act.now,
    )
    act.session.add(made)
    act.session.flush()
    audit.record(act, "kudos.given", made, interaction=interaction.id)
    return made


def take_back(act: Act, kudos: Kudos) -> None:
    """Take kudos back; only its giver does."""
    if kudos.giver_id != act.person().id:
        raise ForbiddenError(_("Only who gave it can take it back."))
    audit.record(act, "kudos.taken_back", kudos)
    act.session.delete(kudos)
    act.session.flush()


def visible_kudos(act: Act) -> Select[Kudos]:
    """Givers read their own, supervisors all, agents what they were given.

    What a reviewer gave is told once the conversation is the agent's to read: before that it would tell what was drawn.
    """
    asked = select(Kudos)
    if act.actor is None or act.may(Permission.TALK_LEAD):
        return asked
    me = act.actor
    if me.role is not Role.AGENT:
        return asked.where(Kudos.giver_id == me.id)
    readable = visible_interactions(act).with_only_columns(Interaction.id)
    by_reviewers = select(User.id).where(User.role == Role.REVIEWER)
    told = or_(Kudos.giver_id.not_in(by_reviewers), Kudos.interaction_id.in_(readable))
    return asked.where(or_(Kudos.giver_id == me.id, (Kudos.agent_id == me.id) & told))


def get_kudos(act: Act, kudos_id: int) -> Kudos:
    """Return kudos that the actor may read."""
    found = act.session.scalar(visible_kudos(act).where(Kudos.id == kudos_id))
    if found is None:
        raise NotFoundError(_("There is no such kudos, or you may not read it."))
    return found


def kudos_for(act: Act, agent_id: int, *, limit: int = 50) -> list[Kudos]:
    """Return what an agent was given, newest first, as far as the actor may read it."""
    asked = visible_kudos(act).where(Kudos.agent_id == agent_id, Kudos.text != "")
    options = (joinedload(Kudos.giver), joinedload(Kudos.interaction))
    return list(act.session.scalars(asked.options(*options).order_by(Kudos.id.desc()).limit(limit)))


def kudos_of(act: Act, interaction: Interaction) -> list[Kudos]:
    """Return what was given for a conversation, oldest first, as far as the actor may read it."""
    asked = visible_kudos(act).where(Kudos.interaction_id == interaction.id, Kudos.text != "")
    return list(act.session.scalars(asked.options(joinedload(Kudos.giver)).order_by(Kudos.id)))


def giver_name(act: Act, kudos: Kudos) -> str | Text:
    """Return who gave it; reviewers are not named to agents where the setting hides them."""
    return reviewer_name(act, kudos.giver) if kudos.giver.role is Role.REVIEWER else kudos.giver.name


def own_kudos(act: Act, interaction: Interaction) -> Kudos | None:
    """Return what the actor gave for a conversation."""
    return act.session.scalar(
        select(Kudos).where(Kudos.interaction_id == interaction.id, Kudos.giver_id == act.person().id)
    )
