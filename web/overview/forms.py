"""Which part of the company's work the week shows."""

from wtforms import SelectField

from qa.i18n import _
from web.forms import PageForm, label


class FilterForm(PageForm):
    """Period and team."""

    period = SelectField(label(_("Period")), validate_choice=False)
    team = SelectField(label(_("Team")), validate_choice=False)
