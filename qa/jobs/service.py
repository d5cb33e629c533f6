"""Asking for long work, stopping it, trying it again."""

from collections.abc import Mapping

from sqlalchemy import select

from qa import audit
from qa.act import Act
from qa.errors import ConflictError
from qa.i18n import _
from qa.jobs.kinds import JobKind
from qa.jobs.leftovers import drop_file, has_own_file
from qa.jobs.models import Job, JobState

_ENDED_BADLY = (JobState.FAILED, JobState.CANCELLED)


def enqueue(act: Act, kind: JobKind, *, key: str, payload: Mapping[str, int | str], max_attempts: int = 3) -> Job:
    """Ask for a job; asked for before under the same key, that one is returned, begun again if it had ended badly."""
    found = act.session.scalar(select(Job).where(Job.kind == kind, Job.key == key))
    if found is not None:
        if found.state in _ENDED_BADLY:
            _begin_again(act, found)
        return found
    job = Job(
        kind=kind.value,
        key=key,
        payload=dict(payload),
        state=JobState.QUEUED,
        actor_id=act.actor.id if act.actor else None,
        created_at=act.now,
        not_before=act.now,
        max_attempts=max_attempts,
    )
    act.session.add(job)
    act.session.flush()
    return job


def cancel(act: Act, job: Job) -> None:
    """Stop a job: at once when it waits, at its next report when it runs."""
    if job.state is JobState.QUEUED:
        job.state, job.finished_at = JobState.CANCELLED, act.now
        drop_file(act.session, act.blobs, job)
    elif job.state is JobState.RUNNING:
        job.cancel_requested = True
    else:
        raise ConflictError(_("This work has already ended."))
    audit.record(act, "job.cancelled", job)


def retry(act: Act, job: Job) -> None:
    """Queue a job that ended badly once more."""
    if job.state not in _ENDED_BADLY:
        raise ConflictError(_("Only work that failed or was cancelled can be tried again."))
    if has_own_file(job):
        raise ConflictError(_("The file of this work was removed when it ended. Send it in again."))
    _begin_again(act, job)
    audit.record(act, "job.retried", job)


def _begin_again(act: Act, job: Job) -> None:
    job.state = JobState.QUEUED
    job.attempts = 0
    job.cancel_requested = False
    job.error = job.finished_at = job.sent_at = None
    job.progress_done = job.progress_total = 0
    job.not_before = act.now
