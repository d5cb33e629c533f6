"""Every page of figures asks the database as often in a large company as in a small one, whatever was kept."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from qa.act import Act
from qa.evaluations.models import Evaluation, EvaluationKind, EvaluationState
from qa.insight import validity, validity_kept
from qa.insight.counting import count_draws
from qa.insight.keeping import changed_draws, keep_draw
from qa.insight.spreads import keep_spreads, learn_spreads
from qa.insight.stretch import stretch_of
from qa.people.models import User
from qa.sampling.models import DrawItem
from qa.sampling.period import Period, parse_period, previous_period
from tests.conftest import Stored
from tests.insight.scene import OCTOBER, ZONE, Scene
from tests.insight.test_board import counted
from tests.makers import Makers
from tests.visitor import Visitor

PERIOD = f"period={OCTOBER.code}"
#: Pages of a supervisor; ``{agent}`` and ``{team}`` are filled in.
PAGES = (
    f"/week?{PERIOD}",
    f"/week?{PERIOD}&team={{team}}",
    f"/week?{PERIOD}&agents=all",
    "/week?period=2026-W44",
    f"/week.csv?{PERIOD}",
    f"/week.pdf?{PERIOD}",
    f"/week/agents/{{agent}}?{PERIOD}",
    f"/week/groups?{PERIOD}",
    "/week/validity",
    "/coaching-sessions/effects",
    f"/dashboards?{PERIOD}",
    f"/dashboards?{PERIOD}&team={{team}}",
    f"/dashboards/figures.csv?{PERIOD}",
    f"/dashboards/criteria?{PERIOD}",
    f"/dashboards/reviewers?{PERIOD}",
)


class Growing:
    """A company of which one call of each agent is drawn and scored a month."""

    def __init__(self, make: Makers) -> None:
        self.make, self.scene = make, Scene(make)
        self.teams = [make.team("Invoices"), make.team("Returns")]
        self.agents: list[User] = []
        # Of a time that no page looks at, so that both plans are there.
        for plan in ("Few calls", "More calls"):
            self.scene.draw([], period=parse_period("2023-01", zone=ZONE), plan=plan)

    def grow(self, *, agents: int, periods: int, plan: str) -> None:
        while len(self.agents) < agents:
            self.agents.append(self.make.agent(team=self.teams[len(self.agents) % 2]))
        period = OCTOBER
        for _at in range(periods):
            self._draw(period, plan=plan)
            period = previous_period(period)

    def _draw(self, period: Period, *, plan: str) -> None:
        draw = self.scene.draw([], period=period, plan=plan)
        draw.counts = {f"agent-{one.id}": {"eligible": 80} for one in self.agents}
        at = period.start + timedelta(days=3)
        calls = [self.make.interaction(agent=one, started_at=at) for one in self.agents]
        items = [
            DrawItem(
                draw_id=draw.id,
                interaction_id=call.id,
                position=call.id,
                stratum=f"agent-{call.agent_id}",
                u=str(call.id),
                inclusion_probability=0.1,
            )
            for call in calls
        ]
        self.make.act.session.add_all(items)
        self.make.act.session.flush()
        self.make.act.session.add_all(
            Evaluation(
                interaction_id=item.interaction_id,
                draw_item_id=item.id,
                kind=EvaluationKind.RANDOM,
                reviewer_id=self.scene.reviewer.id,
                agent_id=call.agent_id,
                card_version_id=self.scene.version.id,
                state=EvaluationState.SEEN,
                assigned_at=at,
                submitted_at=at,
                released_at=at,
                seen_at=at,
                quality_bp=1_000 * (5 + call.id % 5),
                passed=True,
                computation={"sections": {"courtesy": {"quality_bp": 7_500}}},
            )
            for item, call in zip(items, calls, strict=True)
        )
        self.make.act.session.flush()


def keep(act: Act) -> None:
    """Keep everything, as the hourly job does."""
    for draw_id, state in changed_draws(act).items():
        keep_draw(act, draw_id, count_draws(act, [draw_id]), state=state)
    whole = stretch_of(OCTOBER)
    keep_spreads(act, whole, learn_spreads(act, whole, sections=True))
    for card, state in validity_kept.due_validities(act).items():
        validity_kept.keep_validity(act, validity.validity_of(act, card=card), card=card, state=state)


@pytest.mark.parametrize("kept", [False, True])
def test_every_page_of_figures_costs_the_same_number_of_queries(
    stored: Stored, visitor: Visitor, engine: Engine, kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (validity, validity_kept):
        monkeypatch.setattr(module, "FEW", 0 if kept else 10_000)

    def queries(supervisor: int, agent: int, team: int) -> dict[str, int]:
        found = {}
        for who, pages in ((supervisor, PAGES), (agent, (f"/me?{PERIOD}",))):
            visitor.as_user(who)
            for page in pages:
                address = page.format(agent=agent, team=team)
                with counted(engine) as seen:
                    assert visitor.get(address).status_code == 200, address
                found[page] = len(seen)
        return found

    with stored() as make:
        company = Growing(make)
        company.grow(agents=5, periods=1, plan="Few calls")
        if kept:
            keep(make.act)
        supervisor, agent, team = company.scene.supervisor.id, company.agents[0].id, company.teams[0].id
    small = queries(supervisor, agent, team)
    with stored() as again:
        company.make.act = again.act
        company.grow(agents=50, periods=12, plan="More calls")
        if kept:
            keep(again.act)
    assert queries(supervisor, agent, team) == small
