"""The job that transcribes a recording: model work without a transaction, then one that keeps everything."""

import hashlib
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from qa.act import Act
from qa.errors import RefusedError
from qa.i18n import Text, _
from qa.interactions.kinds import InteractionState
from qa.interactions.models import Interaction
from qa.interactions.parts import agent_side, missing, places
from qa.interactions.recordings import limits_of
from qa.jobs.kinds import JobKind
from qa.jobs.work import JobStoppedError, Work, handles
from qa.transcripts.engines import engines_of, speakers_of
from qa.transcripts.redaction import redact_transcript
from qa.transcripts.service import store_transcript
from transcribe.audio import Limits
from transcribe.conversation import decode_parts, tells_speakers_apart, transcribe_joined
from transcribe.diariser import MOST_SPEAKERS
from transcribe.errors import CancelledError, Sentence, TranscribeError
from transcribe.joining import Joined
from transcribe.media import parts_to_opus_apart
from transcribe.parts import Part
from transcribe.pipeline import DECODE, FIND_LANGUAGE, FIND_SPEECH, RECOGNISE, TELL_APART, Options
from transcribe.playback import PEAKS_PER_SECOND, Playable
from transcribe.speakers import Choice
from transcribe.types import ChannelRoles, EventKind, Progress, Role, Span, Transcript

PLAYABLE_TYPE = "audio/ogg"

STEPS: dict[str, Text] = {
    DECODE: _("Reading the recording"),
    FIND_SPEECH: _("Finding speech"),
    FIND_LANGUAGE: _("Hearing which language it is"),
    RECOGNISE: _("Writing down what is said"),
    TELL_APART: _("Telling the speakers apart"),
}


@dataclass(frozen=True, slots=True)
class _Task:
    """What is to be transcribed, read in one transaction before the work."""

    interaction_id: int
    #: Its recordings by number.
    parts: Mapping[int, Part]
    #: What tells this set of recordings, in these places, from any other.
    fingerprint: str
    missing: tuple[Sentence, ...]
    options: Options
    roles: ChannelRoles
    mute_holds: bool
    limits: Limits


@handles(JobKind.TRANSCRIBE)
def transcribe_interaction(work: Work) -> Mapping[str, Any] | None:
    """Transcribe the interaction's recordings and keep the result; done before, it does nothing.

    When a recording joins meanwhile, what was found is dropped: whoever added it asked for the work anew.
    """
    task = _task(work)
    if task is None:
        return None
    try:
        joined = _joined(work, task)
        heard = _heard(work, task, joined)
        preparing = partial(work.report, 95, 100, step=_("Preparing the recording for listening"))
        preparing()
        redacted = redact_transcript(heard, settings=work.bench.settings)
        heard = redacted.transcript
        silent = redacted.silenced + (_holds(heard) if task.mute_holds else ())
        with tempfile.TemporaryDirectory() as folder:
            sound = Path(folder) / "playable.ogg"
            playable = parts_to_opus_apart(joined.parts, sound, silent=silent, limits=task.limits, wanted=preparing)
            kept = _keep(work, task, heard, joined=joined, sound=sound, playable=playable)
    except (JobStoppedError, CancelledError):
        _leave(work, task, InteractionState.RECEIVED)
        raise
    except (TranscribeError, RefusedError):
        _leave(work, task, InteractionState.FAILED)
        raise
    return {"interaction": task.interaction_id, "turns": len(heard.turns)} if kept else None


def _joined(work: Work, task: _Task) -> Joined:
    reading = partial(work.report, 0, 100, step=STEPS[DECODE])
    reading()
    return decode_parts(tuple(task.parts.values()), limits=task.limits, wanted=reading)


def _heard(work: Work, task: _Task, joined: Joined) -> Transcript:
    work.report(2, 100, step=_("Loading the speech model"))
    engines = engines_of(work.bench.settings)
    speakers = Choice(None) if tells_speakers_apart(joined) else speakers_of(work.bench.settings)
    heard = transcribe_joined(
        joined,
        options=task.options,
        recogniser=engines.recogniser,
        vad=engines.vad,
        diariser=speakers.diariser,
        diariser_warnings=speakers.warnings,
        roles=task.roles,
        report=lambda progress: _report(work, progress),
    )
    return replace(heard, warnings=task.missing + heard.warnings)


def _task(work: Work) -> _Task | None:
    with work.act() as act:
        interaction = act.session.get(Interaction, int(work.payload["interaction"]))
        if interaction is None or interaction.state is InteractionState.READY or not interaction.recordings:
            return None
        interaction.state = InteractionState.TRANSCRIBING
        limits = limits_of(act)
        gaps = [one.text for one in missing(interaction.recordings)]
        return _Task(
            interaction_id=interaction.id,
            parts=_parts(act, interaction),
            fingerprint=_fingerprint(interaction),
            missing=tuple(Sentence(gap.msgid, dict(gap.params)) for gap in gaps),
            options=options_of(act, interaction),
            roles=channel_roles(agent_side(interaction)),
            mute_holds=act.settings.mute_holds,
            limits=limits,
        )


def options_of(act: Act, interaction: Interaction) -> Options:
    """Return how an interaction's recordings are transcribed; each transfer adds a person to what its source expects."""
    return Options(
        languages=act.settings.languages,
        language=interaction.language,
        prompt=interaction.source.vocabulary,
        limits=limits_of(act),
        max_speakers=min(MOST_SPEAKERS, interaction.source.max_speakers + interaction.transfers),
    )


def _parts(act: Act, interaction: Interaction) -> dict[int, Part]:
    return {
        place.recording.id: Part(
            act.blobs.path(place.recording.blob_key),
            place.recording.file_name,
            None if place.follows else place.start_ms,
            place.recording.side,
        )
        for place in places(interaction)
    }


def _fingerprint(interaction: Interaction) -> str:
    """Return the digest of the only recording, else one of all of them and their places."""
    found = places(interaction)
    if len(found) == 1 and found[0].recording.side is None:
        return found[0].recording.sha256
    told = [(place.recording.sha256, place.start_ms, place.recording.side) for place in found]
    return hashlib.sha256(repr(told).encode()).hexdigest()


def channel_roles(agent_channel: int | None) -> ChannelRoles:
    """Return who is on which channel; without a setting nobody is named."""
    if agent_channel is None:
        return ChannelRoles()
    return ChannelRoles((Role.AGENT, Role.CUSTOMER) if agent_channel == 0 else (Role.CUSTOMER, Role.AGENT))


def _report(work: Work, progress: Progress) -> None:
    share = {DECODE: (0, 5), FIND_SPEECH: (5, 10), FIND_LANGUAGE: (10, 15), TELL_APART: (80, 95)}
    low, high = share.get(progress.step, (15, 80))
    done = low + (high - low) * progress.done // max(1, progress.total)
    work.report(done, 100, step=STEPS.get(progress.step, STEPS[RECOGNISE]))


def _holds(heard: Transcript) -> tuple[Span, ...]:
    """Return the stretches on hold: what a customer says while waiting is nobody's to hear."""
    return tuple(Span(event.start_ms, event.end_ms) for event in heard.events if event.kind is EventKind.HOLD)


def _keep(work: Work, task: _Task, heard: Transcript, *, joined: Joined, sound: Path, playable: Playable) -> bool:
    """Keep the transcript and the playable form of the whole; tell whether its recordings are still the same ones."""
    key = f"playable/{task.fingerprint[:2]}/{task.fingerprint}.ogg"
    with work.act() as act:
        interaction = act.session.get_one(Interaction, task.interaction_id, with_for_update=True)
        if _fingerprint(interaction) != task.fingerprint:
            return False
        work.bench.blobs.put_file(key, sound)
        first = interaction.recordings[0]
        before, first.playable_key, first.playable_type = first.playable_key, key, PLAYABLE_TYPE
        first.peaks = {"per_second": PEAKS_PER_SECOND, "channels": playable.peaks}
        lengths = {part.path: length for part, length in zip(joined.parts, joined.lengths, strict=True)}
        for recording in interaction.recordings:
            recording.duration_ms = lengths.get(task.parts[recording.id].path, recording.duration_ms)
        store_transcript(act, interaction, heard)
    if before not in {None, key}:
        work.bench.blobs.delete(str(before))
    return True


def _leave(work: Work, task: _Task, state: InteractionState) -> None:
    """Write how an interaction is left whose transcription did not end well, unless a recording joined meanwhile."""
    with work.act() as act:
        interaction = act.session.get_one(Interaction, task.interaction_id)
        if interaction.state is not InteractionState.READY and _fingerprint(interaction) == task.fingerprint:
            interaction.state = state
