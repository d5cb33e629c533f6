"""Whether agents are told who scored or judged; whether reviewers are told the agent stands in `qa.interactions.whose`."""

from qa.act import Act
from qa.auth.roles import Role
from qa.i18n import Text, _
from qa.people.models import User


def reviewers_hidden(act: Act) -> bool:
    """Tell whether this reader is not told who scored or judged."""
    return act.settings.hide_reviewers and act.actor is not None and act.actor.role is Role.AGENT


def reviewer_name(act: Act, reviewer: User) -> str | Text:
    """Return the reviewer's name, or a word in its place; readers know themselves."""
    return _("a reviewer") if reviewers_hidden(act) and reviewer.id != act.person().id else reviewer.name
