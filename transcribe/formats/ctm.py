"""CTM, the table of words of NIST's evaluations: recording, channel, start and length in seconds, word, probability."""

from transcribe.errors import N_, FormatError
from transcribe.formats import clock
from transcribe.formats.building import field, transcript_of, turns_of
from transcribe.formats.rttm import RECORDING
from transcribe.types import Transcript, Word

#: Recording, channel, start, length, word; a probability may follow.
FIELDS = 5


def write(transcript: Transcript, *, recording: str = RECORDING) -> str:
    """A line per word, in order of time; every speaker is a channel of its own, under the speaker's name."""
    said = sorted(
        ((turn.speaker, word) for turn in transcript.turns for word in turn.words),
        key=lambda pair: (pair[1].start_ms, pair[1].end_ms),
    )
    return "".join(
        f"{field(recording)} {field(speaker)} {word.start_ms / 1000:.3f} "
        f"{(word.end_ms - word.start_ms) / 1000:.3f} {field(word.text)} {word.probability:.3f}\n"
        for speaker, word in said
    )


def read(text: str, *, name: str, language: str = "") -> Transcript:
    """A transcript with the channels as speakers. Raises ``FormatError`` with the line that is of another form."""
    said: list[tuple[str, Word]] = []
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        fields = line.split()
        if not fields or fields[0].startswith(";;"):
            continue
        if len(fields) < FIELDS:
            raise FormatError(
                N_("{name}, line {line}: a line of CTM needs at least {fields} fields."),
                name=name,
                line=number,
                fields=FIELDS,
            )
        start_ms, length_ms = clock.stretch(fields[2], fields[3], name=name, line=number)
        said.append((fields[1], Word(fields[4], start_ms, start_ms + length_ms, _probability(fields[5:6]))))
    if not said:
        raise FormatError(N_("{name} holds no transcript: it is empty."), name=name)
    return transcript_of(
        turns_of(sorted(said, key=lambda pair: (pair[1].start_ms, pair[1].end_ms))), language=language, engine="ctm"
    )


def _probability(fields: list[str]) -> float:
    try:
        return min(1.0, max(0.0, float(fields[0]))) if fields else 1.0
    except ValueError:
        return 1.0
