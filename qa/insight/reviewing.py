"""What reviewers did: how much they scored over time, what waits for them, and how often disputes changed their answers."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, select

from qa.act import Act
from qa.auth.roles import Permission, Role
from qa.disputes.figures import OVERTURNED
from qa.disputes.models import Dispute, DisputedCriterion, DisputeState
from qa.errors import NotFoundError
from qa.estimate.figure import Figure, share_figure
from qa.evaluations.models import Evaluation, EvaluationKind, EvaluationState
from qa.evaluations.purpose import of_kind
from qa.i18n import _
from qa.insight.control import periods_until
from qa.insight.stretch import Stretch
from qa.people.models import User, UserState
from qa.revisions.models import EvaluationRevision, RetractionCause


@dataclass(frozen=True, slots=True)
class ReviewerRow:
    """One reviewer; second scores and calibrations are not told apart for anybody and counted for nobody."""

    reviewer: User
    #: Drawn interactions scored in each stretch of the page, and in the last one those picked on purpose.
    drawn: tuple[int, ...]
    picked: int
    #: On the work list now, whatever the period.
    waiting: int
    #: Evaluations that they took back in the period to correct them.
    corrected: int
    #: Of the disputed answers that were decided in the period, the share that was changed.
    overturned: Figure


@dataclass(frozen=True, slots=True)
class ReviewersPage:
    """Reviewers by name; the stretches end with the shown one."""

    stretches: tuple[Stretch, ...]
    rows: tuple[ReviewerRow, ...]


def reviewers_of(act: Act, stretch: Stretch, *, reviewer_id: int | None = None) -> ReviewersPage:
    """Count for every reviewer, or for one, in a fixed number of queries; a reviewer sees their own alone."""
    act.require(Permission.SEVERITY_SEE)
    if not act.may(Permission.OVERVIEW_SEE):
        own = act.person().id
        if reviewer_id not in {None, own}:
            raise NotFoundError(_("There is no such reviewer."))
        reviewer_id = own
    # Of everybody the shown period and the one before it; of one reviewer all periods of a chart.
    stretches = periods_until(stretch) if reviewer_id is not None else periods_until(stretch, count=2)
    people = _people(act, reviewer_id)
    numbers = [user.id for user in people]
    drawn, picked = _scored(act, numbers, stretches)
    waiting = dict(
        act.session.execute(
            select(Evaluation.reviewer_id, func.count())
            .where(Evaluation.reviewer_id.in_(numbers), Evaluation.state == EvaluationState.OPEN)
            .group_by(Evaluation.reviewer_id)
        ).all()
    )
    corrected = _corrected(act, numbers, stretch)
    overturned = _overturned(act, numbers, stretch)
    return ReviewersPage(
        tuple(stretches),
        tuple(
            ReviewerRow(
                user,
                tuple(drawn[user.id, place] for place in range(len(stretches))),
                picked[user.id],
                waiting.get(user.id, 0),
                corrected.get(user.id, 0),
                share_figure(overturned.get(user.id, (0, 0))[0], n=overturned.get(user.id, (0, 0))[1]),
            )
            for user in people
        ),
    )


def _people(act: Act, reviewer_id: int | None) -> list[User]:
    """Those whose role it is to review, also who left; by name."""
    asked = select(User).order_by(func.lower(User.name), User.id)
    if reviewer_id is not None:
        found = list(act.session.scalars(asked.where(User.id == reviewer_id, User.role == Role.REVIEWER)))
        if not found:
            raise NotFoundError(_("There is no such reviewer."))
        return found
    return list(act.session.scalars(asked.where(User.role == Role.REVIEWER, User.state != UserState.LEFT)))


def _scored(
    act: Act, numbers: Sequence[int], stretches: Sequence[Stretch]
) -> tuple[Counter[tuple[int, int]], Counter[int]]:
    """Count what came in, by reviewer and stretch; what was picked on purpose only in the last one."""
    place = case(
        *((Evaluation.submitted_at < one.end, place) for place, one in enumerate(stretches)), else_=len(stretches) - 1
    ).label("place")
    asked = (
        select(Evaluation.reviewer_id, Evaluation.kind, place, func.count())
        .where(
            Evaluation.reviewer_id.in_(numbers),
            Evaluation.submitted_at >= stretches[0].start,
            Evaluation.submitted_at < stretches[-1].end,
            of_kind(EvaluationKind.RANDOM, EvaluationKind.TARGETED),
        )
        .group_by(Evaluation.reviewer_id, Evaluation.kind, place)
    )
    drawn: Counter[tuple[int, int]] = Counter()
    picked: Counter[int] = Counter()
    for reviewer_id, kind, at, number in act.session.execute(asked):
        if kind is EvaluationKind.RANDOM:
            drawn[reviewer_id, at] += number
        elif at == len(stretches) - 1:
            picked[reviewer_id] += number
    return drawn, picked


def _corrected(act: Act, numbers: Sequence[int], stretch: Stretch) -> dict[int, int]:
    asked = (
        select(Evaluation.reviewer_id, func.count())
        .select_from(EvaluationRevision)
        .join(EvaluationRevision.evaluation)
        .where(
            Evaluation.reviewer_id.in_(numbers),
            EvaluationRevision.cause == RetractionCause.CORRECTION,
            EvaluationRevision.retracted_at >= stretch.start,
            EvaluationRevision.retracted_at < stretch.end,
        )
        .group_by(Evaluation.reviewer_id)
    )
    return dict(act.session.execute(asked).all())


def _overturned(act: Act, numbers: Sequence[int], stretch: Stretch) -> dict[int, tuple[int, int]]:
    changed = func.sum(case((DisputedCriterion.decision.in_(OVERTURNED), 1), else_=0))
    asked = (
        select(Dispute.reviewer_id, changed, func.count(DisputedCriterion.id))
        .join(DisputedCriterion.dispute)
        .where(
            Dispute.reviewer_id.in_(numbers),
            Dispute.state == DisputeState.SETTLED,
            Dispute.settled_at >= stretch.start,
            Dispute.settled_at < stretch.end,
        )
        .group_by(Dispute.reviewer_id)
    )
    return {reviewer_id: (int(hits), number) for reviewer_id, hits, number in act.session.execute(asked)}
