"""The JSON of openai-whisper and of WhisperX: segments in seconds, with words and, from WhisperX, speakers."""

import json
import math
from collections.abc import Mapping

from transcribe.assignment import UNKNOWN
from transcribe.errors import N_, FormatError
from transcribe.formats.building import spread, transcript_of, turns_of
from transcribe.types import Transcript, Turn, Word


def write(transcript: Transcript) -> str:
    """One segment per turn with its speaker and its words, as WhisperX writes them."""
    segments = [_segment(turn, number=number) for number, turn in enumerate(transcript.turns)]
    text = " ".join(turn.text for turn in transcript.turns)
    document = {"text": text, "segments": segments, "language": transcript.language}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def read(text: str, *, name: str, language: str = "") -> Transcript:
    """A transcript of the segments; where a segment or a word has no speaker the speaker is unknown.

    Words without times, as WhisperX leaves numbers, get theirs from their neighbours; segments without words get words
    in proportion to their letters. Raises ``FormatError`` that names the line or the segment.
    """
    try:
        value = json.loads(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        raise FormatError(
            N_("{name}, line {line}: this is no JSON ({reason})."), name=name, line=error.lineno, reason=error.msg
        ) from error
    segments = value.get("segments") if isinstance(value, dict) else None
    if not isinstance(segments, list):
        raise FormatError(N_("{name} is no Whisper transcript: it has no list of segments."), name=name)
    turns: list[Turn] = []
    for number, segment in enumerate(segments, start=1):
        turns += turns_of(_said(segment, number=number, name=name))
    told = value.get("language")
    return transcript_of(turns, language=language or (told if isinstance(told, str) else ""), engine="whisper-json")


def _said(segment: object, *, number: int, name: str) -> list[tuple[str, Word]]:
    if not isinstance(segment, dict):
        raise _wrong(name, number)
    start_ms, end_ms = _milliseconds(segment.get("start")), _milliseconds(segment.get("end"))
    text = segment.get("text", "")
    if start_ms is None or end_ms is None or end_ms < start_ms or not isinstance(text, str):
        raise _wrong(name, number)
    speaker = _speaker(segment, other=UNKNOWN)
    words = segment.get("words")
    if not words:
        return [(speaker, word) for word in spread(text, start_ms=start_ms, end_ms=end_ms)]
    if not isinstance(words, list) or not all(isinstance(word, dict) for word in words):
        raise _wrong(name, number)
    said: list[tuple[str, Word]] = []
    at_ms = start_ms
    for index, word in enumerate(words):
        heard = word.get("word", word.get("text"))
        if not isinstance(heard, str):
            raise _wrong(name, number)
        if not heard.strip():
            continue
        begin_ms = _milliseconds(word.get("start"))
        begin_ms = at_ms if begin_ms is None else begin_ms
        finish_ms = _milliseconds(word.get("end"))
        if finish_ms is None:
            finish_ms = _next_start(words[index + 1 :], last=end_ms)
        finish_ms = max(begin_ms, finish_ms)
        probability = _number(word.get("probability", word.get("score", 1.0)))
        parts = spread(heard, start_ms=begin_ms, end_ms=finish_ms)
        said += [
            (_speaker(word, other=speaker), Word(part.text, part.start_ms, part.end_ms, probability)) for part in parts
        ]
        at_ms = finish_ms
    return said


def _segment(turn: Turn, *, number: int) -> dict[str, object]:
    return {
        "id": number,
        "start": turn.start_ms / 1000,
        "end": turn.end_ms / 1000,
        "text": f" {turn.text}",
        "speaker": turn.speaker,
        "words": [
            {
                "word": f" {word.text}",
                "start": word.start_ms / 1000,
                "end": word.end_ms / 1000,
                "probability": word.probability,
                "speaker": turn.speaker,
            }
            for word in turn.words
        ],
    }


def _next_start(words: list[Mapping[str, object]], *, last: int) -> int:
    starts = (_milliseconds(word.get("start")) for word in words)
    return next((start_ms for start_ms in starts if start_ms is not None), last)


def _speaker(value: Mapping[str, object], *, other: str) -> str:
    speaker = value.get("speaker")
    return speaker.strip() if isinstance(speaker, str) and speaker.strip() else other


def _milliseconds(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        return None
    return round(value * 1000)


def _number(value: object) -> float:
    usable = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return min(1.0, max(0.0, float(value))) if usable and isinstance(value, int | float) else 1.0


def _wrong(name: str, number: int) -> FormatError:
    return FormatError(
        N_("{name}: segment {number} has no start, end or text that can be read."), name=name, number=number
    )
