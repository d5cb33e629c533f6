"""How a score went over the periods: a control chart, and whether one of its rules says that something changed."""

from collections.abc import Sequence
from dataclasses import dataclass

from qa.estimate.charts import FEWEST_POINTS, Chart, Rule, individuals_chart, rate_chart, share_chart
from qa.estimate.figure import Figure, share_figure
from qa.insight.figures import CardPeers, Sample, sample_figure
from qa.insight.stretch import Stretch

#: Periods on a chart, the shown one last.
PERIODS = 12
#: From so many evaluations in each period on, shares and rates are charted by what chance makes of counts.
MANY = 50


@dataclass(frozen=True, slots=True)
class Point:
    """One period: its figure, and where it has a place on the chart the limits there and the rules that fired."""

    stretch: Stretch
    figure: Figure
    lower: float | None = None
    upper: float | None = None
    fired: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Course:
    """The periods in the order of time; without a middle there are too few to draw limits."""

    points: tuple[Point, ...]
    middle: float | None
    #: Laney's σz; 1 where that is not asked.
    excess: float = 1.0

    @property
    def charted(self) -> int:
        """How many periods have a number, and so a place."""
        return sum(point.figure.shown is not None for point in self.points)

    @property
    def changed(self) -> tuple[Rule, ...]:
        """The rules that fired at the last period."""
        return self.points[-1].fired if self.points else ()


def periods_until(stretch: Stretch, *, count: int = PERIODS) -> list[Stretch]:
    """Return the stretch and as long ones before it, oldest first."""
    found = [stretch]
    while len(found) < count and found[0].before != found[0]:
        found.insert(0, found[0].before)
    return found


def score_course(sample: Sample, stretches: Sequence[Stretch], *, peers: CardPeers) -> Course:
    """Chart the mean score of each period as single values: few are scored, so that chance cannot be counted out."""
    figures = [sample_figure(sample.within(one), peers=peers) for one in stretches]
    return course_of(stretches, figures)


def course_of(stretches: Sequence[Stretch], figures: Sequence[Figure]) -> Course:
    """Put figures on a chart of single values; a period with too few to show has no place on it."""
    values = [figure.shown for figure in figures if figure.shown is not None]
    enough = len(values) >= FEWEST_POINTS
    return _laid(stretches, figures, individuals_chart(values, bounds=(0.0, 100.0)) if enough else None, unit=1.0)


def passed_course(sample: Sample, stretches: Sequence[Stretch]) -> Course | None:
    """Chart the share that passed, as drawn, in per cent; none where not every period of the chart has ``MANY``."""
    found = _Counts(
        [[item.passed for item in sample.within(one).scored if item.passed is not None] for one in stretches]
    )
    if not found.enough:
        return None
    return _laid(stretches, found.figures(sample, stretches), share_chart(found.hits, found.sizes), unit=100.0)


def critical_course(sample: Sample, stretches: Sequence[Stretch]) -> Course | None:
    """Chart critical failures per hundred evaluations, as drawn, as counts of rare events; none where there are not ``MANY``."""
    found = _Counts([[item.critical_failed for item in sample.within(one).scored] for one in stretches])
    if not found.enough:
        return None
    chart = rate_chart(found.hits, [float(size) for size in found.sizes])
    return _laid(stretches, found.figures(sample, stretches), chart, unit=100.0)


@dataclass(frozen=True, slots=True)
class _Counts:
    """Yes and no of every evaluation, period by period; periods without any have no place on a chart."""

    periods: list[list[bool]]

    @property
    def sizes(self) -> list[int]:
        return [len(items) for items in self.periods if items]

    @property
    def hits(self) -> list[int]:
        return [sum(items) for items in self.periods if items]

    @property
    def enough(self) -> bool:
        return len(self.sizes) >= FEWEST_POINTS and min(self.sizes) >= MANY

    def figures(self, sample: Sample, stretches: Sequence[Stretch]) -> list[Figure]:
        """Return the share of each period with its interval and draws."""
        return [
            share_figure(
                sum(items), n=len(items), draw_ids=sorted({item.draw_id for item in sample.within(one).scored})
            )
            for items, one in zip(self.periods, stretches, strict=True)
        ]


def _laid(stretches: Sequence[Stretch], figures: Sequence[Figure], chart: Chart | None, *, unit: float) -> Course:
    """Give each period that has a number its place on the chart."""
    points: list[Point] = []
    place = 0
    for stretch, figure in zip(stretches, figures, strict=True):
        if chart is None or figure.shown is None:
            points.append(Point(stretch, figure))
            continue
        points.append(Point(stretch, figure, unit * chart.lower[place], unit * chart.upper[place], chart.fired(place)))
        place += 1
    if chart is None:
        return Course(tuple(points), None)
    return Course(tuple(points), unit * chart.middle, chart.excess)
