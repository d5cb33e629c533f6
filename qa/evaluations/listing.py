"""Lists of evaluations: what waits for a reviewer and until when, and what supervisors look through."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from qa.act import Act
from qa.auth.roles import Permission
from qa.evaluations.models import Evaluation, EvaluationState
from qa.evaluations.queries import visible_evaluations
from qa.interactions.models import Interaction
from qa.paging import Page, page_of
from qa.people.models import User

#: What is assigned is to be scored within a week, whatever it was assigned for: another term would tell the kind.
TERM = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Filters:
    """Which evaluations are looked for; empty means all. ``since`` and ``until`` are days of the contact, both included."""

    state: EvaluationState | None = None
    team_id: int | None = None
    agent_id: int | None = None
    reviewer_id: int | None = None
    since: date | None = None
    until: date | None = None


def due_at(evaluation: Evaluation) -> datetime:
    """Return until when the evaluation is to be scored."""
    return evaluation.assigned_at + TERM


def find_evaluations(act: Act, filters: Filters, *, page: int) -> Page[Evaluation]:
    """Return the visible evaluations that pass the filters, those of the latest contacts first."""
    asked = filtered(act, visible_evaluations(act).join(Evaluation.interaction), filters)
    asked = asked.options(
        joinedload(Evaluation.interaction).joinedload(Interaction.team),
        joinedload(Evaluation.agent),
        joinedload(Evaluation.reviewer),
        joinedload(Evaluation.card_version),
    )
    return page_of(act, asked.order_by(Interaction.started_at.desc(), Evaluation.id.desc()), number=page)


def filtered(act: Act, asked: Select[Evaluation], filters: Filters) -> Select[Evaluation]:
    """Leave out what does not pass the filters; the interactions are joined already."""
    if filters.state is not None:
        asked = asked.where(Evaluation.state == filters.state)
    if filters.team_id is not None:
        asked = asked.where(Interaction.team_id == filters.team_id)
    if filters.agent_id is not None:
        asked = asked.where(Evaluation.agent_id == filters.agent_id)
    if filters.reviewer_id is not None:
        asked = asked.where(Evaluation.reviewer_id == filters.reviewer_id)
    if filters.since is not None:
        asked = asked.where(Interaction.started_at >= _midnight(act, filters.since))
    if filters.until is not None:
        asked = asked.where(Interaction.started_at < _midnight(act, filters.until + timedelta(days=1)))
    return asked


def lately_submitted(act: Act, *, limit: int = 10) -> list[Evaluation]:
    """Return what the reviewer submitted last."""
    asked = (
        select(Evaluation)
        .where(Evaluation.reviewer_id == act.person().id, Evaluation.submitted_at.is_not(None))
        .options(joinedload(Evaluation.interaction))
        .order_by(Evaluation.submitted_at.desc(), Evaluation.id.desc())
        .limit(limit)
    )
    return list(act.session.scalars(asked))


def reviewers(act: Act) -> list[User]:
    """Return everybody who was ever given an evaluation, by name."""
    act.require(Permission.EVALUATION_RELEASE)
    asked = select(User).where(User.id.in_(select(Evaluation.reviewer_id))).order_by(func.lower(User.name))
    return list(act.session.scalars(asked))


def reviewed_agents(act: Act) -> list[User]:
    """Return everybody whose work was ever given to a reviewer, by name."""
    act.require(Permission.EVALUATION_RELEASE)
    asked = select(User).where(User.id.in_(select(Evaluation.agent_id))).order_by(func.lower(User.name))
    return list(act.session.scalars(asked))


def _midnight(act: Act, day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=ZoneInfo(act.time_zone))
