"""A ranking that says no more than the data can: groups that are told apart, and between which places each one lies."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate, pairwise

from qa.estimate.comparisons import tell_apart
from qa.estimate.figure import Figure

#: Above so many the comparisons of all pairs tell hardly anything apart, and nobody reads them.
MOST_COMPARED = 300


@dataclass(frozen=True, slots=True)
class Place:
    """One of the ranked, and the first and last place that the data leave open; 1 is the highest."""

    name: str
    figure: Figure
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Ranking:
    """Groups from high to low, each from high to low; who has too few stands apart."""

    groups: tuple[tuple[Place, ...], ...]
    too_few: tuple[str, ...]

    @property
    def ranked(self) -> int:
        """How many have a place."""
        return sum(len(group) for group in self.groups)


def ranking(figures: Mapping[str, Figure], *, level: float = 0.05) -> Ranking:
    """Rank figures by groups; all pairs are compared, adjusted by Holm, so that one false order among all has this chance.

    The first place of one is one more than how many are told to be higher, the last how many are left when those told
    to be lower are taken off: D. Al Mohamad, J. Goeman and E. van Zwet, “Simultaneous confidence intervals for ranks”
    (2022), by comparisons of all pairs. A group ends only where everybody above is told apart from everybody below.
    Raises ``ValueError`` for more than ``MOST_COMPARED``.
    """
    if len(figures) > MOST_COMPARED:
        raise ValueError(f"At most {MOST_COMPARED} are ranked.")
    known = {name: figure for name, figure in figures.items() if not figure.too_few}
    told = {frozenset(pair) for pair, apart in tell_apart(known, level=level).items() if apart}
    order = sorted(known, key=lambda name: (-(known[name].value or 0.0), name))
    apart_from = [[place for place, other in enumerate(order) if frozenset((name, other)) in told] for name in order]
    places = [
        Place(
            name,
            known[name],
            first=1 + sum(other < at for other in apart_from[at]),
            last=len(order) - sum(other > at for other in apart_from[at]),
        )
        for at, name in enumerate(order)
    ]
    # For each, the farthest below that is not told apart from them: no group ends before it.
    reaches = [max(set(range(at, len(order))) - set(apart_from[at])) for at in range(len(order))]
    ends = [at + 1 for at, farthest in enumerate(accumulate(reaches, max)) if farthest == at]
    groups = tuple(tuple(places[begin:end]) for begin, end in pairwise([0, *ends]))
    return Ranking(groups, tuple(sorted(name for name in figures if figures[name].too_few)))
