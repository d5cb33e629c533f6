"""Our own JSON: everything a transcript holds, so that reading gives back what was written."""

import json
from enum import StrEnum
from typing import TypeVar

from transcribe.errors import N_, FormatError, Sentence
from transcribe.types import AudioEvent, Doubt, EventKind, Layout, Reason, Removed, Role, Transcript, Turn, Word

FORMAT = "steekproef-transcript"
#: Raised when a reader of an older version could no longer understand what is written.
VERSION = 3
#: Version 1 knew no words that were left out, version 2 one language only.
READABLE = (1, 2, 3)

Kind = TypeVar("Kind", str, int, float, list[object], dict[str, object])
Choice = TypeVar("Choice", bound=StrEnum)


def write(transcript: Transcript, *, signals: dict[str, object] | None = None) -> str:
    """The transcript as indented JSON, version 3. Parameters of warnings that are no numbers are written as text.

    ``signals`` are its figures; whoever reads the transcript works them out anew.
    """
    value = as_value(transcript) if signals is None else {**as_value(transcript), "signals": signals}
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def as_value(transcript: Transcript) -> dict[str, object]:
    """The transcript as JSON's own values."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "language": transcript.language,
        "duration_ms": transcript.duration_ms,
        "layout": transcript.layout,
        "engine": transcript.engine,
        "model": transcript.model,
        "diariser": transcript.diariser,
        "turns": [_turn_value(turn) for turn in transcript.turns],
        "events": [
            {"kind": event.kind, "start_ms": event.start_ms, "end_ms": event.end_ms, "channel": event.channel}
            for event in transcript.events
        ],
        "removed": [
            {
                "text": gone.text,
                "start_ms": gone.start_ms,
                "end_ms": gone.end_ms,
                "reason": gone.reason,
                "channel": gone.channel,
            }
            for gone in transcript.removed
        ],
        "warnings": [
            {"msgid": warning.msgid, "params": {key: _simple(value) for key, value in warning.params.items()}}
            for warning in transcript.warnings
        ],
    }


def read(text: str, *, name: str) -> Transcript:
    """The transcript that ``write`` wrote. Raises ``FormatError`` that names the line, or the place in the document."""
    try:
        value = json.loads(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        raise FormatError(
            N_("{name}, line {line}: this is no JSON ({reason})."), name=name, line=error.lineno, reason=error.msg
        ) from error
    return from_value(value, name=name)


def from_value(value: object, *, name: str) -> Transcript:
    """The transcript in JSON's own values; raises ``FormatError``."""
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise FormatError(N_("{name} is no transcript of Steekproef."), name=name)
    if value.get("version") not in READABLE:
        raise FormatError(
            N_("{name} was written in version {version} of the format; this program reads version {known}."),
            name=name,
            version=value.get("version"),
            known=VERSION,
        )
    document = _Place(name, where="transcript", value=value)
    return Transcript(
        language=document.needed("language", str),
        duration_ms=document.needed("duration_ms", int),
        turns=tuple(_turn(place) for place in document.each("turns")),
        events=tuple(_event(place) for place in document.each("events")),
        warnings=tuple(_warning(place) for place in document.each("warnings")),
        layout=None if document.empty("layout") else document.choice("layout", Layout),
        engine=document.needed("engine", str),
        model=document.needed("model", str),
        diariser=document.needed("diariser", str),
        removed=() if document.empty("removed") else tuple(_removed(place) for place in document.each("removed")),
    )


class _Place:
    """An object inside the document, which says where it is when something in it is wrong."""

    def __init__(self, file: str, *, where: str, value: object) -> None:
        self._file, self._where = file, where
        if not isinstance(value, dict):
            raise self._wrong("")
        self._value = value

    def empty(self, key: str) -> bool:
        """Whether nothing stands at ``key``."""
        return self._value.get(key) is None

    def needed(self, key: str, kind: type[Kind]) -> Kind:
        """The value at ``key``, which must be of ``kind``; a whole number is a number too."""
        value = self._value.get(key)
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            return kind(value)
        if not isinstance(value, kind) or isinstance(value, bool):
            raise self._wrong(key)
        return value

    def choice(self, key: str, choices: type[Choice]) -> Choice:
        """The value at ``key``, which must be one of ``choices``."""
        try:
            return choices(self.needed(key, str))
        except ValueError as error:
            raise self._wrong(key) from error

    def time(self) -> tuple[int, int]:
        """Start and end in milliseconds, in that order."""
        start_ms, end_ms = self.needed("start_ms", int), self.needed("end_ms", int)
        if not 0 <= start_ms <= end_ms:
            raise self._wrong("end_ms")
        return start_ms, end_ms

    def each(self, key: str) -> list["_Place"]:
        """The objects of the list at ``key``."""
        items: list[object] = self.needed(key, list)
        return [
            _Place(self._file, where=f"{self._where}.{key}[{index}]", value=item) for index, item in enumerate(items)
        ]

    def texts(self, key: str) -> list[str]:
        """The texts of the list at ``key``."""
        items: list[object] = self.needed(key, list)
        texts = [item for item in items if isinstance(item, str)]
        if len(texts) != len(items):
            raise self._wrong(key)
        return texts

    def doubts(self) -> frozenset[Doubt]:
        """The doubts of a word."""
        try:
            return frozenset(Doubt(text) for text in self.texts("doubts"))
        except ValueError as error:
            raise self._wrong("doubts") from error

    def _wrong(self, key: str) -> FormatError:
        where = f"{self._where}.{key}" if key else self._where
        return FormatError(N_("{name}: {place} is missing or not what belongs there."), name=self._file, place=where)


def _turn(place: _Place) -> Turn:
    start_ms, end_ms = place.time()
    return Turn(
        speaker=place.needed("speaker", str),
        role=place.choice("role", Role),
        start_ms=start_ms,
        end_ms=end_ms,
        words=tuple(_word(word) for word in place.each("words")),
        language=None if place.empty("language") else place.needed("language", str),
    )


def _word(place: _Place) -> Word:
    start_ms, end_ms = place.time()
    return Word(
        text=place.needed("text", str),
        start_ms=start_ms,
        end_ms=end_ms,
        probability=place.needed("probability", float),
        doubts=place.doubts(),
    )


def _event(place: _Place) -> AudioEvent:
    start_ms, end_ms = place.time()
    channel = None if place.empty("channel") else place.needed("channel", int)
    return AudioEvent(place.choice("kind", EventKind), start_ms, end_ms, channel)


def _removed(place: _Place) -> Removed:
    start_ms, end_ms = place.time()
    channel = None if place.empty("channel") else place.needed("channel", int)
    return Removed(place.needed("text", str), start_ms, end_ms, place.choice("reason", Reason), channel)


def _warning(place: _Place) -> Sentence:
    params: dict[str, object] = place.needed("params", dict)
    return Sentence(place.needed("msgid", str), dict(params))


def _turn_value(turn: Turn) -> dict[str, object]:
    return {
        "speaker": turn.speaker,
        "role": turn.role,
        "start_ms": turn.start_ms,
        "end_ms": turn.end_ms,
        "language": turn.language,
        "words": [
            {
                "text": word.text,
                "start_ms": word.start_ms,
                "end_ms": word.end_ms,
                "probability": word.probability,
                "doubts": sorted(word.doubts),
            }
            for word in turn.words
        ],
    }


def _simple(value: object) -> object:
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)
