"""A file that was sent in for one job alone: it goes when the job ends, however that is."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from qa.jobs.models import Job, JobState
from qa.storage.blobs import Blobs

#: What a job's payload calls the key of the file it was sent in with.
FILE = "file"


def has_own_file(job: Job) -> bool:
    """Tell whether the job was sent in with a file; ended badly, it cannot be tried again without it."""
    return FILE in job.payload


def drop_file(session: Session, blobs: Blobs, job: Job) -> None:
    """Delete the file of a job that was cancelled or failed for good, unless another that goes on has the same."""
    key = job.payload.get(FILE)
    if key is None:
        return
    others = select(Job).where(
        Job.kind == job.kind, Job.id != job.id, Job.state.in_((JobState.QUEUED, JobState.RUNNING))
    )
    if all(other.payload.get(FILE) != key for other in session.scalars(others)):
        blobs.delete(str(key))
