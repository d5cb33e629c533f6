"""From a recording to a transcript: decode, find speech, recognise, tell speakers apart, join turns."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count
from pathlib import Path

from transcribe.assignment import assign
from transcribe.audio import Audio, Limits, decode
from transcribe.ballot import Ballot, Spoken, languages_of, reconsidered
from transcribe.cues import roles_of
from transcribe.diariser import MAX_SPEAKERS, MOST_SPEAKERS, Diariser, only_speech
from transcribe.errors import N_, Sentence
from transcribe.events import events_of
from transcribe.gate import gate
from transcribe.invention import left_out, sift, unheard
from transcribe.languages import ELSEWHERE, doubted_elsewhere, in_languages, own_name
from transcribe.layout import layout_of, loudest_db
from transcribe.packing import Window, pack, split_at_quiet
from transcribe.recogniser import Recogniser
from transcribe.recognition import Task, recognised
from transcribe.samples import Channel, MixedChannel, whole
from transcribe.speakers import NOT_TOLD_APART
from transcribe.transfers import rung_between
from transcribe.turns import from_channels, from_speakers
from transcribe.types import (
    AudioEvent,
    ChannelRoles,
    Layout,
    Progress,
    Reason,
    Removed,
    Report,
    Role,
    Span,
    SpeakerSpan,
    Transcript,
    Turn,
    Word,
    silent,
)
from transcribe.vad import Vad
from transcribe.words import doubted, without_echo

ONE_SIGNAL = N_("Both channels carry the same sound: this recording is mono, so the parties had to be told apart.")
ONE_SILENT = N_("One channel of this recording is silent: the parties had to be told apart in the other one.")
TOO_MANY = N_("This recording has {channels} channels; they were mixed, so the parties had to be told apart.")
NO_SPEECH = N_("No speech was found in this recording.")
OTHER_LANGUAGE = N_(
    "This recording seems to be in another language than the ones that are set ({languages}); its words are doubtful."
)
PARTLY_OTHER_LANGUAGE = N_(
    "A part of this recording seems to be in another language than the ones that are set ({languages}); "
    "its words there are doubtful."
)

DECODE, FIND_SPEECH, FIND_LANGUAGE, RECOGNISE, TELL_APART = "decode", "speech", "language", "recognise", "speakers"


@dataclass(frozen=True, slots=True)
class Options:
    """How a recording is transcribed: ``language`` fixes it, else it is voted among ``languages``, and may change.

    ``name`` is what the file is called towards the user; ``prompt`` holds names and terms that may be heard.
    """

    languages: tuple[str, ...] = ("nl", "en")
    language: str | None = None
    prompt: str = ""
    name: str | None = None
    limits: Limits = field(default_factory=Limits)
    #: How many windows vote on the language at first.
    votes: int = 3
    #: How many people a mono recording holds at most; each time it rings in the middle, which is a transfer, adds one.
    max_speakers: int = MAX_SPEAKERS


def transcribe_file(
    path: Path,
    *,
    options: Options,
    recogniser: Recogniser,
    vad: Vad,
    diariser: Diariser | None,
    roles: ChannelRoles,
    diariser_warnings: Sequence[Sentence] = (),
    report: Report = silent,
) -> Transcript:
    """Transcribe the recording at ``path``.

    Stereo is transcribed channel by channel and ``roles`` says who they are; anything else is mixed, its speakers are
    told apart by ``diariser`` and named by what they say. ``diariser_warnings`` go on transcripts that needed one.
    Raises ``AudioError``, ``ModelError``, and ``CancelledError`` out of ``report``.
    """
    report(Progress(DECODE, 0, 1))
    audio = decode(path, limits=options.limits, name=options.name)
    report(Progress(DECODE, 1, 1))
    return transcribe_audio(
        audio, options=options, recogniser=recogniser, vad=vad, diariser=diariser, roles=roles,
        diariser_warnings=diariser_warnings, report=report,
    )  # fmt: skip


def transcribe_audio(
    audio: Audio,
    *,
    options: Options,
    recogniser: Recogniser,
    vad: Vad,
    diariser: Diariser | None,
    roles: ChannelRoles,
    diariser_warnings: Sequence[Sentence] = (),
    layout: Layout | None = None,
    report: Report = silent,
) -> Transcript:
    """Transcribe decoded sound at 16 kHz, whose ``layout`` is looked for where it is not known; see ``transcribe_file``."""
    layout = layout or layout_of(audio.samples)
    leaks = False
    if layout is Layout.STEREO:
        gated = gate(audio.samples, sample_rate=audio.sample_rate)
        sound, warnings, leaks = gated.samples, gated.warnings, gated.leaks
    else:
        sound, warnings = _one_channel(audio, layout=layout)
    speech = _speech(sound, vad=vad, sample_rate=audio.sample_rate, report=report)
    spoken, heard, removed = _heard(
        sound, [pack(spans) for spans in speech], options=options, recogniser=recogniser,
        sample_rate=audio.sample_rate, report=report,
    )  # fmt: skip
    language = spoken.main
    sifted = [sift(words, channel=_channel(index, of=heard)) for index, words in enumerate(heard)]
    heard = [list(found.words) for found in sifted]
    removed += [gone for found in sifted for gone in found.removed]
    events = _sounds(sound, speech=speech, roles=roles, unrecorded=audio.unrecorded, sample_rate=audio.sample_rate)
    told_by = ""
    if layout is Layout.STEREO:
        # Where nothing leaks, the same word on both sides is two people who say it at once.
        own = without_echo(heard, audio.samples, sample_rate=audio.sample_rate) if leaks else heard
        for index, (before, after) in enumerate(zip(heard, own, strict=True)):
            removed += left_out(before, after, reason=Reason.ECHO, channel=index)
        turns = _channel_turns(own, roles=roles, spoken=spoken)
        told_by = "channels"
    else:
        warnings += tuple(diariser_warnings) or ((Sentence(NOT_TOLD_APART),) if diariser is None else ())
        spans = _told_apart(
            heard[0], sound[0], speech=speech[0], diariser=diariser,
            max_speakers=_most_speakers(options.max_speakers, events, speech=speech[0]),
            sample_rate=audio.sample_rate, report=report,
        )  # fmt: skip
        turns = _speaker_turns(heard[0], spans, spoken=spoken)
        told_by = diariser.name if diariser else "none"
    if not any(speech):
        warnings += (Sentence(NO_SPEECH),)
    warnings += _of_another_language(spoken, configured=options.languages)
    return Transcript(
        language=language,
        duration_ms=audio.duration_ms,
        turns=turns,
        events=_events(events, speech=speech, words=heard),
        warnings=audio.warnings + warnings,
        layout=layout,
        engine=recogniser.engine,
        model=recogniser.model,
        diariser=told_by,
        removed=tuple(sorted(removed, key=lambda gone: (gone.start_ms, gone.end_ms))),
    )


def _channel(index: int, *, of: Sequence[object]) -> int | None:
    """The number of a channel, where there are more than one."""
    return index if len(of) > 1 else None


def _sounds(
    sound: Sequence[Channel],
    *,
    speech: Sequence[Sequence[Span]],
    roles: ChannelRoles,
    unrecorded: Sequence[Span],
    sample_rate: int,
) -> tuple[AudioEvent, ...]:
    """What is heard besides speech: other sounds, holds, and what nobody recorded."""
    agent = roles.roles.index(Role.AGENT) if len(sound) > 1 and Role.AGENT in roles.roles else None
    return events_of(sound, speech=speech, sample_rate=sample_rate, agent=agent, unrecorded=unrecorded)


def _most_speakers(expected: int, events: Sequence[AudioEvent], *, speech: Sequence[Span]) -> int:
    """How many people may speak: those that are expected, and one for each time it rings between words."""
    if not speech:
        return expected
    rung = rung_between(events, first_ms=speech[0].start_ms, last_ms=speech[-1].end_ms)
    return min(MOST_SPEAKERS, expected + len(rung))


def _events(
    sounds: Sequence[AudioEvent], *, speech: Sequence[Sequence[Span]], words: Sequence[Sequence[Word]]
) -> tuple[AudioEvent, ...]:
    """What is heard besides words: other sounds, holds, and speech that no words were found for."""
    found = list(sounds)
    for index, (spans, said) in enumerate(zip(speech, words, strict=True)):
        found += unheard(spans, said, channel=_channel(index, of=words))
    return tuple(sorted(found, key=lambda event: (event.start_ms, event.kind, event.channel or 0)))


def _one_channel(audio: Audio, *, layout: Layout) -> tuple[Sequence[Channel], tuple[Sentence, ...]]:
    if layout is Layout.MANY:
        return [MixedChannel(audio.samples)], (Sentence(TOO_MANY, {"channels": audio.channels}),)
    if layout is Layout.FAKE_STEREO:
        return [MixedChannel(audio.samples)], (Sentence(ONE_SIGNAL),)
    if layout is Layout.ONE_SILENT_CHANNEL:
        louder = max(range(len(audio.samples)), key=lambda index: loudest_db(audio.samples[index]))
        return [audio.samples[louder]], (Sentence(ONE_SILENT),)
    return list(audio.samples), ()


def _speech(sound: Sequence[Channel], *, vad: Vad, sample_rate: int, report: Report) -> list[list[Span]]:
    found = []
    for index, channel in enumerate(sound):
        report(Progress(FIND_SPEECH, index, len(sound)))
        spans = vad.speech(channel, sample_rate=sample_rate)
        found.append(split_at_quiet(spans, channel, sample_rate=sample_rate))
    report(Progress(FIND_SPEECH, len(sound), len(sound)))
    return found


def _heard(
    sound: Sequence[Channel],
    windows: Sequence[Sequence[Window]],
    *,
    options: Options,
    recogniser: Recogniser,
    sample_rate: int,
    report: Report,
) -> tuple[Spoken, list[list[Word]], list[Removed]]:
    """What is spoken where, and its words: heard again where they turn out to be in another language."""
    looks = count()
    ballot = Ballot(
        sound, recogniser, options.languages, sample_rate,
        report=lambda: report(Progress(FIND_LANGUAGE, min(next(looks), options.votes), options.votes)),
    )  # fmt: skip
    if options.language:
        spoken = Spoken.wholly(options.language, windows, main=options.language)
    else:
        spoken = languages_of(windows, ballot=ballot, votes=options.votes)
    task = Task(recogniser, language=spoken.main, prompt=options.prompt, sample_rate=sample_rate)
    told = partial(_recognising, report)
    heard, removed = recognised(sound, spoken.windows, task=task, report=told, languages=spoken.languages)
    found = spoken if options.language else reconsidered(spoken, heard, ballot=ballot)
    if found is not spoken:
        task = replace(task, language=found.main)
        heard, removed = recognised(sound, found.windows, task=task, report=told, languages=found.languages)
    doubtful = [doubted_elsewhere(doubted(words), found.stretches(channel)) for channel, words in enumerate(heard)]
    return found, doubtful, removed


def _recognising(report: Report, done: int, total: int) -> None:
    report(Progress(RECOGNISE, done, total))


def _of_another_language(spoken: Spoken, *, configured: Sequence[str]) -> tuple[Sentence, ...]:
    """What a reader is told where speech is in a language that is not configured."""
    share = spoken.share(ELSEWHERE)
    names = ", ".join(own_name(language) for language in configured)
    if share == 0.0:
        return ()
    return (Sentence(OTHER_LANGUAGE if share > 0.5 else PARTLY_OTHER_LANGUAGE, {"languages": names}),)


def _channel_turns(heard: Sequence[Sequence[Word]], *, roles: ChannelRoles, spoken: Spoken) -> tuple[Turn, ...]:
    speakers = {f"channel {index + 1}": words for index, words in enumerate(heard)}
    turns = from_channels(speakers, roles=dict(zip(speakers, roles.roles, strict=False)))
    stretches = {speaker: spoken.stretches(index) for index, speaker in enumerate(speakers)}
    return in_languages(turns, stretches, main=spoken.main)


def _told_apart(
    words: Sequence[Word],
    sound: Channel,
    *,
    speech: Sequence[Span],
    diariser: Diariser | None,
    max_speakers: int,
    sample_rate: int,
    report: Report,
) -> list[SpeakerSpan]:
    if diariser is None or not words:
        return []
    voices = only_speech(whole(sound), speech, sample_rate=sample_rate)
    return diariser.diarise(voices, speech=speech, max_speakers=max_speakers, report=report)


def _speaker_turns(words: Sequence[Word], spans: Sequence[SpeakerSpan], *, spoken: Spoken) -> tuple[Turn, ...]:
    turns = from_speakers(assign(words, spans), roles={})
    turns = in_languages(turns, dict.fromkeys((turn.speaker for turn in turns), spoken.stretches(0)), main=spoken.main)
    found = roles_of(turns, language=spoken.main)
    return tuple(replace(turn, role=found.get(turn.speaker, Role.UNKNOWN)) for turn in turns)
