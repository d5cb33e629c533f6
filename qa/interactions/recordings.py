"""Recordings as they arrive: one transaction makes interaction, recording and the job that transcribes it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from qa import audit
from qa.act import Act
from qa.auth.roles import Permission
from qa.errors import ConflictError, InvalidError
from qa.i18n import Text, _
from qa.interactions.arrival import Arrival, Outcome, agent_called, check_start, known_interaction, stable_key
from qa.interactions.kinds import Channel, Direction, InteractionState
from qa.interactions.models import Interaction, Recording, Source
from qa.jobs.kinds import JobKind
from qa.jobs.service import enqueue
from qa.settings import Settings
from transcribe.audio import AudioFacts, Limits, probe
from transcribe.errors import AudioError

LONGEST_NAME = 300
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class RecordingFacts:
    """What is known of a recording besides its sound."""

    reference: str
    agent: str
    started_at: datetime
    direction: Direction = Direction.UNKNOWN
    queue: str = ""
    language: str = ""
    customer: str = ""


def add_recording(act: Act, path: Path, *, name: str, facts: RecordingFacts, source: Source) -> Outcome:
    """Store a recording and queue its transcription; the same bytes or the same reference again change nothing.

    ``name`` is what the file is called towards the user. Raises ``InvalidError`` with a sentence when the file or its
    facts cannot be used; then nothing is stored.
    """
    act.require(Permission.INTERACTION_ADD)
    sound = _probed(path, name=name, act=act)
    digest = sha256_of(path)
    same = _with_digest(act, digest)
    if same is not None:
        return Outcome(name, Arrival.KNOWN, same.interaction_id)
    agent = agent_called(act, facts.agent)
    check_start(act, facts.started_at)
    if known_interaction(act, source, facts.reference) is not None:
        raise ConflictError(
            _(
                "The reference {reference} already has another recording. Give this one its own.",
                reference=facts.reference,
            )
        )
    key = f"recordings/{digest[:2]}/{digest}"
    fresh = not act.blobs.has(key)
    act.blobs.put_file(key, path)
    try:
        with act.session.begin_nested():
            interaction = Interaction(
                source_id=source.id,
                reference=facts.reference[:LONGEST_NAME],
                stable_key=stable_key(source, facts.reference),
                channel=Channel.PHONE,
                direction=facts.direction,
                state=InteractionState.RECEIVED,
                agent_id=agent.id,
                team_id=agent.team_id,
                queue=facts.queue[:100],
                language=facts.language or source.language,
                customer_reference=facts.customer[:200],
                started_at=facts.started_at,
                duration_ms=sound.duration_ms,
                received_at=act.now,
            )
            act.session.add(interaction)
            act.session.flush()
            act.session.add(
                Recording(
                    interaction_id=interaction.id,
                    sha256=digest,
                    file_name=name[:LONGEST_NAME],
                    size_bytes=path.stat().st_size,
                    codec=sound.codec,
                    channels=sound.channels,
                    sample_rate=sound.sample_rate,
                    duration_ms=sound.duration_ms or 0,
                    blob_key=key,
                )
            )
            act.session.flush()
    except IntegrityError:
        # Somebody else sent the same file at the same moment; theirs counts.
        same = _with_digest(act, digest)
        if same is None:
            raise
        return Outcome(name, Arrival.KNOWN, same.interaction_id)
    except BaseException:
        if fresh:
            act.blobs.delete(key)
        raise
    enqueue(act, JobKind.TRANSCRIBE, key=f"interaction-{interaction.id}", payload={"interaction": interaction.id})
    audit.record(act, "interaction.added", interaction, source=source.id, size=path.stat().st_size)
    return Outcome(name, Arrival.ADDED, interaction.id)


def transcribe_again(act: Act, interaction: Interaction) -> None:
    """Queue the transcription of an interaction that failed once more."""
    act.require(Permission.INTERACTION_ADD)
    if interaction.state is InteractionState.READY or not interaction.recordings:
        raise ConflictError(_("There is nothing to try again: this interaction is ready."))
    enqueue(act, JobKind.TRANSCRIBE, key=f"interaction-{interaction.id}", payload={"interaction": interaction.id})
    interaction.state = InteractionState.RECEIVED
    audit.record(act, "interaction.tried_again", interaction)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of the file's bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as opened:
        while piece := opened.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def limits_of(act: Act) -> Limits:
    """Return how large and long a recording may be."""
    return limits_of_settings(act.settings)


def limits_of_settings(settings: Settings) -> Limits:
    """Return how large and long a recording may be under the settings."""
    return Limits(
        size_bytes=settings.upload_limit_mb * 1024 * 1024,
        duration_ms=settings.recording_limit_minutes * 60_000,
    )


def _probed(path: Path, *, name: str, act: Act) -> AudioFacts:
    try:
        return probe(path, limits=limits_of(act), name=name)
    except AudioError as error:
        raise InvalidError(Text(error.msgid, error.params)) from error


def _with_digest(act: Act, digest: str) -> Recording | None:
    return act.session.scalar(
        select(Recording).options(joinedload(Recording.interaction)).where(Recording.sha256 == digest)
    )
