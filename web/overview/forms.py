"""Which part of the company's work the pages of scores show."""

from wtforms import SelectField

from qa.i18n import _
from web.forms import PageForm, label


class FilterForm(PageForm):
    """Period and team."""

    period = SelectField(label(_("Period")), validate_choice=False)
    team = SelectField(label(_("Team")), validate_choice=False)


class GroupsForm(FilterForm):
    """Period, team and scorecard."""

    card = SelectField(label(_("Scorecard")), validate_choice=False)


class CompareForm(PageForm):
    """Two agents beside each other."""

    one = SelectField(label(_("Agent")), validate_choice=False)
    other = SelectField(label(_("Beside")), validate_choice=False)
