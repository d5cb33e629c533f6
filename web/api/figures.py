"""Figures in the API: the company's or a team's as on the week's page, an agent's as on their own page."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from marshmallow import Schema, fields

from qa.act import Act
from qa.auth.roles import Permission, Role
from qa.errors import InvalidError, NotFoundError
from qa.i18n import _
from qa.insight.course import course_of
from qa.insight.stretch import Stretch
from qa.insight.week import AgentRow, week_of
from qa.people.models import Team
from qa.people.queries import agent_of_reference, teams
from web.api.asking import asked_day, asked_word
from web.api.endpoint import endpoint
from web.api.evaluation import AgentSchema
from web.api.parts import Answer, exact, part, several, text, whole
from web.api.score import SCORE_EXAMPLE, TOO_FEW_EXAMPLE, ScoreSchema
from web.periods import stretch_asked, stretch_code

#: As with coaching reports: longer ago says nothing about now.
LONGEST_DAYS = 366


class StretchQuery(Schema):
    """Over which days."""

    first = asked_day("from", "First day; without both days the newest period of which something was scored.")
    last = asked_day("to", "Last day, included.")


class TeamQuery(StretchQuery):
    """Over which days, of which team."""

    team = asked_word("Name of a team; without it the whole company.", example="Invoices")


class StretchSchema(Answer):
    """From the first day to the last, both included."""

    since = fields.Date(data_key="from", metadata={"description": "First day."})
    until = fields.Date(data_key="to", metadata={"description": "Last day, included."})
    time_zone = text("The zone whose days these are.")


class AgentScoreSchema(Answer):
    """One agent's score of a stretch of days."""

    agent = part(AgentSchema, "Whose score it is.")
    days = part(StretchSchema, "Over which days.")
    score = part(ScoreSchema, "The score of the agent's interactions of these days.")
    before = part(ScoreSchema, "That of the stretch before: the month before a month, else as many days before.")
    disputed = whole("Scores that are left out because they are disputed and not yet settled.")


class AgentRowSchema(Answer):
    """One agent among others; `change` is none where chance explains it."""

    agent = part(AgentSchema, "Whose score it is.")
    score = part(ScoreSchema, "The score of these days.")
    before = part(ScoreSchema, "That of the stretch before.")
    change = exact(
        "Score less the one before, only where it is larger than chance over all agents together; else null.",
        empty=True,
    )
    disputed = whole("Scores that are left out because they are disputed and not yet settled.")


class ProgressSchema(Answer):
    """How far the samples of the days are."""

    drawn = whole("Interactions that were drawn.")
    submitted = whole("Of these, scored.")
    released = whole("Of these, shown to their agents.")


class CompanyScoreSchema(Answer):
    """A team's or the whole company's score of a stretch of days, and each agent's."""

    team = text("The team that was asked for; null for the whole company.", empty=True)
    days = part(StretchSchema, "Over which days.")
    score = part(ScoreSchema, "The score of all these interactions together.")
    disputed = whole("Scores that are left out because they are disputed and not yet settled.")
    progress = part(ProgressSchema, "How far the samples are.")
    agents = several(AgentRowSchema, "Each agent of whom something was drawn, by name; no ranking.")


_AGENT = {"reference": "4711", "name": "Ada Jansen"}
_DAYS = {"from": "2026-10-01", "to": "2026-10-31", "time_zone": "Europe/Amsterdam"}


@endpoint(
    "/score",
    Permission.OVERVIEW_SEE,
    tag="Figures",
    query=TeamQuery,
    answer=CompanyScoreSchema,
    example={
        "team": "Invoices",
        "days": _DAYS,
        "score": SCORE_EXAMPLE,
        "disputed": 1,
        "progress": {"drawn": 30, "submitted": 25, "released": 20},
        "agents": [{"agent": _AGENT, "score": SCORE_EXAMPLE, "before": TOO_FEW_EXAMPLE, "change": None, "disputed": 1}],
    },
    refusals=(404,),
)
def company_score(act: Act, asked: Mapping[str, Any]) -> object:
    """The company's or a team's score, with each agent's.

    The figures of the page *Week* for the same days, for supervisors and administrators.
    """
    team = _team(act, asked["team"])
    stretch = _stretch(act, asked)
    found = week_of(act, stretch, team_id=team.id if team else None)
    return {
        "team": team.name if team else None,
        "days": _days(stretch),
        "score": found.overall,
        "disputed": found.disputed,
        "progress": {"drawn": found.drawn, "submitted": found.submitted, "released": found.released},
        "agents": [_row(row) for row in found.rows],
    }


@endpoint(
    "/agents/<path:reference>/score",
    Permission.REPORT_SEE,
    tag="Figures",
    query=StretchQuery,
    answer=AgentScoreSchema,
    parameters=[
        {
            "in": "path",
            "name": "reference",
            "description": "What systems call the agent.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 100},
            "example": "4711",
        }
    ],
    example={"agent": _AGENT, "days": _DAYS, "score": SCORE_EXAMPLE, "before": TOO_FEW_EXAMPLE, "disputed": 0},
    refusals=(404,),
)
def agent_score(act: Act, asked: Mapping[str, Any], reference: str) -> object:
    """One agent's score.

    The figure of the agent's own page and coaching report for the same days. Agents ask for themselves, and for the
    stretches that their page shows: a day, a week, four weeks or a month.
    """
    agent = agent_of_reference(act, reference)
    stretch = _stretch(act, asked, agent_id=agent.id)
    if act.person().role is Role.AGENT and not stretch_code(stretch):
        # Two stretches that differ by a day would tell the score of one conversation.
        raise InvalidError(_("Ask for a day, a week, four weeks or a month."), field="to")
    course = course_of(act, agent.id, stretch)
    return {
        "agent": agent,
        "days": _days(stretch),
        "score": course.figure,
        "before": course.before,
        "disputed": len(course.now.disputed),
    }


def _row(row: AgentRow) -> dict[str, object]:
    return {
        "agent": row.agent,
        "score": row.figure,
        "before": row.before,
        "change": None if row.change is None else f"{row.change:.2f}",
        "disputed": row.disputed,
    }


def _stretch(act: Act, asked: Mapping[str, Any], *, agent_id: int | None = None) -> Stretch:
    first: date | None = asked.get("first")
    last: date | None = asked.get("last")
    if first is None and last is None:
        return stretch_asked(act, "", agent_id=agent_id)
    if first is None or last is None:
        raise InvalidError(_("Give both days, or neither."), field="from" if first is None else "to")
    if last < first:
        raise InvalidError(_("The period ends before it begins."), field="to")
    if (last - first).days >= LONGEST_DAYS:
        raise InvalidError(_("Ask for at most {n} days.", n=LONGEST_DAYS), field="to")
    return Stretch(first, last, act.settings.time_zone)


def _days(stretch: Stretch) -> dict[str, object]:
    return {"since": stretch.first, "until": stretch.last, "time_zone": stretch.zone}


def _team(act: Act, name: str) -> Team | None:
    if not name:
        return None
    found = next((team for team in teams(act) if team.name == name), None)
    if found is None:
        raise NotFoundError(_("There is no such team."))
    return found
