"""The agents of a period in groups that the data can tell apart; an order within a group says nothing."""

from collections import Counter
from dataclasses import dataclass

from qa.act import Act
from qa.auth.roles import Permission
from qa.errors import InvalidError
from qa.estimate.figure import Difference, Figure, difference
from qa.estimate.pooling import Pooled
from qa.estimate.ranking import MOST_COMPARED, ranking
from qa.i18n import _
from qa.insight.pool import pooled_by_design
from qa.insight.queries import agents_of
from qa.insight.shares import sums_in
from qa.insight.span import read_span
from qa.insight.spreads import spreads_of
from qa.insight.stretch import Stretch
from qa.insight.sums import design_of, figure_of
from qa.people.models import User


@dataclass(frozen=True, slots=True)
class Ranked:
    """One agent: the figure, the places that the data leave open, and the pooled figure beside it."""

    agent: User
    figure: Figure
    first: int
    last: int
    pooled: Pooled | None


@dataclass(frozen=True, slots=True)
class Groups:
    """Who the data tell apart, on one card; each group by name, since its order says nothing."""

    stretch: Stretch
    #: Keys of the cards that were scored by, the most used first; the one shown, none where nothing was scored.
    cards: tuple[str, ...]
    card: str | None
    groups: tuple[tuple[Ranked, ...], ...]
    too_few: tuple[tuple[User, Figure], ...]
    #: How many have a place.
    ranked: int

    def difference(self, one: int, other: int) -> Difference | None:
        """Return the first agent's figure minus the second's, by their numbers; none where one of them is not here."""
        figures = {row.agent.id: row.figure for group in self.groups for row in group}
        figures |= {agent.id: figure for agent, figure in self.too_few}
        return difference(figures[one], figures[other]) if one in figures and other in figures else None

    @property
    def agents(self) -> list[User]:
        """Everybody on the page, by name."""
        everyone = [row.agent for group in self.groups for row in group] + [agent for agent, _figure in self.too_few]
        return sorted(everyone, key=lambda agent: (agent.name.casefold(), agent.id))


def groups_of(act: Act, stretch: Stretch, *, team_id: int | None = None, card: str | None = None) -> Groups:
    """Rank the agents who were scored on the card, of one team or of all; without a card the one most scored by."""
    act.require(Permission.OVERVIEW_SEE)
    (found_of,) = read_span(act, [stretch], team_id=team_id, agents=True).by_agent([stretch])
    used: Counter[str] = Counter()
    for shares in found_of.values():
        for one in sums_in(shares):
            used[one.card] += one.n
    cards = tuple(key for key, count in used.most_common() if count)
    chosen = card if card in cards else next(iter(cards), None)
    if chosen is None:
        return Groups(stretch, cards, None, (), (), 0)
    by_agent = {
        agent_id: own
        for agent_id, shares in found_of.items()
        if (own := [one for one in sums_in(shares) if one.card == chosen])
    }
    if len(by_agent) > MOST_COMPARED:
        raise InvalidError(
            _("These are {n} agents; at most {most} are compared. Choose a team.", n=len(by_agent), most=MOST_COMPARED),
            field="team",
        )
    spreads = spreads_of(act, stretch)
    peers, basis = spreads.of(), spreads.bases.get(chosen)
    figures = {agent_id: figure_of(own, peers=peers) for agent_id, own in by_agent.items()}
    agents = {agent.id: agent for agent in agents_of(act, set(figures))}
    found = ranking({str(agent_id): figure for agent_id, figure in figures.items()})
    return Groups(
        stretch=stretch,
        cards=cards,
        card=chosen,
        groups=tuple(
            tuple(
                sorted(
                    (
                        Ranked(
                            agents[int(place.name)],
                            place.figure,
                            place.first,
                            place.last,
                            pooled_by_design(design_of(by_agent[int(place.name)]), place.figure, basis=basis),
                        )
                        for place in group
                    ),
                    key=lambda row: (row.agent.name.casefold(), row.agent.id),
                )
            )
            for group in found.groups
        ),
        too_few=tuple((agents[int(name)], figures[int(name)]) for name in found.too_few),
        ranked=found.ranked,
    )
