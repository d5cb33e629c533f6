"""The values of a transcript: words, turns, events. Times are integer milliseconds from the start of the recording."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from transcribe.errors import Sentence


class Role(StrEnum):
    """Who speaks in a turn."""

    AGENT = "agent"
    CUSTOMER = "customer"
    BOT = "bot"
    SYSTEM = "system"
    UNKNOWN = "unknown"


class Doubt(StrEnum):
    """Why a word may be wrong or may belong to someone else."""

    LOW_PROBABILITY = "low_probability"
    OVERLAP = "overlap"
    NO_SPEAKER = "no_speaker"
    UNSURE_SPEAKER = "unsure_speaker"
    OFF_SPEECH = "off_speech"
    TOO_FAST = "too_fast"
    REPEATED = "repeated"
    PHANTOM = "phantom"
    OTHER_LANGUAGE = "other_language"


class Reason(StrEnum):
    """Why words that a recogniser gave were left out of a transcript."""

    NO_SPEECH = "no_speech"
    REPEATED = "repeated"
    TOO_FAST = "too_fast"
    PHANTOM = "phantom"
    ECHO = "echo"


class EventKind(StrEnum):
    """What is heard besides conversation."""

    SILENCE = "silence"
    MUSIC = "music"
    TONE = "tone"
    RING_BACK = "ring_back"
    DTMF = "dtmf"
    BEEP = "beep"
    NOISE = "noise"
    HOLD = "hold"
    UNHEARD = "unheard"
    UNRECORDED = "unrecorded"


class Layout(StrEnum):
    """How the parties lie in the channels of a recording."""

    MONO = "mono"
    STEREO = "stereo"
    FAKE_STEREO = "fake_stereo"
    ONE_SILENT_CHANNEL = "one_silent_channel"
    MANY = "many"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time in a recording; ``end_ms`` is not included."""

    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Word:
    """One word as heard; ``probability`` is the recogniser's own, 0 to 1."""

    text: str
    start_ms: int
    end_ms: int
    probability: float = 1.0
    doubts: frozenset[Doubt] = frozenset()


@dataclass(frozen=True, slots=True)
class SpeakerSpan:
    """A stretch in which one speaker talks, as a diariser found it.

    ``covered`` says that somebody else is heard better meanwhile: it tells of overlap and takes no words.
    """

    start_ms: int
    end_ms: int
    speaker: str
    covered: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """What one party says until someone else speaks, a long pause comes, or the language changes.

    ``language`` is empty where it is that of the transcript.
    """

    speaker: str
    role: Role
    start_ms: int
    end_ms: int
    words: tuple[Word, ...]
    language: str | None = None

    @property
    def text(self) -> str:
        """The words, joined by single spaces."""
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class AudioEvent:
    """Something heard that is not conversation; ``channel`` is empty where it concerns the whole recording."""

    kind: EventKind
    start_ms: int
    end_ms: int
    channel: int | None = None


@dataclass(frozen=True, slots=True)
class Removed:
    """Words that were left out, why, and where they were said to be; ``channel`` is empty where there is only one."""

    text: str
    start_ms: int
    end_ms: int
    reason: Reason
    channel: int | None = None


@dataclass(frozen=True, slots=True)
class Transcript:
    """Who said what, when, and everything a reader must be warned of."""

    language: str
    duration_ms: int
    turns: tuple[Turn, ...]
    events: tuple[AudioEvent, ...] = ()
    warnings: tuple[Sentence, ...] = ()
    layout: Layout | None = None
    engine: str = ""
    model: str = ""
    diariser: str = ""
    removed: tuple[Removed, ...] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long piece of work has come: ``done`` of ``total`` parts of ``step``."""

    step: str
    done: int
    total: int


#: Called now and then during long work; raises ``CancelledError`` to stop it.
Report = Callable[[Progress], None]


def silent(progress: Progress) -> None:
    """A report that nobody listens to."""
    del progress


@dataclass(frozen=True, slots=True)
class ChannelRoles:
    """Which channel of a source's recordings is whom, by position; empty where it is not known."""

    roles: tuple[Role, ...] = field(default_factory=tuple)
