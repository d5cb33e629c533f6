"""Dashboards: the company or a team, the criteria of a card, reviewers; each also as CSV and Parquet, and for paper."""

from collections.abc import Iterable
from itertools import chain

from flask import Blueprint, Response, g, render_template, request
from flask.typing import ResponseReturnValue

from qa.act import Act
from qa.auth.roles import Permission
from qa.cards.models import CardVersion
from qa.cards.queries import card_of, published_cards
from qa.errors import NotFoundError
from qa.estimate.charts import FEWEST_POINTS
from qa.i18n import Language, _
from qa.insight.board import Wish
from qa.insight.criteria import CriteriaPage, criteria_of, scored_card
from qa.insight.dashboard import Dashboard, dashboard_of
from qa.insight.lines import Line, lines_csv, lines_parquet
from qa.insight.reviewing import reviewers_of
from qa.insight.stretch import Stretch
from qa.people.models import Team
from qa.people.queries import teams
from qa.pulse.guarding import FEWEST
from qa.reports.labels import INTERVALS
from web.calibration.words import span
from web.door import allowed
from web.insight import words
from web.insight.forms import BoardForm, CriteriaForm, PeriodForm, fill_card, fill_filters, fill_period, wish_asked
from web.insight.shown import criteria_lines, dashboard_lines, reviewer_lines, tallies, trends
from web.periods import course_rows, short_name, steps, stretch_asked, stretch_code, stretch_name
from web.pulse.shown import pulse_lines, pulse_trends

pages = Blueprint("insight", __name__, url_prefix="/dashboards")

CSV, PARQUET = "csv", "parquet"
#: What figures are saved as, by the end of the address.
FORMS = {CSV: "text/csv; charset=utf-8", PARQUET: "application/vnd.apache.parquet"}
#: What an address can ask for; links to the same figures carry it along.
ASKED = ("period", "team", "channel", "card", "purpose")


@pages.context_processor
def shared() -> dict[str, object]:
    """Give the templates the words of figures and charts; ``printed`` is the page for paper."""
    return {
        "span": lambda low, high: span(low, high, language=g.language),
        "course_rows": course_rows,
        "fewest_points": FEWEST_POINTS,
        "fewest": FEWEST,
        "intervals": INTERVALS,
        "how": words,
        "printed": request.args.get("view") == "print",
        "asked": {name: request.args[name] for name in ASKED if request.args.get(name)},
    }


@pages.get("")
@allowed(Permission.OVERVIEW_SEE)
def company(act: Act) -> ResponseReturnValue:
    """Show the figures of the company, or of the team that is asked for."""
    known, cards = teams(act), published_cards(act)
    page = _dashboard(act, known, cards)
    form = BoardForm()
    fill_filters(form, act, page.wish, teams=known)
    fill_card(form, page.wish, cards=cards, language=g.language)
    return render_template(
        "insight/company.html",
        page=page,
        form=form,
        team=next((one for one in known if one.id == page.wish.team_id), None),
        team_rows=[(one, row) for one in known for row in page.teams if row.team_id == one.id],
        sections=_section_names(cards, g.language),
        trends=trends(page.contacts, page.stretches),
        tallies=tallies(page.contacts, page.stretches),
        pulse=pulse_trends(act, page.wish),
        **_period(act, page.wish.stretch),
    )


@pages.get("/figures.<form>")
@allowed(Permission.OVERVIEW_SEE)
def company_file(act: Act, form: str) -> ResponseReturnValue:
    """Send the figures of the page, as CSV or Parquet."""
    known = teams(act)
    page = _dashboard(act, known, published_cards(act))
    lines = chain(dashboard_lines(page, teams={one.id: one.name for one in known}), pulse_lines(act, page.wish))
    return _file(lines, form, name="figures", stretch=page.wish.stretch)


@pages.get("/criteria")
@allowed(Permission.OVERVIEW_SEE)
def cards(act: Act) -> ResponseReturnValue:
    """Show the criteria of the card that is asked for, or of the first."""
    known = published_cards(act)
    key = request.args.get("card") or next((one.scorecard.key for one in known), None)
    if key is None:
        return render_template("insight/no_card.html")
    return _criteria_page(act, key, None)


@pages.get("/criteria/<key>/<criterion>")
@allowed(Permission.OVERVIEW_SEE)
def criterion(act: Act, key: str, criterion: str) -> ResponseReturnValue:
    """Show one criterion over time."""
    return _criteria_page(act, key, criterion)


@pages.get("/criteria/<key>/criteria.<form>")
@allowed(Permission.OVERVIEW_SEE)
def criteria_file(act: Act, key: str, form: str) -> ResponseReturnValue:
    """Send the figures of every criterion."""
    page = _criteria(act, key, teams(act))
    return _file(criteria_lines(page), form, name=f"criteria-{page.card.key}", stretch=page.wish.stretch)


@pages.get("/reviewers")
@allowed(Permission.SEVERITY_SEE)
def reviewers(act: Act) -> ResponseReturnValue:
    """Show what reviewers did; to a reviewer their own work alone."""
    stretch = stretch_asked(act, request.args.get("period", ""))
    form = PeriodForm()
    fill_period(form, act, stretch)
    found = reviewers_of(act, stretch)
    return render_template("insight/reviewers.html", found=found, form=form, **_period(act, stretch))


@pages.get("/reviewers.<form>")
@allowed(Permission.SEVERITY_SEE)
def reviewers_file(act: Act, form: str) -> ResponseReturnValue:
    """Send what the page of reviewers shows."""
    stretch = stretch_asked(act, request.args.get("period", ""))
    return _file(reviewer_lines(reviewers_of(act, stretch)), form, name="reviewers", stretch=stretch)


@pages.get("/reviewers/<int:reviewer_id>")
@allowed(Permission.SEVERITY_SEE)
def reviewer(act: Act, reviewer_id: int) -> ResponseReturnValue:
    """Show one reviewer's work over time."""
    stretch = stretch_asked(act, request.args.get("period", ""))
    form = PeriodForm()
    fill_period(form, act, stretch)
    found = reviewers_of(act, stretch, reviewer_id=reviewer_id)
    names = [(stretch_name(one), short_name(one)) for one in found.stretches]
    return render_template("insight/reviewer.html", row=found.rows[0], names=names, form=form, **_period(act, stretch))


def _dashboard(act: Act, known: list[Team], cards: list[CardVersion]) -> Dashboard:
    return dashboard_of(act, wish_asked(act, teams=known, cards=cards))


def _criteria(act: Act, key: str, known: list[Team]) -> CriteriaPage:
    version = scored_card(act, key)
    wish = wish_asked(act, teams=known, cards=[version])
    asked = Wish(wish.stretch, wish.team_id, wish.channel, version.scorecard_id, wish.purpose)
    return criteria_of(act, asked, version)


def _criteria_page(act: Act, key: str, criterion: str | None) -> ResponseReturnValue:
    known = teams(act)
    page = _criteria(act, key, known)
    row = page.row(criterion) if criterion is not None else None
    form = CriteriaForm() if row is not None else BoardForm()
    fill_filters(form, act, page.wish, teams=known)
    if isinstance(form, BoardForm):
        fill_card(form, page.wish, cards=published_cards(act), language=g.language, every=False)
    return render_template(
        "insight/criterion.html" if row is not None else "insight/criteria.html",
        page=page,
        row=row,
        form=form,
        key=key,
        **_period(act, page.wish.stretch),
    )


def _period(act: Act, stretch: Stretch) -> dict[str, object]:
    return {
        "period": stretch_name(stretch),
        "before": stretch_name(stretch.before),
        "code": stretch_code(stretch),
        "steps": steps(act, stretch),
    }


def _section_names(cards: list[CardVersion], language: Language) -> dict[str, str]:
    """Return what sections are called; cards that share a key share the section."""
    found: dict[str, str] = {}
    for version in cards:
        for section in card_of(version).sections:
            found.setdefault(section.key, section.name.in_(language))
    return found


def _file(lines: Iterable[Line], form: str, *, name: str, stretch: Stretch) -> Response:
    if form not in FORMS:
        raise NotFoundError(_("There is no such choice."))
    data = lines_csv(lines, language=g.language) if form == CSV else lines_parquet(lines)
    response = Response(data, mimetype=FORMS[form])
    whole = f"steekproef-{name}-{stretch.first}-{stretch.last}.{form}"
    response.headers["Content-Disposition"] = f'attachment; filename="{whole}"'
    response.headers["Cache-Control"] = "no-store"
    return response
