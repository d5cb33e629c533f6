"""Asking for the transcription of an interaction: at once, later while a part has not come, or once more."""

from datetime import datetime, timedelta

from qa import audit
from qa.act import Act
from qa.auth.roles import Permission
from qa.errors import ConflictError
from qa.i18n import _
from qa.interactions.kinds import InteractionState
from qa.interactions.models import Interaction
from qa.interactions.parts import missing
from qa.jobs.kinds import JobKind
from qa.jobs.models import JobState
from qa.jobs.queries import transcription_of, transcriptions_of
from qa.jobs.service import enqueue


def queue_transcription(act: Act, interaction: Interaction, *, more: bool = False) -> None:
    """Queue the work; where ``more`` recordings are about to come or a part has not come, it waits a while for them.

    Work that waits already is moved; work that runs is left alone and drops what it found, and new work does it again.
    """
    interaction.state = InteractionState.RECEIVED
    wait = more or bool(missing(interaction.recordings))
    _queue(act, interaction, at=act.now + timedelta(minutes=act.settings.part_wait_minutes if wait else 0))


def transcribe_now(act: Act, interaction: Interaction) -> None:
    """Transcribe an interaction with what there is, without waiting for the parts that have not come."""
    act.require(Permission.INTERACTION_ADD)
    if interaction.state is not InteractionState.RECEIVED or not interaction.recordings:
        raise ConflictError(_("This conversation waits for nothing: it is being transcribed or is ready."))
    _queue(act, interaction, at=act.now)
    audit.record(act, "interaction.not_waited", interaction)


def _queue(act: Act, interaction: Interaction, *, at: datetime) -> None:
    work = list(act.session.scalars(transcriptions_of(interaction.id).with_for_update()))
    key = f"interaction-{interaction.id}"
    if work and work[0].state in {JobState.QUEUED, JobState.FAILED, JobState.CANCELLED}:
        key = work[0].key
    elif work:
        key = f"{key}-{len(work) + 1}"
    job = enqueue(act, JobKind.TRANSCRIBE, key=key, payload={"interaction": interaction.id})
    job.not_before, job.sent_at = at, None
    act.session.flush()


def waits_until(act: Act, interaction: Interaction) -> datetime | None:
    """Return until when a missing part is waited for; empty where nothing is waited for."""
    if interaction.state is not InteractionState.RECEIVED:
        return None
    job = transcription_of(act, interaction.id)
    waits = job is not None and job.state is JobState.QUEUED and job.not_before > act.now
    return job.not_before if job is not None and waits else None
