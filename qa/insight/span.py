"""What random draws say over several periods, of all, of each team and of each agent, in a fixed number of queries.

Draws that lie whole in every period that they touch are taken as the hourly job kept them; the newest ones, those that it did
not count yet, and those that a period cuts in two are read score by score.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, case, null, select

from qa.act import Act
from qa.insight import board
from qa.insight.counting import SECTION, TOTAL, part_from_plain
from qa.insight.figures import Sample
from qa.insight.models import ALL_CHANNELS, ALL_TEAMS, DrawSums
from qa.insight.queries import read_sample
from qa.insight.shares import Share, agents_from_plain, shares_of
from qa.insight.stretch import Stretch
from qa.sampling.models import Draw


@dataclass(frozen=True, slots=True)
class _Kept:
    """A draw as it was kept: the share of each team, all together under ``ALL_TEAMS``, and of each agent."""

    start: datetime
    end: datetime
    teams: dict[int, Share]
    agents: dict[int, Share]


@dataclass(frozen=True, slots=True)
class Span:
    """The draws of several periods, of one team or of all."""

    kept: tuple[_Kept, ...]
    #: What was read score by score, of the same team; and that by team, where all were asked for.
    read: Sample
    team: int
    #: When the oldest of what was kept was counted; none where all was counted now.
    counted_at: datetime | None

    def shares(self, stretches: Sequence[Stretch]) -> list[list[Share]]:
        """Return the shares of each period."""
        return [
            [kept.teams[self.team] for kept in self._inside(one) if self.team in kept.teams]
            + shares_of(self.read.within(one))
            for one in stretches
        ]

    def by_team(self, stretches: Sequence[Stretch]) -> list[dict[int, list[Share]]]:
        """Return the shares of every team in each period; what is of no team is left out."""
        read = self.read.by_team()
        found = []
        for one in stretches:
            teams: dict[int, list[Share]] = defaultdict(list)
            for kept in self._inside(one):
                for number, share in kept.teams.items():
                    if number != ALL_TEAMS:
                        teams[number].append(share)
            _add(teams, read, one)
            found.append(teams)
        return found

    def by_agent(self, stretches: Sequence[Stretch]) -> list[dict[int, list[Share]]]:
        """Return the shares of every agent in each period."""
        read = self.read.by_agent()
        found = []
        for one in stretches:
            agents: dict[int, list[Share]] = defaultdict(list)
            for kept in self._inside(one):
                for number, share in kept.agents.items():
                    agents[number].append(share)
            _add(agents, read, one)
            found.append(agents)
        return found

    def _inside(self, stretch: Stretch) -> list[_Kept]:
        start, end = stretch.start, stretch.end
        return [one for one in self.kept if start <= one.start and one.end <= end]


def _add(found: dict[int, list[Share]], read: dict[int, Sample], stretch: Stretch) -> None:
    for number, sample in read.items():
        shares = shares_of(sample.within(stretch))
        if shares:
            found[number] += shares


def read_span(
    act: Act,
    stretches: Sequence[Stretch],
    *,
    team_id: int | None = None,
    agents: bool,
    teams: bool = False,
    sections: bool = False,
) -> Span:
    """Read the draws that touch these stretches, of one team or all; ``agents`` and ``teams`` say what is told apart."""
    whole = Stretch(min(one.first for one in stretches), max(one.last for one in stretches), stretches[0].zone)
    known = known_draws(act, whole)
    kept = [row for row in rested_on(known) if not row.bare and not _cut(row, stretches)]
    numbers = {row.id for row in kept}
    of_teams, of_agents = _shares(act, numbers, team=team_id or ALL_TEAMS, agents=agents, teams=teams)
    others = [row.id for row in known if row.id not in numbers]
    return Span(
        tuple(_Kept(row.starts_at, row.ends_at, of_teams[row.id], of_agents[row.id]) for row in kept),
        read_sample(act, whole, team_id=team_id, draw_ids=others, sections=sections),
        team_id or ALL_TEAMS,
        min((row.counted_at for row in kept), default=None),
    )


KnownDraw = Row[*tuple[Any, ...]]


def known_draws(act: Act, stretch: Stretch) -> Sequence[KnownDraw]:
    """Return the draws that touch a stretch, the newest first, with when each was counted and how much was drawn."""
    return act.session.execute(
        select(
            Draw.id,
            Draw.plan_id,
            Draw.starts_at,
            Draw.ends_at,
            DrawSums.drawn,
            DrawSums.counted_at,
            DrawSums.agents.is_(None).label("bare"),
        )
        .outerjoin(
            DrawSums,
            (DrawSums.draw_id == Draw.id) & (DrawSums.team == ALL_TEAMS) & (DrawSums.channel == ALL_CHANNELS),
        )
        .where(Draw.starts_at < stretch.end, Draw.ends_at > stretch.start)
        .order_by(Draw.starts_at.desc(), Draw.id.desc())
    ).all()


def rested_on(known: Iterable[KnownDraw]) -> list[KnownDraw]:
    """Return the draws that were counted, without the newest ones, which are small enough to be counted as a page opens."""
    room = board.MOST_LIVE
    found: list[KnownDraw] = []
    for row in known:
        room -= row.drawn or 0
        if room < 0 and row.counted_at is not None:
            found.append(row)
    return found


def _cut(row: KnownDraw, stretches: Sequence[Stretch]) -> bool:
    start, end = row.starts_at, row.ends_at
    return any(start < one.end and end > one.start and not (one.start <= start and end <= one.end) for one in stretches)


def _shares(
    act: Act, draw_ids: Collection[int], *, team: int, agents: bool, teams: bool
) -> tuple[dict[int, dict[int, Share]], dict[int, dict[int, Share]]]:
    """Read what was kept: the shares by draw and team, and by draw and agent of the asked team."""
    asked = select(
        DrawSums.draw_id,
        DrawSums.team,
        DrawSums.sums,
        (case((DrawSums.team == team, DrawSums.agents)) if agents else null()).label("agents"),
    ).where(DrawSums.draw_id.in_(draw_ids), DrawSums.channel == ALL_CHANNELS)
    if not teams:
        asked = asked.where(DrawSums.team == team)
    of_teams: dict[int, dict[int, Share]] = defaultdict(dict)
    of_agents: dict[int, dict[int, Share]] = defaultdict(dict)
    for row in act.session.execute(asked):
        part = part_from_plain(row.sums)
        counts = part.counts
        of_teams[row.draw_id][row.team] = Share(
            row.draw_id,
            part.subjects[TOTAL],
            counts.scored,
            counts.judged,
            counts.passed,
            counts.critical,
            counts.disputed,
            {key.removeprefix(SECTION): sums for key, sums in part.subjects.items() if key.startswith(SECTION)},
        )
        if row.agents is not None:
            of_agents[row.draw_id] = agents_from_plain(row.draw_id, row.agents)
    return of_teams, of_agents
