"""What random draws say over several periods, of all, of each team and of each agent, in a fixed number of queries.

Draws are taken as the hourly job kept them, also those by the month of which a week is asked, or by the week of which a month
is. The newest ones, those that it did not count yet, and those that other periods cut in two are read score by score.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, case, null, select

from qa.act import Act
from qa.insight import board
from qa.insight.counting import SECTION, TOTAL, Part, part_from_plain
from qa.insight.figures import Sample
from qa.insight.keeping import unchanged_draws
from qa.insight.models import ALL_CHANNELS, ALL_TEAMS, DrawPiece, DrawSums
from qa.insight.pieces import Clip, clipped
from qa.insight.queries import read_sample
from qa.insight.shares import Share, agents_from_plain, share_from_plain, shares_of
from qa.insight.stretch import Stretch
from qa.sampling.models import Draw


@dataclass(frozen=True, slots=True)
class _Part:
    """A draw or a part of it: the share of each team, all together under ``ALL_TEAMS``, and of each agent."""

    teams: dict[int, Share] = field(default_factory=dict)
    agents: dict[int, Share] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Kept:
    """A draw as it was kept: as a whole, and the parts of it that were asked for."""

    start: datetime
    end: datetime
    parts: Mapping[Clip, _Part]


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

    def _inside(self, stretch: Stretch) -> list[_Part]:
        start, end = stretch.start, stretch.end
        return [
            one.parts[clipped(one.start, one.end, stretch)] for one in self.kept if one.start < end and one.end > start
        ]


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
    rested = rested_on(act, known)
    wanted = {row: _clips(row, stretches) for row in rested.rows if not row.bare}
    parts = _parts(act, wanted, _Told(team_id or ALL_TEAMS, agents=agents, teams=teams))
    kept = [row for row, clips in wanted.items() if clips <= parts[row.id].keys()]
    numbers = {row.id for row in kept}
    others = [row.id for row in known if row.id not in numbers]
    return Span(
        tuple(_Kept(row.starts_at, row.ends_at, parts[row.id]) for row in kept),
        read_sample(act, whole, team_id=team_id, draw_ids=others, sections=sections),
        team_id or ALL_TEAMS,
        min((row.counted_at for row in kept if row.id in rested.older), default=None),
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
            DrawSums.state,
            DrawSums.agents.is_(None).label("bare"),
        )
        .outerjoin(
            DrawSums,
            (DrawSums.draw_id == Draw.id) & (DrawSums.team == ALL_TEAMS) & (DrawSums.channel == ALL_CHANNELS),
        )
        .where(Draw.starts_at < stretch.end, Draw.ends_at > stretch.start)
        .order_by(Draw.starts_at.desc(), Draw.id.desc())
    ).all()


@dataclass(frozen=True, slots=True)
class Rested:
    """The draws that are taken as they were kept, and the numbers of those to which something may have happened since."""

    rows: list[KnownDraw]
    older: frozenset[int]


def rested_on(act: Act, known: Sequence[KnownDraw]) -> Rested:
    """Return the draws that were counted: older ones, and the newest ones to which nothing happened since."""
    room = board.MOST_LIVE
    newest: dict[int, str | None] = {}
    for row in known:
        room -= row.drawn or 0
        if room >= 0:
            newest[row.id] = row.state
    changed = newest.keys() - unchanged_draws(act, newest)
    found = [row for row in known if row.counted_at is not None and row.id not in changed]
    return Rested(found, frozenset(row.id for row in found) - newest.keys())


def _clips(row: KnownDraw, stretches: Iterable[Stretch]) -> set[Clip]:
    start, end = row.starts_at, row.ends_at
    return {clipped(start, end, one) for one in stretches if start < one.end and end > one.start}


@dataclass(frozen=True, slots=True)
class _Told:
    """Of which team it is asked, and what is told apart."""

    team: int
    agents: bool
    teams: bool


def _parts(act: Act, clips: Mapping[KnownDraw, set[Clip]], told: _Told) -> dict[int, dict[Clip, _Part]]:
    """Return what was kept of draws, by their numbers: of each the parts that are asked for, as far as they are kept."""
    wholes = {row.id: (row.starts_at, row.ends_at) for row in clips if (row.starts_at, row.ends_at) in clips[row]}
    found: dict[int, dict[Clip, _Part]] = {row.id: {} for row in clips}
    for draw_id, clip in wholes.items():
        found[draw_id][clip] = _Part()
    for row in act.session.execute(_kept_wholes(wholes, told)):
        part = found[row.draw_id][wholes[row.draw_id]]
        part.teams[row.team] = _share_of(row.draw_id, part_from_plain(row.sums))
        if row.agents is not None:
            part.agents.update(agents_from_plain(row.draw_id, row.agents))
    pieces = {clip for row, asked in clips.items() for clip in asked if clip != wholes.get(row.id)}
    for row in act.session.execute(_kept_pieces(found, pieces, told)):
        # Of all teams there is a row for every piece that was kept, whatever it holds.
        part = found[row.draw_id].setdefault((row.starts_at, row.ends_at), _Part())
        if row.share is not None:
            part.teams[row.team] = share_from_plain(row.draw_id, row.share)
        if row.agents is not None:
            part.agents.update(agents_from_plain(row.draw_id, row.agents))
    return found


def _kept_wholes(draw_ids: Iterable[int], told: _Told) -> Select[*tuple[Any, ...]]:
    asked = select(
        DrawSums.draw_id,
        DrawSums.team,
        DrawSums.sums,
        (case((DrawSums.team == told.team, DrawSums.agents)) if told.agents else null()).label("agents"),
    ).where(DrawSums.draw_id.in_(draw_ids), DrawSums.channel == ALL_CHANNELS)
    return asked if told.teams else asked.where(DrawSums.team == told.team)


def _kept_pieces(draw_ids: Iterable[int], clips: Iterable[Clip], told: _Told) -> Select[*tuple[Any, ...]]:
    own = DrawPiece.team == told.team
    asked = select(
        DrawPiece.draw_id,
        DrawPiece.team,
        DrawPiece.starts_at,
        DrawPiece.ends_at,
        (DrawPiece.share if told.teams else case((own, DrawPiece.share))).label("share"),
        (case((own, DrawPiece.agents)) if told.agents else null()).label("agents"),
    ).where(
        DrawPiece.draw_id.in_(draw_ids),
        DrawPiece.starts_at.in_({start for start, _end in clips}),
        DrawPiece.ends_at.in_({end for _start, end in clips}),
    )
    return asked if told.teams else asked.where(DrawPiece.team.in_((ALL_TEAMS, told.team)))


def _share_of(draw_id: int, part: Part) -> Share:
    counts = part.counts
    return Share(
        draw_id,
        part.subjects[TOTAL],
        counts.scored,
        counts.judged,
        counts.passed,
        counts.critical,
        counts.disputed,
        {key.removeprefix(SECTION): sums for key, sums in part.subjects.items() if key.startswith(SECTION)},
    )
