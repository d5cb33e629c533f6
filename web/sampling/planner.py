"""The planner: how many interactions to review for what a score must tell, and what a number given can tell."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from wtforms import IntegerField, SelectField

from qa.act import Act
from qa.auth.roles import Permission
from qa.cards.queries import published_cards
from qa.estimate.planning import (
    Spread,
    largest_deviation,
    margin,
    needed_for_difference,
    needed_for_margin,
    smallest_difference,
)
from qa.i18n import _, say
from qa.insight.past import Past, past_of
from web.door import allowed
from web.forms import DecimalSignField, PageForm, between, choices, label, may_be_empty, required
from web.sampling.forms import card_name

planner = Blueprint("planner", __name__)

#: The numbers that the table and the picture tell about.
NUMBERS = (3, 5, 8, 12, 20, 30, 50, 80, 120)
#: The picture: its size, and how many interactions and points it reaches at least.
WIDTH, HEIGHT = 640, 220
_LEAST_WIDE, _TOP = 30, 25.0


class PlannerForm(PageForm):
    """What is known of the scores, and what they must tell."""

    card = SelectField(
        label(_("Scorecard")), description=label(_("Its scores of the last year tell how far they lie apart."))
    )
    mean = DecimalSignField(
        label(_("Expected mean score")), [may_be_empty(), between(1, 99)],
        description=label(_("Empty means: as in the past.")),
    )  # fmt: skip
    deviation = DecimalSignField(
        label(_("Standard deviation, in points")), [may_be_empty(), between(1, 50)],
        description=label(_("How far the scores of one agent lie apart. Empty means: as in the past.")),
    )  # fmt: skip
    population = IntegerField(
        label(_("Interactions of one agent in the period")), [may_be_empty(), between(1, 1_000_000)],
        description=label(_("Empty means: very many.")), render_kw={"inputmode": "numeric", "min": 1},
    )  # fmt: skip
    margin = DecimalSignField(label(_("Know a score to within so many points")), [required(), between(1, 50)])
    gap = DecimalSignField(label(_("See a difference of so many points")), [required(), between(1, 100)])
    n = IntegerField(
        label(_("What can so many reviews tell?")), [required(), between(1, 10_000)],
        render_kw={"inputmode": "numeric", "min": 1},
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """What n reviews of one agent tell, in points: half the interval, and the smallest difference they show."""

    n: int
    margin: float
    gap: float | None


@dataclass(frozen=True, slots=True)
class Curve:
    """Half the interval for every number of reviews, as the path of a picture, with its marks and lines."""

    path: str
    #: (place from the left, words) of the axis below, and (place from the top, points) of the one at the side.
    numbers: tuple[tuple[float, int], ...]
    points: tuple[tuple[float, int], ...]
    #: Where the number asked about stands, if the picture reaches it.
    asked: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Plan:
    """The answers."""

    spread: Spread
    population: int | None
    for_margin: int | None
    for_gap: int | None
    asked: Told
    rows: tuple[Told, ...]
    curve: Curve


@planner.get("/samples/planner")
@allowed(Permission.PLAN_MANAGE)
def show(act: Act) -> ResponseReturnValue:
    """Show what is needed for what is asked; everything stands in the address, so that it can be sent to a colleague."""
    cards = {version.scorecard.key: card_name(version, g.language) for version in published_cards(act)}
    form = _form(request.args, cards)
    past = past_of(act, card=form.card.data) if form.card.data in cards else None
    plan = _plan(form, past, sent=bool(request.args)) if form.validate() else None
    page = render_template("sampling/planner.html", form=form, past=past, plan=plan, width=WIDTH, height=HEIGHT)
    return page, 422 if form.errors else 200


def _form(sent: "MultiDict[str, str]", cards: Mapping[str, str]) -> PlannerForm:
    form = PlannerForm(sent or None, data={"card": next(iter(cards), ""), "margin": 5, "gap": 8, "n": 5})
    form.card.choices = choices([*cards.items(), ("", _("None: state it below"))])
    if sent and form.card.data is None:
        form.card.data = ""
    return form


def _plan(form: PlannerForm, past: Past | None, *, sent: bool) -> Plan | None:
    """Answer; with nothing from the past and nothing stated a form that was sent says what is missing."""
    known = past.spread if past else None
    mean = _stated(form.mean.data, known.mean if known else None)
    deviation = _stated(form.deviation.data, known.deviation if known else None)
    for field, value in ((form.mean, mean), (form.deviation, deviation)):
        if value is None and sent:
            field.errors = [say(_("Too little was scored to tell. State it here."), g.language)]
    if mean is None or deviation is None:
        return None
    most = largest_deviation(mean)
    if deviation > most:
        told = _(
            "With a mean of {mean} scores cannot lie farther apart than {most}.",
            mean=round(mean, 1),
            most=round(most, 1),
        )
        form.deviation.errors = [say(told, g.language)]
        return None
    asked, wanted, gap = form.n.data, form.margin.data, form.gap.data
    if asked is None or wanted is None or gap is None:
        return None
    stated = form.mean.data is not None or form.deviation.data is not None
    spread = Spread(mean, deviation, learnt=not stated)
    population = form.population.data or (past.population if past else None)
    n = min(asked, population or asked)
    return Plan(
        spread,
        population,
        needed_for_margin(spread, float(wanted), population=population),
        needed_for_difference(spread, float(gap), population=population),
        _told(spread, n, population),
        tuple(_told(spread, one, population) for one in NUMBERS if population is None or one <= population),
        curve(spread, population=population, asked=n),
    )


def curve(spread: Spread, *, population: int | None, asked: int) -> Curve:
    """Draw half the interval from the first review to beyond the number asked about."""
    last = max(_LEAST_WIDE, min(round(1.5 * asked), 200))
    last = min(last, population) if population else last
    margins = [(n, margin(spread, n, population=population)) for n in range(1, last + 1)]

    def across(n: int) -> float:
        return round(WIDTH * n / last, 1)

    def down(value: float) -> float:
        return round(HEIGHT * (1 - min(value, _TOP) / _TOP), 1)

    seen = [(n, value) for n, value in margins if value <= _TOP]
    step = next(one for one in (1, 2, 5, 10, 20, 50) if last / one <= 8)
    return Curve(
        path="M" + "L".join(f"{across(n)} {down(value)}" for n, value in seen) if seen else "",
        numbers=tuple((across(n), n) for n in range(step, last + 1, step)),
        points=tuple((down(value), value) for value in range(0, int(_TOP) + 1, 5)),
        asked=next(((across(n), down(value)) for n, value in seen if n == asked), None),
    )


def _told(spread: Spread, n: int, population: int | None) -> Told:
    return Told(n, margin(spread, n, population=population), smallest_difference(spread, n, population=population))


def _stated(typed: Decimal | None, otherwise: float | None) -> float | None:
    return otherwise if typed is None else float(typed)
