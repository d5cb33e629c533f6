"""A conversation of one recording or several: decoded part by part, joined, transcribed on one clock."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from transcribe.audio import Audio, Limits
from transcribe.diariser import Diariser
from transcribe.errors import N_, AudioError, Sentence
from transcribe.joining import Joined, join, placed
from transcribe.media import decode_apart
from transcribe.parts import Part
from transcribe.pipeline import NO_SPEECH, Options, transcribe_audio
from transcribe.recogniser import Recogniser
from transcribe.samples import IN_MEMORY
from transcribe.types import AudioEvent, ChannelRoles, EventKind, Layout, Report, Transcript, Turn, silent
from transcribe.vad import Vad

LEFT_OUT = N_("The recording {name} cannot be read and was left out of this conversation.")
PARTLY_MIXED = N_("Some recordings of this conversation are mono: in those the parties had to be told apart.")


def decode_parts(
    parts: Sequence[Part], *, limits: Limits | None = None, wanted: Callable[[], None] = lambda: None
) -> Joined:
    """Decode every part in a process of its own and join them.

    Of several parts, one that cannot be read is left out with a warning. Raises ``AudioError`` when none can be read
    and when the whole is longer than the limits.
    """
    limits = limits or Limits()
    found: list[tuple[Part, Audio]] = []
    refused: list[AudioError] = []
    warnings: list[Sentence] = []
    for part in parts:
        try:
            audio = decode_apart(
                part.path, limits=limits, name=part.name, in_memory=IN_MEMORY // len(parts), wanted=wanted
            )
        except AudioError as error:
            refused.append(error)
            warnings += [Sentence(LEFT_OUT, {"name": part.name}), Sentence(error.msgid, error.params)]
        else:
            found.append((part, audio))
    if not found:
        raise refused[0]
    joined = join(placed(found), limits=limits)
    return replace(joined, warnings=(*warnings, *joined.warnings))


def tells_speakers_apart(joined: Joined) -> bool:
    """Whether channels say everywhere who speaks, so that no speaker model is needed."""
    return all(group.layout is Layout.STEREO for group in joined.groups)


def transcribe_joined(
    joined: Joined,
    *,
    options: Options,
    recogniser: Recogniser,
    vad: Vad,
    diariser: Diariser | None,
    roles: ChannelRoles,
    diariser_warnings: Sequence[Sentence] = (),
    report: Report = silent,
) -> Transcript:
    """Transcribe a conversation; see ``transcribe.pipeline.transcribe_file``. All times are on its clock."""
    heard = [
        transcribe_audio(
            group.audio, options=options, recogniser=recogniser, vad=vad, diariser=diariser, roles=roles,
            diariser_warnings=diariser_warnings, layout=group.layout, report=report,
        )
        for group in joined.groups
    ]  # fmt: skip
    return _whole(heard, joined=joined)


def _whole(heard: Sequence[Transcript], *, joined: Joined) -> Transcript:
    gaps = [AudioEvent(EventKind.UNRECORDED, span.start_ms, span.end_ms) for span in joined.unrecorded]
    main = max(heard, key=lambda one: sum(len(turn.words) for turn in one.turns)).language
    turns = [_in_its_language(turn, of=one.language, main=main) for one in heard for turn in one.turns]
    return replace(
        heard[0],
        language=main,
        duration_ms=joined.duration_ms,
        turns=tuple(sorted(turns, key=lambda turn: turn.start_ms)),
        events=tuple(
            sorted(
                [*(event for one in heard for event in one.events), *gaps],
                key=lambda event: (event.start_ms, event.kind, event.channel or 0),
            )
        ),
        warnings=_warnings(heard, joined=joined),
        diariser=heard[-1].diariser,
        removed=tuple(
            sorted((gone for one in heard for gone in one.removed), key=lambda gone: (gone.start_ms, gone.end_ms))
        ),
    )


def _in_its_language(turn: Turn, *, of: str, main: str) -> Turn:
    """Return the turn of a group that is in ``of`` as one of a conversation that is mainly in ``main``."""
    spoken = turn.language or of
    return replace(turn, language=None if spoken == main else spoken)


def _warnings(heard: Sequence[Transcript], *, joined: Joined) -> tuple[Sentence, ...]:
    """Each warning once; that nobody speaks in one group says nothing where somebody speaks in the other."""
    told = [*joined.warnings, *([Sentence(PARTLY_MIXED)] if len(heard) > 1 else [])]
    spoken = any(one.turns for one in heard)
    for warning in (warning for one in heard for warning in one.warnings):
        if warning not in told and not (spoken and warning.msgid == NO_SPEECH):
            told.append(warning)
    return tuple(told)
