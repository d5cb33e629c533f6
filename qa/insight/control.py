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


def fired_at_last(values: Sequence[float | None]) -> tuple[Rule, ...]:
    """Return what ``course_of`` says changed at the last period, from the values alone; none where too few are known to show."""
    known = [value for value in values if value is not None]
    if not values or values[-1] is None or len(known) < FEWEST_POINTS:
        return ()
    return individuals_chart(known, bounds=(0.0, 100.0)).fired(-1)


@dataclass(frozen=True, slots=True)
class Count:
    """Of so many evaluations of a period, how many passed or failed; and the draws they come from."""

    hits: int
    size: int
    draw_ids: tuple[int, ...]


def share_course(stretches: Sequence[Stretch], counts: Sequence[Count], *, rare: bool = False) -> Course:
    """Chart a share, in per cent; where not every period has ``MANY``, as single values."""
    figures = [share_figure(one.hits, n=one.size, draw_ids=one.draw_ids) for one in counts]
    if not _enough(counts):
        return course_of(stretches, figures)
    hits, sizes = [one.hits for one in counts if one.size], [one.size for one in counts if one.size]
    chart = rate_chart(hits, [float(size) for size in sizes]) if rare else share_chart(hits, sizes)
    return _laid(stretches, figures, chart, unit=100.0)


def counted_course(stretches: Sequence[Stretch], counts: Sequence[Count], *, rare: bool = False) -> Course | None:
    """Chart a share by what chance makes of counts; none where not every period has ``MANY``."""
    return share_course(stretches, counts, rare=rare) if _enough(counts) else None


def _enough(counts: Sequence[Count]) -> bool:
    sizes = [one.size for one in counts if one.size]
    return len(sizes) >= FEWEST_POINTS and min(sizes) >= MANY


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
