"""Asking for coaching reports and noting that they were read."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import select

from qa import audit
from qa.act import Act
from qa.auth.roles import Permission, Role
from qa.coaching.assembly import Asked, assemble, without_date
from qa.coaching.models import CoachingReport, ReportState
from qa.coaching.queries import report_of_job
from qa.coaching.shared import Shared
from qa.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from qa.i18n import Language, _
from qa.insight.stretch import Stretch
from qa.jobs.kinds import JobKind
from qa.jobs.models import Job
from qa.jobs.service import enqueue
from qa.people.models import User
from qa.reports.content import CoachingReport as Content

#: A longer period says nothing about now, and its report would be a book.
LONGEST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Ordered:
    """A report that was asked for, and the work that makes it."""

    report: CoachingReport
    job: Job


def ask_for_report(act: Act, agent: User, *, starts_on: date, ends_on: date, language: Language) -> Ordered:
    """Ask for a report; one that would say the same is not made twice, the one asked for before is returned."""
    act.require(Permission.REPORT_MAKE)
    content = report_content(act, agent, starts_on=starts_on, ends_on=ends_on, language=language)
    key = f"{agent.id}/{starts_on}/{ends_on}/{language.value}/{without_date(content).digest[:32]}"
    report = report_of_job(act, key)
    known = report is not None
    if report is None:
        report = CoachingReport(
            agent_id=agent.id,
            starts_on=starts_on,
            ends_on=ends_on,
            language=language,
            made_by_id=act.actor.id if act.actor else None,
            created_at=act.now,
        )
        act.session.add(report)
        act.session.flush()
    elif report.state is ReportState.FAILED:
        report.state = ReportState.MAKING
    job = enqueue(act, JobKind.REPORT, key=key, payload={"report": report.id})
    report.facts = {**(report.facts or {}), "job": job.id}
    if not known:
        audit.record(act, "report.asked", report, agent=agent.id)
    act.session.flush()
    return Ordered(report, job)


def report_content(
    act: Act,
    agent: User,
    *,
    starts_on: date,
    ends_on: date,
    language: Language,
    coach: str | None = None,
    shared: Shared | None = None,
) -> Content:
    """Return what a report over these days says now; refused where there can be none.

    Reports over the same days share what ``shared`` has read.
    """
    if agent.role is not Role.AGENT:
        raise NotFoundError(_("There is no such agent."))
    today = check_days(act, starts_on, ends_on)
    stretch = Stretch(starts_on, ends_on, act.settings.time_zone)
    named = coach if coach is not None else (act.actor.name if act.actor else "")
    return assemble(act, Asked(agent, stretch, language, made_on=today, coach=named), shared=shared)


def check_days(act: Act, starts_on: date, ends_on: date) -> date:
    """Refuse days of which there can be no report; returns today, where the company is."""
    zone = act.settings.time_zone
    today = act.now.astimezone(ZoneInfo(zone)).date()
    Stretch(starts_on, ends_on, zone)
    if starts_on > today:
        raise InvalidError(_("The period lies in the future. Choose days that have begun."), field="starts_on")
    if (ends_on - starts_on).days >= LONGEST_DAYS:
        raise InvalidError(_("Choose a period of at most {n} days.", n=LONGEST_DAYS), field="ends_on")
    return today


def agent_called(act: Act, reference: str) -> User:
    """Return the agent by the reference the telephone system or chat platform uses, whether or not they have left."""
    found = act.session.scalar(select(User).where(User.reference == reference, User.role == Role.AGENT))
    if found is None:
        raise NotFoundError(_("There is no agent with reference {reference}.", reference=reference))
    return found


def mark_seen(act: Act, report: CoachingReport) -> None:
    """Note that the agent has seen the report; seeing is not agreeing."""
    if report.agent_id != act.person().id:
        raise ForbiddenError(_("Only the agent a report is about can mark it as seen."))
    if report.state is ReportState.SEEN:
        raise ConflictError(_("You have already marked this report as seen."))
    if report.state is not ReportState.READY:
        raise ConflictError(_("This report is not ready yet."))
    report.state, report.seen_at = ReportState.SEEN, act.now
    audit.record(act, "report.seen", report)
