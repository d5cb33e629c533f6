"""What the pulse shows: statements in the reader's language, figures over rounds, and the same as lines for export."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import g

from qa.act import Act
from qa.estimate.figure import Figure
from qa.i18n import Text, _, date_text
from qa.insight.board import Wish
from qa.insight.lines import Line, line_of
from qa.insight.stretch import Stretch
from qa.pulse.models import PulseRound, PulseStatement
from qa.pulse.queries import Course, courses
from qa.pulse.statements import AGREEMENT, Scale, scale_of, words_of

HOW_AGREED = _(
    "What was chosen from 1 (not at all) to 5 (entirely), as 0 to 100, and its mean. N is everybody who was asked: the more of them answered, the narrower the interval."
)
HOW_RECOMMENDED = _(
    "Employees who gave 9 or 10 less those who gave 0 to 6, of a hundred who answered: from −100 to 100 (eNPS). N is everybody who was asked: the more of them answered, the narrower the interval."
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One statement as somebody answers it: the field's name, its words, and each choice with what it means."""

    key: str
    text: Text | str
    choices: tuple[tuple[int, Text | None], ...]
    #: What the ends mean where the choices are bare numbers.
    ends: tuple[Text, Text] | None


@dataclass(frozen=True, slots=True)
class PulseTrend:
    """A statement's figure over the rounds that asked it; no figure where it is not told."""

    key: str
    name: Text | str
    how: Text
    lowest: int
    #: Name, short name, figure and how many were asked, of each round, the newest last.
    rows: tuple[tuple[str, str, Figure | None, int], ...]

    @property
    def figure(self) -> Figure | None:
        """What the newest round says."""
        return self.rows[-1][2]

    @property
    def asked(self) -> int:
        """How many the newest round asked."""
        return self.rows[-1][3]

    @property
    def charted(self) -> bool:
        """Whether more than one round has a number."""
        return sum(found is not None for _name, _short, found, _asked in self.rows) > 1


def asked_of(statement: PulseStatement) -> Asked:
    """Return a statement with its choices."""
    agree = scale_of(statement.key) is Scale.AGREE
    return Asked(
        statement.key,
        words_of(statement, g.language),
        tuple((value, AGREEMENT[value] if agree else None) for value in scale_of(statement.key).values),
        None if agree else (_("certainly not"), _("certainly")),
    )


def pulse_trends(act: Act, wish: Wish) -> list[PulseTrend]:
    """Return what the rounds say that a page of figures shows: of its team or of all, until the end of its period."""
    return [_trend(one) for one in courses(act, until=wish.stretch.last, team_id=wish.team_id)]


def trends_of(found: Sequence[Course]) -> list[PulseTrend]:
    """Return courses as they are shown."""
    return [_trend(one) for one in found]


def pulse_lines(act: Act, wish: Wish) -> Iterator[Line]:
    """Return the same in long form; what is not told has no line."""
    for course in courses(act, until=wish.stretch.last, team_id=wish.team_id):
        for told in course.rounds:
            if told.figure is not None:
                yield line_of(
                    "pulse", course.statement.key, stretch_of_round(told.round, wish.stretch.zone), told.figure
                )


def stretch_of_round(found: PulseRound, zone: str) -> Stretch:
    """Return the days in which a round could be answered."""
    return Stretch(found.first_day, min(found.last_day, found.closed_on or found.last_day), zone)


def round_name(found: PulseRound) -> str:
    """Name a round by its days."""
    last = min(found.last_day, found.closed_on or found.last_day)
    if last - found.first_day < timedelta(days=1):
        return date_text(found.first_day, g.language)
    return f"{date_text(found.first_day, g.language)} – {date_text(last, g.language)}"


def _trend(course: Course) -> PulseTrend:
    agree = scale_of(course.statement.key) is Scale.AGREE
    return PulseTrend(
        course.statement.key,
        words_of(course.statement, g.language),
        HOW_AGREED if agree else HOW_RECOMMENDED,
        0 if agree else -100,
        tuple(
            (
                round_name(told.round),
                date_text(told.round.first_day, g.language, style="d MMM"),
                told.figure,
                told.asked,
            )
            for told in course.rounds
        ),
    )
