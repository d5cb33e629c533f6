"""The demo's coaching: a session that was held, one to come with a group and one with a single agent, and kudos."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from qa.act import Act
from qa.auth.roles import Role
from qa.demo.company import by_role, manifest
from qa.evaluations.models import Answer, Evaluation
from qa.evaluations.purpose import is_about_agent
from qa.evaluations.queries import SHOWN_TO_AGENT
from qa.interactions.kinds import SPOKEN
from qa.kudos.service import give_kudos
from qa.people.models import User
from qa.talks import actions, noting, service
from qa.talks.clips import LONGEST_MS, Stretch, allow, make_clip
from qa.talks.models import Clip, Occasion, Talk
from qa.talks.service import Focus, When

HELD_DAYS_AGO = 10
#: What is heard before and after the words that evidence points to.
LEAD_MS = 4_000
ROOM = "Overlegruimte 2"
FOCUS = ("recognises_feeling", "realistic_expectations")
#: Further criteria whose evidence is worth hearing together.
WORTH_HEARING = ("explanation", "solution", "understands_need", "listens")

ACTION = "Eerst benoemen wat de klant voelt, dan pas de oplossing."
COACHS_ACTION = "Twee gesprekken samen terugluisteren en een voorbeeld uitzoeken."
SHARED = (
    "We hebben samen een fragment teruggeluisterd. De oplossing klopte, maar kwam voordat de klant was uitgepraat. "
    "Afgesproken om eerst het gevoel te benoemen."
)
PRIVATE = "Volgende keer beginnen met wat goed gaat."
REMARKS = "Herkenbaar. Bij drukte schiet ik snel in de oplossing; dat ga ik proberen anders te doen."
REMARK = "Rustig uitgelegd, zonder te beloven wat niet kan"
KUDOS = "Wat bleef je geduldig, en de klant werd er hoorbaar rustig van."


@dataclass(frozen=True, slots=True)
class _Heard:
    """A released evaluation of a call, and a stretch of it that evidence points to."""

    evaluation: Evaluation
    stretch: Stretch


def make_coaching(act: Act) -> None:
    """Make the sessions where they are not there yet; needs the evaluated calls."""
    if act.session.scalar(select(Talk.id).limit(1)) is not None:
        return
    coach = by_role(act, Role.SUPERVISOR)[0]
    team = _team(act, "nl")
    found = ((one, _heard(act, one, best=False)) for one in team)
    coached, heard = next(((one, heard) for one, heard in found if heard is not None), (team[0], None))
    _held(act, coach, coached, heard)
    _to_come(act, coach, team)


def _held(act: Act, coach: User, agent: User, found: _Heard | None) -> None:
    noon = act.now.replace(hour=12, minute=0, second=0, microsecond=0)
    at = noon - timedelta(days=HELD_DAYS_AGO)
    before = replace(act, actor=coach, now=at - timedelta(days=3))
    evaluation = found.evaluation if found else None
    low = evaluation is not None and evaluation.passed is False
    talk = service.plan_talk(
        before,
        When(at, 30, ROOM),
        agent_ids=[agent.id],
        occasion=Occasion.LOW_SCORE if low else Occasion.REGULAR,
        focus=_focus(evaluation),
        evaluation=evaluation,
    )
    if found is not None:
        make_clip(before, found.evaluation.interaction, found.stretch, remark="", example=False, talk=talk)
    there = replace(act, actor=coach, now=at + timedelta(minutes=40))
    service.hold_talk(there, talk)
    noting.save_note(there, talk, shared=True, text=SHARED, revision=0)
    noting.save_note(there, talk, shared=False, text=PRIVATE, revision=0)
    day = at.date()
    own = actions.agree(there, talk, owner_id=agent.id, text=ACTION, due_on=day + timedelta(days=14))
    done = actions.agree(there, talk, owner_id=coach.id, text=COACHS_ACTION, due_on=day + timedelta(days=7))
    if talk.focus:
        own.scorecard_id, own.criterion = talk.focus[0].scorecard_id, talk.focus[0].criterion
    later = at + timedelta(days=1)
    actions.carry_out(replace(act, actor=coach, now=later), done)
    reading = replace(act, actor=agent, now=later)
    noting.save_remarks(reading, talk, text=REMARKS, revision=0)
    noting.mark_seen(reading, talk)


def _to_come(act: Act, coach: User, team: list[User]) -> None:
    """Plan a group session with a good example, and one with an agent of another team; give kudos."""
    mine = replace(act, actor=coach)
    group = service.plan_talk(
        mine, _when(act, days=3, hour=10), agent_ids=[one.id for one in team], occasion=Occasion.REGULAR
    )
    for agent in team[1:]:
        found = _heard(act, agent, best=True)
        if found is None:
            continue
        example = make_clip(mine, found.evaluation.interaction, found.stretch, remark=REMARK, example=True, talk=group)
        _allowed(act, example, by=agent)
        give_kudos(mine, found.evaluation.interaction, text=KUDOS)
        break
    other = by_role(act, Role.SUPERVISOR)[1]
    english = _team(act, "en")[0]
    when = When(_when(act, days=5, hour=14).planned_at, 30, "Room 4")
    service.plan_talk(replace(act, actor=other), when, agent_ids=[english.id], occasion=Occasion.ASKED)


def _allowed(act: Act, clip: Clip, *, by: User) -> None:
    allow(replace(act, actor=by), clip, allowed=True)


def _when(act: Act, *, days: int, hour: int) -> When:
    at: datetime = act.now.replace(hour=hour, minute=0, second=0, microsecond=0) + timedelta(days=days)
    return When(at, 45, ROOM)


def _team(act: Act, key: str) -> list[User]:
    """Return the agents of a team, in the order in which they were made."""
    references = [str(agent["reference"]) for agent in manifest()["agents"] if agent["team"] == key]
    known = {agent.reference: agent for agent in by_role(act, Role.AGENT)}
    return [known[reference] for reference in references]


def _focus(evaluation: Evaluation | None) -> list[Focus]:
    if evaluation is None:
        return []
    answered = {answer.criterion for answer in evaluation.answers}
    return [(evaluation.card_version.scorecard_id, key) for key in FOCUS if key in answered]


def _heard(act: Act, agent: User, *, best: bool) -> _Heard | None:
    """Find the agent's best or worst released evaluation of a call with evidence in its sound."""
    asked = (
        select(Evaluation)
        .where(Evaluation.agent_id == agent.id, Evaluation.state.in_(SHOWN_TO_AGENT))
        .options(selectinload(Evaluation.answers).selectinload(Answer.evidence))
        .order_by(Evaluation.final_bp.desc() if best else Evaluation.final_bp, Evaluation.id)
    )
    for evaluation in act.session.scalars(asked):
        if not is_about_agent(evaluation) or evaluation.interaction.channel not in SPOKEN:
            continue
        # What is said in the middle of a conversation tells more than its greeting.
        for answer in sorted(evaluation.answers, key=lambda one: one.criterion not in (*FOCUS, *WORTH_HEARING)):
            for item in answer.evidence:
                if item.start_ms is not None and item.end_ms is not None and item.start_ms < item.end_ms:
                    begin, end = max(0, item.start_ms - LEAD_MS), item.end_ms + LEAD_MS
                    return _Heard(evaluation, Stretch(start_ms=begin, end_ms=min(end, begin + LONGEST_MS)))
    return None
