"""What the pages of figures print: measures with how they are worked out, and the same as lines for export."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from qa.estimate.figure import Figure
from qa.i18n import Text, _, duration_text
from qa.insight.contacts import Contacts, Counted
from qa.insight.control import Course
from qa.insight.criteria import CriteriaPage
from qa.insight.dashboard import Dashboard
from qa.insight.lines import Line, count_line, line_of
from qa.insight.reviewing import ReviewersPage
from qa.insight.stretch import Stretch
from web.insight import words
from web.periods import short_name, stretch_name


@dataclass(frozen=True, slots=True)
class Trend:
    """A figure of customers' answers over the periods of a page, with the ends of its scale."""

    key: str
    name: Text
    how: Text
    unit: str
    lowest: int
    highest: int
    #: Name, short name and figure of each period.
    rows: tuple[tuple[str, str, Figure], ...]

    @property
    def figure(self) -> Figure:
        """The figure of the shown period."""
        return self.rows[-1][2]

    @property
    def charted(self) -> bool:
        """Whether more than one period has a number."""
        return sum(found.shown is not None for _name, _short, found in self.rows) > 1


@dataclass(frozen=True, slots=True)
class Tally:
    """Something that is counted, not estimated: name and short name of each period, a number for the chart, and how it is written."""

    key: str
    name: Text
    how: Text
    rows: tuple[tuple[str, str, float | None, str, Text], ...]
    #: What the chart counts in, where that is not what is written.
    axis: Text | None = None

    @property
    def charted(self) -> bool:
        """Whether more than one period has something to draw."""
        return sum(bool(value) for _name, _short, value, _written, _rests in self.rows) > 1


def trends(counted: Counted, stretches: Sequence[Stretch]) -> list[Trend]:
    """Return the figures of customers' answers that were asked for at all."""
    kinds: tuple[tuple[str, Text, Text, str, int, Callable[[Contacts], Figure]], ...] = (
        ("csat", _("Satisfaction (CSAT)"), words.CSAT, "", 0, lambda one: one.csat(counted.peers)),
        ("nps", _("Net Promoter Score"), words.NPS, "", -100, lambda one: one.nps),
        ("resolved", _("Solved, say customers"), words.RESOLVED, "%", 0, lambda one: one.resolved),
        ("response", _("Customers who answered"), words.RESPONSE, "%", 0, lambda one: one.response),
    )
    found = []
    for key, name, how, unit, lowest, figure in kinds:
        rows = tuple(
            (stretch_name(stretch), short_name(stretch), figure(one))
            for stretch, one in zip(stretches, counted.stretches, strict=True)
        )
        if any(one.n for _name, _short, one in rows):
            found.append(Trend(key, name, how, unit, lowest, 100, rows))
    return found


def tallies(counted: Counted, stretches: Sequence[Stretch]) -> list[Tally]:
    """Return how many contacts there were, and how long they took where that is known."""
    pairs = list(zip(stretches, counted.stretches, strict=True))
    found = [
        Tally(
            "contacts",
            _("Contacts"),
            words.CONTACTS,
            tuple(
                (stretch_name(at), short_name(at), float(one.contacts), str(one.contacts), _("all counted"))
                for at, one in pairs
            ),
        )
    ]
    if any(one.timed for _at, one in pairs):
        found.append(
            Tally(
                "handling",
                _("Handling time"),
                words.HANDLING,
                tuple(
                    (
                        stretch_name(at),
                        short_name(at),
                        round(one.mean_ms / 60_000, 2) if one.mean_ms is not None else None,
                        duration_text(one.mean_ms) if one.mean_ms is not None else "–",
                        _("{n} spoken, length known", n=one.timed),
                    )
                    for at, one in pairs
                ),
                axis=_("minutes"),
            )
        )
    return found


def dashboard_lines(page: Dashboard, *, teams: dict[int, str]) -> Iterator[Line]:
    """Return everything on the dashboard, in long form."""
    for measure, course in (("score", page.score), ("passed", page.passed), ("critical", page.critical)):
        yield from _course_lines(measure, "", course)
    for row in page.sections:
        yield line_of("section", row.key, page.wish.stretch, row.figure)
        yield line_of("section", row.key, page.wish.stretch.before, row.before)
    for team in page.teams:
        yield line_of("team", teams.get(team.team_id, str(team.team_id)), page.wish.stretch, team.figure)
    for plan in page.plans:
        for measure, number in (
            ("drawn", plan.counts.drawn),
            ("submitted", plan.counts.submitted),
            ("released", plan.counts.released),
        ):
            yield count_line(
                measure, plan.plan, page.wish.stretch, number, n=plan.counts.drawn, population=plan.counts.drawn
            )
    peers = page.contacts.peers
    for stretch, one in zip(page.stretches, page.contacts.stretches, strict=True):
        yield count_line("contacts", "", stretch, one.contacts, n=one.contacts, population=one.contacts)
        seconds = round(one.mean_ms / 1000, 1) if one.mean_ms is not None else None
        yield count_line("handling_seconds", "", stretch, seconds, n=one.timed, population=one.timed)
        for measure, figure in (
            ("csat", one.csat(peers)),
            ("nps", one.nps),
            ("resolved", one.resolved),
            ("response", one.response),
        ):
            yield line_of(measure, "", stretch, figure)


def criteria_lines(page: CriteriaPage) -> Iterator[Line]:
    """Return every criterion over all periods."""
    for row in page.rows:
        yield from _course_lines("criterion", row.criterion.key, row.course)


def reviewer_lines(page: ReviewersPage) -> Iterator[Line]:
    """Return what every reviewer did."""
    last = page.stretches[-1]
    for row in page.rows:
        for stretch, number in zip(page.stretches, row.drawn, strict=True):
            yield count_line("reviewed", row.reviewer.name, stretch, number, n=number, population=number)
        yield line_of("overturned", row.reviewer.name, last, row.overturned)


def _course_lines(measure: str, of: str, course: Course) -> Iterator[Line]:
    for point in course.points:
        yield line_of(measure, of, point.stretch, point.figure)
