"""What stands around the scores in a report: customers' answers, what was agreed, the agent's own scores, disputes."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from qa.act import Act
from qa.cards.models import CardVersion
from qa.cards.queries import card_of
from qa.coaching.discretion import Discretion
from qa.disputes.models import UNSETTLED, Decision, Dispute
from qa.disputes.models import DisputeState as Standing
from qa.disputes.queries import judge_by
from qa.estimate.figure import Figure
from qa.evaluations.models import Evaluation
from qa.feedback.voice import CustomerVoice as Voice
from qa.feedback.voice import VoicedComment
from qa.i18n import Language, Text, _, say
from qa.insight.stretch import Stretch
from qa.interactions.kinds import CHANNEL_LABELS, Channel
from qa.interactions.models import Interaction
from qa.people.models import User
from qa.reports.content import (
    Action,
    ActionState,
    Contact,
    CustomerComment,
    CustomerVoice,
    DisputeLine,
    DisputeState,
    SelfScore,
    VoiceFigure,
)
from qa.self_evaluations.models import SelfEvaluation, SelfState
from qa.talks.agreed import AgreedAction, agreed_actions, earlier_actions

_DECIDED = {
    Decision.ACCEPTED: DisputeState.ACCEPTED,
    Decision.PARTLY: DisputeState.PARTLY,
    Decision.REJECTED: DisputeState.REJECTED,
}


def contact_of(interaction: Interaction, *, hidden: Discretion) -> Contact:
    """Return how a report names an interaction, with the way to its page."""
    return _contact(
        interaction.id, interaction.reference, interaction.channel, at=interaction.started_at, hidden=hidden
    )


def _contact(number: int, reference: str, channel: Channel, *, at: datetime, hidden: Discretion) -> Contact:
    return Contact(
        reference=hidden.reference(reference, number=number),
        occurred_at=at,
        channel=say(CHANNEL_LABELS[channel], hidden.language),
        link=f"{hidden.address}/interactions/{number}" if hidden.address else "",
    )


def voice_of(found: Voice, *, hidden: Discretion) -> CustomerVoice | None:
    """Return what customers said on the evaluated interactions; none where nobody answered."""
    if not found.any_answer:
        return None
    return CustomerVoice(
        interactions=found.interactions,
        invited=found.invited,
        answered=found.answered,
        figures=voice_figures(found.csat, found.nps, found.resolved, language=hidden.language),
        comments=_comments(found.comments, hidden=hidden),
    )


def voice_figures(csat: Figure, nps: Figure, resolved: Figure, *, language: Language) -> tuple[VoiceFigure, ...]:
    """Return the questions that anybody answered, by name."""
    asked = (
        (_("Satisfaction"), _("mean, 0 to 100"), csat),
        (_("Would recommend us"), _("Net Promoter Score, −100 to 100"), nps),
        (_("Question solved"), _("per cent yes"), resolved),
    )
    return tuple(
        VoiceFigure(say(name, language), say(unit, language), figure) for name, unit, figure in asked if figure.n
    )


def _comments(found: Sequence[VoicedComment], *, hidden: Discretion) -> tuple[CustomerComment, ...]:
    return tuple(
        CustomerComment(
            text=hidden.text(one.comment),
            contact=_contact(one.interaction_id, one.reference, one.channel, at=one.happened_at, hidden=hidden),
            given=say(_given(one), hidden.language) if one.csat_given else "",
        )
        for one in found
    )


def _given(comment: VoicedComment) -> Text:
    return _(
        "Satisfaction given: {given}, on a scale from {lowest} to {highest}.",
        given=comment.csat_given,
        lowest=comment.csat_lowest,
        highest=comment.csat_highest,
    )


def agreed_in(
    act: Act, agent: User, stretch: Stretch, *, hidden: Discretion
) -> list[tuple[Action, tuple[str, str] | None]]:
    """Return what was agreed with the agent in the period, each with the card and criterion it is for."""
    return [
        (_action(one, hidden=hidden), (one.card, one.criterion) if one.criterion else None)
        for one in agreed_actions(act, agent, stretch)
    ]


def earlier_agreed(act: Act, agent: User, stretch: Stretch, *, hidden: Discretion) -> tuple[Action, ...]:
    """Return what was agreed before the period and was open in it or since, each as it stands now."""
    return tuple(
        _action(one, hidden=hidden)
        for one in earlier_actions(act, agent, until=stretch.start)
        if one.closed_at is None or one.closed_at >= stretch.start
    )


def _action(one: AgreedAction, *, hidden: Discretion) -> Action:
    return Action(hidden.text(one.text), one.owner, one.due_on, ActionState(one.state.value))


def self_scores(act: Act, read: Sequence[tuple[Evaluation, Contact]], *, hidden: Discretion) -> tuple[SelfScore, ...]:
    """Return the agent's own scores of what the report shows; the agent knows both by then."""
    contacts = {evaluation.id: (evaluation, contact) for evaluation, contact in read}
    asked = (
        select(SelfEvaluation)
        .where(SelfEvaluation.evaluation_id.in_(contacts), SelfEvaluation.state == SelfState.SUBMITTED)
        .order_by(SelfEvaluation.evaluation_id)
    )
    return tuple(
        SelfScore(
            contact=contacts[own.evaluation_id][1],
            own=_points(own.final_bp),
            reviewer=_points(contacts[own.evaluation_id][0].final_bp),
            words=hidden.text(own.summary.strip()),
        )
        for own in (act.session.scalars(asked) if contacts else ())
    )


def _points(basis_points: int | None) -> Decimal | None:
    return None if basis_points is None else Decimal(basis_points) / 100


def disputes_of_agent(act: Act, agent: User, stretch: Stretch, *, hidden: Discretion) -> tuple[DisputeLine, ...]:
    """Return what the agent disputed of the period, and what of before still waits, criterion by criterion."""
    asked = (
        select(Dispute)
        .join(Dispute.evaluation)
        .join(Evaluation.interaction)
        .where(
            Dispute.agent_id == agent.id,
            Interaction.started_at < stretch.end,
            or_(Interaction.started_at >= stretch.start, Dispute.state.in_(UNSETTLED)),
        )
        .options(
            selectinload(Dispute.criteria),
            joinedload(Dispute.evaluation).joinedload(Evaluation.interaction),
            joinedload(Dispute.evaluation).joinedload(Evaluation.card_version).joinedload(CardVersion.scorecard),
        )
        .order_by(Dispute.raised_at, Dispute.id)
    )
    zone = ZoneInfo(stretch.zone)
    lines = []
    for dispute in act.session.scalars(asked):
        card = card_of(dispute.evaluation.card_version)
        contact = contact_of(dispute.evaluation.interaction, hidden=hidden)
        waits = dispute.state in UNSETTLED
        for one in dispute.criteria:
            known = card.criterion(one.criterion)
            lines.append(
                DisputeLine(
                    contact=contact,
                    criterion=known.name.in_(hidden.language) if known else one.criterion,
                    state=_standing(dispute.state, one.decision),
                    answer_by=judge_by(act, dispute).astimezone(zone).date() if waits else None,
                    decision="" if waits else hidden.text(one.decision_reason),
                )
            )
    return tuple(lines)


def _standing(state: Standing, decision: Decision | None) -> DisputeState:
    if state is Standing.WITHDRAWN:
        return DisputeState.WITHDRAWN
    return _DECIDED[decision] if state is Standing.SETTLED and decision else DisputeState.OPEN
