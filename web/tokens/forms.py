"""The form that makes an access token."""

from datetime import timedelta

from werkzeug.datastructures import MultiDict
from wtforms import StringField

from qa.act import Act
from qa.i18n import _
from qa.people.tokens import LONGEST_NAME, latest_day, today
from web.forms import DayField, PageForm, at_most, label, required

#: What is offered where the settings allow as much.
USUAL_DAYS = 90


class TokenForm(PageForm):
    """What the token is for, and until when it is valid."""

    name = StringField(
        label(_("Name")),
        [required(), at_most(LONGEST_NAME)],
        description=label(_("What it is for, such as the program that will use it.")),
        render_kw={"autocomplete": "off"},
    )
    last_day = DayField(label(_("Last day it is valid")), [required()])


def token_form(act: Act, sent: "MultiDict[str, str] | None") -> TokenForm:
    """Return the form, filled with what was sent, else with a usual term."""
    usual = min(today(act) + timedelta(days=USUAL_DAYS), latest_day(act))
    form = TokenForm(sent, data={"last_day": usual})
    form.last_day.description = label(_("At the latest {day}.", day=latest_day(act)))
    return form
