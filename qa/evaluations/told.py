"""What a program is told of evaluations: nobody learns from it that theirs was a second score.

A reviewer's evaluations are told once they are submitted, since only then is it told what they were made for, and for as long
as the interaction cannot return to them: with the first score at hand, a repeat would be found by its interaction. Probes are
never released, so to reviewers everything that was submitted stays submitted: what happens later to an evaluation that
counts would mark the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, false, select
from sqlalchemy.orm import joinedload

from qa.act import Act
from qa.auth.roles import Role
from qa.cards.models import CardVersion, Scorecard
from qa.errors import ForbiddenError, NotFoundError
from qa.evaluations.listing import Filters, filtered
from qa.evaluations.models import Evaluation, EvaluationState
from qa.evaluations.purpose import ToldKind, told_as
from qa.evaluations.queries import get_evaluation, visible_evaluations
from qa.i18n import _
from qa.interactions.models import Interaction
from qa.interactions.whose import every_agent_hidden, known_agents
from qa.people.models import User


@dataclass(frozen=True, slots=True)
class ToldFilters:
    """Which evaluations a program asks for; empty means all. ``since`` and ``until`` are days of the contact, both included."""

    since: date | None = None
    until: date | None = None
    state: EvaluationState | None = None
    kind: ToldKind | None = None
    #: What systems call the agent.
    agent: str = ""
    #: Key of the scorecard.
    card: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """Some evaluations in the order in which they were assigned; ``after`` leads on, none where these are the last."""

    rows: tuple[Evaluation, ...]
    after: int | None


def told_state(act: Act, evaluation: Evaluation) -> EvaluationState:
    """Return how far the evaluation is, as far as this reader is told."""
    if _reviews(act) and evaluation.state is not EvaluationState.OPEN:
        return EvaluationState.SUBMITTED
    return evaluation.state


def told_afterwards(act: Act) -> bool:
    """Tell whether this reader is told what becomes of an evaluation: of its draw, its release and its agent's answer."""
    return not _reviews(act)


def get_told(act: Act, evaluation_id: int) -> Evaluation:
    """Return one of `told_evaluations`, with everything its page shows."""
    if act.session.scalar(told_evaluations(act).where(Evaluation.id == evaluation_id)) is None:
        raise NotFoundError(_("There is no such evaluation, or you may not see it."))
    return get_evaluation(act, evaluation_id)


def told_evaluations(act: Act) -> Select[Evaluation]:
    """Select what the actor may see, of reviewers only what is submitted and cannot return to them yet."""
    asked = visible_evaluations(act)
    if not _reviews(act):
        return asked
    asked = asked.where(Evaluation.state != EvaluationState.OPEN)
    if not act.settings.repeat_percent:
        return asked
    return asked.where(Evaluation.submitted_at > act.now - timedelta(days=act.settings.repeat_days))


def find_told(act: Act, filters: ToldFilters, *, after: int, size: int) -> Told:
    """Return the next ``size`` evaluations after the one with this number, which never change their order.

    Raises:
        ForbiddenError: when agents are filtered by who are hidden from the reader.

    """
    days = Filters(since=filters.since, until=filters.until)
    asked = filtered(act, told_evaluations(act).join(Evaluation.interaction), days)
    if filters.state is not None:
        asked = asked.where(_in_state(act, filters.state))
    if filters.kind is not None:
        asked = asked.where(told_as(filters.kind))
    if filters.agent:
        if every_agent_hidden(act):
            raise ForbiddenError(_("Agents are hidden from reviewers here, so nothing can be looked up by them."))
        agents = select(User.id).where(User.reference == filters.agent)
        asked = asked.where(Evaluation.agent_id.in_(agents), known_agents(act))
    if filters.card:
        versions = select(CardVersion.id).join(CardVersion.scorecard).where(Scorecard.key == filters.card)
        asked = asked.where(Evaluation.card_version_id.in_(versions))
    asked = asked.where(Evaluation.id > after).options(
        joinedload(Evaluation.interaction).joinedload(Interaction.agent),
        joinedload(Evaluation.agent),
        joinedload(Evaluation.reviewer),
        joinedload(Evaluation.draw_item),
        joinedload(Evaluation.card_version).joinedload(CardVersion.scorecard),
    )
    rows: Sequence[Evaluation] = act.session.scalars(asked.order_by(Evaluation.id).limit(size + 1)).all()
    return Told(tuple(rows[:size]), rows[size - 1].id if len(rows) > size else None)


def _reviews(act: Act) -> bool:
    return act.actor is not None and act.actor.role is Role.REVIEWER


def _in_state(act: Act, state: EvaluationState) -> ColumnElement[bool]:
    if not _reviews(act):
        return Evaluation.state == state
    return Evaluation.state != EvaluationState.OPEN if state is EvaluationState.SUBMITTED else false()
