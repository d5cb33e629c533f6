"""What the reports over the same days share: read once for a batch, and for one report just as well."""

from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import Select, select

from qa.act import Act
from qa.coaching.conversations import Measured, elsewhere_conversations, moved_agents, team_conversations
from qa.coaching.discretion import Names
from qa.disputes.models import Dispute
from qa.estimate.intervals import Peers
from qa.feedback.figures import csat_peers
from qa.feedback.queries import peer_answers
from qa.feedback.voice import CustomerVoice, Said, read_said, voice_of_said
from qa.insight.spreads import Spreads, spreads_of
from qa.insight.stretch import Stretch
from qa.people.models import User
from qa.self_evaluations.models import SelfEvaluation, SelfState
from qa.talks.models import TalkAgent
from scorecards.scoring import Scorer


class About(StrEnum):
    """What reports tell of some agents only: of whom, is asked once."""

    TALKS = "talks"
    DISPUTES = "disputes"
    SELF_SCORES = "self_scores"


@dataclass(slots=True)
class Shared:
    """Peers, names and the teams' figures over one stretch, each read when it is first asked for; it holds no rows.

    Where ``many`` reports are to come, what each tells of its own agent is read for all of them at once too; otherwise it is
    of one agent.
    """

    stretch: Stretch
    many: bool = False
    _spreads: Spreads | None = None
    #: How to score by each version of a card.
    scorers: dict[int, Scorer] = field(default_factory=dict)
    _names: Names | None = None
    _teams: dict[int, tuple[Measured, ...]] = field(default_factory=dict)
    _moved: frozenset[int] | None = None
    #: None or one: what is learnt from few answers is none too.
    _answer_peers: tuple[Peers | None, ...] = ()
    _told: dict[About, frozenset[int]] = field(default_factory=dict)
    _said: dict[int, Said] | None = None

    def spreads(self, act: Act) -> Spreads:
        """How scores of one agent spread."""
        if self._spreads is None:
            self._spreads = spreads_of(act, self.stretch, sections=True)
        return self._spreads

    def names(self, act: Act) -> Names:
        """Everybody's name."""
        if self._names is None:
            self._names = Names(act.session.scalars(select(User.name)))
        return self._names

    def team(self, act: Act, team_id: int) -> tuple[Measured, ...]:
        """The figures of the team's evaluated conversations."""
        if team_id not in self._teams:
            self._teams[team_id] = team_conversations(act, self.stretch, team_id=team_id)
        return self._teams[team_id]

    def elsewhere(self, act: Act, agent: User) -> tuple[Measured, ...]:
        """The figures of the agent's evaluated conversations of another team than the present one."""
        if self.many and self._moved is None:
            self._moved = moved_agents(act, self.stretch)
        if self._moved is not None and agent.team_id is not None and agent.id not in self._moved:
            return ()
        return elsewhere_conversations(act, self.stretch, agent_id=agent.id, team_id=agent.team_id)

    def answer_peers(self, act: Act) -> Peers | None:
        """How customers' satisfaction spreads."""
        if not self._answer_peers:
            self._answer_peers = (csat_peers(peer_answers(act, until=self.stretch.end)),)
        return self._answer_peers[0]

    def said(self, act: Act, agent: User) -> Said:
        """What customers answered on the agent's evaluated conversations."""
        if self._said is None:
            whose = None if self.many else agent.id
            self._said = read_said(act, start=self.stretch.start, end=self.stretch.end, agent_id=whose)
        return self._said.get(agent.id, Said())

    def voice(self, act: Act, agent: User) -> CustomerVoice:
        """The same put together."""
        said = self.said(act, agent)
        return voice_of_said(said, peers=self.answer_peers(act) if said.answers else None)

    def tells(self, act: Act, about: About, agent: User) -> bool:
        """Whether there may be anything of the kind about the agent at all."""
        if not self.many:
            return True
        if about not in self._told:
            self._told[about] = frozenset(act.session.scalars(self._agents(about)))
        return agent.id in self._told[about]

    def _agents(self, about: About) -> Select[int | None]:
        match about:
            case About.TALKS:
                return select(TalkAgent.agent_id).distinct()
            case About.DISPUTES:
                return select(Dispute.agent_id).distinct()
            case About.SELF_SCORES:
                return select(SelfEvaluation.agent_id).where(SelfEvaluation.state == SelfState.SUBMITTED).distinct()
