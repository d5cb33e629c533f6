"""What becomes of stored reports: those of somebody who is erased lose their files, batches are kept some days only."""

import zipfile
from datetime import datetime, timedelta

from sqlalchemy import select

from qa import audit
from qa.act import Act
from qa.coaching.batches import Batch, file_prefix
from qa.coaching.models import CoachingReport, ReportState
from qa.coaching.queries import job_of
from qa.insight.stretch import Stretch
from qa.jobs.kinds import JobKind
from qa.jobs.models import Job

#: How long the ZIP of a batch can be saved; each report in it can be made again as long as what it says is kept.
BATCH_DAYS = 14


def forget_reports(act: Act, agent_id: int, *, of: datetime | None = None) -> None:
    """Delete the files that tell of an agent: all of them, or those over days that hold the moment ``of``.

    The rows stay with their figures. A batch goes whole, since what is in a ZIP can be read by itself.
    """
    zone = act.settings.time_zone
    asked = select(CoachingReport).where(
        CoachingReport.agent_id == agent_id, CoachingReport.state != ReportState.ERASED
    )
    for report in act.session.scalars(asked):
        if of is None or _holds(Stretch(report.starts_on, report.ends_on, zone), of):
            erase_report(act, report)
    for job in _batches(act):
        batch = Batch.of(job.payload)
        if (of is None or _holds(Stretch(batch.first, batch.last, zone), of)) and _tells_of(act, job, agent_id):
            delete_batch(act, job)


def forget_coach(act: Act, user_id: int) -> None:
    """Delete the files of reports that name somebody as the coach who asked for them; those of a batch name none."""
    asked = select(CoachingReport).where(
        CoachingReport.made_by_id == user_id, CoachingReport.state != ReportState.ERASED
    )
    for report in act.session.scalars(asked):
        erase_report(act, report)


def delete_old_batches(act: Act) -> int:
    """Delete the files of batches that were asked for longer ago than they are kept; returns how many there were."""
    old = [job for job in _batches(act) if (job.finished_at or job.created_at) < act.now - timedelta(days=BATCH_DAYS)]
    return sum(delete_batch(act, job) for job in old)


def delete_batch(act: Act, job: Job) -> bool:
    """Delete the ZIP of a batch and the reports that are not packed yet; tells whether there was a ZIP."""
    key = zip_key(job.id)
    there = act.blobs.has(key)
    act.blobs.delete(key)
    act.blobs.delete_all(f"reports/batches/{job.id}")
    if there:
        audit.record(act, "report.batch_deleted", job)
    return there


def zip_key(job_id: int) -> str:
    """Return where the ZIP of a batch lies."""
    return f"reports/batches/{job_id}.zip"


def _batches(act: Act) -> list[Job]:
    return list(act.session.scalars(select(Job).where(Job.kind == JobKind.REPORT_BATCH).order_by(Job.id)))


def _holds(stretch: Stretch, moment: datetime) -> bool:
    return stretch.start <= moment < stretch.end


def _tells_of(act: Act, job: Job, agent_id: int) -> bool:
    """Whether the agent is in the ZIP; what is not packed yet goes in any case, and is made again where it is gone on."""
    key = zip_key(job.id)
    if not act.blobs.has(key):
        return True
    with zipfile.ZipFile(act.blobs.path(key)) as packed:
        return any(name.startswith(file_prefix(agent_id)) for name in packed.namelist())


def erase_report(act: Act, report: CoachingReport) -> None:
    """Delete the file of a report; its row stays with its figures."""
    if report.blob_key is not None:
        act.blobs.delete(report.blob_key)
    job = job_of(act, report)
    if job is not None:
        # Asked for again, it is another report: what it quoted is gone.
        act.session.delete(job)
    report.state, report.blob_key, report.seen_at = ReportState.ERASED, None, None
    audit.record(act, "report.erased", report, agent=report.agent_id)
