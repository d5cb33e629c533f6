"""The form that says why an interaction is put under legal hold, or taken from it."""

from wtforms import TextAreaField

from qa.holds.service import LONGEST_REASON
from qa.i18n import _
from web.forms import PageForm, at_most, label, required


class HoldForm(PageForm):
    """Why."""

    reason = TextAreaField(
        label(_("Reason")),
        [required(_("Say why, in a sentence that can be understood later.")), at_most(LONGEST_REASON)],
        render_kw={"rows": 3},
    )
