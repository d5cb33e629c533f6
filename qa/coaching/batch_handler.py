"""The job that makes the reports of many agents: one after another, each kept, so that a stopped batch goes on."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qa import audit
from qa.coaching.batches import Batch, Wanted, pack, reports_wanted
from qa.coaching.forgetting import delete_old_batches, zip_key
from qa.coaching.service import report_content
from qa.coaching.shared import Shared
from qa.i18n import _
from qa.insight.stretch import Stretch
from qa.jobs.kinds import JobKind
from qa.jobs.models import Job
from qa.jobs.work import Work, handles
from qa.people.models import User
from qa.reports.coaching_pdf import coaching_pdf


@handles(JobKind.REPORT_BATCH)
def make_batch(work: Work) -> Mapping[str, Any] | None:
    """Make every report that is not there yet, and pack them; packed before, it does nothing."""
    batch, blobs = Batch.of(work.payload), work.bench.blobs
    packed = zip_key(work.job_id)
    with work.looking() as act:
        wanted = reports_wanted(act, batch)
    result = {"zip": packed, "reports": len(wanted)}
    if blobs.has(packed):
        return result
    shared = Shared(Stretch(batch.first, batch.last, work.bench.settings.time_zone), many=True)
    keys = {one.file: f"reports/batches/{work.job_id}/{one.file}" for one in wanted}
    for place, one in enumerate(wanted):
        work.report(place, len(wanted), step=_("Report {place} of {count}", place=place + 1, count=len(wanted)))
        if not blobs.has(keys[one.file]):
            blobs.put(keys[one.file], _report(work, batch, one, shared=shared))
    work.report(len(wanted), len(wanted), step=_("Packing the reports"))
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "reports.zip"
        pack(target, wanted, files={name: blobs.path(key) for name, key in keys.items()})
        blobs.put_file(packed, target)
    for key in keys.values():
        blobs.delete(key)
    with work.act() as act:
        audit.record(act, "report.batch_made", act.session.get_one(Job, work.job_id), reports=len(wanted))
    return result


@handles(JobKind.REPORT_SWEEP)
def sweep_batches(work: Work) -> Mapping[str, Any] | None:
    """Delete the ZIPs that were kept long enough."""
    with work.act() as act:
        return {"deleted": delete_old_batches(act)}


def _report(work: Work, batch: Batch, one: Wanted, *, shared: Shared) -> bytes:
    # A transaction of its own for each report keeps memory flat.
    with work.looking() as act:
        content = report_content(
            act,
            act.session.get_one(User, one.agent_id),
            starts_on=batch.first,
            ends_on=batch.last,
            language=one.language,
            shared=shared,
        )
    return coaching_pdf(content)
