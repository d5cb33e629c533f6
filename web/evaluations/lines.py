"""The lines of a transcript as pages show them: turns with their words, and what is heard besides."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from markupsafe import Markup

from qa.i18n import Language, Text, _, say
from qa.interactions.kinds import AUTHOR_LABELS, AuthorRole
from qa.transcripts.labels import DOUBT_LABELS, EVENT_LABELS, HOLD_MUTED
from qa.transcripts.models import Transcript, Turn
from transcribe.messages import Message, answers
from transcribe.types import Doubt, EventKind, Role
from web.evaluations.turn_marks import TurnMark, told_by, turn_marks
from web.evaluations.words import ShownWord, heard_instead, words_shown

#: Shorter stretches without words are part of any conversation and would only break up the reading.
SHORTEST_EVENT_MS = 5_000

_WORD = re.compile(r"(\s*)(\S+)")


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
    marks: tuple[TurnMark, ...] = ()
    #: What is spoken, as far as it was heard; ``other_language`` says that it is not what the rest is in.
    language: str = ""
    other_language: bool = False
    #: The turn that was heard, of which this one can be a part: evidence is bound to that.
    heard_id: int = 0
    #: Who the machine heard, where people say that it was somebody else.
    heard_speaker: str = ""
    #: What was heard at the end of the turn where, people say, nothing was said.
    left_out: tuple[str, ...] = ()
    #: How long the customer waited for this answer of the agent; none for other turns and for speech.
    waited_ms: int | None = None
    kind: Literal["turn"] = "turn"

    @property
    def text(self) -> str:
        """The words in a row."""
        return " ".join(word.text for word in self.words)

    def speaker_heard(self, language: Language) -> Markup:
        """Return who the machine heard, as markup for a reader of the language; empty where nobody says otherwise."""
        return heard_instead(self.heard_speaker, language) if self.heard_speaker else Markup()

    def shown(self, language: Language) -> Markup:
        """Return the words as markup, for a reader of the language."""
        return words_shown(self.words, left_out=self.left_out, language=language)


@dataclass(frozen=True, slots=True)
class EventLine:
    """A stretch of hold, music or silence."""

    label: str
    start_ms: int
    end_ms: int
    kind: Literal["event"] = "event"


Line = TurnLine | EventLine


def lines_of(
    transcript: Transcript | None,
    *,
    language: Language,
    holds_muted: bool,
    names: bool = True,
    turns: Sequence[Turn] | None = None,
    most: int | None = None,
) -> tuple[Line, ...]:
    """Return turns and events in the order in which they are heard; without ``names`` agents are only called agents.

    ``turns`` are others than those of the transcript, such as what the machine heard; with ``most`` only so many lines.
    """
    if transcript is None:
        return ()
    events = list(_events(transcript, language=language, holds_muted=holds_muted))
    lines: list[Line] = []
    said = transcript.turns if turns is None else turns
    numbers = _speaker_numbers(said)
    marks, waits = turn_marks(said), _waits(said)
    roles = {turn.id: AuthorRole(turn.heard["role"]) for turn in said if turn.heard is not None}
    for turn in said:
        if most is not None and len(lines) >= most:
            return tuple(lines[:most])
        while events and turn.start_ms is not None and events[0].start_ms <= turn.start_ms:
            lines.append(events.pop(0))
        found = marks.get(turn.position, frozenset())
        line = _turn(
            turn,
            number=numbers.get(turn.author),
            marks=found,
            language=language,
            names=names,
            spoken=transcript.language,
        )
        heard = roles.get(line.heard_id, turn.role)
        if heard is not turn.role:
            line = replace(line, heard_speaker=say(AUTHOR_LABELS[heard], language))
        if turn.position in waits:
            line = replace(line, waited_ms=waits[turn.position])
        lines.append(line)
    return (*lines, *events)[:most]


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
        elif kind in {EventKind.UNHEARD, EventKind.UNRECORDED}:
            label = EVENT_LABELS[kind]
        elif end_ms - start_ms < SHORTEST_EVENT_MS or any(start < end_ms and start_ms < end for start, end in holds):
            continue
        else:
            label = EVENT_LABELS[kind]
        yield EventLine(say(label, language), start_ms, end_ms)


def _waits(turns: Sequence[Turn]) -> dict[int, int]:
    """How long each answer of the agent was waited for, in milliseconds, by the position of its turn."""
    sent = sorted(
        (turn.sent_at, turn.position, turn) for turn in turns if turn.sent_at is not None and not turn.internal
    )
    found = answers([Message(Role(turn.role.value), sent_at) for sent_at, _position, turn in sent])
    return {sent[answer.message][1]: int(answer.seconds * 1000) for answer in found}


def _speaker_numbers(turns: Sequence[Turn]) -> dict[str, int]:
    """Number the speakers of whom only the voice is known, so that a reader can tell them apart."""
    voices = [turn.author for turn in turns if turn.role is AuthorRole.UNKNOWN and turn.start_ms is not None]
    return {voice: number for number, voice in enumerate(dict.fromkeys(voices), start=1) if voice}


def _turn(
    turn: Turn, *, number: int | None, marks: frozenset[TurnMark], language: Language, names: bool, spoken: str
) -> TurnLine:
    words = tuple(_spoken(turn, told=told_by(marks), language=language) if turn.words else _written(turn.text))
    words, left_out = _with_edits(words, turn)
    speaker: Text = AUTHOR_LABELS[turn.role]
    if turn.role is AuthorRole.UNKNOWN and number is not None:
        speaker = _("Speaker {number}", number=number)
    if turn.sent_at is not None and turn.author and (names or turn.role is not AuthorRole.AGENT):
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
        marks=tuple(sorted(marks)),
        language=turn.language or (spoken if turn.words else ""),
        other_language=bool(turn.language),
        heard_id=turn.heard_turn_id or turn.id,
        left_out=left_out,
    )


def _spoken(turn: Turn, *, told: frozenset[Doubt], language: Language) -> Iterator[ShownWord]:
    for place, (text, start_ms, end_ms, _probability, doubts) in enumerate(turn.words):
        # What is said of the whole turn is not said of its words again; most words have nothing said of them.
        own = [Doubt(doubt) for doubt in doubts if Doubt(doubt) not in told] if doubts else []
        reasons = " ".join(say(DOUBT_LABELS[doubt], language) for doubt in own) if own else ""
        yield ShownWord(str(text).strip(), start_ms, end_ms, reasons, first=place, last=place)


def _written(text: str) -> Iterator[ShownWord]:
    for place, (space, word) in enumerate(_WORD.findall(text)):
        yield ShownWord(word, breaks=min(space.count("\n"), 2), first=place, last=place)


def _with_edits(words: tuple[ShownWord, ...], turn: Turn) -> tuple[tuple[ShownWord, ...], tuple[str, ...]]:
    """Say of the words of a turn which people corrected; and what was heard at its end where nothing was said."""
    if not turn.places and not turn.replaced:
        return words, ()
    replaced: list[Any] = turn.replaced
    gone = [(at, str(heard)) for at, count, heard in replaced if not count]
    shown = []
    for at, word in enumerate(words):
        block = next((one for one in replaced if one[0] <= at < one[0] + one[1]), None)
        ends = block is not None and at == block[0] + block[1] - 1
        first, last = turn.places[at]
        left_out = tuple(heard for place, heard in gone if place == at)
        instead_of = str(block[2]) if block is not None and ends else ""
        shown.append(
            replace(word, first=first, last=last, corrected=block is not None, instead_of=instead_of, left_out=left_out)
        )
    return tuple(shown), tuple(heard for place, heard in gone if place >= len(words))
