"""Recordings as they arrive: one transaction makes interaction, recording and the job that transcribes it."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from qa import audit
from qa.act import Act
from qa.auth.roles import Permission
from qa.errors import ConflictError, InvalidError
from qa.feedback.linking import link_waiting
from qa.i18n import Text, _
from qa.interactions.arrival import Arrival, Outcome, agent_called, check_start, known_interaction, stable_key
from qa.interactions.growing import check_grows, check_place
from qa.interactions.kinds import Channel, Direction, InteractionState
from qa.interactions.models import Interaction, Recording, Source
from qa.interactions.parts import side_of
from qa.interactions.queueing import queue_transcription
from qa.interactions.reading.values import PartFacts
from qa.settings import Settings
from transcribe.audio import AudioFacts, Limits
from transcribe.errors import AudioError
from transcribe.probing import probe_apart

LONGEST_NAME = 300
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class RecordingFacts:
    """What is known of a recording besides its sound.

    ``more`` says that other recordings of the same conversation come right after this one; ``beside`` is the digest of
    the other file of its pair.
    """

    reference: str
    agent: str
    started_at: datetime
    direction: Direction = Direction.UNKNOWN
    queue: str = ""
    language: str = ""
    customer: str = ""
    transfers: int = 0
    place: PartFacts = field(default_factory=PartFacts)
    more: bool = False
    beside: str = ""


@dataclass(frozen=True, slots=True)
class _Sound:
    """A file that was looked at."""

    path: Path
    name: str
    digest: str
    facts: AudioFacts

    @property
    def key(self) -> str:
        """Under which key its bytes are kept."""
        return f"recordings/{self.digest[:2]}/{self.digest}"


def add_recording(act: Act, path: Path, *, name: str, facts: RecordingFacts, source: Source) -> Outcome:
    """Store a recording and queue its transcription; the same bytes again change nothing.

    One whose reference is known joins that conversation as another part of it. ``name`` is what the file is called
    towards the user. Raises ``InvalidError`` or ``ConflictError`` with a sentence when the file or its facts cannot
    be used; then nothing is stored.
    """
    act.require(Permission.INTERACTION_ADD)
    sound = _looked_at(act, path, name=name)
    same = _with_digest(act, sound.digest)
    if same is not None:
        return Outcome(name, Arrival.KNOWN, same.interaction_id)
    agent = agent_called(act, facts.agent)
    check_start(act, facts.started_at)
    known = known_interaction(act, source, facts.reference) or _beside(act, source, facts)
    if known is not None:
        return _join(act, known, sound, facts=facts)

    def begin() -> Interaction:
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
            duration_ms=sound.facts.duration_ms,
            transfers=facts.transfers,
            received_at=act.now,
        )
        act.session.add(interaction)
        act.session.flush()
        link_waiting(act, interaction)
        return interaction

    added = _kept(act, sound, facts=facts, to=begin)
    if added is None:
        return _known_by_now(act, sound)
    queue_transcription(act, added, more=facts.more)
    audit.record(act, "interaction.added", added, source=source.id, size=path.stat().st_size)
    return Outcome(name, Arrival.ADDED, added.id)


def add_part(act: Act, interaction: Interaction, path: Path, *, name: str, facts: RecordingFacts) -> Outcome:
    """Add another recording to a conversation and queue its transcription as a whole; see ``add_recording``."""
    act.require(Permission.INTERACTION_ADD)
    sound = _looked_at(act, path, name=name)
    same = _with_digest(act, sound.digest)
    if same is not None:
        return Outcome(name, Arrival.KNOWN, same.interaction_id)
    check_start(act, facts.started_at)
    return _join(act, interaction, sound, facts=facts)


def _join(act: Act, interaction: Interaction, sound: _Sound, *, facts: RecordingFacts) -> Outcome:
    # Locked first, so that recordings which join at the same moment see each other, and the work that ends now sees them.
    act.session.refresh(interaction, ["state", "started_at", "duration_ms"], with_for_update=True)
    act.session.expire(interaction, ["recordings"])
    check_grows(act, interaction)
    if _kept(act, sound, facts=facts, to=lambda: interaction) is None:
        return _known_by_now(act, sound)
    if facts.place.offset_ms is None and facts.started_at < interaction.started_at:
        interaction.started_at = facts.started_at
    _lay_beside(act, interaction, facts=facts)
    interaction.duration_ms = check_place(interaction, limits=limits_of(act))
    queue_transcription(act, interaction, more=facts.more)
    audit.record(act, "interaction.joined", interaction, recordings=len(interaction.recordings))
    return Outcome(sound.name, Arrival.JOINED, interaction.id)


def _lay_beside(act: Act, interaction: Interaction, *, facts: RecordingFacts) -> None:
    """Of a pair whose second file shows what the first one is, lay the first on the other side."""
    first = _with_digest(act, facts.beside) if facts.beside else None
    if first is not None and first.interaction_id == interaction.id and first.side is None:
        first.side = 1 - (facts.place.side or 0)


def _kept(act: Act, sound: _Sound, *, facts: RecordingFacts, to: Callable[[], Interaction]) -> Interaction | None:
    """Keep the bytes and their row; nothing when somebody else sent the same file at the same moment: theirs counts."""
    fresh = not act.blobs.has(sound.key)
    act.blobs.put_file(sound.key, sound.path)
    try:
        with act.session.begin_nested():
            interaction = to()
            interaction.recordings.append(_row(sound, facts=facts, interaction=interaction))
            act.session.flush()
    except IntegrityError:
        if _with_digest(act, sound.digest) is None:
            raise
        return None
    except BaseException:
        if fresh:
            act.blobs.delete(sound.key)
        raise
    return interaction


def _known_by_now(act: Act, sound: _Sound) -> Outcome:
    same = _with_digest(act, sound.digest)
    return Outcome(sound.name, Arrival.KNOWN, same.interaction_id if same is not None else None)


def _row(sound: _Sound, *, facts: RecordingFacts, interaction: Interaction) -> Recording:
    place = facts.place
    side = place.side
    if place.party is not None:
        side = side_of(place.party, agent_channel=interaction.source.agent_channel)
    return Recording(
        position=max((one.position + 1 for one in interaction.recordings), default=0),
        sha256=sound.digest,
        file_name=sound.name[:LONGEST_NAME],
        size_bytes=sound.path.stat().st_size,
        codec=sound.facts.codec,
        channels=sound.facts.channels,
        sample_rate=sound.facts.sample_rate,
        duration_ms=sound.facts.duration_ms or 0,
        started_at=facts.started_at,
        offset_ms=place.offset_ms,
        part=place.number,
        parts=place.total,
        side=side,
        party=place.party.value if place.party else "",
        blob_key=sound.key,
    )


def transcribe_again(act: Act, interaction: Interaction) -> None:
    """Queue the transcription of an interaction that failed once more."""
    act.require(Permission.INTERACTION_ADD)
    if interaction.state is InteractionState.READY or not interaction.recordings:
        raise ConflictError(_("There is nothing to try again: this interaction is ready."))
    if interaction.sound_erased_at is not None:
        raise ConflictError(_("The sound of this conversation was erased, so it cannot be transcribed again."))
    queue_transcription(act, interaction)
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


def _looked_at(act: Act, path: Path, *, name: str) -> _Sound:
    try:
        facts = probe_apart(path, limits=limits_of(act), name=name)
    except AudioError as error:
        raise InvalidError(Text(error.msgid, error.params)) from error
    return _Sound(path, name, sha256_of(path), facts)


def _beside(act: Act, source: Source, facts: RecordingFacts) -> Interaction | None:
    """Return the conversation of the other file of a pair, which came before anybody could know that it is one."""
    other = _with_digest(act, facts.beside) if facts.beside else None
    return other.interaction if other is not None and other.interaction.source_id == source.id else None


def _with_digest(act: Act, digest: str) -> Recording | None:
    return act.session.scalar(
        select(Recording).options(joinedload(Recording.interaction)).where(Recording.sha256 == digest)
    )
