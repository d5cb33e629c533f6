"""Windows through a Whisper decoder, whichever library runs it: passes, warmer retries, batches."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from transcribe.alignment import TimedWord
from transcribe.audio import SPEECH_RATE
from transcribe.recogniser import ReportWindow
from transcribe.types import Word

#: A window of the encoder: 30 s, always.
WINDOW = 30 * SPEECH_RATE
#: Windows decoded at a time unless told otherwise, and what their keys and values may take of memory.
BATCH, DECODER_BYTES = 8, 2**30
#: Seconds a timestamp token.
SECONDS_A_STAMP = 0.02
#: Tried one after the other until the text looks sound.
TEMPERATURES = (0.0, 0.2, 0.4)
#: Whisper's own limits: a text less probable, or packing better than this, is tried again or is silence.
LEAST_LOGPROB = -1.0
MOST_COMPRESSION = 2.4
NO_SPEECH = 0.6
#: What is left of a window after the last word that is worth another pass, in samples.
WORTH_A_PASS = SPEECH_RATE

#: Windows that vote on the language and whose encoding is kept.
KEPT_WINDOWS = 4


@dataclass(frozen=True, slots=True)
class Decoded:
    """A window's text as tokens with timestamps, and what the decoder thinks of it.

    ``logprob`` is the mean over the tokens and the end; ``compression`` is bytes of text over bytes once packed.
    """

    tokens: tuple[int, ...]
    logprob: float
    no_speech: float
    compression: float

    @property
    def silence(self) -> bool:
        """Whether there was probably nobody to hear."""
        return self.no_speech > NO_SPEECH and self.logprob < LEAST_LOGPROB

    @property
    def sound(self) -> bool:
        """Whether the text is neither improbable nor repeating itself."""
        return self.compression <= MOST_COMPRESSION and self.logprob >= LEAST_LOGPROB


class Decoder(Protocol):
    """A loaded Whisper network. What ``encode`` returns is opaque and is only given back to the same decoder."""

    def encode(self, pieces: Sequence[NDArray[np.float32]]) -> list[Any]:
        """Encode windows of at most 30 s."""
        ...

    def decode(self, encoded: Sequence[Any], *, language: str, prompt: str, temperature: float) -> list[Decoded]:
        """Decode windows together; at temperature 0 the same window gives the same text in any company."""
        ...

    def timed(
        self, encoded: Sequence[Any], *, texts: Sequence[Sequence[int]], language: str, seconds: Sequence[float]
    ) -> list[list[TimedWord]]:
        """Time the text tokens of windows together; of each the first ``seconds`` hold sound."""
        ...

    def first_stamp(self, *, language: str) -> int:
        """The token of the timestamp 0.00."""
        ...


class Kept:
    """Encoded windows that voted on the language, kept for their words: the last few of them."""

    def __init__(self, *, most: int = KEPT_WINDOWS) -> None:
        self._most = most
        self._encoded: dict[bytes, Any] = {}

    def keep(self, samples: NDArray[np.float32], encoded: Any) -> None:
        """Remember what a window was encoded to."""
        while len(self._encoded) >= self._most:
            self._encoded.pop(next(iter(self._encoded)))
        self._encoded[_digest(samples)] = encoded

    def taken(self, samples: NDArray[np.float32]) -> Any:
        """Give away what was kept of a window, or nothing."""
        return self._encoded.pop(_digest(samples), None) if self._encoded else None


def _digest(samples: NDArray[np.float32]) -> bytes:
    return hashlib.blake2b(samples.tobytes()).digest()


@dataclass(frozen=True, slots=True)
class _Segment:
    """A piece of text between two timestamps, in seconds of the window."""

    start: float
    end: float
    tokens: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Pass:
    """What is left to hear of the window at ``index``, from sample ``start`` on."""

    index: int
    start: int
    samples: NDArray[np.float32]

    @property
    def sound(self) -> NDArray[np.float32]:
        """What this pass hears, at most 30 s."""
        return self.samples[self.start : self.start + WINDOW]

    @property
    def seconds(self) -> float:
        """How long that is."""
        return len(self.sound) / SPEECH_RATE

    @property
    def worth_it(self) -> bool:
        """A window is heard at least once, its rest only where that is long enough."""
        return len(self.samples) - self.start >= WORTH_A_PASS or (self.start == 0 and len(self.samples) > 0)


def heard_alone(decoder: Decoder, samples: NDArray[np.float32], *, language: str, prompt: str) -> list[Word]:
    """Return the words of one window, pass after pass: the reference for ``heard_together``."""
    words: list[list[Word]] = [[]]
    todo = _Pass(0, 0, samples)
    while todo.worth_it:
        (todo,) = _heard(decoder, [todo], into=words, language=language, prompt=prompt)
    return words[0]


def heard_together(
    decoder: Decoder,
    pieces: Sequence[NDArray[np.float32]],
    *,
    language: str,
    prompt: str,
    most: int,
    report_window: ReportWindow,
) -> list[list[Word]]:
    """Return the words of every window of ``pieces``, at most ``most`` of them decoded at a time.

    Windows whose text stops before their end are heard on together, in a round of their own.
    """
    words: list[list[Word]] = [[] for _ in pieces]
    finished = 0
    report_window(finished)
    todo = [(index, 0) for index in range(len(pieces))]
    while todo:
        further: list[tuple[int, int]] = []
        for batch in in_batches(todo, most=most):
            passes = [_Pass(index, start, pieces[index]) for index, start in batch]
            for one in _heard(decoder, passes, into=words, language=language, prompt=prompt):
                if one.worth_it:
                    further.append((one.index, one.start))
                    continue
                finished += 1
                if finished < len(pieces):
                    report_window(finished)
        todo = further
    return words


def _heard(
    decoder: Decoder, passes: Sequence[_Pass], *, into: list[list[Word]], language: str, prompt: str
) -> Iterator[_Pass]:
    """Hear ``passes`` together, add the words to those of their windows, and yield of each what is left."""
    yield from (one for one in passes if not one.worth_it)
    worth = [one for one in passes if one.worth_it]
    encoded = decoder.encode([one.sound for one in worth]) if worth else []
    decoded = _decoded(decoder, encoded, language=language, prompt=prompt) if worth else []
    for one, (heard, done) in zip(worth, _worded(decoder, decoded, encoded, worth, language=language), strict=True):
        into[one.index] += later(heard, samples=one.start)
        yield replace(one, start=one.start + done)


def in_batches(items: Sequence[tuple[int, int]], *, most: int) -> list[list[tuple[int, int]]]:
    """Cut ``items`` in order into as few batches as ``most`` allows, as even as can be."""
    count = -(-len(items) // max(1, most))
    edges = [len(items) * place // count for place in range(count + 1)] if count else [0]
    return [list(items[low:high]) for low, high in pairwise(edges)]


def later(words: Sequence[Word], *, samples: int) -> list[Word]:
    """Move words by ``samples`` at 16 kHz."""
    offset_ms = samples * 1000 // SPEECH_RATE
    return [replace(word, start_ms=word.start_ms + offset_ms, end_ms=word.end_ms + offset_ms) for word in words]


def _decoded(decoder: Decoder, encoded: Sequence[Any], *, language: str, prompt: str) -> list[Decoded]:
    """Decode greedily together, then, warmer, the windows whose text is neither sound nor silence."""
    best = decoder.decode(encoded, language=language, prompt=prompt, temperature=TEMPERATURES[0])
    for place, first in enumerate(best):
        if first.silence or first.sound:
            continue
        for temperature in TEMPERATURES[1:]:
            (found,) = decoder.decode([encoded[place]], language=language, prompt=prompt, temperature=temperature)
            if found.silence or found.sound:
                best[place] = found
                break
            if found.logprob > best[place].logprob:
                best[place] = found
    return best


def _worded(
    decoder: Decoder,
    decoded: Sequence[Decoded],
    encoded: Sequence[Any],
    passes: Sequence[_Pass],
    *,
    language: str,
) -> list[tuple[list[Word], int]]:
    """Return for each of ``passes`` its words and how many of its samples are dealt with."""
    stamp = decoder.first_stamp(language=language)
    cut = [
        ([], True) if text.silence else _segments(text.tokens, first_stamp=stamp, seconds=one.seconds)
        for text, one in zip(decoded, passes, strict=True)
    ]
    texts = [[token for segment in segments for token in segment.tokens] for segments, _ in cut]
    spoken = [place for place, text in enumerate(texts) if text]
    timed = decoder.timed(
        [encoded[place] for place in spoken], texts=[texts[place] for place in spoken], language=language,
        seconds=[passes[place].seconds for place in spoken],
    ) if spoken else []  # fmt: skip
    words = dict(zip(spoken, timed, strict=True))
    return [
        (_plain_words(words.get(place, [])), len(one.sound) if finished or not segments else _until(segments))
        for place, (one, (segments, finished)) in enumerate(zip(passes, cut, strict=True))
    ]


def _plain_words(timed: Sequence[TimedWord]) -> list[Word]:
    """Words with something in them, in milliseconds."""
    found = []
    for word in timed:
        start_ms, end_ms = round(word.start * 1000), round(word.end * 1000)
        if word.text.strip():
            found.append(Word(word.text.strip(), start_ms, max(start_ms, end_ms), word.probability))
    return found


def _until(segments: Sequence[_Segment]) -> int:
    """The sample at which a text that goes on stopped for now."""
    return max(WORTH_A_PASS, int(segments[-1].end * SPEECH_RATE))


def _segments(tokens: Sequence[int], *, first_stamp: int, seconds: float) -> tuple[list[_Segment], bool]:
    """Cut decoded tokens at their timestamps; the flag says whether the text came to its end."""
    segments: list[_Segment] = []
    start = 0.0
    text: list[int] = []
    for token in tokens:
        if token < first_stamp:
            text.append(token)
            continue
        stamp = min(seconds, (token - first_stamp) * SECONDS_A_STAMP)
        if text:
            segments.append(_Segment(start, max(start, stamp), tuple(text)))
            text = []
        start = stamp
    if text:
        # The decoder stopped without a closing timestamp; a window holds whole stretches of speech, so this is its end.
        segments.append(_Segment(start, seconds, tuple(text)))
    closed = bool(tokens) and tokens[-1] >= first_stamp and (len(tokens) < 2 or tokens[-2] < first_stamp)
    return segments, closed or bool(text)
