"""What waits for somebody, by their role: counts with the page of each. Nothing waits, nothing is sent."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select

from qa.act import Act
from qa.auth.roles import Role
from qa.coaching.models import CoachingReport, ReportState
from qa.disputes.figures import waiting_disputes
from qa.disputes.models import UNSETTLED, Dispute
from qa.evaluations.models import Evaluation, EvaluationKind, EvaluationState
from qa.evaluations.purpose import about_agents
from qa.i18n import Text, ngettext_
from qa.insight.queries import COUNTED
from qa.people.models import User
from qa.sampling.models import Draw, DrawItem, ItemState
from qa.self_evaluations.models import SelfEvaluation, SelfState
from qa.self_evaluations.visibility import hidden_until_scored
from qa.talks.models import ActionState, Talk, TalkAction, TalkState


@dataclass(frozen=True, slots=True)
class Waiting:
    """A count in a sentence, and the page that shows what was counted."""

    sentence: Text
    path: str


def waiting_for(act: Act, user: User) -> list[Waiting]:
    """Return what waits for somebody; counts of nothing are left out."""
    return [found for count in _BY_ROLE.get(user.role, ()) if (found := count(act, user)) is not None]


def _to_score(act: Act, user: User) -> Waiting | None:
    asked = select(func.count()).where(Evaluation.reviewer_id == user.id, Evaluation.state == EvaluationState.OPEN)
    n = act.session.scalar(asked.select_from(Evaluation)) or 0
    return (
        Waiting(ngettext_("{n} evaluation waits for you.", "{n} evaluations wait for you.", n=n), "/evaluations/desk")
        if n
        else None
    )


def _to_judge(act: Act, user: User) -> Waiting | None:
    asked = select(func.count(Dispute.id)).where(Dispute.judge_id == user.id, Dispute.state.in_(UNSETTLED))
    n = act.session.scalar(asked) or 0
    sentence = ngettext_("You are to decide {n} dispute.", "You are to decide {n} disputes.", n=n)
    return Waiting(sentence, "/disputes") if n else None


def _new_evaluations(act: Act, user: User) -> Waiting | None:
    asked = select(func.count(Evaluation.id)).where(
        Evaluation.agent_id == user.id,
        Evaluation.state == EvaluationState.RELEASED,
        about_agents(),
        Evaluation.id.not_in(hidden_until_scored(user.id)),
    )
    n = act.session.scalar(asked) or 0
    sentence = ngettext_(
        "There is {n} new evaluation for you to read.", "There are {n} new evaluations for you to read.", n=n
    )
    return Waiting(sentence, "/me") if n else None


def _new_reports(act: Act, user: User) -> Waiting | None:
    asked = select(func.count(CoachingReport.id)).where(
        CoachingReport.agent_id == user.id, CoachingReport.state == ReportState.READY
    )
    n = act.session.scalar(asked) or 0
    sentence = ngettext_("There is {n} new report for you.", "There are {n} new reports for you.", n=n)
    return Waiting(sentence, "/me") if n else None


def _self_evaluations(act: Act, user: User) -> Waiting | None:
    asked = select(func.count(SelfEvaluation.id)).where(
        SelfEvaluation.agent_id == user.id, SelfEvaluation.state == SelfState.OPEN
    )
    n = act.session.scalar(asked) or 0
    sentence = ngettext_(
        "You are asked to score {n} conversation of your own.",
        "You are asked to score {n} conversations of your own.",
        n=n,
    )
    return Waiting(sentence, "/me") if n else None


def _behind(act: Act, user: User) -> Waiting | None:
    """Drawn interactions that nobody scored although their period is over."""
    del user
    scored = select(Evaluation.draw_item_id).where(
        Evaluation.kind == EvaluationKind.RANDOM, Evaluation.state.in_(COUNTED), Evaluation.draw_item_id.is_not(None)
    )
    asked = (
        select(func.count(DrawItem.id))
        .join(DrawItem.draw)
        .where(Draw.ends_at <= act.now, DrawItem.state == ItemState.DRAWN, DrawItem.id.not_in(scored))
    )
    n = act.session.scalar(asked) or 0
    sentence = ngettext_(
        "Plans are behind: {n} drawn interaction of a period that is over was not scored yet.",
        "Plans are behind: {n} drawn interactions of periods that are over were not scored yet.",
        n=n,
    )
    return Waiting(sentence, "/week") if n else None


def _to_release(act: Act, user: User) -> Waiting | None:
    del user
    asked = select(func.count(Evaluation.id)).where(Evaluation.state == EvaluationState.SUBMITTED, about_agents())
    n = act.session.scalar(asked) or 0
    sentence = ngettext_("{n} evaluation waits to be released.", "{n} evaluations wait to be released.", n=n)
    return Waiting(sentence, "/evaluations?state=submitted") if n else None


def _disputes(act: Act, user: User) -> Waiting | None:
    del user
    n = waiting_disputes(act)
    return (
        Waiting(ngettext_("{n} dispute is not settled.", "{n} disputes are not settled.", n=n), "/disputes")
        if n
        else None
    )


def _overdue_actions(act: Act, user: User) -> Waiting | None:
    """What was agreed in coaching, by them or in a session of theirs, and is not done on the day it was agreed for."""
    today = act.now.astimezone(ZoneInfo(act.settings.time_zone)).date()
    asked = (
        select(func.count(TalkAction.id))
        .join(TalkAction.talk)
        .where(TalkAction.state == ActionState.OPEN, TalkAction.due_on < today, Talk.state != TalkState.CANCELLED)
        .where(or_(TalkAction.owner_id == user.id, Talk.coach_id == user.id))
    )
    n = act.session.scalar(asked) or 0
    sentence = ngettext_(
        "{n} action that was agreed in coaching is past its day.",
        "{n} actions that were agreed in coaching are past their day.",
        n=n,
    )
    return Waiting(sentence, "/coaching-sessions") if n else None


_Count = Callable[[Act, User], Waiting | None]
_SUPERVISOR: tuple[_Count, ...] = (_behind, _to_release, _disputes, _overdue_actions)
_BY_ROLE: Mapping[Role, tuple[_Count, ...]] = {
    Role.REVIEWER: (_to_score, _to_judge),
    Role.AGENT: (_new_evaluations, _new_reports, _self_evaluations, _overdue_actions),
    Role.SUPERVISOR: _SUPERVISOR,
    Role.ADMIN: _SUPERVISOR,
}
