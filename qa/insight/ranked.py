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
from qa.insight.figures import peers_by_card, sample_figure
from qa.insight.peers import read_peers
from qa.insight.pool import basis_of, pooled_figure
from qa.insight.queries import agents_of, read_sample
from qa.insight.stretch import Stretch
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
    everyone = read_sample(act, stretch, sections=False)
    shown = everyone if team_id is None else everyone.of_team(team_id)
    cards = tuple(key for key, _count in Counter(item.card for item in shown.scored).most_common())
    chosen = card if card in cards else next(iter(cards), None)
    if chosen is None:
        return Groups(stretch, cards, None, (), (), 0)
    by_agent = {agent_id: part for agent_id, part in shown.of_card(chosen).by_agent().items() if part.scored}
    if len(by_agent) > MOST_COMPARED:
        raise InvalidError(
            _("These are {n} agents; at most {most} are compared. Choose a team.", n=len(by_agent), most=MOST_COMPARED),
            field="team",
        )
    others = read_peers(act, stretch)
    peers, basis = peers_by_card(others), basis_of(others, card=chosen)
    figures = {agent_id: sample_figure(part, peers=peers) for agent_id, part in by_agent.items()}
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
                            pooled_figure(by_agent[int(place.name)], place.figure, basis=basis),
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
