"""Erasing what is past its term, some at a time; and what was erased by which run."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import delete, select

from qa import audit
from qa.act import Act
from qa.audit.models import AuditEntry
from qa.coaching.forgetting import erase_report
from qa.coaching.models import CoachingReport
from qa.evaluations.models import Evaluation
from qa.feedback.models import CustomerAnswer
from qa.interactions.models import Interaction
from qa.jobs.kinds import JobKind
from qa.jobs.models import Job, JobState
from qa.privacy.due import next_due, still_due
from qa.privacy.pieces import erase_evaluation, erase_sound, erase_words
from qa.privacy.terms import Kept

#: How much is erased in one transaction.
AT_ONCE = 20

_ERASED = "retention.erased"


def erase_some(act: Act, kind: Kept, *, after: int, job_id: int) -> int | None:
    """Erase some of what is past its term, from the number above ``after`` on; returns the last number that was looked at.

    Nothing when there is no more. What was erased is no longer due, so that whoever begins anew erases what is left.
    """
    found = next_due(act, kind, after=after, most=AT_ONCE)
    if not found:
        return None
    numbers = found if kind in {Kept.REPORTS, Kept.WAITING} else still_due(act, kind, found)
    if numbers:
        _erase(act, kind, numbers)
        act.session.flush()
        audit.record(act, _ERASED, None, job=job_id, kind=kind.value, n=len(numbers))
    return found[-1]


def erased_by(act: Act, job: Job) -> dict[Kept, int]:
    """Return how much of each kind a run has erased, over all its beginnings."""
    told: Counter[Kept] = Counter()
    asked = select(AuditEntry).where(AuditEntry.action == _ERASED, AuditEntry.at >= job.created_at)
    for entry in act.session.scalars(asked):
        if entry.data["job"] == job.id:
            told[Kept(entry.data["kind"])] += entry.data["n"]
    return dict(told)


def last_run(act: Act) -> Job | None:
    """Return the nightly run that ended last."""
    return act.session.scalar(
        select(Job)
        .where(Job.kind == JobKind.RETENTION, Job.state == JobState.DONE)
        .order_by(Job.finished_at.desc(), Job.id.desc())
        .limit(1)
    )


def _erase(act: Act, kind: Kept, numbers: Sequence[int]) -> None:
    if kind is Kept.WAITING:
        act.session.execute(delete(CustomerAnswer).where(CustomerAnswer.id.in_(numbers)))
        return
    # No question of the erasers depends on what the one before it emptied.
    with act.session.no_autoflush:
        for number in numbers:
            if kind is Kept.SOUND:
                erase_sound(act, act.session.get_one(Interaction, number))
            elif kind is Kept.TEXTS:
                erase_words(act, act.session.get_one(Interaction, number))
            elif kind is Kept.EVALUATIONS:
                erase_evaluation(act, act.session.get_one(Evaluation, number))
            else:
                erase_report(act, act.session.get_one(CoachingReport, number))
