"""Companies made at random: several plans, strata and teams, with scores that lack, are disputed or were set aside."""

import random
from datetime import datetime, timedelta

from qa.disputes.models import Dispute
from qa.evaluations.models import Evaluation, EvaluationKind, EvaluationState
from qa.people.models import Team, User
from qa.sampling.chance_design import DesignKind
from qa.sampling.models import Draw, DrawItem, ItemState, ReplaceReason
from qa.sampling.period import Period, PeriodKind, period_of, previous_period
from qa.sampling.record import METHODS
from tests.insight.scene import ZONE, Scene
from tests.makers import Makers

#: Periods of which something is drawn.
MONTHS, WEEKS = 10, 14


class Generated:
    """A company of four agents in two teams and one in none; one seed always makes the same."""

    def __init__(self, make: Makers, seed: int) -> None:
        self.make, self.session, self.dice = make, make.act.session, random.Random(seed)
        self.scene = Scene(make)
        self.teams: list[Team] = [make.team("Invoices"), make.team("Returns")]
        self.agents: list[User] = [make.agent(team=self.teams[number % 2]) for number in range(4)] + [make.agent()]
        for kind, count in ((PeriodKind.MONTH, MONTHS), (PeriodKind.WEEK, WEEKS)):
            period = previous_period(period_of(make.act.now, kind=kind, zone=ZONE))
            for number in range(count):
                self._draw(period, name=f"{kind.value} {number % 2}")
                period = previous_period(period)
        self.session.flush()

    def _draw(self, period: Period, *, name: str) -> None:
        """Of each agent's own stratum, or of one that all or a team's share, with equal chances or by risk."""
        shared = self.dice.choice(["agent", "agent", "channel", "team"])
        by_risk = self.dice.random() < 0.25
        draw = self.scene.draw([], period=period, plan=name)
        draw.algorithm = METHODS[DesignKind.RISK if by_risk else DesignKind.EQUAL][0]
        counts: dict[str, dict[str, object]] = {}
        known = self.dice.random() < 0.8
        for agent in self.agents:
            stratum = {"agent": f"agent-{agent.id}", "channel": "channel-phone", "team": f"team-{agent.team_id or ''}"}[
                shared
            ]
            counts.setdefault(stratum, {"eligible": 40 + self.dice.randrange(60)} if known else {})
            if shared == "team" and self.dice.random() < 0.5 and known:
                counts[stratum].setdefault("agents", {str(one.id): 9 + one.id % 7 for one in self.agents})
            for _at in range(self.dice.randrange(7)):
                self._item(draw, agent, stratum=stratum, chance=self.dice.choice([0.1, 0.4]) if by_risk else 0.1)
        draw.counts = counts

    def _item(self, draw: Draw, agent: User, *, stratum: str, chance: float) -> None:
        length = (draw.ends_at - draw.starts_at).days
        started_at = draw.starts_at + timedelta(days=self.dice.randrange(length), hours=10)
        call = self.make.interaction(agent=agent, started_at=started_at)
        if self.dice.random() < 0.05:
            # Somebody who changed team within the period.
            call.team_id = self.teams[0].id
        out = self.dice.random() < 0.1
        item = DrawItem(
            draw_id=draw.id,
            interaction_id=call.id,
            position=call.id,
            stratum=stratum,
            u=str(call.id),
            inclusion_probability=chance,
            state=ItemState.REPLACED if out else ItemState.DRAWN,
            reason=ReplaceReason.NO_AUDIO if out else None,
            replaced_at=draw.ends_at if out else None,
        )
        self.session.add(item)
        self.session.flush()
        if not out and self.dice.random() < 0.9:
            self._score(item, agent, started_at)

    def _score(self, item: DrawItem, agent: User, started_at: datetime) -> None:
        found = Evaluation(
            interaction_id=item.interaction_id,
            draw_item_id=item.id,
            kind=EvaluationKind.RANDOM,
            reviewer_id=self.scene.reviewer.id,
            agent_id=agent.id,
            card_version_id=self.scene.version.id,
            state=EvaluationState.SUBMITTED,
            assigned_at=started_at + timedelta(days=1),
            submitted_at=started_at + timedelta(days=2),
            quality_bp=None if self.dice.random() < 0.03 else 100 * self.dice.choice([100, 100, 90, 75, 50, 0]),
            passed=self.dice.choice([True, True, False, None]),
            critical_failed=self.dice.random() < 0.1,
            computation={"sections": {"courtesy": {"quality_bp": 100 * self.dice.choice([100, 75, 50])}}},
        )
        self.session.add(found)
        self.session.flush()
        if self.dice.random() < 0.05:
            self.session.add(
                Dispute(
                    evaluation_id=found.id,
                    against=1,
                    agent_id=agent.id,
                    reviewer_id=found.reviewer_id,
                    raised_at=started_at + timedelta(days=3),
                )
            )
