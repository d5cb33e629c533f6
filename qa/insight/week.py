"""The supervisor's week: how far the plans are, what waits, and every agent's score with what it rests on."""

from collections.abc import Sequence
from dataclasses import dataclass

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
from qa.insight.control import Course, critical_course, passed_course, periods_until, score_course
from qa.insight.figures import peers_by_card, sample_figure
from qa.insight.peers import read_peers
from qa.insight.queries import Progress, agents_of, plan_progress, read_sample
from qa.insight.stretch import Stretch, stretch_of
from qa.interactions.kinds import InteractionState
from qa.interactions.models import Interaction
from qa.people.models import User
from qa.sampling.period import PeriodKind, period_on

#: Chance that, over all agents together, a difference is marked that is none.
LEVEL = 0.05


@dataclass(frozen=True, slots=True)
class AgentRow:
    """An agent's figure of the period and of the one before, and how they differ."""

    agent: User
    figure: Figure
    before: Figure
    difference: Difference
    #: Whether chance does not explain the difference, over all agents together.
    told: bool
    #: The rules of the agent's control chart that fired at this period: only then something changed.
    changed: tuple[Rule, ...]
    #: Scores of the period that are disputed and left out.
    disputed: int = 0

    @property
    def change(self) -> float | None:
        """By how many points the figures differ, where chance does not explain it."""
        return self.difference.value if self.told else None


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
    rows: tuple[AgentRow, ...]
    course: Course
    #: The same for the share that passed and for critical failures, where enough is scored for them.
    passed: Course | None
    critical: Course | None
    #: Scores of the period that are disputed and left out of its figures.
    disputed: int

    @property
    def drawn(self) -> int:
        return sum(item.drawn for item in self.progress)

    @property
    def submitted(self) -> int:
        return sum(item.submitted for item in self.progress)

    @property
    def released(self) -> int:
        return sum(item.released for item in self.progress)


def week_of(act: Act, stretch: Stretch, *, team_id: int | None = None) -> Week:
    """Put the page together; the same number of queries whatever there is."""
    act.require(Permission.OVERVIEW_SEE)
    # Of a stretch that is no single period the weeks are drawn.
    last = stretch if stretch.period else stretch_of(period_on(stretch.last, kind=PeriodKind.WEEK, zone=stretch.zone))
    periods, own_periods = periods_until(last), periods_until(stretch)
    span = Stretch(min(periods[0].first, own_periods[0].first), stretch.last, stretch.zone)
    everyone = read_sample(act, span, sections=False)
    shown = everyone if team_id is None else everyone.of_team(team_id)
    peers = peers_by_card(read_peers(act, stretch))
    now = shown.within(stretch)
    numbers = {item.agent_id for item in (*now.scored, *now.disputed)} | {frame.agent_id for frame in now.frames}
    by_agent = shown.by_agent()
    found = [
        _Found(
            agent,
            score_course(by_agent[agent.id], own_periods, peers=peers),
            sample_figure(by_agent[agent.id].within(stretch.before), peers=peers),
            len(by_agent[agent.id].within(stretch).disputed),
        )
        for agent in agents_of(act, numbers)
    ]
    return Week(
        stretch=stretch,
        overall=sample_figure(now, peers=peers),
        progress=tuple(plan_progress(act, stretch, team_id=team_id)),
        waiting=_waiting(act, team_id=team_id),
        rows=tuple(_rows(found)),
        course=score_course(shown, periods, peers=peers),
        passed=passed_course(shown, periods),
        critical=critical_course(shown, periods),
        disputed=len(now.disputed),
    )


@dataclass(frozen=True, slots=True)
class _Found:
    agent: User
    course: Course
    before: Figure
    disputed: int

    @property
    def figure(self) -> Figure:
        return self.course.points[-1].figure


def _rows(found: Sequence[_Found]) -> list[AgentRow]:
    """Mark differences so that of all agents together there is one chance in twenty of marking one that is none."""
    chances = [chance_of_difference(one.figure, one.before) for one in found]
    tested = [place for place, chance in enumerate(chances) if chance is not None]
    adjusted = dict(zip(tested, holm([chances[place] or 0.0 for place in tested]), strict=True))
    return [
        AgentRow(
            one.agent,
            one.figure,
            one.before,
            difference(one.figure, one.before),
            told=adjusted.get(place, 1.0) < LEVEL,
            changed=one.course.changed,
            disputed=one.disputed,
        )
        for place, one in enumerate(found)
    ]


def _waiting(act: Act, *, team_id: int | None) -> Waiting:
    evaluations = (
        select(Evaluation.state, func.count().label("waiting"))
        .join(Evaluation.interaction)
        .where(
            Evaluation.state.in_((EvaluationState.OPEN, EvaluationState.SUBMITTED)),
            of_kind(EvaluationKind.RANDOM, EvaluationKind.TARGETED),
        )
        .group_by(Evaluation.state)
    )
    interactions = (
        select(Interaction.state, func.count().label("waiting"))
        .where(Interaction.state != InteractionState.READY)
        .group_by(Interaction.state)
    )
    if team_id is not None:
        evaluations = evaluations.where(Interaction.team_id == team_id)
        interactions = interactions.where(Interaction.team_id == team_id)
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
