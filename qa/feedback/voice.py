"""The customer's voice on an agent's evaluated interactions, as the coaching report tells it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, select

from qa.act import Act
from qa.estimate.figure import Figure
from qa.estimate.intervals import Peers
from qa.evaluations.models import Evaluation, EvaluationKind
from qa.evaluations.purpose import about_agents, of_kind
from qa.evaluations.queries import SHOWN_TO_AGENT
from qa.feedback.figures import Answered, answer_figures
from qa.feedback.models import CustomerAnswer
from qa.feedback.queries import newest_first, read_answered
from qa.interactions.kinds import Channel
from qa.interactions.models import Interaction
from qa.self_evaluations.visibility import hidden_until_scored

#: Comments that are told.
COMMENTS = 3


@dataclass(frozen=True, slots=True)
class VoicedComment:
    """What a customer wrote, numbers hidden, on an interaction that its agent may read."""

    interaction_id: int
    reference: str
    channel: Channel
    #: When the interaction began, aware, UTC.
    happened_at: datetime
    comment: str
    #: Language of the comment where it is known.
    language: str
    #: The satisfaction that went with it, as it was given, and the ends of its scale.
    csat_given: str | None
    csat_lowest: int | None
    csat_highest: int | None


@dataclass(frozen=True, slots=True)
class CustomerVoice:
    """What customers answered on the interactions that random draws had evaluated."""

    #: Evaluated interactions, customers of them who were asked, and those of them who answered.
    interactions: int
    invited: int
    answered: int
    #: Per cent of those asked who answered.
    response: Figure
    #: Mean satisfaction, 0 to 100.
    csat: Figure
    #: Net Promoter Score, -100 to 100.
    nps: Figure
    #: Per cent solved, of those who said whether it was.
    resolved: Figure
    #: The newest comments, at most ``COMMENTS``.
    comments: tuple[VoicedComment, ...]

    @property
    def any_answer(self) -> bool:
        """Tell whether there is anything to tell."""
        return self.csat.n > 0 or self.nps.n > 0 or self.resolved.n > 0 or bool(self.comments)


@dataclass(frozen=True, slots=True)
class Said:
    """What customers answered on one agent's evaluated interactions, before it is put together."""

    interactions: int = 0
    answers: Sequence[Answered] = ()
    comments: Sequence[VoicedComment] = ()


def voice_of_said(said: Said, *, peers: Peers | None) -> CustomerVoice:
    """Put together what was read; ``peers`` tell how satisfaction spreads, none where too little is known."""
    figures = answer_figures(said.answers, peers=peers)
    return CustomerVoice(
        said.interactions,
        figures.invited,
        figures.answered,
        figures.response,
        figures.csat,
        figures.nps,
        figures.resolved,
        tuple(said.comments),
    )


def read_said(act: Act, *, start: datetime, end: datetime, agent_id: int | None = None) -> dict[int, Said]:
    """Return by agent what was answered on evaluated interactions that began in [start, end): of one agent, or of all at once.

    Figures rest on what random draws had scored, as the score itself does: picks on purpose would show what they were
    picked by. Comments come from evaluations that the agent may read.
    """
    there = [Interaction.started_at >= start, Interaction.started_at < end]
    if agent_id is not None:
        there.append(Interaction.agent_id == agent_id)
    scored = _evaluated(of_kind(EvaluationKind.RANDOM), Evaluation.submitted_at.is_not(None))
    counted = (
        select(Interaction.agent_id, func.count(Interaction.id)).where(*there, scored).group_by(Interaction.agent_id)
    )
    answers: defaultdict[int, list[Answered]] = defaultdict(list)
    for one in read_answered(act, *there, scored):
        answers[one.agent_id].append(one)
    comments = _comments(act, *there)
    numbers = {number: n for number, n in act.session.execute(counted) if number is not None}
    return {
        number: Said(numbers.get(number, 0), answers.get(number, ()), comments.get(number, ()))
        for number in numbers.keys() | comments.keys()
    }


def _comments(act: Act, *there: ColumnElement[bool]) -> dict[int, list[VoicedComment]]:
    """Return by agent the newest comments that the agent may read, at most ``COMMENTS``."""
    readable = _evaluated(
        about_agents(),
        Evaluation.state.in_(SHOWN_TO_AGENT),
        Evaluation.id.not_in(hidden_until_scored(Evaluation.agent_id)),
    )
    place = func.row_number().over(partition_by=Interaction.agent_id, order_by=newest_first())
    ranked = (
        select(
            Interaction.agent_id,
            CustomerAnswer.interaction_id,
            Interaction.reference,
            Interaction.channel,
            Interaction.started_at,
            CustomerAnswer.comment,
            CustomerAnswer.language,
            CustomerAnswer.csat_given,
            CustomerAnswer.csat_lowest,
            CustomerAnswer.csat_highest,
            place.label("place"),
        )
        .join(CustomerAnswer.interaction)
        .where(*there, readable, CustomerAnswer.comment != "")
        .subquery()
    )
    found: defaultdict[int, list[VoicedComment]] = defaultdict(list)
    for row in act.session.execute(select(ranked).where(ranked.c.place <= COMMENTS).order_by("agent_id", "place")):
        found[row.agent_id].append(VoicedComment(*row[1:-1]))
    return found


def _evaluated(*which: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(Evaluation.interaction_id == Interaction.id, *which)
