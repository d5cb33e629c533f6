"""Which coaching reports an actor may see, and the people they can be made for."""

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from qa.act import Act
from qa.auth.roles import Role
from qa.coaching.models import CoachingReport, ReportState
from qa.errors import NotFoundError
from qa.i18n import _
from qa.jobs.kinds import JobKind
from qa.jobs.models import Job
from qa.people.models import User

#: What an agent may see of the reports about them.
READABLE = (ReportState.READY, ReportState.SEEN)


def visible_reports(act: Act) -> Select[CoachingReport]:
    """Supervisors see all, agents the finished ones about themselves, nobody else any."""
    asked = select(CoachingReport)
    if act.actor is None or act.actor.role in {Role.ADMIN, Role.SUPERVISOR}:
        return asked
    if act.actor.role is Role.AGENT:
        return asked.where(CoachingReport.agent_id == act.actor.id, CoachingReport.state.in_(READABLE))
    return asked.where(CoachingReport.id.is_(None))


def get_report(act: Act, report_id: int) -> CoachingReport:
    """Return a report the actor may see."""
    found = act.session.scalar(
        visible_reports(act).where(CoachingReport.id == report_id).options(joinedload(CoachingReport.agent))
    )
    if found is None:
        raise NotFoundError(_("There is no such report, or you may not see it."))
    return found


def list_reports(act: Act, *, agent_id: int | None = None, limit: int = 200) -> list[CoachingReport]:
    """Return the newest reports first."""
    asked = visible_reports(act).options(joinedload(CoachingReport.agent))
    if agent_id is not None:
        asked = asked.where(CoachingReport.agent_id == agent_id)
    return list(
        act.session.scalars(asked.order_by(CoachingReport.created_at.desc(), CoachingReport.id.desc()).limit(limit))
    )


def job_of(act: Act, report: CoachingReport) -> Job | None:
    """Return the work that makes the report."""
    job_id = (report.facts or {}).get("job")
    return None if job_id is None else act.session.get(Job, job_id)


def report_of_job(act: Act, key: str) -> CoachingReport | None:
    """Return the report that was asked for under the key."""
    job = act.session.scalar(select(Job).where(Job.kind == JobKind.REPORT, Job.key == key))
    return None if job is None else act.session.get(CoachingReport, int(job.payload["report"]))


def agents_for_reports(act: Act, *, team_id: int | None = None) -> list[User]:
    """Return every agent by name, those who left included: a period of theirs can still be reported."""
    asked = (
        select(User)
        .where(User.role == Role.AGENT)
        .options(joinedload(User.team))
        .order_by(func.lower(User.name), User.id)
    )
    if team_id is not None:
        asked = asked.where(User.team_id == team_id)
    return list(act.session.scalars(asked))
