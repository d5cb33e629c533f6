"""Which calibrations an actor may see, how far they are, and the scores side by side once they are locked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from qa.act import Act
from qa.auth.roles import Permission
from qa.calibration.consensus import answer_key, value_of
from qa.calibration.models import (
    CalibrationItem,
    CalibrationReviewer,
    CalibrationScore,
    CalibrationSession,
    Decision,
)
from qa.cards.queries import card_of
from qa.errors import NotFoundError
from qa.evaluations.models import Answer, Evaluation, EvaluationState
from qa.i18n import _
from qa.interactions.kinds import InteractionState
from qa.interactions.models import Interaction
from qa.people.models import User
from qa.transcripts.models import Transcript
from scorecards.definition import Criterion, Kind, Section

#: How many interactions a new calibration can be chosen from.
OFFERED = 40


@dataclass(frozen=True, slots=True)
class Given:
    """One reviewer's answer to a criterion; ``key`` is empty where it was not asked."""

    reviewer: User
    key: str
    comment: str


@dataclass(frozen=True, slots=True)
class CriterionRow:
    """All answers to one criterion; ``spread`` is highest minus lowest, in points or in the criterion's own unit."""

    section: Section
    criterion: Criterion
    given: tuple[Given, ...]
    spread: float | None
    decision: Decision | None

    @property
    def agreed(self) -> bool:
        """Whether all answers are the same."""
        return len({one.key for one in self.given}) <= 1


@dataclass(frozen=True, slots=True)
class ItemResult:
    """One interaction with the scores of everybody who submitted in time; scores in hundredths of a per cent."""

    item: CalibrationItem
    scores: tuple[tuple[User, int | None], ...]
    rows: tuple[CriterionRow, ...]


def visible_sessions(act: Act) -> Select[CalibrationSession]:
    """Those who lead see every session, reviewers those they are invited to."""
    asked = select(CalibrationSession)
    if act.may(Permission.CALIBRATION_LEAD):
        return asked
    invited = select(CalibrationReviewer.session_id).where(CalibrationReviewer.user_id == act.person().id)
    return asked.where(CalibrationSession.id.in_(invited))


def sessions(act: Act) -> list[CalibrationSession]:
    """Return the sessions the actor may see, the newest first."""
    asked = visible_sessions(act).options(
        selectinload(CalibrationSession.items), selectinload(CalibrationSession.reviewers)
    )
    return list(act.session.scalars(asked.order_by(CalibrationSession.created_at.desc(), CalibrationSession.id.desc())))


def get_session(act: Act, session_id: int) -> CalibrationSession:
    """Return a session the actor may see, with its scores."""
    scores = selectinload(CalibrationSession.items).selectinload(CalibrationItem.scores)
    evaluation = scores.joinedload(CalibrationScore.evaluation)
    found = act.session.scalar(
        visible_sessions(act)
        .where(CalibrationSession.id == session_id)
        .options(
            joinedload(CalibrationSession.card_version),
            selectinload(CalibrationSession.reviewers).joinedload(CalibrationReviewer.user),
            selectinload(CalibrationSession.items).joinedload(CalibrationItem.interaction),
            selectinload(CalibrationSession.items).selectinload(CalibrationItem.decisions).joinedload(Decision.owner),
            evaluation.joinedload(Evaluation.reviewer),
            evaluation.selectinload(Evaluation.answers),
        )
    )
    if found is None:
        raise NotFoundError(_("There is no such calibration, or you may not see it."))
    return found


def get_item(session: CalibrationSession, item_id: int) -> CalibrationItem:
    """Return one interaction of the session."""
    found = next((item for item in session.items if item.id == item_id), None)
    if found is None:
        raise NotFoundError(_("There is no such calibration, or you may not see it."))
    return found


def how_far(act: Act, found: Iterable[CalibrationSession]) -> dict[int, tuple[int, int]]:
    """Return how many scores of each session are submitted, and how many there are to be."""
    ids = [session.id for session in found]
    asked = (
        select(CalibrationItem.session_id, func.count(Evaluation.submitted_at), func.count())
        .join(CalibrationItem.scores)
        .join(CalibrationScore.evaluation)
        .where(CalibrationItem.session_id.in_(ids))
        .group_by(CalibrationItem.session_id)
    )
    counted = {number: (done, whole) for number, done, whole in act.session.execute(asked)}
    return {number: counted.get(number, (0, 0)) for number in ids}


def results_open(act: Act, session: CalibrationSession) -> bool:
    """Whether the scores are locked and may be laid side by side: the term has passed, or all are in."""
    done, whole = how_far(act, [session])[session.id]
    return session.locks_at <= act.now or done == whole


def compared(act: Act, evaluation: Evaluation) -> bool:
    """Whether the evaluation is of a calibration whose scores may be laid side by side by now."""
    session = act.session.scalar(
        select(CalibrationSession)
        .join(CalibrationSession.items)
        .join(CalibrationItem.scores)
        .where(CalibrationScore.evaluation_id == evaluation.id)
    )
    return session is not None and results_open(act, session)


def results(act: Act, session: CalibrationSession) -> list[ItemResult]:
    """Return the scores side by side; nothing as long as anybody may still score."""
    if not results_open(act, session):
        return []
    return [_result(item, list(card_of(session.card_version).criteria())) for item in session.items]


def offered(act: Act) -> list[Interaction]:
    """Return the newest interactions that can be read and nobody was given yet."""
    act.require(Permission.CALIBRATION_LEAD)
    asked = (
        select(Interaction)
        .where(
            Interaction.state == InteractionState.READY,
            Interaction.id.in_(select(Transcript.interaction_id)),
            Interaction.id.not_in(select(Evaluation.interaction_id)),
        )
        .order_by(Interaction.started_at.desc(), Interaction.id.desc())
        .limit(OFFERED)
    )
    return list(act.session.scalars(asked))


def _result(item: CalibrationItem, criteria: list[tuple[Section, Criterion]]) -> ItemResult:
    submitted = sorted(
        (score.evaluation for score in item.scores if score.evaluation.state is not EvaluationState.OPEN),
        key=lambda one: (one.reviewer.name.casefold(), one.reviewer_id),
    )
    answers = {one.id: {answer.criterion: answer for answer in one.answers} for one in submitted}
    decided = {one.criterion: one for one in item.decisions}
    return ItemResult(
        item,
        tuple((one.reviewer, one.quality_bp) for one in submitted),
        tuple(
            _row(section, criterion, submitted, answers, decided.get(criterion.key)) for section, criterion in criteria
        ),
    )


def _row(
    section: Section,
    criterion: Criterion,
    submitted: Iterable[Evaluation],
    answers: Mapping[int, Mapping[str, Answer]],
    decision: Decision | None,
) -> CriterionRow:
    given = tuple(
        Given(
            one.reviewer,
            _shown(criterion, answer := answers[one.id].get(criterion.key)),
            answer.comment if answer is not None else "",
        )
        for one in submitted
    )
    values = [value for one in given if (value := value_of(criterion, one.key)) is not None]
    return CriterionRow(section, criterion, given, max(values) - min(values) if values else None, decision)


def _shown(criterion: Criterion, answer: Answer | None) -> str:
    if criterion.kind is Kind.TEXT:
        return (answer.text or "") if answer is not None else ""
    return answer_key(answer)
