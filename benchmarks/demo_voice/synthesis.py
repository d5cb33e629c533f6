"""Speech from text with espeak-ng, run inside this process, with the time of every word and every sound."""

import ctypes
import ctypes.util
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]

#: What espeak-ng's own voices come out at.
SAMPLE_RATE = 22050

# Names and numbers from espeak-ng's speak_lib.h.
_AUDIO_OUTPUT_SYNCHRONOUS = 2
_INITIALIZE_PHONEME_EVENTS = 1
_CHARS_UTF8 = 1
_EVENT_END, _EVENT_WORD, _EVENT_PHONEME = 0, 1, 7
_RATE, _PITCH, _RANGE, _WORD_GAP = 1, 3, 4, 7
_PAUSES = ("_", "_:")


class SynthesisError(Exception):
    """The speech could not be made; the sentence says what to do."""


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice of espeak-ng: ``name`` as in ``nl+f2``, ``rate`` in words a minute, the rest on its scale of 0 to 100."""

    name: str
    rate: int = 160
    pitch: int = 50
    inflection: int = 50
    #: Pause between words in units of 10 ms.
    word_gap: int = 0


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """One word with its punctuation, as written; seconds from the start of the speech."""

    text: str
    start: float
    end: float
    #: Which of the sentences given it belongs to.
    sentence: int


@dataclass(frozen=True, slots=True)
class SpokenSound:
    """One phoneme by espeak-ng's name; ``start`` in seconds."""

    name: str
    start: float


@dataclass(frozen=True, slots=True)
class Speech:
    """Mono samples at ``SAMPLE_RATE`` within -1 and 1, with what is said when."""

    samples: Samples
    words: tuple[SpokenWord, ...]
    sounds: tuple[SpokenSound, ...]

    @property
    def duration(self) -> float:
        """Seconds."""
        return len(self.samples) / SAMPLE_RATE


class _Identity(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Identity),
    )


_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


@dataclass(frozen=True, slots=True)
class _Mark:
    """An event: a word at a place of the text, or a sound by its name; ``at`` in seconds."""

    at: float
    place: int | None = None
    sound: str = ""

    @property
    def ends_word(self) -> bool:
        return self.place is not None or self.sound in _PAUSES


class _Espeak:
    """The library, loaded once; espeak-ng keeps one voice for the whole process."""

    def __init__(self) -> None:
        name = ctypes.util.find_library("espeak-ng") or "libespeak-ng.so.1"
        try:
            self._library = ctypes.CDLL(name)
        except OSError as error:
            raise SynthesisError(
                "The library espeak-ng is not on this machine. It is needed to make speech, not to run the demo: "
                "install it (on Debian: apt install espeak-ng) and start again.",
            ) from error
        self._blocks: list[npt.NDArray[np.int16]] = []
        self._marks: list[_Mark] = []
        # The library keeps a bare pointer to the callback, so this object must outlive it.
        self._callback = _CALLBACK(self._receive)
        rate = self._library.espeak_Initialize(_AUDIO_OUTPUT_SYNCHRONOUS, 0, None, _INITIALIZE_PHONEME_EVENTS)
        if rate != SAMPLE_RATE:
            raise SynthesisError(f"espeak-ng answered {rate} where {SAMPLE_RATE} Hz was expected.")
        self._library.espeak_SetSynthCallback(self._callback)

    def _receive(self, wave: "ctypes._Pointer[ctypes.c_short]", count: int, events: "ctypes._Pointer[_Event]") -> int:
        if wave and count > 0:
            self._blocks.append(np.ctypeslib.as_array(wave, shape=(count,)).copy())
        place = 0
        while (event := events[place]).type != _EVENT_END:
            at = event.sample / SAMPLE_RATE
            if event.type == _EVENT_WORD:
                self._marks.append(_Mark(at, place=event.text_position - 1))
            elif event.type == _EVENT_PHONEME:
                name = bytes(event.id.string).split(b"\0")[0].decode("utf-8", "replace")
                self._marks.append(_Mark(at, sound=name))
            place += 1
        return 0

    def speak(self, text: str, *, voice: Voice) -> tuple[Samples, list[_Mark]]:
        if self._library.espeak_SetVoiceByName(voice.name.encode()) != 0:
            raise SynthesisError(f"espeak-ng has no voice {voice.name!r}.")
        settings = {_RATE: voice.rate, _PITCH: voice.pitch, _RANGE: voice.inflection, _WORD_GAP: voice.word_gap}
        for parameter, value in settings.items():
            self._library.espeak_SetParameter(parameter, value, 0)
        self._blocks.clear()
        self._marks.clear()
        data = text.encode() + b"\0"
        size, zero = ctypes.c_size_t(len(data)), ctypes.c_uint(0)
        self._library.espeak_Synth(data, size, zero, 1, zero, ctypes.c_uint(_CHARS_UTF8), None, None)
        whole = np.concatenate(self._blocks) if self._blocks else np.zeros(0, np.int16)
        return (whole.astype(np.float32) / 32768).astype(np.float32), list(self._marks)


@cache
def _espeak() -> _Espeak:
    return _Espeak()


def speak(sentences: Sequence[str], *, voice: Voice) -> Speech:
    """Say the sentences one after the other.

    Raises ``SynthesisError`` when espeak-ng is missing, knows no such voice, or gives no time for the first word
    or times that go back, which happens to a few texts with abbreviations.
    """
    samples, marks = _espeak().speak(" ".join(sentences), voice=voice)
    sounds = tuple(SpokenSound(mark.sound, mark.at) for mark in marks if mark.place is None)
    return Speech(samples, tuple(_timed(sentences, marks=marks, end=len(samples) / SAMPLE_RATE)), sounds)


def _timed(sentences: Sequence[str], *, marks: Sequence[_Mark], end: float) -> list[SpokenWord]:
    """Give every written word its time; words that espeak-ng says as one share theirs by their length."""
    written = [(number, word) for number, sentence in enumerate(sentences) for word in sentence.split(" ")]
    starts: list[tuple[float, float] | None] = [None] * len(written)
    places: list[int] = []
    place = 0
    for _, word in written:
        places.append(place)
        place += len(word) + 1
    for number, mark in enumerate(marks):
        if mark.place is None:
            continue
        spot = max((at for at, start in enumerate(places) if start - 1 <= mark.place), default=0)
        if starts[spot] is None:
            starts[spot] = (mark.at, next((later.at for later in marks[number + 1 :] if later.ends_word), end))
    if not written or starts[0] is None:
        raise SynthesisError("espeak-ng gave no time for the first word.")
    timed: list[SpokenWord] = []
    first = 0
    while first < len(written):
        after = next((at for at in range(first + 1, len(written)) if starts[at] is not None), len(written))
        begin, finish = starts[first] or (0.0, 0.0)
        lengths = np.cumsum([0, *(len(written[at][1]) for at in range(first, after))])
        edges = begin + (finish - begin) * lengths / lengths[-1]
        for at in range(first, after):
            number, text = written[at]
            timed.append(SpokenWord(text, float(edges[at - first]), float(edges[at - first + 1]), number))
        first = after
    if any(later.start < earlier.start - 1e-3 for earlier, later in pairwise(timed)):
        raise SynthesisError("espeak-ng gave word times that go back.")
    return timed
