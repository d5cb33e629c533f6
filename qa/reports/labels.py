"""The words of the reports' choices."""

from datetime import date

from qa.estimate.intervals import Method
from qa.i18n import Text, _
from qa.reports.content import ActionState, DisputeState
from scorecards.definition import ErrorClass

ACTION_STATES: dict[ActionState, Text] = {
    ActionState.OPEN: _("open"),
    ActionState.DONE: _("done"),
    ActionState.DROPPED: _("dropped"),
}

DISPUTE_STATES: dict[DisputeState, Text] = {
    DisputeState.OPEN: _("waiting for a decision"),
    DisputeState.ACCEPTED: _("accepted"),
    DisputeState.PARTLY: _("partly accepted"),
    DisputeState.REJECTED: _("rejected"),
    DisputeState.WITHDRAWN: _("taken back"),
}

ERROR_CLASSES: dict[ErrorClass, Text] = {
    ErrorClass.CUSTOMER: _("Critical for the customer"),
    ErrorClass.BUSINESS: _("Critical for the business"),
    ErrorClass.COMPLIANCE: _("Critical for compliance"),
}

#: What the interval means and how it was found, in words for the reader.
INTERVALS: dict[Method, Text] = {
    Method.WILSON: _(
        "Of 100 draws like this one, about 95 give an interval that holds the result over all interactions (Wilson's method)."
    ),
    Method.CLOPPER_PEARSON: _(
        "Of 100 draws like this one, at least 95 give an interval that holds the result over all interactions (Clopper and Pearson's method)."
    ),
    Method.T: _(
        "Of 100 draws like this one, about 95 give an interval that holds the result over all interactions (Student's t)."
    ),
    Method.BOUNDED: _(
        "Of 100 draws like this one, about 95 give an interval that holds the result over all interactions (a method for scores between 0 and 100)."
    ),
    Method.SQUARE_AND_ADD: _(
        "Of 100 draws like this one, about 95 give an interval that holds the result over all interactions (put together from its parts)."
    ),
    Method.ADJUSTED_WALD: _(
        "Of 100 times that as many customers answer, about 95 give an interval that holds the result over all who would answer (Rocks's adjusted Wald method)."
    ),
    Method.COMPLETE: _("Every interaction of the period was evaluated, so there is no margin of chance."),
    Method.NONE: _("No interval can be given."),
}


def kept_words(keep_until: date | None) -> Text:
    """Say until when what a report tells is kept."""
    return _("kept until {date}", date=keep_until) if keep_until else _("no retention date is set")
