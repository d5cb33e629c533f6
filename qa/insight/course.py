"""One agent's figures over a stretch and those before it: the same on the agent's page, in reports and in the API."""

from dataclasses import dataclass

from qa.act import Act
from qa.estimate.figure import Figure
from qa.insight.figures import Sample, peers_by_card, sample_figure
from qa.insight.queries import read_sample
from qa.insight.stretch import Stretch

#: Stretches in the course over time, the one that is asked for included.
PERIODS = 6


@dataclass(frozen=True, slots=True)
class Course:
    """An agent's sample of the stretch, everyone's of all stretches, and the agent's figures, oldest first."""

    everyone: Sample
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
    """Work the figures out; how scores spread is learnt from everybody of all these stretches."""
    stretches = _stretches(stretch)
    everyone = read_sample(act, Stretch(stretches[0].first, stretch.last, stretch.zone))
    peers = peers_by_card(everyone)
    own = everyone.of_agent(agent_id)
    return Course(
        everyone,
        own.within(stretch),
        tuple((one, sample_figure(own.within(one), peers=peers)) for one in stretches),
    )


def _stretches(stretch: Stretch) -> list[Stretch]:
    found = [stretch]
    while len(found) < PERIODS and found[0].before != found[0]:
        found.insert(0, found[0].before)
    return found
