"""Which coaching sessions, notes and actions an actor may see."""

from collections.abc import Iterable

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import joinedload, selectinload

from qa.act import Act
from qa.auth.roles import Permission, Role
from qa.errors import NotFoundError
from qa.evaluations.models import Evaluation
from qa.i18n import _
from qa.interactions.models import Interaction
from qa.paging import Page, page_of
from qa.talks.models import (
    ActionState,
    Clip,
    Talk,
    TalkAction,
    TalkAgent,
    TalkFocus,
    TalkNote,
    TalkState,
)


def visible_talks(act: Act) -> Select[Talk]:
    """Supervisors see all sessions, agents those they take part in, nobody else any."""
    asked = select(Talk)
    if act.actor is None or act.may(Permission.TALK_LEAD):
        return asked
    if act.actor.role is Role.AGENT:
        return asked.where(Talk.id.in_(_own(act.actor.id)))
    return asked.where(Talk.id.is_(None))


def visible_notes(act: Act) -> Select[TalkNote]:
    """Shared notes are read by whoever sees the session, private ones by nobody but who wrote them, whatever their role."""
    asked = select(TalkNote).where(TalkNote.talk_id.in_(visible_talks(act).with_only_columns(Talk.id)))
    if act.actor is None:
        return asked.where(TalkNote.shared)
    return asked.where(or_(TalkNote.shared, TalkNote.writer_id == act.actor.id))


def visible_actions(act: Act) -> Select[TalkAction]:
    """Whoever sees a session sees what was agreed in it; in a group an agent sees their own and the coach's."""
    asked = select(TalkAction).join(TalkAction.talk).where(Talk.id.in_(visible_talks(act).with_only_columns(Talk.id)))
    if act.actor is None or act.may(Permission.TALK_LEAD):
        return asked
    return asked.where(TalkAction.owner_id.in_((act.actor.id, Talk.coach_id)))


def get_talk(act: Act, talk_id: int) -> Talk:
    """Return a session the actor may see, with everything its page shows."""
    found = act.session.scalar(
        visible_talks(act)
        .where(Talk.id == talk_id)
        .options(
            joinedload(Talk.coach),
            joinedload(Talk.evaluation).joinedload(Evaluation.interaction),
            selectinload(Talk.agents).joinedload(TalkAgent.agent),
            selectinload(Talk.focus).joinedload(TalkFocus.scorecard),
        )
    )
    if found is None:
        raise NotFoundError(_("There is no such coaching session, or you may not see it."))
    return found


def planned_talks(act: Act) -> list[Talk]:
    """Return the sessions that are still to be held, the next one first."""
    asked = _listed(visible_talks(act)).where(Talk.state == TalkState.PLANNED)
    return list(act.session.scalars(asked.order_by(Talk.planned_at, Talk.id).limit(200)))


def earlier_talks(act: Act, *, page: int) -> Page[Talk]:
    """Return the sessions that were held or called off, the newest first."""
    asked = _listed(visible_talks(act)).where(Talk.state != TalkState.PLANNED)
    return page_of(act, asked.order_by(Talk.planned_at.desc(), Talk.id.desc()), number=page, size=20)


def talks_to_read(act: Act) -> list[Talk]:
    """Return the agent's held sessions that they have not marked as seen, oldest first."""
    unseen = select(TalkAgent.talk_id).where(TalkAgent.agent_id == act.person().id, TalkAgent.seen_at.is_(None))
    asked = _listed(visible_talks(act)).where(Talk.state == TalkState.HELD, Talk.id.in_(unseen))
    return list(act.session.scalars(asked.order_by(Talk.held_at, Talk.id)))


def open_actions(act: Act, *, of: int | None = None) -> list[TalkAction]:
    """Return what is still to be done, what is due first on top; ``of`` asks for one owner's."""
    asked = visible_actions(act).where(TalkAction.state == ActionState.OPEN, Talk.state != TalkState.CANCELLED)
    if of is not None:
        asked = asked.where(TalkAction.owner_id == of)
    asked = asked.options(joinedload(TalkAction.owner), joinedload(TalkAction.talk))
    return list(act.session.scalars(asked.order_by(TalkAction.due_on, TalkAction.id).limit(200)))


def actions_of(act: Act, talk: Talk) -> list[TalkAction]:
    """Return what was agreed in a session, oldest first, as far as the actor sees it."""
    asked = visible_actions(act).where(TalkAction.talk_id == talk.id)
    return list(act.session.scalars(asked.options(joinedload(TalkAction.owner)).order_by(TalkAction.id)))


def get_action(act: Act, action_id: int) -> TalkAction:
    """Return something agreed that the actor may see."""
    found = act.session.scalar(visible_actions(act).where(TalkAction.id == action_id))
    if found is None:
        raise NotFoundError(_("There is no such action, or you may not see it."))
    return found


def notes_of(act: Act, talk: Talk) -> list[TalkNote]:
    """Return the notes of a session that the actor may read, the coach's first."""
    asked = visible_notes(act).where(TalkNote.talk_id == talk.id).options(joinedload(TalkNote.writer))
    found = act.session.scalars(asked.order_by(TalkNote.id))
    return sorted(found, key=lambda note: note.writer_id != talk.coach_id)


def visible_clips(act: Act) -> Select[Clip]:
    """Select the clips an actor may hear.

    Supervisors hear all, reviewers what they chose. Agents hear their own work, in their sessions and where it is meant as an
    example; of a colleague's only what that colleague allowed, in a session they share or within their team.
    """
    asked = select(Clip).join(Clip.interaction).where(Interaction.erased_at.is_(None))
    if act.actor is None or act.may(Permission.TALK_LEAD):
        return asked
    me = act.actor
    if me.role is Role.REVIEWER:
        return asked.where(Clip.made_by_id == me.id)
    if me.role is not Role.AGENT:
        return asked.where(Clip.id.is_(None))
    mine = Clip.talk_id.in_(_own(me.id))
    shared = and_(Clip.example, Interaction.team_id == me.team_id)
    return asked.where(
        or_(
            and_(Interaction.agent_id == me.id, or_(mine, Clip.example)),
            and_(Clip.allowed_at.is_not(None), or_(mine, shared)),
        )
    )


def get_clip(act: Act, clip_id: int) -> Clip:
    """Return a clip the actor may hear."""
    found = act.session.scalar(_with_sound(visible_clips(act)).where(Clip.id == clip_id))
    if found is None:
        raise NotFoundError(_("There is no such clip, or you may not hear it."))
    return found


def clips_of(act: Act, talk: Talk) -> list[Clip]:
    """Return the clips of a session that the actor may hear, in the order in which they were chosen."""
    asked = _with_sound(visible_clips(act)).where(Clip.talk_id == talk.id)
    return list(act.session.scalars(asked.order_by(Clip.id)))


def waiting_clips(act: Act, agent_ids: Iterable[int]) -> list[Clip]:
    """Return the clips of these agents' work that are in no session yet, newest first."""
    asked = _with_sound(visible_clips(act)).where(Clip.talk_id.is_(None), Interaction.agent_id.in_(list(agent_ids)))
    return list(act.session.scalars(asked.options(joinedload(Clip.made_by)).order_by(Clip.id.desc()).limit(50)))


def examples(act: Act) -> list[Clip]:
    """Return the good examples that the actor may hear, newest first; an agent's own also before they allowed it."""
    asked = _with_sound(visible_clips(act)).where(Clip.example)
    return list(act.session.scalars(asked.order_by(Clip.made_at.desc(), Clip.id.desc()).limit(50)))


def _own(user_id: int) -> Select[int]:
    return select(TalkAgent.talk_id).where(TalkAgent.agent_id == user_id)


def _listed(asked: Select[Talk]) -> Select[Talk]:
    return asked.options(joinedload(Talk.coach), selectinload(Talk.agents).joinedload(TalkAgent.agent))


def _with_sound(asked: Select[Clip]) -> Select[Clip]:
    return asked.options(
        joinedload(Clip.interaction).selectinload(Interaction.recordings),
        joinedload(Clip.interaction).joinedload(Interaction.agent),
    )
