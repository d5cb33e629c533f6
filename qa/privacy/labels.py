"""Words for what has a term, and for why something stays beyond it."""

from qa.i18n import Text, _
from qa.privacy.due import PassedBy
from qa.privacy.terms import Kept

KEPT_LABELS: dict[Kept, Text] = {
    Kept.SOUND: _("Sound of recordings"),
    Kept.TEXTS: _("Transcripts, messages and customers' answers"),
    Kept.EVALUATIONS: _("Texts of evaluations"),
    Kept.REPORTS: _("Coaching reports"),
    Kept.WAITING: _("Answers that wait for an interaction"),
}

#: From when the term counts.
COUNTED_FROM: dict[Kept, Text] = {
    Kept.SOUND: _("from the day of the conversation"),
    Kept.TEXTS: _("from the day of the conversation"),
    Kept.EVALUATIONS: _("from the day it was submitted"),
    Kept.REPORTS: _("from the day it was asked for"),
    Kept.WAITING: _("from the day it came in"),
}

PASSED_BY_LABELS: dict[PassedBy, Text] = {
    PassedBy.HELD: _("Under legal hold"),
    PassedBy.DISPUTED: _("In a dispute"),
    PassedBy.UNDER_WAY: _("Being evaluated, or discussed in a calibration"),
    PassedBy.DISPUTABLE: _("Can still be disputed"),
    PassedBy.UNREAD: _("Not transcribed yet"),
}
