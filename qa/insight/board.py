"""What dashboards show of random draws, by period: of the company, a team, a channel, a card; in a fixed number of queries.

A draw belongs to the period in which its own begins and is never cut in two, so that what was counted of it can be kept.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, null, or_, select

from qa.act import Act
from qa.insight.counting import Part, count_draws, part_from_plain
from qa.insight.keeping import unchanged_draws
from qa.insight.models import ALL_CHANNELS, ALL_TEAMS, DrawSums
from qa.insight.stretch import Stretch
from qa.insight.sums import Sums
from qa.interactions.kinds import Channel
from qa.sampling.models import Draw, DrawItem, Plan, Purpose

#: Of the latest draws, so many drawn interactions are told as they stand when a page is opened; the others as they were kept.
MOST_LIVE = 200


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for; empty means all."""

    stretch: Stretch
    team_id: int | None = None
    channel: Channel | None = None
    scorecard_id: int | None = None
    purpose: Purpose | None = None


@dataclass(frozen=True, slots=True)
class DrawPart:
    """One draw: the part that is asked for, and those of every team."""

    draw_id: int
    plan_id: int
    plan: str
    starts_at: datetime
    #: By the team's number; the whole of all teams under ``ALL_TEAMS``.
    teams: dict[int, Part]


@dataclass(frozen=True, slots=True)
class Reading:
    """The draws that were found, oldest first."""

    draws: tuple[DrawPart, ...]
    team: int
    #: When the oldest of what was kept was counted; none where all was counted now.
    counted_at: datetime | None
    #: Draws that are not counted yet and too large to be counted now.
    uncounted: int

    def parts(self, stretch: Stretch) -> list[tuple[DrawPart, Part]]:
        """Return the draws of a stretch with the part that is asked for."""
        return [
            (draw, draw.teams[self.team])
            for draw in self.draws
            if stretch.start <= draw.starts_at < stretch.end and self.team in draw.teams
        ]

    def sums(self, stretch: Stretch, subject: str) -> list[Sums]:
        """Return the sums of the whole score or of a section."""
        return [one for _draw, part in self.parts(stretch) for one in part.subjects.get(subject, ())]

    def of_criterion(self, stretch: Stretch, name: str) -> list[Sums]:
        """Return the sums of a criterion."""
        return [one for _draw, part in self.parts(stretch) for one in part.criteria.get(name, ())]

    def of_team(self, stretch: Stretch, team: int, subject: str) -> list[Sums]:
        """Return the sums of another team than the one that is asked for."""
        return [
            one
            for draw in self.draws
            if stretch.start <= draw.starts_at < stretch.end and team in draw.teams
            for one in draw.teams[team].subjects.get(subject, ())
        ]


def read_board(act: Act, wish: Wish, stretches: Sequence[Stretch], *, criteria: bool = False) -> Reading:
    """Read the draws of these stretches, which follow each other; of the last one every team."""
    team = wish.team_id or ALL_TEAMS
    channel = wish.channel.value if wish.channel is not None else ALL_CHANNELS
    known = act.session.execute(
        select(
            Draw.id,
            Draw.starts_at,
            Plan.id.label("plan_id"),
            Plan.name,
            DrawSums.drawn,
            DrawSums.counted_at,
            DrawSums.state,
        )
        .join(Draw.plan)
        .outerjoin(
            DrawSums,
            (DrawSums.draw_id == Draw.id) & (DrawSums.team == ALL_TEAMS) & (DrawSums.channel == ALL_CHANNELS),
        )
        .where(
            Draw.starts_at >= stretches[0].start,
            Draw.starts_at < stretches[-1].end,
            *([Plan.scorecard_id == wish.scorecard_id] if wish.scorecard_id is not None else []),
            *([Plan.purpose == wish.purpose] if wish.purpose is not None else []),
        )
        .order_by(Draw.starts_at.desc(), Draw.id.desc())
    ).all()
    sizes = _sizes(act, [row.id for row in known if row.drawn is None])
    live: list[int] = []
    room = MOST_LIVE
    for row in known:
        room -= row.drawn if row.drawn is not None else sizes.get(row.id, 0)
        if room < 0:
            break
        live.append(row.id)
    # What nothing happened to since it was counted stands as it was kept.
    unchanged = unchanged_draws(act, {row.id: row.state for row in known if row.id in set(live)})
    live = [draw_id for draw_id in live if draw_id not in unchanged]
    kept = [row.id for row in known if row.id not in set(live) and row.drawn is not None]
    parts = _kept(act, kept, team=team, channel=channel, since=stretches[-1].start, criteria=criteria)
    counted = count_draws(act, live, team=team, channel=channel, sections=not criteria, criteria=criteria)
    for (draw_id, number, _channel), part in counted.items():
        parts[draw_id][number] = part
    return Reading(
        tuple(
            DrawPart(row.id, row.plan_id, row.name, row.starts_at, parts[row.id])
            for row in reversed(known)
            if row.id in parts
        ),
        team,
        min((row.counted_at for row in known if row.id in set(kept) - unchanged), default=None),
        len(known) - len(live) - len(kept),
    )


def _sizes(act: Act, draw_ids: Sequence[int]) -> dict[int, int]:
    asked = select(DrawItem.draw_id, func.count()).where(DrawItem.draw_id.in_(draw_ids)).group_by(DrawItem.draw_id)
    return dict(act.session.execute(asked).all())


def _kept(
    act: Act, draw_ids: Iterable[int], *, team: int, channel: str, since: datetime, criteria: bool
) -> dict[int, dict[int, Part]]:
    asked = (
        select(DrawSums.draw_id, DrawSums.team, DrawSums.sums, (DrawSums.criteria if criteria else null()))
        .join(Draw, Draw.id == DrawSums.draw_id)
        .where(
            DrawSums.draw_id.in_(draw_ids),
            DrawSums.channel == channel,
            or_(DrawSums.team == team, Draw.starts_at >= since) if not criteria else DrawSums.team == team,
        )
    )
    found: dict[int, dict[int, Part]] = defaultdict(dict)
    for draw_id, number, sums, of_criteria in act.session.execute(asked):
        found[draw_id][number] = part_from_plain(sums, of_criteria)
    return found
