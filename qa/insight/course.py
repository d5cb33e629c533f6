"""One agent's figures over a stretch and those before it: the same on the agent's page, in reports and in the API."""

from dataclasses import dataclass

from qa.act import Act
from qa.estimate.figure import Figure
from qa.insight.control import periods_until
from qa.insight.figures import CardPeers, Sample, sample_figure
from qa.insight.queries import read_sample
from qa.insight.spreads import spreads_of
from qa.insight.stretch import Stretch

#: Stretches in the course over time, the one that is asked for included.
PERIODS = 6


@dataclass(frozen=True, slots=True)
class Course:
    """An agent's sample of the stretch, and the agent's figures, oldest first."""

    now: Sample
    figures: tuple[tuple[Stretch, Figure], ...]

    @property
    def figure(self) -> Figure:
        """The figure of the stretch that was asked for."""
        return self.figures[-1][1]

    @property
    def before(self) -> Figure:
        """The figure of the stretch before it."""
        return self.figures[-2][1]


def course_of(act: Act, agent_id: int, stretch: Stretch, *, peers: CardPeers | None = None) -> Course:
    """Work the figures out, each with its sections; ``peers`` tell how scores spread where that was read before."""
    stretches = periods_until(stretch, count=PERIODS)
    own = read_sample(act, Stretch(stretches[0].first, stretch.last, stretch.zone), agent_id=agent_id)
    by_card = spreads_of(act, stretch).of() if peers is None else peers
    return Course(
        own.within(stretch),
        tuple((one, sample_figure(own.within(one), peers=by_card)) for one in stretches),
    )
