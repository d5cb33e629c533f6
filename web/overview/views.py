"""The supervisor's week, on the page and as CSV; one agent's score; and whom the data can tell apart."""

from dataclasses import dataclass

from flask import Blueprint, Response, g, render_template, request
from flask.typing import ResponseReturnValue

from qa.act import Act
from qa.auth.roles import Permission
from qa.cards.queries import card_of, published_cards
from qa.coaching.team_report import team_report
from qa.errors import InvalidError, NotFoundError
from qa.estimate.charts import FEWEST_POINTS
from qa.estimate.figure import Difference
from qa.feedback.queries import figures_between
from qa.i18n import Text, _, say
from qa.insight.ranked import Groups, groups_of
from qa.insight.standing import standing_of
from qa.insight.stretch import Stretch
from qa.insight.week import Week, week_csv, week_of
from qa.paging import ROWS, page_of_rows
from qa.people.models import Team
from qa.people.queries import how_many_agents, teams
from qa.reports.labels import INTERVALS
from qa.reports.team_pdf import team_pdf
from web.calibration.words import span
from web.door import allowed
from web.forms import choices
from web.overview.forms import CompareForm, FilterForm, GroupsForm
from web.overview.validity import validity_pages
from web.periods import course_rows, period_choices, steps, stretch_asked, stretch_code, stretch_name

#: What an address asks for to have all agents of a large company in one list, a page at a time.
EVERY = "all"

pages = Blueprint("overview", __name__)
pages.register_blueprint(validity_pages)


@pages.context_processor
def words() -> dict[str, object]:
    """Give the templates the words of differences and charts."""
    return {
        "span": lambda low, high: span(low, high, language=g.language),
        "course_rows": course_rows,
        "fewest_points": FEWEST_POINTS,
    }


@pages.get("/week")
@allowed(Permission.OVERVIEW_SEE)
def week(act: Act) -> ResponseReturnValue:
    """Show a period: plans, what waits, every agent's score with what it rests on; of many agents every team's first."""
    known = teams(act)
    team = _team(known)
    many = len(known) > 1 and how_many_agents(act) > ROWS
    every = request.args.get("agents") == EVERY
    found = _week(act, team, by_team=many and team is None and not every)
    code = stretch_code(found.stretch)
    form = FilterForm(data={"period": code, "team": str(team.id) if team else ""})
    form.period.choices = choices(period_choices(act, found.stretch))
    form.team.choices = choices([("", _("All teams")), *((str(item.id), item.name) for item in known)])
    return render_template(
        "overview/week.html",
        week=found,
        team=team,
        teams={item.id: item for item in known},
        form=form,
        period=stretch_name(found.stretch),
        before=stretch_name(found.stretch.before),
        code=code,
        steps=steps(act, found.stretch),
        page=page_of_rows(found.rows, number=request.args.get("page", 1, type=int)),
        team_rows=[(one, found.teams[one.id]) for one in known if one.id in found.teams],
        every=EVERY,
        many=many and team is None,
        empty=not found.rows and not found.teams and not found.progress,
        answers=figures_between(act, found.stretch.start, found.stretch.end, team_id=team.id if team else None),
    )


@pages.get("/week.csv")
@allowed(Permission.OVERVIEW_SEE)
def export(act: Act) -> ResponseReturnValue:
    """Send the agents' figures of the page as CSV."""
    found = _week(act, _team(teams(act)))
    response = Response(week_csv(found, language=g.language), mimetype="text/csv; charset=utf-8")
    name = f"steekproef-{found.stretch.first}-{found.stretch.last}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


@pages.get("/week.pdf")
@allowed(Permission.OVERVIEW_SEE)
def team_pages(act: Act) -> ResponseReturnValue:
    """Send the report of the team, or of all teams, as PDF."""
    team = _team(teams(act))
    stretch = stretch_asked(act, request.args.get("period", ""))
    made = team_pdf(team_report(act, team, stretch, language=g.language))
    response = Response(made, mimetype="application/pdf")
    word = say(_("team-report"), g.language)
    name = f"{word}-{stretch.first}-{stretch.last}.pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@pages.get("/week/agents/<int:agent_id>")
@allowed(Permission.OVERVIEW_SEE)
def agent(act: Act, agent_id: int) -> ResponseReturnValue:
    """Show one agent's score with everything that says how sure it is."""
    stretch = stretch_asked(act, request.args.get("period", ""), agent_id=agent_id)
    standing = standing_of(act, agent_id, stretch)
    return render_template(
        "overview/agent.html",
        standing=standing,
        period=stretch_name(stretch),
        before=stretch_name(stretch.before),
        code=stretch_code(stretch),
        steps=steps(act, stretch),
        method=INTERVALS[standing.figure.method],
        answers=figures_between(act, stretch.start, stretch.end, agent_id=agent_id),
    )


@dataclass(frozen=True, slots=True)
class Compared:
    """Two agents by name, and how their figures differ."""

    one: str
    other: str
    difference: Difference


@pages.get("/week/groups")
@allowed(Permission.OVERVIEW_SEE)
def groups(act: Act) -> ResponseReturnValue:
    """Show the agents in groups that the data can tell apart."""
    known = teams(act)
    team = _team(known)
    stretch = stretch_asked(act, request.args.get("period", ""))
    found, refused = _groups(act, stretch, team)
    code = stretch_code(stretch)
    form = GroupsForm(
        data={"period": code, "team": str(team.id) if team else "", "card": (found.card if found else None) or ""}
    )
    form.period.choices = choices(period_choices(act, stretch))
    form.team.choices = choices([("", _("All teams")), *((str(item.id), item.name) for item in known)])
    names = {version.scorecard.key: card_of(version).name.in_(g.language) for version in published_cards(act)}
    form.card.choices = choices([(key, names.get(key, key)) for key in (found.cards if found else ())])
    compare = CompareForm(request.args)
    compare.one.choices = compare.other.choices = choices(
        [(str(item.id), item.name) for item in (found.agents if found else [])]
    )
    return render_template(
        "overview/groups.html",
        found=found,
        refused=refused,
        form=form,
        compare=compare,
        compared=_compared(found, compare) if found else None,
        period=stretch_name(stretch),
        code=code,
    )


def _groups(act: Act, stretch: Stretch, team: Team | None) -> tuple[Groups | None, Text | None]:
    """Return the groups, or why there are none."""
    try:
        return groups_of(act, stretch, team_id=team.id if team else None, card=request.args.get("card") or None), None
    except InvalidError as error:
        return None, error.sentence


def _compared(found: Groups, form: CompareForm) -> Compared | None:
    """Compare the two agents that were asked for, if both are on the page."""
    names = {str(agent.id): agent.name for agent in found.agents}
    one, other = form.one.data, form.other.data
    if one not in names or other not in names or one == other:
        return None
    difference = found.difference(int(one), int(other))
    return Compared(names[one], names[other], difference) if difference else None


def _week(act: Act, team: Team | None, *, by_team: bool = False) -> Week:
    stretch = stretch_asked(act, request.args.get("period", ""))
    return week_of(act, stretch, team_id=team.id if team else None, by_team=by_team)


def _team(known: list[Team]) -> Team | None:
    asked = request.args.get("team", "")
    if not asked:
        return None
    found = next((team for team in known if str(team.id) == asked), None)
    if found is None:
        raise NotFoundError(_("There is no such team."))
    return found
