"""What is past its term, what of it is passed by, and why."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, false, func, not_, or_, select
from sqlalchemy.orm import aliased

from qa.act import Act
from qa.calibration.models import CalibrationItem, CalibrationSession
from qa.coaching.models import CoachingReport, ReportState
from qa.disputes.models import UNSETTLED, Dispute
from qa.evaluations.models import Evaluation, EvaluationState
from qa.feedback.models import CustomerAnswer
from qa.holds.standing import is_held
from qa.insight.stretch import Stretch
from qa.interactions.kinds import InteractionState
from qa.interactions.models import Interaction, Recording
from qa.privacy.terms import Kept, past_before
from qa.self_evaluations.models import SelfEvaluation, SelfState


class PassedBy(StrEnum):
    """Why something that is past its term stays for now; the first that holds is told."""

    HELD = "held"
    DISPUTED = "disputed"
    UNDER_WAY = "under_way"
    DISPUTABLE = "disputable"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class Due:
    """How much of a kind the next run erases, and how much it passes by, by why."""

    kind: Kept
    #: Empty where the kind has no end.
    before: datetime | None
    erased: int
    passed: dict[PassedBy, int]


def due(act: Act, kind: Kept) -> Due:
    """Count what of a kind is past its term now."""
    before = past_before(act.settings, kind, now=act.now)
    if before is None:
        return Due(kind, None, 0, {})
    asked = _past(kind, before)
    if kind is Kept.REPORTS:
        held = len(_reports_on_held(act, before))
        return Due(kind, before, _count(act, asked) - held, {PassedBy.HELD: held} if held else {})
    if kind is Kept.WAITING:
        return Due(kind, before, _count(act, asked), {})
    passed: dict[PassedBy, int] = {}
    others: list[ColumnElement[bool]] = []
    for why, holds in reasons(act).items():
        number = _count(act, asked.where(holds, *others))
        others.append(not_(holds))
        if number:
            passed[why] = number
    return Due(kind, before, _count(act, asked.where(*others)), passed)


def next_due(act: Act, kind: Kept, *, after: int, most: int) -> list[int]:
    """Return numbers above ``after`` of what is past its term and not passed by, in order."""
    before = past_before(act.settings, kind, now=act.now)
    if before is None:
        return []
    asked = _past(kind, before)
    number = asked.selected_columns[0]
    if kind is Kept.REPORTS:
        asked = asked.where(number.not_in(_reports_on_held(act, before)))
    elif kind is not Kept.WAITING:
        asked = asked.where(*(not_(holds) for holds in reasons(act).values()))
    return list(act.session.scalars(asked.where(number > after).order_by(number).limit(most)))


def still_due(act: Act, kind: Kept, numbers: Sequence[int]) -> list[int]:
    """Lock the interactions that are meant, and return which of the numbers are not passed by even then."""
    meant: Select[Any] = select(Interaction.id).where(Interaction.id.in_(numbers))
    asked = meant
    if kind is Kept.EVALUATIONS:
        asked = _beside_interaction().where(Evaluation.id.in_(numbers))
        own = select(Evaluation.interaction_id).where(Evaluation.id.in_(numbers))
        meant = select(Interaction.id).where(Interaction.id.in_(own))
    # Whoever places a hold or begins an evaluation meanwhile waits here, or is seen by the question after it.
    act.session.execute(meant.order_by(Interaction.id).with_for_update())
    left = asked.where(*(not_(holds) for holds in reasons(act).values()))
    return list(act.session.scalars(left.order_by(asked.selected_columns[0])))


def reasons(act: Act) -> dict[PassedBy, ColumnElement[bool]]:
    """Return what has to hold of an interaction for it to be passed by."""
    # Another name, since what is asked about may be an evaluation itself.
    other = aliased(Evaluation)
    own = other.interaction_id == Interaction.id
    since = act.now - timedelta(days=act.settings.dispute_days)
    disputable = exists().where(own, other.released_at > since) if act.settings.dispute_limit else false()
    return {
        PassedBy.HELD: is_held(),
        PassedBy.DISPUTED: exists().where(own, Dispute.evaluation_id == other.id, Dispute.state.in_(UNSETTLED)),
        PassedBy.UNDER_WAY: or_(
            exists().where(own, other.state == EvaluationState.OPEN),
            exists().where(own, SelfEvaluation.evaluation_id == other.id, SelfEvaluation.state == SelfState.OPEN),
            exists().where(
                CalibrationItem.interaction_id == Interaction.id,
                CalibrationSession.id == CalibrationItem.session_id,
                CalibrationSession.closed_at.is_(None),
            ),
        ),
        PassedBy.DISPUTABLE: disputable,
        PassedBy.UNREAD: Interaction.state.in_((InteractionState.RECEIVED, InteractionState.TRANSCRIBING)),
    }


def _past(kind: Kept, before: datetime) -> Select[Any]:
    """Select the numbers of what is past its term; what belongs to an interaction beside that."""
    if kind is Kept.WAITING:
        return select(CustomerAnswer.id).where(
            CustomerAnswer.interaction_id.is_(None), CustomerAnswer.received_at < before
        )
    if kind is Kept.EVALUATIONS:
        return _beside_interaction().where(Evaluation.submitted_at < before, Evaluation.erased_at.is_(None))
    if kind is Kept.REPORTS:
        return select(CoachingReport.id).where(
            CoachingReport.state.in_((ReportState.READY, ReportState.SEEN)), CoachingReport.created_at < before
        )
    asked = select(Interaction.id).where(Interaction.started_at < before)
    if kind is Kept.TEXTS:
        return asked.where(Interaction.erased_at.is_(None))
    return asked.where(
        Interaction.sound_erased_at.is_(None), exists().where(Recording.interaction_id == Interaction.id)
    )


def _beside_interaction() -> Select[Any]:
    return select(Evaluation.id).join(Interaction, Interaction.id == Evaluation.interaction_id)


def _count(act: Act, asked: Select[Any]) -> int:
    return act.session.scalar(select(func.count()).select_from(asked.subquery())) or 0


def _reports_on_held(act: Act, before: datetime) -> list[int]:
    """Return the reports past their term over days of which an interaction of their agent is under legal hold."""
    held: dict[int, list[datetime]] = defaultdict(list)
    for agent_id, started_at in act.session.execute(
        select(Interaction.agent_id, Interaction.started_at).where(is_held())
    ):
        held[agent_id].append(started_at)
    asked = select(CoachingReport).where(
        CoachingReport.id.in_(_past(Kept.REPORTS, before)), CoachingReport.agent_id.in_(held)
    )
    zone = act.settings.time_zone
    return [
        report.id
        for report in act.session.scalars(asked)
        if any(Stretch(report.starts_on, report.ends_on, zone).holds(moment) for moment in held[report.agent_id])
    ]
