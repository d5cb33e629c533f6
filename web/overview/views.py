"""The supervisor's week, on the page and as CSV."""

from flask import Blueprint, Response, g, render_template, request
from flask.typing import ResponseReturnValue

from qa.act import Act
from qa.auth.roles import Permission
from qa.errors import NotFoundError
from qa.i18n import _
from qa.insight.week import Week, week_csv, week_of
from qa.people.models import Team
from qa.people.queries import teams
from web.door import allowed
from web.forms import choices
from web.overview.forms import FilterForm
from web.periods import period_choices, short_name, steps, stretch_asked, stretch_code, stretch_name

pages = Blueprint("overview", __name__)


@pages.get("/week")
@allowed(Permission.OVERVIEW_SEE)
def week(act: Act) -> ResponseReturnValue:
    """Show a period: plans, what waits, every agent's score with what it rests on."""
    known = teams(act)
    team = _team(known)
    found = _week(act, team)
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
        course=[(stretch_name(stretch), short_name(stretch), figure) for stretch, figure in found.course],
        empty=not found.rows and not found.progress,
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


def _week(act: Act, team: Team | None) -> Week:
    stretch = stretch_asked(act, request.args.get("period", ""))
    return week_of(act, stretch, team_id=team.id if team else None)


def _team(known: list[Team]) -> Team | None:
    asked = request.args.get("team", "")
    if not asked:
        return None
    found = next((team for team in known if str(team.id) == asked), None)
    if found is None:
        raise NotFoundError(_("There is no such team."))
    return found
