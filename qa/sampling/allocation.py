"""Dividing a sample over strata, in whole numbers and fractions, so that every machine finds the same.

- *each*: the same number of every stratum.
- *share*: a share of every stratum, rounded up, and never fewer than the minimum.
- *proportional*: n·N_h/N (W. G. Cochran, Sampling Techniques, 3rd ed. 1977, section 5.3), rounded by largest remainder;
  equal remainders go by name.
- *neyman*: the whole numbers that make the variance of the mean smallest, in proportion to N_h·S_h (J. Neyman, Journal of
  the Royal Statistical Society 97, 1934; Cochran, section 5.5). Each next interaction goes to the stratum in which it saves
  most variance, that of the largest (N_h·S_h)²/(n_h(n_h+1)), which is exact where rounding is not: T. Wright, The American
  Statistician 66 (2012), pages 217-224.
- *budget*: the same by minute of review, (N_h·S_h)²/(c_h·n_h(n_h+1)), the whole-number form of Cochran's optimum
  allocation in proportion to N_h·S_h/√c_h (section 5.5), until the next in turn no longer fits.

Where too little was scored to know how far scores lie apart, *neyman* divides in proportion to size, and *budget* takes
every stratum to spread alike.
"""

import heapq
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from qa.sampling.chances import NUMBER_BITS
from qa.sampling.division import Allocation, Division
from qa.sampling.order import derived_seed, permanent_number
from qa.sampling.strata import place_of, together, whole_of, with_part

WHOLE_BP = 10_000
MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class Cell:
    """What is known of a stratum before it is drawn from."""

    population: int
    #: What reviewing all of it would take, in milliseconds.
    review_ms: int = 0
    #: How far scores within it lay apart before: their variance, in hundredths of a point squared; none where unknown.
    variance: int | None = None

    @property
    def cost_ms(self) -> int:
        """What reviewing one of its interactions takes, in milliseconds, rounded up."""
        return -(-self.review_ms // self.population)


@dataclass(frozen=True, slots=True)
class Allotment:
    """How many interactions each stratum is asked for."""

    wanted: Mapping[str, int]
    #: Whether past scores took part.
    from_past: bool = False
    #: How many were moved to another stratum because their own was short.
    filled: int = 0


def allocate(cells: Mapping[str, Cell], design: Division) -> Allotment:
    """Divide the sample over strata that hold something; more may be asked of a stratum than it holds."""
    from_past = False
    if design.allocation is Allocation.EACH:
        wanted = dict.fromkeys(cells, design.each)
    elif design.allocation is Allocation.SHARE:
        wanted = {
            name: max(design.minimum, -(-design.share_bp * cell.population // WHOLE_BP)) for name, cell in cells.items()
        }
    else:
        from_past = design.allocation is not Allocation.PROPORTIONAL and knows_spread(cells)
        if design.allocation is Allocation.BUDGET:
            wanted = by_budget(cells, budget_ms=design.minutes * MINUTE_MS, minimum=design.minimum)
        elif from_past:
            wanted = neyman(cells, total=design.total, minimum=design.minimum)
        else:
            wanted = proportional(cells, total=design.total, minimum=design.minimum)
    wanted, filled = _filled(cells, wanted, fill=design.fill)
    return Allotment(wanted, from_past, filled)


def knows_spread(cells: Mapping[str, Cell]) -> bool:
    """Whether past scores tell of every stratum how far they lie apart, and not all of them that they do not."""
    return (
        bool(cells)
        and all(cell.variance is not None for cell in cells.values())
        and any(cell.variance for cell in cells.values())
    )


def proportional(cells: Mapping[str, Cell], *, total: int, minimum: int = 1) -> dict[str, int]:
    """Divide by size, with at least the minimum of each as far as it holds that; the minimum goes before the total."""
    least = {name: min(minimum, cell.population) for name, cell in cells.items()}
    left = min(total, sum(cell.population for cell in cells.values()))
    given: dict[str, int] = {}
    open_ones = dict(cells)
    # A stratum whose part would be below its minimum gets the minimum, and the others divide what is then left.
    while open_ones:
        size = sum(cell.population for cell in open_ones.values())
        below = [name for name, cell in open_ones.items() if left * cell.population < least[name] * size]
        if not below:
            break
        for name in below:
            given[name] = least[name]
            left -= least[name]
            del open_ones[name]
    size = sum(cell.population for cell in open_ones.values())
    rest = left
    remainders: list[tuple[int, str]] = []
    for name, cell in open_ones.items():
        given[name], remainder = divmod(left * cell.population, size)
        rest -= given[name]
        remainders.append((-remainder, name))
    for _remainder, name in sorted(remainders)[:rest]:
        given[name] += 1
    return {name: given[name] for name in cells}


def neyman(cells: Mapping[str, Cell], *, total: int, minimum: int = 1) -> dict[str, int]:
    """Divide so that the variance of the mean over all strata is smallest; every stratum gets one, or the minimum."""
    turns = _Turns(cells, minimum=minimum, costs=None)
    left = total - sum(turns.given.values())
    while left > 0 and (name := turns.next()) is not None:
        turns.give(name)
        left -= 1
    return turns.given


def by_budget(cells: Mapping[str, Cell], *, budget_ms: int, minimum: int = 1) -> dict[str, int]:
    """Divide minutes of review; the minimum of each stratum goes before the budget, and nothing else passes it."""
    costs = {name: cell.cost_ms for name, cell in cells.items()}
    turns = _Turns(cells, minimum=minimum, costs=costs)
    left = budget_ms - sum(costs[name] * number for name, number in turns.given.items())
    while (name := turns.next()) is not None and costs[name] <= left:
        turns.give(name)
        left -= costs[name]
    return turns.given


def over_time(wanted: Mapping[str, int], sizes: Mapping[str, int], *, seed: bytes) -> dict[str, int]:
    """Divide what each stratum is asked for over its stretches of time, from the sizes of the stretches.

    A stretch gets its part n·N_i/N, rounded up or down by one chance number of the stratum: as many whole numbers as lie
    between the sums of the parts before and after it, both moved on by that number (systematic sampling with a random
    start, W. G. Madow, Annals of Mathematical Statistics 20, 1949). So a stretch is asked for its part on average, and
    every interaction of the stratum keeps the same chance n/N. The number comes from the seed, as anyone can redo.
    """
    dice = derived_seed(seed, "spread")
    whole: dict[str, list[str]] = {}
    for name in sorted(sizes, key=lambda name: (whole_of(name), place_of(name) or 0)):
        whole.setdefault(whole_of(name), []).append(name)
    given: dict[str, int] = {}
    for stratum, parts in whole.items():
        size = sum(sizes[name] for name in parts)
        start = Fraction(permanent_number(dice, stratum), 1 << NUMBER_BITS)
        before, so_far = int(start), 0
        for name in parts:
            so_far += sizes[name]
            after = int(Fraction(wanted[stratum] * so_far, size) + start)
            given[name], before = after - before, after
    return given


def _filled(cells: Mapping[str, Cell], wanted: dict[str, int], *, fill: str) -> tuple[dict[str, int], int]:
    """Ask the named stratum, or the one with the named part, for what others lack, as far as it holds that."""
    moved = 0
    if fill:
        for name in sorted(cells):
            lack = wanted[name] - cells[name].population
            target = with_part(name, fill)
            if lack > 0 and target != name and target in cells:
                room = max(0, cells[target].population - wanted[target])
                taken = min(lack, room)
                wanted[target] += taken
                wanted[name] -= taken
                moved += taken
    return wanted, moved


class _Turns:
    """Gives interactions out one at a time, to the stratum in which the next one saves most."""

    def __init__(self, cells: Mapping[str, Cell], *, minimum: int, costs: Mapping[str, int] | None) -> None:
        known = knows_spread(cells)
        self.given = {name: min(max(1, minimum), cell.population) for name, cell in cells.items()}
        self._room = {name: cell.population - self.given[name] for name, cell in cells.items()}
        self._weight = {
            name: Fraction(cell.population**2 * ((cell.variance or 0) if known else 1), costs[name] if costs else 1)
            for name, cell in cells.items()
        }
        self._queue = [self._turn(name) for name in cells if self._room[name]]
        heapq.heapify(self._queue)

    def next(self) -> str | None:
        """Whose turn it is; nobody's where everything is given."""
        return self._queue[0][1] if self._queue else None

    def give(self, name: str) -> None:
        self.given[name] += 1
        self._room[name] -= 1
        heapq.heappop(self._queue)
        if self._room[name]:
            heapq.heappush(self._queue, self._turn(name))

    def _turn(self, name: str) -> tuple[Fraction, str]:
        number = self.given[name]
        return -self._weight[name] / (number * (number + 1)), name


def chances_over_time(held: Mapping[str, int], asked: Mapping[str, int]) -> dict[str, float]:
    """Return the chance of the interactions in each stretch of time, n/N of the whole stratum.

    The numbers are what each stratum held and what was asked of it. Within a stretch they differ by chance rounding, which
    the design gave every stretch alike; empty where strata are whole.
    """
    parts = [stratum for stratum in held if place_of(stratum) is not None]
    wholes = together({stratum: held[stratum] for stratum in parts})
    wanted = together({stratum: asked[stratum] for stratum in parts})
    return {stratum: min(1.0, wanted[of] / wholes[of]) for stratum in parts if wholes[of := whole_of(stratum)]}
