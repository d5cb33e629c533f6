"""The kinds of long work."""

from enum import StrEnum

from qa.i18n import Text, _


class JobKind(StrEnum):
    """What a job does; each kind has exactly one handler."""

    TRANSCRIBE = "transcribe"
    REPORT = "report"
    REPORT_BATCH = "report_batch"
    REPORT_SWEEP = "report_sweep"
    PROMISE = "promise"
    ROLL = "roll"
    WHAT_IF = "what_if"
    ANSWERS = "answers"
    TALK_LETTERS = "talk_letters"
    TALK_REMINDERS = "talk_reminders"
    COUNT = "count"
    DIGESTS = "digests"
    RETENTION = "retention"


JOB_LABELS: dict[JobKind, Text] = {
    JobKind.TRANSCRIBE: _("Transcription"),
    JobKind.REPORT: _("Coaching report"),
    JobKind.REPORT_BATCH: _("Coaching reports of many agents"),
    JobKind.REPORT_SWEEP: _("Deleting of old files of reports"),
    JobKind.PROMISE: _("Promise of draws"),
    JobKind.ROLL: _("Rolling draws"),
    JobKind.WHAT_IF: _("What-if of a scorecard"),
    JobKind.ANSWERS: _("Taking in customers' answers"),
    JobKind.TALK_LETTERS: _("E-mail about a coaching session"),
    JobKind.TALK_REMINDERS: _("Reminders of coaching sessions"),
    JobKind.COUNT: _("Counting of figures"),
    JobKind.DIGESTS: _("E-mails about what waits"),
    JobKind.RETENTION: _("Erasing of what is past its term"),
}
