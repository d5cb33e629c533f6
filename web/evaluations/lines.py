"""The lines of a transcript as pages show them: turns with their words, and what is heard besides."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from qa.i18n import Language, Text, _, say
from qa.interactions.kinds import AUTHOR_LABELS, AuthorRole
from qa.transcripts.labels import DOUBT_LABELS, EVENT_LABELS, HOLD_MUTED
from qa.transcripts.models import Transcript, Turn
from transcribe.types import Doubt, EventKind

#: Shorter stretches without words are part of any conversation and would only break up the reading.
SHORTEST_EVENT_MS = 5_000

_WORD = re.compile(r"(\s*)(\S+)")


@dataclass(frozen=True, slots=True)
class ShownWord:
    """One word; ``doubt`` says why it may be wrong, ``breaks`` counts the line breaks before it."""

    text: str
    start_ms: int | None = None
    end_ms: int | None = None
    doubt: str = ""
    breaks: int = 0


@dataclass(frozen=True, slots=True)
class TurnLine:
    """What one party says or writes at a stretch; times for speech, ``sent_at`` for messages."""

    id: int
    role: str
    speaker: str
    start_ms: int | None
    end_ms: int | None
    sent_at: datetime | None
    internal: bool
    doubtful: int
    words: tuple[ShownWord, ...]
    kind: Literal["turn"] = "turn"

    @property
    def text(self) -> str:
        """The words in a row."""
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class EventLine:
    """A stretch of hold, music or silence."""

    label: str
    start_ms: int
    end_ms: int
    kind: Literal["event"] = "event"


Line = TurnLine | EventLine


def lines_of(transcript: Transcript | None, *, language: Language, holds_muted: bool) -> tuple[Line, ...]:
    """Return turns and events in the order in which they are heard."""
    if transcript is None:
        return ()
    events = list(_events(transcript, language=language, holds_muted=holds_muted))
    lines: list[Line] = []
    numbers = _speaker_numbers(transcript)
    for turn in transcript.turns:
        while events and turn.start_ms is not None and events[0].start_ms <= turn.start_ms:
            lines.append(events.pop(0))
        lines.append(_turn(turn, number=numbers.get(turn.author), language=language))
    return (*lines, *events)


def turns_of(lines: tuple[Line, ...]) -> dict[int, TurnLine]:
    """Return the turns among the lines by their number."""
    return {line.id: line for line in lines if isinstance(line, TurnLine)}


def _events(transcript: Transcript, *, language: Language, holds_muted: bool) -> Iterator[EventLine]:
    found = sorted(transcript.events, key=lambda event: int(event["start_ms"]))
    holds = [(event["start_ms"], event["end_ms"]) for event in found if event["kind"] == EventKind.HOLD]
    for event in found:
        kind, start_ms, end_ms = EventKind(event["kind"]), int(event["start_ms"]), int(event["end_ms"])
        if kind is EventKind.HOLD:
            label = HOLD_MUTED if holds_muted else EVENT_LABELS[kind]
        elif kind is EventKind.UNHEARD:
            label = EVENT_LABELS[kind]
        elif end_ms - start_ms < SHORTEST_EVENT_MS or any(start < end_ms and start_ms < end for start, end in holds):
            continue
        else:
            label = EVENT_LABELS[kind]
        yield EventLine(say(label, language), start_ms, end_ms)


def _speaker_numbers(transcript: Transcript) -> dict[str, int]:
    """Number the speakers of whom only the voice is known, so that a reader can tell them apart."""
    voices = [turn.author for turn in transcript.turns if turn.role is AuthorRole.UNKNOWN and turn.start_ms is not None]
    return {voice: number for number, voice in enumerate(dict.fromkeys(voices), start=1) if voice}


def _turn(turn: Turn, *, number: int | None, language: Language) -> TurnLine:
    words = tuple(_spoken(turn, language=language) if turn.words else _written(turn.text))
    speaker: Text = AUTHOR_LABELS[turn.role]
    if turn.role is AuthorRole.UNKNOWN and number is not None:
        speaker = _("Speaker {number}", number=number)
    if turn.sent_at is not None and turn.author:
        speaker = _("{role}, {name}", role=speaker, name=turn.author)
    return TurnLine(
        id=turn.id,
        role=turn.role.value,
        speaker=say(speaker, language),
        start_ms=turn.start_ms,
        end_ms=turn.end_ms,
        sent_at=turn.sent_at,
        internal=turn.internal,
        doubtful=sum(bool(word.doubt) for word in words),
        words=words,
    )


def _spoken(turn: Turn, *, language: Language) -> Iterator[ShownWord]:
    for text, start_ms, end_ms, _probability, doubts in turn.words:
        reasons = " ".join(say(DOUBT_LABELS[Doubt(doubt)], language) for doubt in doubts)
        yield ShownWord(str(text).strip(), start_ms, end_ms, reasons)


def _written(text: str) -> Iterator[ShownWord]:
    for space, word in _WORD.findall(text):
        yield ShownWord(word, breaks=min(space.count("\n"), 2))
