"""One agent's figures over a stretch and those before it: the same on the agent's page, in reports and in the API."""

from dataclasses import dataclass

from qa.act import Act
from qa.estimate.figure import Figure
from qa.insight.control import periods_until
from qa.insight.figures import Sample, peers_by_card, sample_figure
from qa.insight.peers import read_peers
from qa.insight.queries import read_sample
from qa.insight.stretch import Stretch

#: Stretches in the course over time, the one that is asked for included.
PERIODS = 6


@dataclass(frozen=True, slots=True)
class Course:
    """An agent's sample of the stretch, the peers' scores, and the agent's figures, oldest first."""

    peers: Sample
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


def course_of(act: Act, agent_id: int, stretch: Stretch) -> Course:
    """Work the figures out, each with its sections."""
    stretches = periods_until(stretch, count=PERIODS)
    own = read_sample(act, Stretch(stretches[0].first, stretch.last, stretch.zone), agent_id=agent_id)
    others = read_peers(act, stretch, sections=True)
    peers = peers_by_card(others)
    return Course(
        others,
        own.within(stretch),
        tuple((one, sample_figure(own.within(one), peers=peers)) for one in stretches),
    )
