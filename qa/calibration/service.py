"""Calibration sessions from invitation to what the meeting decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from qa import audit
from qa.act import Act
from qa.auth.roles import Permission, Role
from qa.calibration.consensus import check_consensus
from qa.calibration.models import (
    CalibrationItem,
    CalibrationReviewer,
    CalibrationScore,
    CalibrationSession,
    Decision,
    Outcome,
)
from qa.calibration.queries import results_open
from qa.cards.queries import card_of, current_version
from qa.errors import ConflictError, InvalidError
from qa.evaluations.marks import LONGEST_COMMENT
from qa.evaluations.models import Evaluation, EvaluationKind, EvaluationState, Probe
from qa.evaluations.service import assign
from qa.i18n import _
from qa.interactions.kinds import InteractionState
from qa.interactions.models import Interaction
from qa.people.models import User, UserState
from qa.sampling.plans import may_review
from qa.transcripts.models import Transcript

LONGEST_NAME = 200
MOST_ITEMS = 20


@dataclass(frozen=True, slots=True)
class SessionWish:
    """A session as somebody wants it."""

    name: str
    scorecard_id: int
    interaction_ids: tuple[int, ...]
    reviewer_ids: tuple[int, ...]
    locks_at: datetime


@dataclass(frozen=True, slots=True)
class DecisionWish:
    """What the meeting makes of one criterion; owner and date belong to an outcome."""

    criterion: str
    consensus: str = ""
    note: str = ""
    outcome: Outcome = Outcome.NONE
    owner_id: int | None = None
    due_on: date | None = None


def open_session(act: Act, wish: SessionWish) -> CalibrationSession:
    """Invite reviewers to score the same interactions apart from each other."""
    act.require(Permission.CALIBRATION_LEAD)
    name = wish.name.strip()
    if not name or len(name) > LONGEST_NAME:
        raise InvalidError(_("Give the calibration a name of at most {n} characters.", n=LONGEST_NAME), field="name")
    if wish.locks_at <= act.now:
        raise InvalidError(_("Choose a moment that is still to come."), field="locks_at")
    version = current_version(act, wish.scorecard_id)
    reviewers = _reviewers(act, wish.reviewer_ids)
    interactions = _interactions(act, wish.interaction_ids)
    _check_pairs(act, interactions, reviewers)
    session = CalibrationSession(
        name=name,
        card_version_id=version.id,
        created_at=act.now,
        created_by_id=act.actor.id if act.actor else None,
        locks_at=wish.locks_at,
        reviewers=[CalibrationReviewer(user_id=user.id) for user in reviewers],
    )
    act.session.add(session)
    for position, interaction in enumerate(interactions, start=1):
        item = CalibrationItem(position=position, interaction_id=interaction.id)
        session.items.append(item)
        for user in reviewers:
            evaluation = assign(
                act,
                interaction,
                reviewer=user,
                version=version,
                kind=EvaluationKind.TARGETED,
                probe=Probe.CALIBRATION,
            )
            item.scores.append(CalibrationScore(evaluation_id=evaluation.id))
    act.session.flush()
    audit.record(act, "calibration.opened", session, items=len(interactions), reviewers=len(reviewers))
    return session


def lock_now(act: Act, session: CalibrationSession) -> None:
    """End the scoring before its term; what was not submitted is not compared."""
    act.require(Permission.CALIBRATION_LEAD)
    if results_open(act, session):
        raise ConflictError(_("This calibration is locked already."))
    if not any(_submitted(item) >= 2 for item in session.items):
        raise ConflictError(_("No interaction was scored by two reviewers yet, so there is nothing to compare."))
    if act.now <= session.created_at:
        raise ConflictError(_("This calibration has only just begun. Wait until reviewers have scored."))
    session.locks_at = act.now
    audit.record(act, "calibration.locked", session)


def decide(act: Act, item: CalibrationItem, wish: DecisionWish) -> Decision:
    """Keep what the meeting made of one criterion; a second time replaces the first."""
    act.require(Permission.CALIBRATION_LEAD)
    session = item.session
    if not results_open(act, session):
        raise ConflictError(_("Reviewers are still scoring. Decide when the calibration is locked."))
    _must_be_open(session)
    criterion = card_of(session.card_version).criterion(wish.criterion)
    if criterion is None:
        raise InvalidError(_("There is no such criterion on this card."))
    consensus = check_consensus(criterion, wish.consensus)
    if len(wish.note) > LONGEST_COMMENT:
        raise InvalidError(_("A comment can have at most {n} characters.", n=LONGEST_COMMENT), field="note")
    _check_outcome(act, wish)
    decision = next((one for one in item.decisions if one.criterion == wish.criterion), None)
    if decision is None:
        decision = Decision(criterion=wish.criterion, decided_at=act.now)
        item.decisions.append(decision)
    decision.consensus, decision.note = consensus, wish.note.strip()
    decision.outcome, decision.owner_id, decision.due_on = wish.outcome, wish.owner_id, wish.due_on
    decision.decided_at = act.now
    act.session.flush()
    act.session.refresh(decision, ["owner"])
    audit.record(
        act,
        "calibration.decided",
        decision,
        criterion=wish.criterion,
        outcome=wish.outcome.value,
        owner=wish.owner_id,
        due=wish.due_on.isoformat() if wish.due_on else None,
    )
    return decision


def close_session(act: Act, session: CalibrationSession) -> None:
    """End the meeting; what was decided stays as it is."""
    act.require(Permission.CALIBRATION_LEAD)
    if not results_open(act, session):
        raise ConflictError(_("Reviewers are still scoring. Decide when the calibration is locked."))
    _must_be_open(session)
    session.closed_at = act.now
    audit.record(act, "calibration.closed", session, decisions=sum(len(item.decisions) for item in session.items))


def _must_be_open(session: CalibrationSession) -> None:
    if session.closed_at is not None:
        raise ConflictError(_("This meeting was ended, so its decisions stay as they are."))


def _submitted(item: CalibrationItem) -> int:
    return sum(score.evaluation.state is not EvaluationState.OPEN for score in item.scores)


def _reviewers(act: Act, ids: Sequence[int]) -> list[User]:
    found = list(act.session.scalars(select(User).where(User.id.in_(ids)).order_by(User.id)))
    if len(found) < 2:
        raise InvalidError(
            _("A calibration needs at least two reviewers; with one there is nothing to compare."), field="reviewers"
        )
    for user in found:
        if not may_review(user):
            raise InvalidError(_("{name} is not a reviewer who can sign in.", name=user.name), field="reviewers")
    return found


def _interactions(act: Act, ids: Sequence[int]) -> list[Interaction]:
    found = list(act.session.scalars(select(Interaction).where(Interaction.id.in_(ids)).order_by(Interaction.id)))
    if not found or len(found) != len(set(ids)):
        raise InvalidError(_("Choose at least one interaction."), field="interactions")
    if len(found) > MOST_ITEMS:
        raise InvalidError(_("Choose at most {n} interactions.", n=MOST_ITEMS), field="interactions")
    heard = set(act.session.scalars(select(Transcript.interaction_id).where(Transcript.interaction_id.in_(ids))))
    for one in found:
        if one.state is not InteractionState.READY or one.id not in heard:
            raise InvalidError(
                _(
                    "{reference} has no transcript, so it cannot be scored. Choose another one.",
                    reference=one.reference,
                ),
                field="interactions",
            )
    return found


def _check_pairs(act: Act, interactions: Sequence[Interaction], reviewers: Sequence[User]) -> None:
    """Refuse invitations to one's own conversation, and to what somebody has seen already."""
    names = {user.id: user.name for user in reviewers}
    for one in interactions:
        if one.agent_id in names:
            raise InvalidError(
                _(
                    "{reference} is {name}'s own conversation. Leave out one of the two.",
                    reference=one.reference,
                    name=names[one.agent_id],
                ),
                field="reviewers",
            )
    seen = act.session.execute(
        select(Evaluation.reviewer_id, Interaction.reference)
        .join(Evaluation.interaction)
        .where(Evaluation.interaction_id.in_([one.id for one in interactions]), Evaluation.reviewer_id.in_(list(names)))
        .order_by(Interaction.id)
    ).first()
    if seen is not None:
        raise InvalidError(
            _(
                "{name} has {reference} to score already, or scored it. Choose an interaction that is new to everyone.",
                name=names[seen.reviewer_id],
                reference=seen.reference,
            ),
            field="interactions",
        )


def _check_outcome(act: Act, wish: DecisionWish) -> None:
    if wish.outcome is Outcome.NONE:
        if wish.owner_id is not None or wish.due_on is not None:
            raise InvalidError(_("Say what is to be done, or leave owner and date empty."), field="outcome")
        return
    if wish.owner_id is None:
        raise InvalidError(_("Say who takes this up."), field="owner")
    if wish.due_on is None:
        raise InvalidError(_("Say until when."), field="due_on")
    if wish.due_on < act.now.date():
        raise InvalidError(_("Choose today or a later day."), field="due_on")
    owner = act.session.get(User, wish.owner_id)
    if owner is None or owner.state is not UserState.ACTIVE or owner.role in {Role.AGENT, Role.SHOPPER}:
        raise InvalidError(_("Choose a supervisor, an administrator or a reviewer who can sign in."), field="owner")
