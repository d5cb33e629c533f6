"""The dashboard of the company or a team: the score over time, its sections, what passed, contacts, teams and plans."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from qa.act import Act
from qa.auth.roles import Permission
from qa.estimate.figure import Difference, Figure, difference
from qa.insight.board import Reading, Wish, read_board
from qa.insight.contacts import Counted, contacts_of
from qa.insight.control import Count, Course, course_of, periods_until, share_course
from qa.insight.counting import SECTION, TOTAL, Counts, Part
from qa.insight.figures import CardPeers
from qa.insight.models import ALL_TEAMS
from qa.insight.spreads import spreads_of
from qa.insight.stretch import Stretch
from qa.insight.sums import figure_of


@dataclass(frozen=True, slots=True)
class SectionRow:
    """A section of the cards, by its key: of the period, and of the one before."""

    key: str
    figure: Figure
    before: Figure
    difference: Difference


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team's score of the period, and how much of it is done."""

    team_id: int
    figure: Figure
    counts: Counts


@dataclass(frozen=True, slots=True)
class PlanRow:
    """How far one draw is."""

    draw_id: int
    plan_id: int
    plan: str
    starts_at: datetime
    counts: Counts


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Everything on the page, each course with the shown period last."""

    wish: Wish
    score: Course
    before: Figure
    passed: Course
    critical: Course
    sections: tuple[SectionRow, ...]
    teams: tuple[TeamRow, ...]
    plans: tuple[PlanRow, ...]
    stretches: tuple[Stretch, ...]
    #: Of each period of the courses.
    contacts: Counted
    #: Scores of the period that are disputed and left out.
    disputed: int
    counted_at: datetime | None
    uncounted: int

    @property
    def figure(self) -> Figure:
        """The score of the period."""
        return self.score.points[-1].figure


def dashboard_of(act: Act, wish: Wish) -> Dashboard:
    """Put the page together for those who see the overview; the same number of queries whatever there is."""
    act.require(Permission.OVERVIEW_SEE)
    stretches = periods_until(wish.stretch)
    reading = read_board(act, wish, stretches)
    spreads = spreads_of(act, wish.stretch, sections=True)
    peers = spreads.of()
    figures = [figure_of(reading.sums(one, TOTAL), peers=peers) for one in stretches]
    now = reading.parts(wish.stretch)
    names = sorted({name for _draw, part in now for name in part.subjects if name.startswith(SECTION)})
    return Dashboard(
        wish=wish,
        score=course_of(stretches, figures),
        before=figure_of(reading.sums(wish.stretch.before, TOTAL), peers=peers),
        passed=share_course(stretches, [_passed(reading, one) for one in stretches]),
        critical=share_course(stretches, [_critical(reading, one) for one in stretches], rare=True),
        sections=tuple(_section(reading, wish.stretch, name, peers=spreads.of(name)) for name in names),
        teams=tuple(_teams(reading, wish.stretch, peers=peers)),
        plans=tuple(PlanRow(draw.draw_id, draw.plan_id, draw.plan, draw.starts_at, part.counts) for draw, part in now),
        stretches=tuple(stretches),
        contacts=contacts_of(act, stretches, team_id=wish.team_id, channel=wish.channel),
        disputed=sum(part.counts.disputed for _draw, part in now),
        counted_at=reading.counted_at,
        uncounted=reading.uncounted,
    )


def _section(reading: Reading, stretch: Stretch, name: str, *, peers: CardPeers) -> SectionRow:
    now, before = (figure_of(reading.sums(one, name), peers=peers) for one in (stretch, stretch.before))
    return SectionRow(name.removeprefix(SECTION), now, before, difference(now, before))


def _teams(reading: Reading, stretch: Stretch, *, peers: CardPeers) -> list[TeamRow]:
    """Return every team of the period, where not one alone is asked for."""
    if reading.team != ALL_TEAMS:
        return []
    numbers: dict[int, list[Part]] = {}
    for draw, _part in reading.parts(stretch):
        for number, part in draw.teams.items():
            if number != ALL_TEAMS:
                numbers.setdefault(number, []).append(part)
    return [
        TeamRow(number, figure_of(reading.of_team(stretch, number, TOTAL), peers=peers), _summed(parts))
        for number, parts in sorted(numbers.items())
    ]


def _summed(parts: Sequence[Part]) -> Counts:
    totals: Mapping[str, int] = {name: sum(getattr(part.counts, name) for part in parts) for name in Counts.__slots__}
    return Counts(**totals)


def _passed(reading: Reading, stretch: Stretch) -> Count:
    parts = reading.parts(stretch)
    return Count(
        sum(part.counts.passed for _draw, part in parts),
        sum(part.counts.judged for _draw, part in parts),
        tuple(sorted(draw.draw_id for draw, part in parts if part.counts.judged)),
    )


def _critical(reading: Reading, stretch: Stretch) -> Count:
    parts = reading.parts(stretch)
    return Count(
        sum(part.counts.critical for _draw, part in parts),
        sum(part.counts.scored for _draw, part in parts),
        tuple(sorted(draw.draw_id for draw, part in parts if part.counts.scored)),
    )
