"""What a self-evaluation hides and opens: its agent reads the reviewer's score only once their own is in."""

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute

from qa.self_evaluations.models import SelfEvaluation, SelfState


def hidden_until_scored(user_id: int | InstrumentedAttribute[int]) -> Select[int]:
    """Return the numbers of the evaluations that the agent is still to score for themselves."""
    return select(SelfEvaluation.evaluation_id).where(
        SelfEvaluation.agent_id == user_id, SelfEvaluation.state == SelfState.OPEN
    )


def asked_of(user_id: int) -> Select[int]:
    """Return the numbers of the evaluations that the agent was asked to score for themselves."""
    return select(SelfEvaluation.evaluation_id).where(
        SelfEvaluation.agent_id == user_id, SelfEvaluation.state != SelfState.DECLINED
    )
