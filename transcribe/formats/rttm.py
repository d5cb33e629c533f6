"""RTTM, the table of who speaks when (NIST Rich Transcription, 2009): one line per stretch, times in seconds."""

from collections.abc import Sequence
from dataclasses import replace

from transcribe.assignment import assign
from transcribe.errors import N_, FormatError
from transcribe.formats import clock
from transcribe.formats.building import field, turns_of
from transcribe.types import SpeakerSpan, Transcript

#: Type, file, channel, start, length, two empty fields, speaker; two more empty fields may follow.
FIELDS = 8
RECORDING = "recording"


def write(transcript: Transcript, *, recording: str = RECORDING) -> str:
    """A line per turn; spaces in names become underscores, for a field ends at a space."""
    return "".join(
        f"SPEAKER {field(recording)} 1 {turn.start_ms / 1000:.3f} {(turn.end_ms - turn.start_ms) / 1000:.3f} "
        f"<NA> <NA> {field(turn.speaker)} <NA> <NA>\n"
        for turn in transcript.turns
    )


def read(text: str, *, name: str) -> list[SpeakerSpan]:
    """The stretches of the table, sorted by start. Raises ``FormatError`` with the line that is of another form."""
    spans: list[SpeakerSpan] = []
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        fields = line.split()
        if not fields or fields[0].startswith(";;") or fields[0] != "SPEAKER":
            continue
        if len(fields) < FIELDS:
            raise FormatError(
                N_("{name}, line {line}: a SPEAKER line needs at least {fields} fields."),
                name=name,
                line=number,
                fields=FIELDS,
            )
        start_ms, length_ms = clock.stretch(fields[3], fields[4], name=name, line=number)
        spans.append(SpeakerSpan(start_ms, start_ms + length_ms, fields[7]))
    if not spans:
        raise FormatError(N_("{name} holds no line that begins with SPEAKER, so it is no RTTM file."), name=name)
    return sorted(spans, key=lambda span: (span.start_ms, span.end_ms))


def attach(transcript: Transcript, spans: Sequence[SpeakerSpan]) -> Transcript:
    """The same words in turns of the speakers that ``spans`` give; roles come from the speakers' names."""
    words = [word for turn in transcript.turns for word in turn.words]
    said = assign(sorted(words, key=lambda word: word.start_ms), spans)
    return replace(transcript, turns=turns_of(said), diariser="rttm")
