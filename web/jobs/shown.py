"""A job as pages show it."""

from dataclasses import dataclass

from flask import url_for

from qa.i18n import Text, _, text_from_json
from qa.jobs.kinds import JOB_LABELS, JobKind
from qa.jobs.leftovers import has_own_file
from qa.jobs.models import Job, JobState

STATE_LABELS: dict[JobState, Text] = {
    JobState.QUEUED: _("Waiting"),
    JobState.RUNNING: _("Running"),
    JobState.DONE: _("Done"),
    JobState.FAILED: _("Failed"),
    JobState.CANCELLED: _("Cancelled"),
}
#: Which badge goes with a state.
BADGES: dict[JobState, str] = {
    JobState.QUEUED: "open",
    JobState.RUNNING: "busy",
    JobState.DONE: "pass",
    JobState.FAILED: "fail",
    JobState.CANCELLED: "none",
}


@dataclass(frozen=True, slots=True)
class ShownJob:
    """One piece of work: its state in words, how far it is (0 to 100), what it is doing, why it failed."""

    id: int
    label: Text
    state: JobState
    word: Text
    badge: str
    percent: int
    step: Text | None
    error: Text | None
    about: str | None
    job: Job

    @property
    def goes_on(self) -> bool:
        """Tell whether it still waits or runs."""
        return self.state in {JobState.QUEUED, JobState.RUNNING}

    @property
    def ended_badly(self) -> bool:
        """Tell whether it can be tried again."""
        return self.state in {JobState.FAILED, JobState.CANCELLED} and not has_own_file(self.job)


def shown_job(job: Job, *, interaction_id: int | None = None) -> ShownJob:
    """Return the job for a page, with the address of what it is about."""
    about = interaction_id or (int(job.payload["interaction"]) if "interaction" in job.payload else None)
    return ShownJob(
        id=job.id,
        label=JOB_LABELS[JobKind(job.kind)],
        state=job.state,
        word=STATE_LABELS[job.state],
        badge=BADGES[job.state],
        percent=100 * job.progress_done // job.progress_total if job.progress_total else 0,
        step=text_from_json(job.step) if job.step and job.state is JobState.RUNNING else None,
        error=text_from_json(job.error) if job.error and job.state is JobState.FAILED else None,
        about=url_for("interactions.show", interaction_id=about) if about else None,
        job=job,
    )
