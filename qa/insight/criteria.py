"""How each criterion of a card is met, over time: shares of the best there is, never below the guard."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from qa.act import Act
from qa.auth.roles import Permission
from qa.cards.models import CardVersion, Scorecard
from qa.cards.queries import card_of, newest_offered
from qa.errors import NotFoundError
from qa.estimate.figure import Difference, Figure, difference
from qa.i18n import _
from qa.insight.board import Wish, read_board
from qa.insight.control import Course, course_of, periods_until
from qa.insight.sums import figure_of
from scorecards.definition import Card, Criterion, Section


@dataclass(frozen=True, slots=True)
class CriterionRow:
    """One criterion of the card in the period, and in the one before."""

    section: Section
    criterion: Criterion
    course: Course
    before: Figure
    difference: Difference

    @property
    def figure(self) -> Figure:
        """What was given in the period: 100 where it was always the best option, 0 where it was always the worst."""
        return self.course.points[-1].figure


@dataclass(frozen=True, slots=True)
class CriteriaPage:
    """Every criterion of a card that has a score of its own, as the card has them."""

    wish: Wish
    card: Card
    rows: tuple[CriterionRow, ...]
    counted_at: datetime | None
    uncounted: int

    def row(self, key: str) -> CriterionRow:
        """Return one criterion; refused where the card has none of that key."""
        found = next((row for row in self.rows if row.criterion.key == key), None)
        if found is None:
            raise NotFoundError(_("There is no such criterion."))
        return found


def scored_card(act: Act, key: str) -> CardVersion:
    """Return the newest version of a card that is or was scored with."""
    scorecard_id = act.session.scalar(select(Scorecard.id).where(Scorecard.key == key))
    version = newest_offered(act, scorecard_id) if scorecard_id is not None else None
    if version is None:
        raise NotFoundError(_("There is no such scorecard."))
    return version


def criteria_of(act: Act, wish: Wish, version: CardVersion) -> CriteriaPage:
    """Put the page together for those who see the overview; ``wish`` names the version's card.

    How answers to one criterion spread is not learnt from peers: each interval is as wide as yes and no would need it.
    """
    act.require(Permission.OVERVIEW_SEE)
    card = card_of(version)
    stretches = periods_until(wish.stretch)
    reading = read_board(act, wish, stretches, criteria=True)
    rows: list[CriterionRow] = []
    for section, criterion in card.criteria():
        if not criterion.scored:
            continue
        name = f"{card.key}:{criterion.key}"
        figures = [figure_of(reading.of_criterion(one, name), peers={}) for one in stretches]
        before = figure_of(reading.of_criterion(wish.stretch.before, name), peers={})
        rows.append(
            CriterionRow(section, criterion, course_of(stretches, figures), before, difference(figures[-1], before))
        )
    return CriteriaPage(wish, card, tuple(rows), reading.counted_at, reading.uncounted)
