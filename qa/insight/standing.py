"""Where one agent stands: the score of a period with all that says how sure it is, in a fixed number of small queries."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from qa.act import Act
from qa.auth.roles import Permission, Role
from qa.errors import NotFoundError
from qa.estimate.figure import Difference, Figure, difference
from qa.estimate.pooling import Pooled
from qa.i18n import _
from qa.insight.control import Course, periods_until, score_course
from qa.insight.figures import CardPeers, Sample, sample_figure
from qa.insight.pool import pooled_figure
from qa.insight.queries import read_sample
from qa.insight.spreads import spreads_of
from qa.insight.stretch import Stretch
from qa.people.models import User
from qa.sampling.models import Draw, Plan


@dataclass(frozen=True, slots=True)
class DrawOf:
    """A draw that a figure rests on."""

    draw_id: int
    plan: str
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything on the page; ``pooled`` stands beside the figure, never in its place."""

    agent: User
    stretch: Stretch
    figure: Figure
    before: Figure
    difference: Difference
    pooled: Pooled | None
    course: Course
    draws: tuple[DrawOf, ...]
    #: Scores of the period that are disputed and left out.
    disputed: int


def standing_of(act: Act, agent_id: int, stretch: Stretch) -> Standing:
    """Put the page together for those who see the overview; the same number of queries whatever there is."""
    act.require(Permission.OVERVIEW_SEE)
    agent = act.session.scalar(
        select(User).where(User.id == agent_id, User.role == Role.AGENT).options(joinedload(User.team))
    )
    if agent is None:
        raise NotFoundError(_("There is no such agent."))
    spreads = spreads_of(act, stretch)
    sample, course = _read(act, agent, stretch, peers=spreads.of())
    now = sample.within(stretch)
    figure = course.points[-1].figure
    before = sample_figure(sample.within(stretch.before), peers=spreads.of())
    cards = sorted({item.card for item in now.scored})
    basis = spreads.bases.get(cards[0]) if len(cards) == 1 else None
    return Standing(
        agent=agent,
        stretch=stretch,
        figure=figure,
        before=before,
        difference=difference(figure, before),
        pooled=pooled_figure(now, figure, basis=basis),
        course=course,
        draws=_draws(act, figure.draw_ids),
        disputed=len(now.disputed),
    )


def course_of_agent(act: Act, agent: User, stretch: Stretch, *, peers: CardPeers | None = None) -> Course:
    """Return how the agent's score went until the stretch, for whoever may see the agent's figures.

    ``peers`` tell how scores spread where that was read already.
    """
    _sample, course = _read(act, agent, stretch, peers=spreads_of(act, stretch).of() if peers is None else peers)
    return course


def _read(act: Act, agent: User, stretch: Stretch, *, peers: CardPeers) -> tuple[Sample, Course]:
    """Read the agent's scores of all periods of the chart, and lay the chart."""
    periods = periods_until(stretch)
    span = Stretch(periods[0].first, stretch.last, stretch.zone)
    sample = read_sample(act, span, agent_id=agent.id, sections=False)
    return sample, score_course(sample, periods, peers=peers)


def _draws(act: Act, draw_ids: tuple[int, ...]) -> tuple[DrawOf, ...]:
    asked = (
        select(Draw.id, Plan.name, Draw.starts_at)
        .join(Draw.plan)
        .where(Draw.id.in_(draw_ids))
        .order_by(Draw.starts_at, Draw.id)
    )
    return tuple(DrawOf(row.id, row.name, row.starts_at) for row in act.session.execute(asked))
