"""How far plans are, by team: what was drawn, scored and shown to agents; of draws that are kept as they were counted."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from sqlalchemy import select

from qa.act import Act
from qa.insight.counting import drawn_scored_shown
from qa.insight.models import ALL_CHANNELS, ALL_TEAMS, DrawSums
from qa.insight.span import known_draws, rested_on
from qa.insight.stretch import Stretch
from qa.people.models import Team
from qa.sampling.models import Plan


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a plan is for one team: interactions drawn, scored, shown to their agents."""

    plan_id: int
    plan: str
    team_id: int | None
    team: str
    drawn: int
    submitted: int
    released: int


def plan_progress(act: Act, stretch: Stretch, *, team_id: int | None = None) -> list[Progress]:
    """Return how far each plan is in the stretch, by team; evaluations by a second reviewer are not counted twice."""
    known = known_draws(act, stretch)
    kept = {row.id for row in rested_on(act, known).rows}
    counts = select(DrawSums.draw_id, DrawSums.team, DrawSums.sums["counts"]).where(
        DrawSums.draw_id.in_(kept), DrawSums.channel == ALL_CHANNELS
    )
    by_draw: dict[int, dict[int, Counter[int]]] = defaultdict(dict)
    for draw_id, team, found in act.session.execute(counts):
        by_draw[draw_id][team] = Counter(dict(enumerate(found[:3])))
    now = drawn_scored_shown(act, [row.id for row in known if row.id not in kept])
    for (draw_id, team, channel), three in now.items():
        if channel == ALL_CHANNELS:
            by_draw[draw_id][team] = Counter(dict(enumerate(three)))
    found_by: dict[tuple[int, int], Counter[int]] = defaultdict(Counter)
    for row in known:
        teams = by_draw[row.id]
        rest = teams.pop(ALL_TEAMS, Counter())
        for team, one in teams.items():
            found_by[row.plan_id, team].update(one)
            rest = rest - one
        # What is left is of nobody's team.
        found_by[row.plan_id, ALL_TEAMS].update(rest)
    names = dict(act.session.execute(select(Team.id, Team.name)).all())
    plans = dict(
        act.session.execute(select(Plan.id, Plan.name).where(Plan.id.in_({row.plan_id for row in known}))).all()
    )
    rows = [
        Progress(plan_id, plans[plan_id], team or None, names.get(team, ""), one[0], one[1], one[2])
        for (plan_id, team), one in found_by.items()
        if one[0] and team_id in (None, team)
    ]
    return sorted(rows, key=lambda row: (row.team.casefold(), row.plan.casefold(), row.plan_id))
