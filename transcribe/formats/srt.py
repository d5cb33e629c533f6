"""SubRip: numbered cues with comma times; the speaker stands in front of the text as ``Name:``."""

import re

from transcribe.assignment import UNKNOWN
from transcribe.errors import N_, FormatError
from transcribe.formats import clock
from transcribe.formats.building import role_of, spread, transcript_of
from transcribe.types import Transcript, Turn

ARROW = "-->"
#: ``[Anna]`` or ``Anna:`` in front of a text; a name has at most four words and begins with a letter.
SPEAKER = re.compile(r"^(?:\[([^\W\d_][^\]:]{0,39})\]:?|([^\W\d_][\w.'’-]*(?: [\w.'’-]+){0,3}):)\s+")
TAG = re.compile(r"</?(?:i|b|u|s|font)\b[^>]*>|\{\\[^}]*\}")


def write(transcript: Transcript) -> str:
    """One cue per turn, its text after the speaker's name in brackets."""
    cues = [
        f"{number}\n{clock.written(turn.start_ms, separator=',')} {ARROW} {clock.written(turn.end_ms, separator=',')}\n"
        f"[{_plain(turn.speaker)}] {turn.text}\n"
        for number, turn in enumerate(transcript.turns, start=1)
    ]
    return "\n".join(cues)


def read(text: str, *, name: str, language: str = "") -> Transcript:
    """A transcript with one turn per cue; words get times in proportion to their letters.

    Raises ``FormatError`` with the line where a cue has no times.
    """
    turns: list[Turn] = []
    lines = text.removeprefix("\ufeff").splitlines()
    starts = [number for number, line in enumerate(lines) if ARROW in line]
    if not starts:
        raise FormatError(
            N_("{name} holds no subtitles: no line with times such as 00:00:01,000 --> 00:00:02,500."), name=name
        )
    for index, start in enumerate(starts):
        end = starts[index + 1] if index + 1 < len(starts) else len(lines)
        body = [line.strip() for line in lines[start + 1 : end]]
        if index + 1 < len(starts):
            body = _without_number(body)
        said = TAG.sub("", " ".join(line for line in body if line))
        start_ms, end_ms = _times(lines[start], name=name, line=start + 1)
        found = SPEAKER.match(said)
        speaker = (found.group(1) or found.group(2)) if found else UNKNOWN
        words = spread(said[found.end() :] if found else said, start_ms=start_ms, end_ms=end_ms)
        if words:
            turns.append(Turn(speaker.strip(), role_of(speaker), start_ms, end_ms, words))
    return transcript_of(turns, language=language, engine="srt")


def _without_number(body: list[str]) -> list[str]:
    """The lines of a cue without the next cue's number and the empty line before it."""
    while body and not body[-1]:
        body = body[:-1]
    return body[:-1] if body and body[-1].isdigit() else body


def _times(text: str, *, name: str, line: int) -> tuple[int, int]:
    before, _, after = text.partition(ARROW)
    start_ms, end_ms = clock.read(before), clock.read(after.split()[0]) if after.split() else None
    if start_ms is None or end_ms is None:
        raise FormatError(
            N_("{name}, line {line}: “{text}” is no pair of times such as 00:00:01,000 --> 00:00:02,500."),
            name=name,
            line=line,
            text=text.strip()[:60],
        )
    if end_ms < start_ms:
        raise FormatError(N_("{name}, line {line}: the end lies before the start."), name=name, line=line)
    return start_ms, end_ms


def _plain(speaker: str) -> str:
    return " ".join(re.sub(r"[\[\]:]", " ", speaker).split()) or UNKNOWN
