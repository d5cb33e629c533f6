"""The form in which words and speakers are corrected."""

from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, StringField, TextAreaField

from qa.edits.service import LONGEST_REASON, LONGEST_TYPED, Chosen
from qa.i18n import _
from web.forms import PageForm, at_most, label, unmarked

_LONGEST_NUMBER = 9


class CorrectionForm(PageForm):
    """Words that were chosen, what is typed for them, and why; which button was pressed says what is to be done."""

    first = HiddenField()
    last = HiddenField()
    until = HiddenField()
    read = HiddenField()
    back = HiddenField()
    words = TextAreaField(label(_("What was said")), [unmarked(), at_most(LONGEST_TYPED)])
    reason = StringField(label(_("Why")), [at_most(LONGEST_REASON)])


def chosen_of(sent: "MultiDict[str, str]", *, turn_id: int) -> Chosen:
    """Return the words that were chosen; what is no number chooses nothing that is there."""
    until = _number(sent.get("until"))
    return Chosen(
        turn_id=turn_id,
        first=_number(sent.get("first")),
        until_id=until if until >= 0 else turn_id,
        last=-1 if sent.get("last") == "-1" else _number(sent.get("last"), otherwise=10**_LONGEST_NUMBER),
        read=sent.get("read", ""),
    )


def _number(typed: str | None, *, otherwise: int = -1) -> int:
    return int(typed) if typed and typed.isdecimal() and len(typed) < 2 * _LONGEST_NUMBER else otherwise
