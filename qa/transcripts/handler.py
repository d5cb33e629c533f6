"""The job that transcribes a recording: model work without a transaction, then one that keeps everything."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from qa.errors import RefusedError
from qa.i18n import Text, _
from qa.interactions.kinds import InteractionState
from qa.interactions.models import Interaction
from qa.interactions.recordings import limits_of
from qa.jobs.kinds import JobKind
from qa.jobs.work import JobStoppedError, Work, handles
from qa.transcripts.engines import engines_of, speakers_of
from qa.transcripts.redaction import redact_transcript
from qa.transcripts.service import store_transcript
from transcribe.audio import Limits
from transcribe.errors import CancelledError, TranscribeError
from transcribe.layout import layout_of
from transcribe.media import decode_apart, to_opus_apart
from transcribe.pipeline import DECODE, FIND_LANGUAGE, FIND_SPEECH, RECOGNISE, TELL_APART, Options, transcribe_audio
from transcribe.playback import PEAKS_PER_SECOND, Playable
from transcribe.speakers import Choice
from transcribe.types import ChannelRoles, EventKind, Layout, Progress, Role, Span, Transcript

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
    recording_id: int
    path: Path
    name: str
    digest: str
    options: Options
    roles: ChannelRoles
    mute_holds: bool
    limits: Limits


@handles(JobKind.TRANSCRIBE)
def transcribe_interaction(work: Work) -> Mapping[str, Any] | None:
    """Transcribe the interaction's recording and keep the result; done before, it does nothing."""
    task = _task(work)
    if task is None:
        return None
    try:
        heard = _heard(work, task)
        preparing = partial(work.report, 95, 100, step=_("Preparing the recording for listening"))
        preparing()
        redacted = redact_transcript(heard, settings=work.bench.settings)
        heard = redacted.transcript
        silent = redacted.silenced + (_holds(heard) if task.mute_holds else ())
        with tempfile.TemporaryDirectory() as folder:
            sound = Path(folder) / "playable.ogg"
            playable = to_opus_apart(
                task.path, sound, silent=silent, limits=task.limits, name=task.name, wanted=preparing
            )
            _keep(work, task, heard, sound=sound, playable=playable)
    except (JobStoppedError, CancelledError):
        _leave(work, task, InteractionState.RECEIVED)
        raise
    except (TranscribeError, RefusedError):
        _leave(work, task, InteractionState.FAILED)
        raise
    return {"interaction": task.interaction_id, "turns": len(heard.turns)}


def _heard(work: Work, task: _Task) -> Transcript:
    work.report(0, 100, step=_("Loading the speech model"))
    engines = engines_of(work.bench.settings)
    work.report(2, 100, step=STEPS[DECODE])
    audio = decode_apart(
        task.path, limits=task.limits, name=task.name, wanted=lambda: work.report(2, 100, step=STEPS[DECODE])
    )
    apart = layout_of(audio.samples) is Layout.STEREO
    speakers = Choice(None) if apart else speakers_of(work.bench.settings)
    return transcribe_audio(
        audio,
        options=task.options,
        recogniser=engines.recogniser,
        vad=engines.vad,
        diariser=speakers.diariser,
        diariser_warnings=speakers.warnings,
        roles=task.roles,
        report=lambda progress: _report(work, progress),
    )


def _task(work: Work) -> _Task | None:
    with work.act() as act:
        interaction = act.session.get(Interaction, int(work.payload["interaction"]))
        if interaction is None or interaction.state is InteractionState.READY or not interaction.recordings:
            return None
        recording, source = interaction.recordings[0], interaction.source
        interaction.state = InteractionState.TRANSCRIBING
        limits = limits_of(act)
        return _Task(
            interaction_id=interaction.id,
            recording_id=recording.id,
            path=act.blobs.path(recording.blob_key),
            name=recording.file_name,
            digest=recording.sha256,
            options=Options(
                languages=act.settings.languages,
                language=interaction.language,
                prompt=source.vocabulary,
                name=recording.file_name,
                limits=limits,
            ),
            roles=channel_roles(source.agent_channel),
            mute_holds=act.settings.mute_holds,
            limits=limits,
        )


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


def _keep(work: Work, task: _Task, heard: Transcript, *, sound: Path, playable: Playable) -> None:
    key = f"playable/{task.digest[:2]}/{task.digest}.ogg"
    work.bench.blobs.put_file(key, sound)
    with work.act() as act:
        interaction = act.session.get_one(Interaction, task.interaction_id)
        recording = next(item for item in interaction.recordings if item.id == task.recording_id)
        recording.playable_key, recording.playable_type = key, PLAYABLE_TYPE
        recording.duration_ms = heard.duration_ms
        recording.peaks = {"per_second": PEAKS_PER_SECOND, "channels": playable.peaks}
        store_transcript(act, interaction, heard)


def _leave(work: Work, task: _Task, state: InteractionState) -> None:
    """Write how an interaction is left whose transcription did not end well."""
    with work.act() as act:
        interaction = act.session.get_one(Interaction, task.interaction_id)
        if interaction.state is not InteractionState.READY:
            interaction.state = state
