"""Forms about who reviews what."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import cast

from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, SelectField, TextAreaField

from qa.evaluations.marks import LONGEST_COMMENT
from qa.i18n import _
from qa.people.models import User
from qa.workload.absence import Away
from web.forms import DayField, PageForm, at_most, choices, label, may_be_empty, required


class AbsenceForm(PageForm):
    """From when to when a reviewer is away."""

    first_on = DayField(label(_("First day away")), [required()])
    last_on = DayField(label(_("Last day away")), [may_be_empty()])


class GiveForm(PageForm):
    """To whom an evaluation is given, and why; ``source`` is the reviewer whom the page showed."""

    source = HiddenField()
    reviewer = SelectField(label(_("New reviewer")), [required()])
    reason = TextAreaField(label(_("Why; both reviewers read it")), [required(), at_most(LONGEST_COMMENT)])


class RedistributeForm(PageForm):
    """Why what waits goes to others; ``digest`` stands for what the page showed."""

    digest = HiddenField()
    reason = TextAreaField(label(_("Why; both reviewers read it")), [required(), at_most(LONGEST_COMMENT)])


def away_of(form: AbsenceForm) -> Away:
    """Return the days that the form tells; it was validated."""
    return Away(cast("date", form.first_on.data), form.last_on.data)


def give_form(
    sent: "MultiDict[str, str] | None", *, reviewers: Sequence[User], waiting: Mapping[int, int], source: int
) -> GiveForm:
    """Return the form with those who could score instead, each with the minutes that wait for them."""
    form = GiveForm(sent, data={"source": str(source)})
    form.reviewer.choices = choices(
        [
            ("", "–"),
            *((str(one.id), _("{name} · {n} minutes waiting", name=one.name, n=waiting[one.id])) for one in reviewers),
        ]
    )
    return form
