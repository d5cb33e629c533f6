"""The supervisor's week: how far the plans are, what waits, and every agent's score with what it rests on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from qa.act import Act
from qa.auth.roles import Permission
from qa.csv_out import csv_bytes
from qa.disputes.figures import waiting_disputes
from qa.estimate.charts import Rule
from qa.estimate.comparisons import chance_of_difference, holm
from qa.estimate.figure import Difference, Figure, difference
from qa.evaluations.models import Evaluation, EvaluationKind, EvaluationState
from qa.evaluations.purpose import of_kind
from qa.i18n import Language, Text, _, say
from qa.insight.control import Course, counted_course, course_of, fired_at_last, periods_until
from qa.insight.figures import CardPeers
from qa.insight.progress import Progress, plan_progress
from qa.insight.queries import agents_of
from qa.insight.shares import Share, critical_in, passed_in, sums_in
from qa.insight.span import read_span
from qa.insight.spreads import spreads_of
from qa.insight.stretch import Stretch, stretch_of
from qa.insight.sums import figure_of, shown_mean
from qa.interactions.kinds import InteractionState
from qa.interactions.models import Interaction
from qa.people.models import User
from qa.sampling.period import PeriodKind, period_on

#: Chance that, over all agents together, a difference is marked that is none.
LEVEL = 0.05


@dataclass(frozen=True, slots=True)
class Compared:
    """Somebody's figure of the period and of the one before, and how they differ."""

    figure: Figure
    before: Figure
    difference: Difference
    #: Whether chance does not explain the difference, over all agents or all teams together.
    told: bool
    #: What draws said in the periods before, oldest first.
    past: tuple[Sequence[Share], ...]
    #: Scores of the period that are disputed and left out.
    disputed: int

    @property
    def changed(self) -> tuple[Rule, ...]:
        """The rules of the control chart that fired at this period: only then something changed."""
        return fired_at_last([*(shown_mean(sums_in(one)) for one in self.past), self.figure.shown])

    @property
    def change(self) -> float | None:
        """By how many points the figures differ, where chance does not explain it."""
        return self.difference.value if self.told else None


@dataclass(frozen=True, slots=True)
class AgentRow(Compared):
    """An agent, compared."""

    agent: User


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for somebody, whatever the period."""

    to_score: int
    to_release: int
    to_transcribe: int
    failed: int
    #: Disputes that are not settled.
    disputes: int


@dataclass(frozen=True, slots=True)
class Week:
    """Everything on the page."""

    stretch: Stretch
    overall: Figure
    progress: tuple[Progress, ...]
    waiting: Waiting
    #: Agents by name; none where teams stand in their place.
    rows: tuple[AgentRow, ...]
    #: Every team of which something was drawn, by number; none where agents are shown.
    teams: Mapping[int, Compared]
    course: Course
    #: The same for the share that passed and for critical failures, where enough is scored for them.
    passed: Course | None
    critical: Course | None
    #: Scores of the period that are disputed and left out of its figures.
    disputed: int
    #: When the oldest of what was kept was counted; none where all was counted now.
    counted_at: datetime | None

    @property
    def drawn(self) -> int:
        return sum(item.drawn for item in self.progress)

    @property
    def submitted(self) -> int:
        return sum(item.submitted for item in self.progress)

    @property
    def released(self) -> int:
        return sum(item.released for item in self.progress)


def week_of(act: Act, stretch: Stretch, *, team_id: int | None = None, by_team: bool = False) -> Week:
    """Put the page together, with every agent or, ``by_team``, every team; the same number of queries whatever there is."""
    act.require(Permission.OVERVIEW_SEE)
    # Of a stretch that is no single period the weeks are drawn.
    last = stretch if stretch.period else stretch_of(period_on(stretch.last, kind=PeriodKind.WEEK, zone=stretch.zone))
    periods, own_periods = periods_until(last), periods_until(stretch)
    span = read_span(act, list({*periods, *own_periods}), team_id=team_id, agents=not by_team, teams=by_team)
    peers = spreads_of(act, stretch).of()
    (now,) = span.shares([stretch])
    shares = span.shares(periods)
    each = _rows(span.by_team(own_periods) if by_team else span.by_agent(own_periods), peers=peers)
    agents = () if by_team else agents_of(act, set(each))
    return Week(
        stretch=stretch,
        overall=figure_of(sums_in(now), peers=peers),
        progress=tuple(plan_progress(act, stretch, team_id=team_id)),
        waiting=_waiting(act, team_id=team_id),
        rows=tuple(
            AgentRow(found.figure, found.before, found.difference, found.told, found.past, found.disputed, agent)
            for found, agent in ((each[one.id], one) for one in agents)
        ),
        teams={number: each[number] for number in sorted(each)} if by_team else {},
        course=course_of(periods, [figure_of(sums_in(one), peers=peers) for one in shares]),
        passed=counted_course(periods, [passed_in(one) for one in shares]),
        critical=counted_course(periods, [critical_in(one) for one in shares], rare=True),
        disputed=sum(one.disputed for one in now),
        counted_at=span.counted_at,
    )


def _rows(periods: Sequence[Mapping[int, Sequence[Share]]], *, peers: CardPeers) -> dict[int, Compared]:
    """Compare the last period with the one before, of everybody of whom it holds something.

    Differences are marked so that of all together there is one chance in twenty of marking one that is none.
    """
    found: dict[int, tuple[Figure, Figure]] = {}
    for number, shares in periods[-1].items():
        before = periods[-2].get(number, ()) if len(periods) > 1 else shares
        found[number] = figure_of(sums_in(shares), peers=peers), figure_of(sums_in(before), peers=peers)
    chances = {number: chance_of_difference(*figures) for number, figures in found.items()}
    tested = {number: chance for number, chance in chances.items() if chance is not None}
    adjusted = dict(zip(tested, holm(list(tested.values())), strict=True))
    return {
        number: Compared(
            now,
            before,
            difference(now, before),
            told=adjusted.get(number, 1.0) < LEVEL,
            past=tuple(one.get(number, ()) for one in periods[:-1]),
            disputed=sum(share.disputed for share in periods[-1][number]),
        )
        for number, (now, before) in found.items()
    }


def _waiting(act: Act, *, team_id: int | None) -> Waiting:
    evaluations = (
        select(Evaluation.state, func.count().label("waiting"))
        .where(
            Evaluation.state.in_((EvaluationState.OPEN, EvaluationState.SUBMITTED)),
            of_kind(EvaluationKind.RANDOM, EvaluationKind.TARGETED),
        )
        .group_by(Evaluation.state)
    )
    interactions = (
        select(Interaction.state, func.count().label("waiting"))
        # Said one by one, because the database then finds the few that wait by their state.
        .where(Interaction.state.in_([one for one in InteractionState if one is not InteractionState.READY]))
        .group_by(Interaction.state)
    )
    if team_id is not None:
        evaluations = evaluations.join(Evaluation.interaction).where(Interaction.team_id == team_id)
        # Worked out, so that rows are found by their state: a team has far more conversations than wait.
        interactions = interactions.where(func.coalesce(Interaction.team_id, Interaction.team_id) == team_id)
    open_ones = {row.state: row.waiting for row in act.session.execute(evaluations)}
    unread = {row.state: row.waiting for row in act.session.execute(interactions)}
    return Waiting(
        to_score=open_ones.get(EvaluationState.OPEN, 0),
        to_release=open_ones.get(EvaluationState.SUBMITTED, 0),
        to_transcribe=unread.get(InteractionState.RECEIVED, 0) + unread.get(InteractionState.TRANSCRIBING, 0),
        failed=unread.get(InteractionState.FAILED, 0),
        disputes=waiting_disputes(act, team_id=team_id),
    )


_HEADS: tuple[Text, ...] = (
    _("Agent"),
    _("Reference"),
    _("Team"),
    _("Score"),
    _("Low end of the 95% interval"),
    _("High end of the 95% interval"),
    _("n"),
    _("of"),
    _("Score before"),
    _("n before"),
    _("Difference larger than chance"),
    _("Changed, by the rules of the control chart"),
    _("Left out because disputed"),
    _("Set aside"),
    _("Score with 0 for these"),
    _("Score with 100 for these"),
)


def week_csv(week: Week, *, language: Language) -> bytes:
    """Return the agents' figures as CSV; where there are too few to say the score is left empty."""
    rows = [
        (
            row.agent.name,
            row.agent.reference,
            row.agent.team.name if row.agent.team else "",
            _point(row.figure.shown),
            _point(row.figure.low) if not row.figure.too_few else None,
            _point(row.figure.high) if not row.figure.too_few else None,
            row.figure.n,
            row.figure.population,
            _point(row.before.shown),
            row.before.n,
            _point(row.change),
            "; ".join(say(rule.label, language) for rule in row.changed),
            row.disputed,
            *_excluded(row.figure),
        )
        for row in week.rows
    ]
    return csv_bytes([say(head, language) for head in _HEADS], rows)


def _excluded(figure: Figure) -> tuple[int, float | None, float | None]:
    found = figure.exclusions
    if found is None or figure.too_few:
        return (found.n if found is not None else 0), None, None
    return found.n, _point(found.low), _point(found.high)


def _point(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
