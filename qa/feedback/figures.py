"""What answers say together: mean satisfaction, promoters, ease, share solved and share who answered, each with its interval."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from qa.estimate.figure import Figure, score_figure, share_figure
from qa.estimate.intervals import Peers, peers_of
from qa.estimate.recommending import promoter_figure

#: The ends of the question how easy it was made.
HARDEST, EASIEST = 1, 7


@dataclass(frozen=True, slots=True)
class Answered:
    """The newest answer on one interaction; empty where a question was not answered. The numbers are 0 where only counted."""

    interaction_id: int
    agent_id: int
    invited: bool
    answered: bool
    csat_bp: int | None = None
    nps: int | None = None
    ces: int | None = None
    resolved: bool | None = None


@dataclass(frozen=True, slots=True)
class AnswerFigures:
    """Figures of answers; what each speaks for is the customers who were asked.

    Who answered chose to: no interval becomes narrower because most of those asked did.
    """

    #: Customers who were asked, those of them who answered, and those who answered unasked.
    invited: int
    answered: int
    unasked: int
    #: Share of those asked who answered, in per cent. All who were asked are known, so that it is a count.
    response: Figure
    #: Mean satisfaction, 0 to 100 whatever the scale was.
    csat: Figure
    #: -100 to 100.
    nps: Figure
    #: Mean ease, 0 to 100: 1 of 7 is 0, 7 is 100.
    ces: Figure
    #: Per cent of those who said whether it was solved.
    resolved: Figure


def answer_figures(answers: Sequence[Answered], *, peers: Peers | None = None) -> AnswerFigures:
    """Put the answers together; ``peers`` says how satisfaction spreads among comparable answers."""
    invited = sum(one.invited for one in answers)
    answered = sum(one.invited and one.answered for one in answers)
    unasked = sum(not one.invited and one.answered for one in answers)
    asked = invited + unasked
    solved = [one.resolved for one in answers if one.resolved is not None]
    return AnswerFigures(
        invited,
        answered,
        unasked,
        share_figure(answered, n=invited, population=invited),
        _of(asked, score_figure([one.csat_bp / 100 for one in answers if one.csat_bp is not None], peers=peers)),
        promoter_figure([one.nps for one in answers if one.nps is not None], population=asked),
        _of(asked, score_figure([ease(one.ces) for one in answers if one.ces is not None])),
        _of(asked, share_figure(sum(solved), n=len(solved))),
    )


def ease(answer: int) -> float:
    """Return an answer from 1 to 7 as a number from 0 to 100."""
    return 100 * (answer - HARDEST) / (EASIEST - HARDEST)


def csat_peers(answers: Iterable[Answered]) -> Peers | None:
    """Learn from answers of many agents how satisfaction spreads within one agent's work; None where there are too few."""
    by_agent: dict[int, list[float]] = {}
    for one in answers:
        if one.csat_bp is not None:
            by_agent.setdefault(one.agent_id, []).append(one.csat_bp / 100)
    return peers_of(by_agent.values())


def _of(asked: int, figure: Figure) -> Figure:
    return replace(figure, population=asked)
