"""Planning a coaching session, changing it, holding it or calling it off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from qa import audit
from qa.act import Act
from qa.auth.roles import Permission, Role
from qa.cards.models import CardVersion, VersionState
from qa.cards.queries import card_of
from qa.errors import ConflictError, InvalidError
from qa.evaluations.models import Evaluation
from qa.i18n import _, ngettext_
from qa.people.models import User, UserState
from qa.talks.letters import tell_everybody
from qa.talks.models import Clip, Occasion, Talk, TalkAgent, TalkFocus, TalkKind, TalkState
from qa.talks.queries import waiting_clips

MOST_AGENTS = 20
MOST_FOCUS = 5
LONGEST_PLACE = 200
#: A session can be written down afterwards, but not of long ago: its calendar and its comparison would be made up.
LONGEST_AFTER = timedelta(days=31)
LONGEST_AHEAD = timedelta(days=366)

#: A criterion of a scorecard: the card's number and the criterion's key.
Focus = tuple[int, str]


@dataclass(frozen=True, slots=True)
class When:
    """When and where a session is."""

    planned_at: datetime
    minutes: int
    place: str


def plan_talk(
    act: Act,
    when: When,
    *,
    agent_ids: Sequence[int],
    occasion: Occasion,
    focus: Sequence[Focus] = (),
    clip_ids: Sequence[int] = (),
    evaluation: Evaluation | None = None,
) -> Talk:
    """Plan a session with one or more agents; the actor is its coach. Everybody who takes part is told."""
    act.require(Permission.TALK_LEAD)
    agents = _agents(act, agent_ids)
    _check(act, when)
    talk = Talk(
        kind=TalkKind.ONE_TO_ONE if len(agents) == 1 else TalkKind.GROUP,
        occasion=occasion,
        coach_id=act.person().id,
        evaluation_id=evaluation.id if evaluation else None,
        planned_at=when.planned_at,
        minutes=when.minutes,
        place=when.place.strip(),
        created_at=act.now,
        agents=[TalkAgent(agent_id=one.id) for one in agents],
        focus=_focus(act, focus),
    )
    act.session.add(talk)
    act.session.flush()
    _attach(act, talk, clip_ids)
    audit.record(act, "talk.planned", talk, agents=len(agents), focus=len(talk.focus))
    tell_everybody(act, talk)
    return talk


def change_talk(
    act: Act,
    talk: Talk,
    when: When,
    *,
    occasion: Occasion,
    focus: Sequence[Focus],
    clip_ids: Sequence[int],
    revision: int,
) -> None:
    """Change a planned session; who takes part is told where its time or place changed.

    ``revision`` is the plan that the page showed; one that somebody changed since is refused.
    """
    act.require(Permission.TALK_LEAD)
    if talk.state is not TalkState.PLANNED:
        raise ConflictError(_("Only a session that is still planned can be changed."))
    if talk.revision != revision:
        raise ConflictError(
            _("Somebody changed this session meanwhile. What you typed still stands here; look at the session first.")
        )
    _check(act, when)
    moved = (talk.planned_at, talk.minutes, talk.place) != (when.planned_at, when.minutes, when.place.strip())
    talk.planned_at, talk.minutes, talk.place = when.planned_at, when.minutes, when.place.strip()
    talk.occasion = occasion
    _change_focus(act, talk, focus)
    _attach(act, talk, clip_ids)
    talk.revision += 1
    audit.record(act, "talk.changed", talk, moved=moved)
    if moved:
        talk.sequence += 1
        tell_everybody(act, talk)


def hold_talk(act: Act, talk: Talk) -> None:
    """Note that the session took place; its agents can now mark what is written of it as seen."""
    act.require(Permission.TALK_LEAD)
    if talk.state is not TalkState.PLANNED:
        raise ConflictError(_("This session was already held, or was called off."))
    if talk.planned_at - timedelta(minutes=talk.minutes) > act.now:
        raise ConflictError(_("This session is still to come. Change its time first if you met earlier."))
    talk.state, talk.held_at = TalkState.HELD, min(act.now, talk.planned_at)
    talk.revision += 1
    audit.record(act, "talk.held", talk)


def cancel_talk(act: Act, talk: Talk) -> None:
    """Call the session off; everybody is told, and calendars take it out. Its clips wait for another session."""
    act.require(Permission.TALK_LEAD)
    if talk.state is not TalkState.PLANNED:
        raise ConflictError(_("This session was already held, or was called off."))
    talk.state, talk.cancelled_at = TalkState.CANCELLED, act.now
    talk.sequence += 1
    talk.revision += 1
    for clip in act.session.scalars(select(Clip).where(Clip.talk_id == talk.id)):
        clip.talk_id = None
    audit.record(act, "talk.cancelled", talk)
    tell_everybody(act, talk)


def _agents(act: Act, agent_ids: Sequence[int]) -> list[User]:
    asked = select(User).where(User.id.in_(agent_ids), User.role == Role.AGENT, User.state != UserState.LEFT)
    found = {one.id: one for one in act.session.scalars(asked)}
    chosen = [found[number] for number in dict.fromkeys(agent_ids) if number in found]
    if not chosen or len(chosen) != len(set(agent_ids)):
        raise InvalidError(_("Choose at least one agent who has not left."), field="agents")
    if len(chosen) > MOST_AGENTS:
        raise InvalidError(_("Choose at most {n} agents for one session.", n=MOST_AGENTS), field="agents")
    return chosen


def _check(act: Act, when: When) -> None:
    if not act.now - LONGEST_AFTER <= when.planned_at <= act.now + LONGEST_AHEAD:
        raise InvalidError(_("Choose a day within the coming year, or of the past month."), field="day")
    if not 5 <= when.minutes <= 480:
        raise InvalidError(_("Give a number from {low} to {high}.", low=5, high=480), field="minutes")
    if len(when.place) > LONGEST_PLACE:
        raise InvalidError(_("Use at most {n} characters.", n=LONGEST_PLACE), field="place")


def _focus(act: Act, wanted: Sequence[Focus]) -> list[TalkFocus]:
    chosen = list(dict.fromkeys(wanted))
    if len(chosen) > MOST_FOCUS:
        raise InvalidError(
            ngettext_(
                "Choose at most {n} criterion: nobody changes everything at once.",
                "Choose at most {n} criteria: nobody changes everything at once.",
                n=MOST_FOCUS,
            ),
            field="focus",
        )
    numbers = {scorecard_id for scorecard_id, _key in chosen}
    asked = select(CardVersion).where(CardVersion.scorecard_id.in_(numbers), CardVersion.state != VersionState.DRAFT)
    known = {
        (version.scorecard_id, criterion.key)
        for version in act.session.scalars(asked)
        for _section, criterion in card_of(version).criteria()
    }
    if not set(chosen) <= known:
        raise InvalidError(_("Choose one of the list."), field="focus")
    return [TalkFocus(scorecard_id=scorecard_id, criterion=key) for scorecard_id, key in chosen]


def _change_focus(act: Act, talk: Talk, wanted: Sequence[Focus]) -> None:
    now = {(one.scorecard_id, one.criterion): one for one in talk.focus}
    made = _focus(act, wanted)
    kept = [now.get((one.scorecard_id, one.criterion), one) for one in made]
    talk.focus[:] = kept


def _attach(act: Act, talk: Talk, clip_ids: Sequence[int]) -> None:
    """Take clips of these agents' work into the session that wait for one."""
    if not clip_ids:
        return
    for clip in waiting_clips(act, [one.agent_id for one in talk.agents]):
        if clip.id in clip_ids:
            clip.talk_id = talk.id
    act.session.flush()
