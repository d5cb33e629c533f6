"""The kinds of long work."""

from enum import StrEnum

from qa.i18n import Text, _


class JobKind(StrEnum):
    """What a job does; each kind has exactly one handler."""

    TRANSCRIBE = "transcribe"
    REPORT = "report"
    PROMISE = "promise"
    ROLL = "roll"
    WHAT_IF = "what_if"


JOB_LABELS: dict[JobKind, Text] = {
    JobKind.TRANSCRIBE: _("Transcription"),
    JobKind.REPORT: _("Coaching report"),
    JobKind.PROMISE: _("Promise of draws"),
    JobKind.ROLL: _("Rolling draws"),
    JobKind.WHAT_IF: _("What-if of a scorecard"),
}
