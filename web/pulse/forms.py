"""Forms of the pulse: opening a round."""

from datetime import date
from typing import Any, cast

from wtforms import BooleanField, Field, StringField

from qa.i18n import _
from qa.pulse.rounds import LONGEST_STATEMENT, MOST_OWN, RoundWish
from qa.pulse.statements import SHIPPED
from web.forms import ChecksField, DayField, PageForm, at_most, choices, label, required, unmarked

ENGLISH, DUTCH = "english", "dutch"


class RoundForm(PageForm):
    """What is asked, of whom, until when."""

    last_day = DayField(
        label(_("Until")), [required()], description=label(_("It begins today. The last day is still part of it."))
    )
    shipped = ChecksField(label(_("Statements")), [unmarked()])
    reviewers = BooleanField(
        label(_("Ask reviewers as well")),
        description=label(_("They count in the figures of the company, and in those of no team.")),
    )
    words = BooleanField(label(_("Let people write something in their own words")))
    english_1 = StringField(label(_("First own statement, in English")), [at_most(LONGEST_STATEMENT)])
    dutch_1 = StringField(label(_("First own statement, in Dutch")), [at_most(LONGEST_STATEMENT)])
    english_2 = StringField(label(_("Second own statement, in English")), [at_most(LONGEST_STATEMENT)])
    dutch_2 = StringField(label(_("Second own statement, in Dutch")), [at_most(LONGEST_STATEMENT)])
    english_3 = StringField(label(_("Third own statement, in English")), [at_most(LONGEST_STATEMENT)])
    dutch_3 = StringField(label(_("Third own statement, in Dutch")), [at_most(LONGEST_STATEMENT)])

    @property
    def own(self) -> list[tuple[Field, Field]]:
        """The fields of own statements, English beside Dutch."""
        return [(self[f"{ENGLISH}_{n}"], self[f"{DUTCH}_{n}"]) for n in range(1, MOST_OWN + 1)]


def round_form(sent: Any) -> RoundForm:
    """Return the form with every shipped statement chosen."""
    form = RoundForm(sent, data={"shipped": [one.key for one in SHIPPED], "words": True})
    form.shipped.choices = choices((one.key, one.text) for one in SHIPPED)
    return form


def round_wish(form: RoundForm) -> RoundWish:
    """Return what the form asks for."""
    return RoundWish(
        last_day=cast("date", form.last_day.data),
        shipped=cast("list[str]", form.shipped.data or []),
        own=[(english.data or "", dutch.data or "") for english, dutch in form.own],
        reviewers=bool(form.reviewers.data),
        words=bool(form.words.data),
    )
