"""What may be told of answers: nothing of fewer than five, and nothing that gives those away by subtracting."""

from collections.abc import Mapping
from dataclasses import dataclass

#: Fewer answers than this are never told together.
FEWEST = 5


@dataclass(frozen=True, slots=True)
class Tellable:
    """Whether the figure of all may be told, and of which teams."""

    company: bool
    teams: frozenset[int]


def tellable(answers: Mapping[int | None, int]) -> Tellable:
    """Say what may be told of so many answers by team, those of no team under None.

    Of teams that are told and the whole only the rest of all others together can be worked out. So the smallest teams
    are left out until that rest is nobody, or enough.
    """
    total = sum(answers.values())
    if total < FEWEST:
        return Tellable(company=False, teams=frozenset())
    told = sorted((n, team) for team, n in answers.items() if team is not None and n >= FEWEST)
    while told and 0 < total - sum(n for n, _team in told) < FEWEST:
        del told[0]
    return Tellable(company=True, teams=frozenset(team for _n, team in told))
