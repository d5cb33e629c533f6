"""What followed one session on one criterion, worked out from the contacts of everybody in the weeks around it."""

import math
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.estimate.coaching_effect import Contacts, Effect, Sides, Silence, Summed, effect_of
from qa.estimate.figure import Figure, score_figure
from qa.estimate.intervals import (
    FEWEST_PEER_SCORES,
    PRIOR_DEGREES,
    Method,
    Peers,
    bounded_around,
)
from qa.talks.contacts import Drawn

#: Weeks on either side of a session: long enough for a few drawn contacts, short enough to be about the session.
WEEKS = 8
WINDOW = timedelta(weeks=WEEKS)
#: A variance below it, in squared parts of the scale, is what rounding leaves of equal scores.
_ROUNDING = 1e-14


@dataclass(frozen=True, slots=True)
class Found:
    """An agent's scores before and after, and what is left of the change beside colleagues."""

    before: Figure
    after: Figure
    effect: Effect | Silence


def work_out(
    drawn: Drawn, *, at: datetime, agent_ids: Collection[int], near: Collection[int], picked_low: bool
) -> dict[int, Found]:
    """Return what is found for each agent of a session; ``near`` were coached on the criterion in the same weeks.

    Colleagues are all others.
    """
    sides = [_Side(drawn, part) for part in drawn.around(at - WINDOW, at, at + WINDOW)]
    uncoached = ~np.isin(drawn.agents, sorted({*near, *agent_ids}))
    spreads = [side.spread(uncoached) for side in sides]
    before, after = ([*side.summed(uncoached)] for side in sides)
    colleagues = [Sides(*both) for both in zip(before, after, strict=True)]
    found = {}
    for agent_id in agent_ids:
        (own, draws), (later, later_draws) = (side.own(agent_id) for side in sides)
        found[agent_id] = Found(
            _figure(own, spreads[0], draws),
            _figure(later, spreads[1], later_draws),
            effect_of(Sides(own, later), colleagues, picked_low=picked_low),
        )
    return found


class _Side:
    """The contacts on one side of a moment."""

    def __init__(self, drawn: Drawn, part: slice) -> None:
        self.drawn = drawn
        self.place, self.value, self.chance = drawn.place[part], drawn.value[part], drawn.chance[part]
        self.draw_id = drawn.draw_id[part]
        self.n = self._by_agent()

    def own(self, agent_id: int) -> tuple[Contacts, tuple[int, ...]]:
        """Return an agent's contacts, and the draws that they are of."""
        mine = np.flatnonzero(self.drawn.agents[self.place] == agent_id)
        draws = tuple(int(one) for one in np.unique(self.draw_id[mine]))
        return Contacts(tuple(self.value[mine].tolist()), tuple(self.chance[mine].tolist())), draws

    def summed(self, wanted: NDArray[np.bool_]) -> list[Summed]:
        """Return what matters of the contacts of these agents, in the order of ``Drawn.agents``."""
        weight = 1 / self.chance
        whole, squared = self._by_agent(weight), self._by_agent(weight * weight)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = self._by_agent(weight * self.value) / whole
            effective = whole * whole / squared
        columns = (self.n, mean, effective, self._squares(mean))
        return [Summed(*row) for row in zip(*(column[wanted].tolist() for column in columns), strict=True)]

    def spread(self, wanted: NDArray[np.bool_]) -> Peers | None:
        """Learn how scores of these agents spread, as `qa.estimate.intervals.peers_of` does."""
        mine = wanted[self.place]
        values, groups = self.value[mine] / 100, self.n[wanted]
        degrees = int((groups[groups > 0] - 1).sum())
        if len(values) < FEWEST_PEER_SCORES or degrees < PRIOR_DEGREES:
            return None
        with np.errstate(invalid="ignore"):
            own = self._by_agent(self.value) / self.n
        within = float(self._squares(own)[wanted].sum()) / 100**2 / degrees
        if within <= _ROUNDING:
            return None
        apart = (values - values.mean()) ** 2
        second = float(apart.mean())
        return Peers(float(values.mean()), within, float((apart * apart).mean()) / second**2)

    def _by_agent(self, numbers: NDArray[np.float64] | None = None) -> NDArray[Any]:
        return np.bincount(self.place, numbers, minlength=len(self.drawn.agents))

    def _squares(self, centres: NDArray[np.float64]) -> NDArray[np.float64]:
        return self._by_agent((self.value - centres[self.place]) ** 2)


def _figure(own: Contacts, peers: Peers | None, draws: tuple[int, ...]) -> Figure:
    """Return an agent's mean with its interval; how far scores spread is learnt from the others too."""
    if len(set(own.chances)) <= 1:
        return score_figure(own.values, peers=peers, draw_ids=draws)
    error = math.sqrt(own.squares / max(1, own.n - 1) / own.effective)
    ends = bounded_around(own.mean, standard_error=error, degrees=max(1, own.n - 1), n=own.n)
    return Figure(own.mean, ends.low, ends.high, own.n, None, ends.method, draws)


def figure_to_plain(figure: Figure) -> list[Any]:
    """Return a figure as JSON keeps it."""
    return [figure.value, figure.low, figure.high, figure.n, figure.method.value, list(figure.draw_ids)]


def figure_from_plain(plain: list[Any]) -> Figure:
    """Return the figure that ``figure_to_plain`` wrote."""
    value, low, high, n, method, draw_ids = plain
    return Figure(value, low, high, n, None, Method(method), tuple(draw_ids))


def effect_to_plain(effect: Effect | Silence) -> dict[str, Any]:
    """Return an effect as JSON keeps it."""
    return {"silence": effect.value} if isinstance(effect, Silence) else asdict(effect)


def effect_from_plain(plain: Mapping[str, Any]) -> Effect | Silence:
    """Return the effect that ``effect_to_plain`` wrote."""
    return Silence(plain["silence"]) if "silence" in plain else Effect(**plain)
