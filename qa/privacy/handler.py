"""The nightly run that erases what is past its term."""

from collections.abc import Mapping
from typing import Any

from qa.jobs.kinds import JobKind
from qa.jobs.models import Job
from qa.jobs.work import Work, handles
from qa.privacy.labels import KEPT_LABELS
from qa.privacy.sweep import erase_some, erased_by
from qa.privacy.terms import Kept
from qa.privacy.warning import announce


@handles(JobKind.RETENTION)
def erase_past(work: Work) -> Mapping[str, Any] | None:
    """Erase what is past its term, kind by kind; begun again it goes on. Terms that are new are only told at first."""
    with work.act() as act:
        since = announce(act)
        if act.now < since:
            return {"waits_until": since.isoformat()}
    for place, kind in enumerate(Kept):
        last: int | None = 0
        while last is not None:
            work.report(place, len(Kept), step=KEPT_LABELS[kind])
            with work.act() as act:
                last = erase_some(act, kind, after=last, job_id=work.job_id)
    with work.looking() as act:
        return {kind.value: number for kind, number in erased_by(act, act.session.get_one(Job, work.job_id)).items()}
