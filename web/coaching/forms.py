"""Asking for a report."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from wtforms import SelectField

from qa.i18n import Language, _
from qa.insight.stretch import Stretch
from qa.people.models import User, UserState
from web.forms import DayField, PageForm, choices, label, required


class ReportForm(PageForm):
    """Whose report, over which days, in which language."""

    agent = SelectField(label(_("Agent")), [required()])
    starts_on = DayField(label(_("First day")), [required()])
    ends_on = DayField(label(_("Last day")), [required()])
    language = SelectField(label(_("Language")), [required()])


def report_form(
    sent: Any, *, agents: Iterable[User], stretch: Stretch, wished: Mapping[str, str], language: Language
) -> ReportForm:
    """Return the form, filled with what was sent, else with what the address wishes, else with the newest period."""
    form = ReportForm(
        sent,
        data={
            "agent": wished.get("agent", ""),
            "starts_on": _day(wished.get("starts_on"), otherwise=stretch.first),
            "ends_on": _day(wished.get("ends_on"), otherwise=stretch.last),
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


def _day(written: str | None, *, otherwise: date) -> date:
    try:
        return date.fromisoformat(written or "")
    except ValueError:
        return otherwise
