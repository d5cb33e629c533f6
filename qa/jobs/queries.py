"""Which jobs an actor may see."""

from sqlalchemy import Select, or_, select

from qa.act import Act
from qa.auth.roles import Permission
from qa.errors import NotFoundError
from qa.i18n import _
from qa.jobs.kinds import JobKind
from qa.jobs.models import Job, JobState
from qa.paging import Page, page_of


def visible_jobs(act: Act) -> Select[Job]:
    """Those who look after the work see all of it, others what they asked for themselves."""
    asked = select(Job)
    if act.may(Permission.JOB_SEE):
        return asked
    return asked.where(Job.actor_id == act.person().id)


def get_job(act: Act, job_id: int) -> Job:
    """Return a job the actor may see."""
    found = act.session.scalar(visible_jobs(act).where(Job.id == job_id))
    if found is None:
        raise NotFoundError(_("There is no such work, or you may not see it."))
    return found


def find_jobs(act: Act, *, state: JobState | None, page: int) -> Page[Job]:
    """Return the visible jobs, the newest first."""
    asked = visible_jobs(act)
    if state is not None:
        asked = asked.where(Job.state == state)
    return page_of(act, asked.order_by(Job.created_at.desc(), Job.id.desc()), number=page)


def transcriptions_of(interaction_id: int) -> Select[Job]:
    """Ask for the work that transcribes the interaction, the newest first: once more after a recording joined it."""
    key = f"interaction-{interaction_id}"
    return (
        select(Job)
        .where(Job.kind == JobKind.TRANSCRIBE, or_(Job.key == key, Job.key.startswith(f"{key}-", autoescape=True)))
        .order_by(Job.id.desc())
    )


def transcription_of(act: Act, interaction_id: int) -> Job | None:
    """Return the newest work that transcribes the interaction, if there is any."""
    return act.session.scalar(transcriptions_of(interaction_id).limit(1))
