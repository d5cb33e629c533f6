"""Whether a score changed after coaching by more than colleagues' scores and chance did: difference in differences.

One coached agent stands beside colleagues who were not coached on the same criterion, all over the same weeks. Agents change by
themselves too, each by something of their own, so colleagues' changes tell both what everybody's weeks did and how far one
agent's change strays without any coaching. Reading the sampling of single contacts alone would take that for an effect of
coaching: S. G. Donald and K. Lang, Review of Economics and Statistics 89 (2007); T. G. Conley and C. R. Taber, ibid. 93 (2011).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from scipy import special

from qa.estimate.comparisons import false_discovery
from qa.estimate.figure import GUARD
from qa.estimate.intervals import LEVEL, t_quantile
from qa.estimate.pooling import FEWEST_AGENTS, Common, common_of

#: A colleague needs so many contacts on either side to have a change at all; fewer than the guard, since nobody reads it alone.
FEWEST_OF_A_PEER = 2
#: Over fewer coached agents nothing is said of what coaching on a criterion did.
FEWEST_COACHED = 3
#: A variance below it, in squared points, is what rounding leaves of equal scores.
ROUNDING = 1e-9
#: What is said to have changed is wrong this often at most.
FALSE_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class Contacts:
    """What drawn contacts scored on a criterion, 0 to 100, each with its chance of being drawn."""

    values: tuple[float, ...] = ()
    chances: tuple[float, ...] = ()

    @property
    def n(self) -> int:
        return len(self.values)

    @property
    def _weights(self) -> list[float]:
        return [1 / chance for chance in self.chances] or [1.0] * self.n

    @property
    def mean(self) -> float:
        """The mean, each contact standing for as many as its chance says."""
        weights = self._weights
        return math.fsum(w * value for w, value in zip(weights, self.values, strict=True)) / math.fsum(weights)

    @property
    def effective(self) -> float:
        """As many contacts with equal chances would say as much: L. Kish, Survey Sampling (1965), section 11.7."""
        weights = self._weights
        return math.fsum(weights) ** 2 / math.fsum(w * w for w in weights)

    @property
    def squares(self) -> float:
        """Squared distances from the mean, summed."""
        mean = self.mean
        return math.fsum((value - mean) ** 2 for value in self.values)


class Summed(NamedTuple):
    """The same of contacts that somebody else added up; the last three say nothing where there are none.

    A tuple, because thousands of them are put beside each other.
    """

    n: int
    mean: float
    effective: float
    squares: float


@dataclass(frozen=True, slots=True)
class Sides:
    """One agent's contacts before and after the same day."""

    before: Contacts | Summed
    after: Contacts | Summed

    @property
    def change(self) -> float:
        return self.after.mean - self.before.mean


class Silence(StrEnum):
    """Why nothing is said of an effect."""

    FEW_BEFORE = "few_before"
    FEW_AFTER = "few_after"
    FEW_PEERS = "few_peers"
    NO_SPREAD = "no_spread"


class Outcome(StrEnum):
    """What an interval allows to say."""

    HIGHER = "higher"
    LOWER = "lower"
    CHANCE = "chance"


@dataclass(frozen=True, slots=True)
class Effect:
    """The change of a coached agent beyond that of their colleagues, in points, with its interval.

    ``regression`` is what the change would be expected to hold without any coaching, because the agent was chosen for a low
    score; it is taken off ``value``, ``low`` and ``high``. Nought where they were not.
    """

    value: float
    low: float
    high: float
    standard_error: float
    #: The agent's own change, and colleagues' in the same weeks.
    own_change: float
    peers_change: float
    peers: int
    regression: float
    #: Part of the differences between agents before the session that is not chance, 0 to 1; none where it is not known.
    reliability: float | None
    level: float = LEVEL

    @property
    def outcome(self) -> Outcome:
        return _outcome(self.low, self.high)


def effect_of(
    own: Sides, peers: Sequence[Sides], *, picked_low: bool = False, level: float = LEVEL
) -> Effect | Silence:
    """Compare a coached agent's change with that of colleagues over the same weeks: the difference in differences.

    The variance of one agent's change is that of drawing few contacts, s²/n on either side with one s² within agents for all,
    plus that of agents' own ups and downs, which is learnt from the colleagues' changes (Paule and Mandel, see `pooling`). The
    interval takes t with one degree of freedom less than there are colleagues.

    With ``picked_low`` the part of the change that regression to the mean explains is taken off: (1 - reliability) of the
    distance to everybody's mean before the session, C. E. Davis, American Journal of Epidemiology 104 (1976).
    """
    if own.before.n < GUARD:
        return Silence.FEW_BEFORE
    if own.after.n < GUARD:
        return Silence.FEW_AFTER
    usable = [one for one in peers if min(one.before.n, one.after.n) >= FEWEST_OF_A_PEER]
    if len(usable) < FEWEST_AGENTS:
        return Silence.FEW_PEERS
    within = _within([own, *usable])
    if within <= ROUNDING:
        return Silence.NO_SPREAD
    changes = common_of([one.change for one in usable], [_of_change(one, within) for one in usable])
    everybody = [own, *usable]
    levels = common_of([one.before.mean for one in everybody], [within / one.before.effective for one in everybody])
    if changes is None or levels is None:
        return Silence.FEW_PEERS
    reliability = _reliability(levels, within / own.before.effective)
    regression = (1 - reliability) * max(0.0, levels.centre - own.before.mean) if picked_low else 0.0
    value = own.change - changes.centre - regression
    error = math.sqrt(_of_change(own, within) + changes.between + 1 / changes.precision)
    arm = t_quantile(len(usable) - 1, level=level) * error
    return Effect(
        value=value,
        low=value - arm,
        high=value + arm,
        standard_error=error,
        own_change=own.change,
        peers_change=changes.centre,
        peers=len(usable),
        regression=regression,
        reliability=reliability,
        level=level,
    )


@dataclass(frozen=True, slots=True)
class Together:
    """What coaching several agents was followed by, on average; ``chance`` is adjusted for everything that is looked at."""

    agents: int
    value: float
    low: float
    high: float
    #: How often chance alone would do as much, after adjusting; the p-value of “no effect”.
    chance: float

    @property
    def outcome(self) -> Outcome:
        """Something is said to have changed only where it still holds among all that was looked at."""
        return _outcome(self.low, self.high) if self.chance < FALSE_SHARE else Outcome.CHANCE


def together(found: Mapping[str, Sequence[Effect]], *, level: float = LEVEL) -> dict[str, Together | None]:
    """Return the mean effect for each name, none with fewer than ``FEWEST_COACHED`` agents.

    The standard error is the larger of the two that the effects' own intervals and the distances between them give. Over all
    names the share of false finds is held down: Y. Benjamini and Y. Hochberg, JRSS B 57 (1995).
    """
    means = {name: mean for name, effects in found.items() if (mean := _mean(effects, level=level)) is not None}
    chances = false_discovery([mean.chance for mean in means.values()])
    adjusted = {name: replace(mean, chance=chance) for (name, mean), chance in zip(means.items(), chances, strict=True)}
    return {name: adjusted.get(name) for name in found}


def _mean(effects: Sequence[Effect], *, level: float) -> Together | None:
    k = len(effects)
    if k < FEWEST_COACHED:
        return None
    value = math.fsum(one.value for one in effects) / k
    drawn = math.fsum(one.standard_error**2 for one in effects) / k**2
    seen = math.fsum((one.value - value) ** 2 for one in effects) / (k - 1) / k
    error = math.sqrt(max(drawn, seen))
    arm = t_quantile(k - 1, level=level) * error
    chance = float(2 * special.stdtr(k - 1, -abs(value) / error)) if error else float(value == 0.0)
    return Together(k, value, value - arm, value + arm, chance)


def _outcome(low: float, high: float) -> Outcome:
    if low > 0:
        return Outcome.HIGHER
    return Outcome.LOWER if high < 0 else Outcome.CHANCE


def _within(agents: Sequence[Sides]) -> float:
    """Return the variance of single contacts around their agent's mean on their side of the day."""
    sides = [side for one in agents for side in (one.before, one.after)]
    degrees = sum(side.n - 1 for side in sides)
    return math.fsum(side.squares for side in sides) / degrees


def _of_change(one: Sides, within: float) -> float:
    return within / one.before.effective + within / one.after.effective


def _reliability(levels: Common, variance: float) -> float:
    return levels.between / (levels.between + variance)
