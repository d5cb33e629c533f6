"""What a dispute hides and opens: its judge does not see the score and the claim before giving a score of their own."""

from sqlalchemy import Select, select

from qa.disputes.models import UNSETTLED, Dispute, DisputeState


def unsettled_evaluations() -> Select[int]:
    """Return the numbers of the evaluations whose score is disputed now."""
    return select(Dispute.evaluation_id).where(Dispute.state.in_(UNSETTLED))


def hidden_from_judge(user_id: int) -> Select[int]:
    """Return the numbers of the evaluations that the judge is still to score blind."""
    return select(Dispute.evaluation_id).where(Dispute.judge_id == user_id, Dispute.state == DisputeState.OPEN)


def shown_to_judge(user_id: int) -> Select[int]:
    """Return the numbers of the evaluations that the judge has scored blind."""
    return select(Dispute.evaluation_id).where(Dispute.judge_id == user_id, Dispute.blind_at.is_not(None))


def judged_by(user_id: int) -> Select[int]:
    """Return the numbers of the evaluations whose dispute the judge has taken, seen or not."""
    return select(Dispute.evaluation_id).where(Dispute.judge_id == user_id, Dispute.state != DisputeState.WITHDRAWN)
