"""Claiming, keeping and ending jobs in the job table: what makes each of them end once."""

import logging
import secrets
import threading
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import or_, select, update

from qa.db import execute_count, transaction
from qa.errors import RefusedError
from qa.i18n import Text, _, text_to_json
from qa.jobs.kinds import JobKind
from qa.jobs.leftovers import drop_file
from qa.jobs.models import Job, JobState
from qa.jobs.work import Bench, JobStoppedError, Work, handler_of
from transcribe.errors import CancelledError, TranscribeError

LEASE = timedelta(seconds=60)
BEAT_SECONDS = 15.0
#: A number that was handed to a broker and not taken up is handed out again after this.
RESEND = timedelta(seconds=30)
FIRST_PAUSE = timedelta(seconds=5)

log = logging.getLogger("steekproef.jobs")


def due(bench: Bench, *, limit: int = 200) -> list[int]:
    """Mark the jobs that may run now as handed out, at most ``limit``, and return their numbers, oldest first."""
    now = bench.clock()
    with transaction(bench.engine) as session:
        ready = (
            (Job.state == JobState.QUEUED)
            & (Job.not_before <= now)
            & or_(Job.sent_at.is_(None), Job.sent_at < now - RESEND)
        )
        abandoned = (Job.state == JobState.RUNNING) & (Job.lease_until < now)
        numbers = list(session.scalars(select(Job.id).where(ready | abandoned).order_by(Job.id).limit(limit)))
        if numbers:
            session.execute(update(Job).where(Job.id.in_(numbers)).values(sent_at=now))
    return numbers


def anything_left(bench: Bench) -> bool:
    """Tell whether a job waits or runs."""
    with transaction(bench.engine, reading=True) as session:
        return (
            session.scalar(select(Job.id).where(Job.state.in_((JobState.QUEUED, JobState.RUNNING))).limit(1))
            is not None
        )


def run(bench: Bench, job_id: int) -> JobState | None:
    """Do one job if it is still to be done; return how it ended, or nothing when someone else has it."""
    work = _claim(bench, job_id)
    if work is None:
        return None
    stop = threading.Event()
    beat = threading.Thread(target=_beat, args=(work, stop), daemon=True, name=f"beat-{job_id}")
    beat.start()
    try:
        kind, result = _kind(work), None
        result = handler_of(kind)(work)
    except (JobStoppedError, CancelledError):
        return _end(work, JobState.CANCELLED)
    except RefusedError as error:
        return _end(work, JobState.FAILED, error=error.sentence)
    except TranscribeError as error:
        return _end(work, JobState.FAILED, error=Text(error.msgid, error.params))
    except Exception as error:  # a bug or a passing fault: try again later, tell the log what kind it was
        log.exception("job %s failed", job_id)
        return _again(work, type(error).__name__)
    else:
        return _end(work, JobState.DONE, result=result)
    finally:
        stop.set()
        beat.join(timeout=5)


def _claim(bench: Bench, job_id: int) -> Work | None:
    now, token = bench.clock(), secrets.token_hex(16)
    with transaction(bench.engine) as session:
        free = ((Job.state == JobState.QUEUED) & (Job.not_before <= now)) | (
            (Job.state == JobState.RUNNING) & (Job.lease_until < now)
        )
        taken = execute_count(
            session,
            update(Job)
            .where(Job.id == job_id, free)
            .values(
                state=JobState.RUNNING,
                token=token,
                lease_until=now + LEASE,
                attempts=Job.attempts + 1,
                started_at=now,
            ),
        )
        if taken == 0:
            return None
        job = session.get_one(Job, job_id)
        return Work(bench, job_id, token, dict(job.payload), job.actor_id)


def _kind(work: Work) -> JobKind:
    with transaction(work.bench.engine, reading=True) as session:
        return JobKind(session.scalars(select(Job.kind).where(Job.id == work.job_id)).one())


def _beat(work: Work, stop: threading.Event) -> None:
    while not stop.wait(BEAT_SECONDS):
        with transaction(work.bench.engine) as session:
            session.execute(
                update(Job)
                .where(Job.id == work.job_id, Job.token == work.token)
                .values(lease_until=work.bench.clock() + LEASE)
            )


def _end(
    work: Work, state: JobState, *, error: Text | None = None, result: Mapping[str, Any] | None = None
) -> JobState | None:
    with transaction(work.bench.engine) as session:
        changed = execute_count(
            session,
            update(Job)
            .where(Job.id == work.job_id, Job.token == work.token)
            .values(
                state=state,
                token=None,
                lease_until=None,
                finished_at=work.bench.clock(),
                error=text_to_json(error) if error else None,
                result=dict(result) if result else None,
            ),
        )
        if changed and state is not JobState.DONE:
            drop_file(session, work.bench.blobs, session.get_one(Job, work.job_id))
    return state if changed else None


def _again(work: Work, fault: str) -> JobState | None:
    now = work.bench.clock()
    with transaction(work.bench.engine) as session:
        job = session.scalar(select(Job).where(Job.id == work.job_id, Job.token == work.token))
        if job is None:
            return None
        job.token = job.lease_until = None
        job.error = text_to_json(_("Something went wrong ({fault}). The log has the details.", fault=fault))
        if job.attempts < job.max_attempts:
            job.state, job.sent_at = JobState.QUEUED, None
            job.not_before = now + FIRST_PAUSE * 2 ** (job.attempts - 1)
        else:
            job.state, job.finished_at = JobState.FAILED, now
            drop_file(session, work.bench.blobs, job)
        return job.state
