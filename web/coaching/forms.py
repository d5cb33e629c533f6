"""Asking for a report."""

from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import SelectField

from qa.days import day_or_none
from qa.i18n import Language, _
from qa.insight.stretch import Stretch
from qa.people.models import Team, User, UserState
from web.forms import DayField, PageForm, choices, label, required


class ReportForm(PageForm):
    """Whose report, over which days, in which language."""

    agent = SelectField(label(_("Agent")), [required()])
    starts_on = DayField(label(_("First day")), [required()])
    ends_on = DayField(label(_("Last day")), [required()])
    language = SelectField(label(_("Language")), [required()])


class BatchForm(PageForm):
    """Of which team, over which days, in which language."""

    team = SelectField(label(_("Team")))
    starts_on = DayField(label(_("First day")), [required()])
    ends_on = DayField(label(_("Last day")), [required()])
    language = SelectField(label(_("Language")))


def batch_form(sent: Any, *, teams: Iterable[Team], stretch: Stretch) -> BatchForm:
    """Return the form, filled with what was sent, else with the newest period."""
    form = BatchForm(sent, data={"team": "", "starts_on": stretch.first, "ends_on": stretch.last, "language": ""})
    form.team.choices = choices([("", _("Everybody")), *((str(team.id), team.name) for team in teams)])
    form.language.choices = choices([("", _("Each agent's own")), *((item.value, item.own_name) for item in Language)])
    return form


def report_form(
    sent: Any, *, agents: Iterable[User], stretch: Stretch, wished: Mapping[str, str], language: Language
) -> ReportForm:
    """Return the form, filled with what was sent, else with what the address wishes, else with the newest period."""
    form = ReportForm(
        sent,
        data={
            "agent": wished.get("agent", ""),
            "starts_on": day_or_none(wished.get("starts_on")) or stretch.first,
            "ends_on": day_or_none(wished.get("ends_on")) or stretch.last,
            "language": language.value,
        },
    )
    form.agent.choices = choices([("", _("Choose an agent")), *((str(item.id), _named(item)) for item in agents)])
    form.language.choices = choices((item.value, item.own_name) for item in Language)
    return form


def _named(agent: User) -> Any:
    if agent.state is UserState.LEFT:
        return _("{name} (left)", name=agent.name)
    return agent.name
