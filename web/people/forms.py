"""Forms about people."""

from werkzeug.datastructures import MultiDict
from wtforms import PasswordField, SelectField, StringField

from qa.auth.roles import ROLE_LABELS, Role
from qa.i18n import Language, _
from qa.people.models import Team, User
from qa.people.service import Person
from web.forms import PageForm, at_most, choices, email_address, label, may_be_empty, required


class SignInForm(PageForm):
    """E-mail address and password."""

    email = StringField(label(_("E-mail address")), [required()], render_kw={"autocomplete": "username"})
    password = PasswordField(label(_("Password")), [required()], render_kw={"autocomplete": "current-password"})


class PasswordForm(PageForm):
    """A new password."""

    password = PasswordField(
        label(_("New password")),
        [required()],
        description=label(_("At least 12 characters. A few words in a row are easy to remember.")),
        render_kw={"autocomplete": "new-password"},
    )


class TeamForm(PageForm):
    """A team's name."""

    name = StringField(label(_("Name")), [required(), at_most(200)])


class PersonForm(PageForm):
    """What is written down about somebody."""

    name = StringField(label(_("Name")), [required(), at_most(200)], render_kw={"autocomplete": "off"})
    role = SelectField(label(_("Role")))
    email = StringField(label(_("E-mail address")), [may_be_empty(), email_address(), at_most(320)])
    reference = StringField(
        label(_("Reference")),
        [at_most(100)],
        description=label(_("What the telephone system or chat platform calls this agent.")),
    )
    team = SelectField(label(_("Team")))
    language = SelectField(label(_("Language")))
    time_zone = StringField(label(_("Time zone")), [required()])


def person_form(sent: "MultiDict[str, str] | None", *, teams: list[Team], user: User | None, zone: str) -> PersonForm:
    """Return the form, filled with what was sent, else with what is known of the user."""
    form = PersonForm(
        sent,
        data={
            "name": user.name if user else "",
            "role": user.role.value if user else Role.AGENT.value,
            "email": (user.email or "") if user else "",
            "reference": (user.reference or "") if user else "",
            "team": str(user.team_id or "") if user else "",
            "language": user.language.value if user else Language.NL.value,
            "time_zone": user.time_zone if user else zone,
        },
    )
    form.role.choices = choices((role.value, text) for role, text in ROLE_LABELS.items())
    form.team.choices = choices([("", _("No team")), *((str(team.id), team.name) for team in teams)])
    form.language.choices = choices((item.value, item.own_name) for item in Language)
    return form


def person_of(form: PersonForm) -> Person:
    """Return what the form says."""
    return Person(
        name=form.name.data or "",
        role=Role(form.role.data),
        email=form.email.data or None,
        reference=form.reference.data or None,
        team_id=int(form.team.data) if form.team.data else None,
        language=Language(form.language.data),
        time_zone=form.time_zone.data or "",
    )
