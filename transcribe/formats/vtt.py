"""WebVTT with voices: one cue per turn, ``<v speaker>`` in front of the text (W3C WebVTT, 2019).

What is said in another language than the transcript's stands in ``<lang nl>``.
"""

import html
import re

from transcribe.assignment import UNKNOWN
from transcribe.errors import N_, FormatError
from transcribe.formats import clock
from transcribe.formats.building import role_of, spread, transcript_of
from transcribe.types import Transcript, Turn

LANGUAGE = re.compile(r"<lang(?:\.[^\s>]*)?\s+([A-Za-z]{2,3})(?:-[^>]*)?>")
VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]*)>")
TAG = re.compile(r"<[^>]*>")
ARROW = "-->"


def write(transcript: Transcript) -> str:
    """One cue per turn, with the speaker as its voice."""
    cues = [
        f"{clock.written(turn.start_ms)} {ARROW} {clock.written(turn.end_ms)}\n"
        f"<v {_voice(turn.speaker)}>{_said(turn)}\n"
        for turn in transcript.turns
    ]
    return "\n".join(["WEBVTT\n", *cues])


def read(text: str, *, name: str, language: str = "") -> Transcript:
    """A transcript with one turn per cue; words get times in proportion to their letters.

    Raises ``FormatError`` with the line where the file stops being WebVTT.
    """
    lines = text.removeprefix("\ufeff").splitlines()
    if not lines or not re.match(r"WEBVTT(?:[ \t]|$)", lines[0]):
        raise FormatError(N_("{name} is no WebVTT file: its first line is not WEBVTT."), name=name)
    turns: list[Turn] = []
    for number, block in _blocks(lines):
        timing = next((index for index, line in enumerate(block[:2]) if ARROW in line), None)
        if timing is None:
            continue
        start_ms, end_ms = _times(block[timing], name=name, line=number + timing)
        said = " ".join(block[timing + 1 :])
        voice = VOICE.search(said)
        speaker = html.unescape(voice.group(1)).strip() if voice else UNKNOWN
        words = spread(html.unescape(TAG.sub("", said)), start_ms=start_ms, end_ms=end_ms)
        if words:
            spoken = LANGUAGE.search(said)
            other = spoken.group(1).lower() if spoken and spoken.group(1).lower() != language else None
            turns.append(Turn(speaker or UNKNOWN, role_of(speaker), start_ms, end_ms, words, other))
    return transcript_of(turns, language=language, engine="webvtt")


def _blocks(lines: list[str]) -> list[tuple[int, list[str]]]:
    """The parts between empty lines, each with the number of its first line; header, notes and styles left out."""
    blocks: list[tuple[int, list[str]]] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            blocks.append((number + 1, []))
        elif blocks:
            blocks[-1][1].append(line)
    return [(number, block) for number, block in blocks if block and not re.match(r"(NOTE|STYLE|REGION)\b", block[0])]


def _times(text: str, *, name: str, line: int) -> tuple[int, int]:
    before, _, after = text.partition(ARROW)
    start_ms, end_ms = clock.read(before), clock.read(after.split()[0]) if after.split() else None
    if start_ms is None or end_ms is None:
        raise FormatError(
            N_("{name}, line {line}: “{text}” is no pair of times such as 00:01.000 --> 00:02.500."),
            name=name,
            line=line,
            text=text.strip()[:60],
        )
    if end_ms < start_ms:
        raise FormatError(N_("{name}, line {line}: the end lies before the start."), name=name, line=line)
    return start_ms, end_ms


def _said(turn: Turn) -> str:
    text = html.escape(turn.text, quote=False)
    return f"<lang {turn.language}>{text}</lang>" if turn.language else text


def _voice(speaker: str) -> str:
    return html.escape(" ".join(speaker.split()), quote=False) or UNKNOWN
