"""What one screen of a visit sends."""

from wtforms import IntegerField, StringField

from qa.evaluations.marks import Mark
from qa.i18n import _
from qa.mystery.pieces import Times
from web.forms import MomentField, PageForm, label
from web.mystery.forms import moment_in
from web.visits.screens import NOT_APPLICABLE, OPTION, Screen, ScreenKind


class ScreenForm(PageForm):
    """Every field a screen may have; ``revision`` must be above that of what is kept."""

    revision = IntegerField(default=0)
    answer = StringField()
    number = StringField()
    text = StringField()
    comment = StringField()
    notes = StringField()
    arrived_at = MomentField(label(_("I came in at")))
    left_at = MomentField(label(_("I left at")))


class HandInForm(PageForm):
    """Nothing to fill in: the button is the decision."""


def mark_of(form: ScreenForm, screen: Screen) -> Mark:
    """Return the answer the form holds."""
    answer = form.answer.data or ""
    comment = (form.comment.data or "").strip()
    if answer == NOT_APPLICABLE:
        return Mark(not_applicable=True, comment=comment)
    if screen.kind is ScreenKind.NUMBER:
        return Mark(number=(form.number.data or "").strip() or None, comment=comment)
    if screen.kind is ScreenKind.WORDS:
        return Mark(text=(form.text.data or "").strip(), comment=comment)
    return Mark(option=answer.removeprefix(OPTION) or None, comment=comment)


def times_of(form: ScreenForm, *, zone: str) -> Times:
    """Return the times the form holds; they are those of a clock in ``zone``."""
    return Times(
        moment_in(form.arrived_at.data, zone=zone),
        moment_in(form.left_at.data, zone=zone),
    )
