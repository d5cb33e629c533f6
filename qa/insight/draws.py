"""The score of one draw, with how far what was set aside could have moved it."""

from dataclasses import replace

from qa.act import Act
from qa.estimate.figure import Figure
from qa.insight.figures import peers_by_card, sample_figure
from qa.insight.queries import read_sample
from qa.insight.stretch import stretch_of
from qa.sampling.models import Draw
from qa.sampling.plans import period_of_draw


def figure_of_draw(act: Act, draw: Draw) -> Figure:
    """Return the mean score of everything that the draw was made from."""
    found = read_sample(act, stretch_of(period_of_draw(draw)))
    own = replace(
        found,
        scored=tuple(item for item in found.scored if item.draw_id == draw.id),
        frames=tuple(frame for frame in found.frames if frame.draw_id == draw.id),
        disputed=tuple(item for item in found.disputed if item.draw_id == draw.id),
    )
    return sample_figure(own, peers=peers_by_card(found))
