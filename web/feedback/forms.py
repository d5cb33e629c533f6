"""Forms about customers' answers: which are listed, and what is stated with a file of them."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import BooleanField, FileField, SelectField, StringField

from qa.act import Act
from qa.feedback.listing import AnswerFilters
from qa.i18n import _
from qa.interactions.sources import DEFAULT, all_sources
from qa.people.queries import agents, teams
from web.forms import DayField, PageForm, choices, label, may_be_empty, required, unmarked

USUAL_DAYS = 30


class FilterForm(PageForm):
    """Which answers are listed."""

    since = DayField(label(_("From")), [may_be_empty(), unmarked()])
    until = DayField(label(_("Until")), [may_be_empty(), unmarked()])
    team = SelectField(label(_("Team")), [unmarked()], validate_choice=False)
    agent = SelectField(label(_("Agent")), [unmarked()], validate_choice=False)
    low = BooleanField(label(_("Low rating")))
    commented = BooleanField(label(_("With a comment")))
    waiting = BooleanField(label(_("Waits for its interaction")))


class AnswerUploadForm(PageForm):
    """What is stated with a file of answers."""

    file = FileField(
        label(_("File")),
        [required(_("Choose a file."))],
        description=label(_("CSV, JSON Lines or JSON, with a column for the reference of the interaction.")),
    )
    source = SelectField(
        label(_("Survey")),
        description=label(_("The source that the answers come from; its time zone holds for times that name none.")),
    )
    keep = BooleanField(label(_("Read this source's tables like this from now on")))
    scale = StringField(
        label(_("Scale of the satisfaction question")),
        description=label(_("Where no line says it, such as 1-10. Empty means 1-5.")),
        render_kw={"autocomplete": "off", "size": 8},
    )


def filter_form(act: Act, sent: Any) -> FilterForm:
    """Return the filters with what was asked, or with the last weeks."""
    today = act.now.astimezone(ZoneInfo(act.time_zone)).date()
    usual = {"since": today - timedelta(days=USUAL_DAYS), "until": today}
    form = FilterForm(sent or None, data=usual)
    form.team.choices = choices([("", _("All")), *((str(one.id), one.name) for one in teams(act))])
    form.agent.choices = choices([("", _("All")), *((str(one.id), one.name) for one in agents(act))])
    return form


def filters_of(form: FilterForm) -> AnswerFilters:
    """Return what the form asks for; what cannot be read asks for nothing."""
    return AnswerFilters(
        since=_day(form.since.data),
        until=_day(form.until.data),
        team_id=_number(form.team.data),
        agent_id=_number(form.agent.data),
        low=bool(form.low.data),
        commented=bool(form.commented.data),
        waiting=bool(form.waiting.data),
    )


def upload_form(act: Act, sent: Any) -> AnswerUploadForm:
    """Return the form for a file."""
    form = AnswerUploadForm(sent, source=DEFAULT)
    names = [source.name for source in all_sources(act)]
    form.source.choices = choices((name, name) for name in ([] if DEFAULT in names else [DEFAULT]) + names)
    return form


def _day(day: Any) -> date | None:
    return day if isinstance(day, date) else None


def _number(typed: Any) -> int | None:
    return int(typed) if isinstance(typed, str) and typed.isdecimal() and len(typed) < 19 else None
