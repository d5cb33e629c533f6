"""Windows for training, composed of turns: pauses, two speakers, a telephone's band, noise, cut-off speech, silence."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.demo_voice.training_data import BANDS, FRAMES_PER_SECOND, TrainingData, TrainingTurn

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]

#: How long a mark takes to say, in letters.
_MARKS, _MARK_LETTERS = frozenset(".,?!"), 0.3
#: Text tokens of what was said before that fit Whisper's context beside a full window.
_LONGEST_PROMPT = 200
#: What Whisper hears at once, in seconds; and its encoder's steps a second.
WHOLE_SECONDS, STEPS_PER_SECOND = 30.0, 50


@dataclass(frozen=True, slots=True)
class Hardship:
    """How much is done to the sound: the share of windows with a telephone's band, without noise, with loud noise,
    with masked parts.
    """

    telephone: float = 0.8
    clean: float = 0.3
    loud: float = 0.0
    masked: float = 0.15


@dataclass(frozen=True, slots=True)
class PlacedToken:
    """A text token in a window; seconds of the token itself and of its word."""

    token: int
    start: float
    end: float
    word_start: float
    word_end: float


@dataclass(frozen=True, slots=True)
class PlacedSentence:
    """A sentence that lies wholly in its window."""

    start: float
    end: float
    tokens: tuple[PlacedToken, ...]


@dataclass(slots=True)
class Window:
    """One training example: ``mel`` (frames, 80) as Whisper scales it, ``sounds`` the sound of each encoder step."""

    language: str
    mel: Floats
    sounds: Integers
    sentences: list[PlacedSentence] = field(default_factory=list)
    #: Where a sentence begins that the window's end cuts off; empty where none is.
    cut_at: float | None = None
    silent: bool = False


class Composer:
    """Composes windows out of training data; ``sounds`` numbers the names of sounds, 0 for none."""

    def __init__(self, data: Sequence[TrainingData], *, hardship: Hardship) -> None:
        self.hardship = hardship
        self.sounds: dict[str, int] = {"_": 0}
        self.turns: dict[str, list[tuple[TrainingData, TrainingTurn]]] = {}
        for part in data:
            for turn in part.turns:
                self.turns.setdefault(turn.language, []).append((part, turn))
                for name, _start in turn.sounds:
                    if not name.startswith("_"):
                        self.sounds.setdefault(name, len(self.sounds))
        for turns in self.turns.values():
            turns.sort(key=lambda entry: entry[1].frames)
        self._lengths = {
            language: np.array([turn.frames for _part, turn in turns]) for language, turns in self.turns.items()
        }
        self._centres = _band_centres()

    def window(self, *, seconds: float, rng: random.Random) -> Window:
        """Compose a window of ``seconds`` in a language by chance; ``rng`` decides everything."""
        language = rng.choice(sorted(self.turns))
        count = int(seconds * FRAMES_PER_SECOND)
        whole = seconds >= WHOLE_SECONDS
        window = Window(language, np.zeros((count, BANDS), np.float32), np.zeros(count // 2, np.int64))
        window.silent = whole and rng.random() < 0.04
        last = rng.random() < (0.35 if whole else 0.7)
        if not window.silent:
            self._fill(window, seconds=seconds, last=last, rng=rng)
        content = count
        if last:
            end = window.sentences[-1].end + rng.uniform(0.05, 1.2) if window.sentences else rng.uniform(1, seconds)
            content = min(count, int(end * STEPS_PER_SECOND) * 2)
        window.silent = window.silent or (not window.sentences and window.cut_at is None)
        window.mel = self._heard(window.mel[:content], count=count, silent=window.silent, rng=rng)
        return window

    def earlier(self, language: str, *, rng: random.Random) -> list[int]:
        """Return the text tokens of one to eight turns by chance, as what was said before a window."""
        turns = [rng.choice(self.turns[language])[1] for _ in range(rng.choice((1, 2, 4, 8)))]
        tokens = [token for turn in turns for words in turn.sentences for word in words for token in word.tokens]
        return tokens[-_LONGEST_PROMPT:]

    def _fill(self, window: Window, *, seconds: float, last: bool, rng: random.Random) -> None:
        """Lay turns one after the other; with ``last`` the speech ends inside, else it runs into the window's end."""
        whole = seconds >= WHOLE_SECONDS
        end = rng.uniform(2, seconds - 0.3) if whole else seconds - 0.2
        turns, lengths = self.turns[window.language], self._lengths[window.language]
        long_pauses = rng.random() < 0.3
        loudness = (rng.uniform(-0.5, 0), rng.uniform(-0.5, 0))
        clock, speaker = rng.uniform(0, 0.35) if rng.random() < 0.5 else rng.uniform(0.1, 1.5), 0
        while clock < seconds - 0.3 and window.cut_at is None:
            fitting = len(turns)
            if last:
                fitting = int(np.searchsorted(lengths, (min(end, seconds) - clock) * FRAMES_PER_SECOND))
                if fitting < 1:
                    return
            part, turn = turns[rng.randrange(fitting)]
            self._lay(window, part=part, turn=turn, at=clock, gain=loudness[speaker])
            speaker = 1 - speaker if rng.random() < 0.7 else speaker
            clock += turn.frames / FRAMES_PER_SECOND + _pause(long_pauses=long_pauses, rng=rng)
            if last and not whole and rng.random() < 0.25:
                return

    def _lay(self, window: Window, *, part: TrainingData, turn: TrainingTurn, at: float, gain: float) -> None:
        first = round(at * STEPS_PER_SECOND) * 2
        offset, seconds = first / FRAMES_PER_SECOND, len(window.mel) / FRAMES_PER_SECOND
        count = min(turn.frames, len(window.mel) - first)
        power = part.mel[turn.first_frame : turn.first_frame + count].astype(np.float32)
        window.mel[first : first + count] += np.power(10.0, power + gain)
        starts = [start for _name, start in turn.sounds]
        for (name, start), stop in zip(turn.sounds, [*starts[1:], turn.frames / FRAMES_PER_SECOND], strict=True):
            if not name.startswith("_"):
                low, high = (round((offset + moment) * STEPS_PER_SECOND) for moment in (start, stop))
                window.sounds[low : max(low + 1, high)] = self.sounds[name]
        for words in turn.sentences:
            start, stop = offset + words[0].start, offset + words[-1].end
            if stop > seconds - 0.02:
                window.cut_at = start if start < seconds - 0.15 else None
                return
            tokens = [
                PlacedToken(token, low, high, offset + word.start, offset + word.end)
                for word in words
                for token, low, high in _shared(word.tokens, start=offset + word.start, end=offset + word.end)
            ]
            window.sentences.append(PlacedSentence(start, stop, tuple(tokens)))

    def _heard(self, power: Floats, *, count: int, silent: bool, rng: random.Random) -> Floats:
        """Send the power over a line, add noise, and scale as Whisper does; what lies after the content is silence."""
        generator = np.random.default_rng(rng.randrange(2**32))
        spoken = power[power.sum(axis=1) > 1e-6]
        level = float(np.median(spoken.mean(axis=1))) if len(spoken) > 10 else 1e-3
        response = self._response(rng, generator=generator)
        power = (power * response).astype(np.float32)
        if rng.random() > self.hardship.clean:
            tilt = 10 ** (rng.uniform(-1.5, 0.3) * np.linspace(0, 1, BANDS))
            noise = generator.exponential(0.5, power.shape) + generator.exponential(0.5, power.shape)
            # Noise at the speaker's end goes over the line too; noise at the listener's does not.
            heard = response if rng.random() < 0.7 else np.ones_like(response)
            power += (level * 10 ** (-self._under_db(rng) / 10) * tilt * noise * heard).astype(np.float32)
        logarithm = np.log10(np.maximum(power, 1e-10))
        # Whisper scales by the loudest moment, which may lie outside what is heard of a window.
        loudest = float(logarithm.max()) + (rng.uniform(0, 0.8) if rng.random() < 0.4 else 0.0)
        loudest += rng.uniform(1, 6) if silent and rng.random() < 0.7 else 0.0
        scaled = ((np.maximum(logarithm, loudest - 8) + 4) / 4).astype(np.float32)
        if rng.random() < self.hardship.masked:
            _mask(scaled, rng=rng)
        # Whisper pads either with nothing at all or with digital silence.
        filled = np.full((count, BANDS), 0.0 if rng.random() < 0.7 else (loudest - 4) / 4, np.float32)
        filled[: len(scaled)] = scaled
        return filled

    def _under_db(self, rng: random.Random) -> float:
        """How many decibels the noise lies under the speech."""
        if rng.random() < self.hardship.loud:
            return rng.uniform(3, 20)
        return rng.uniform(8, 45) if rng.random() > 0.5 else rng.uniform(25, 55)

    def _response(self, rng: random.Random, *, generator: np.random.Generator) -> Floats:
        """Gain of the line in each band, as a factor of power."""
        gain = np.ones(BANDS)
        if rng.random() < self.hardship.telephone:
            high, low = rng.uniform(3300, 4000), rng.uniform(0, 320)
            above = np.maximum(10 ** -rng.uniform(4, 9), 10 ** (-(self._centres - high) / rng.uniform(20, 150)))
            gain = np.where(self._centres > high, above, gain)
            gain = np.where(self._centres < low, gain * 10 ** (-(low - self._centres) / rng.uniform(60, 200)), gain)
        if rng.random() < 0.5:
            bumps = np.interp(np.arange(BANDS), (0, 16, 32, 48, 64, 79), generator.standard_normal(6))
            gain = gain * 10 ** (rng.uniform(-0.8, 0.8) * np.linspace(-1, 1, BANDS) + 0.15 * bumps)
        return np.asarray(gain, np.float32)


def _pause(*, long_pauses: bool, rng: random.Random) -> float:
    """Seconds between two turns; below zero where the second begins before the first has ended."""
    if rng.random() < 0.3:
        return rng.uniform(-0.15, 0.1)
    return rng.uniform(2, 12) if long_pauses and rng.random() < 0.4 else rng.expovariate(1 / 0.6)


def _shared(tokens: Sequence[int], *, start: float, end: float) -> list[tuple[int, float, float]]:
    """Divide a word's time over its tokens by their letters; a mark at its end takes next to nothing."""
    lengths = [_letters(token) for token in tokens]
    whole = sum(lengths)
    edges = [start + (end - start) * reached / whole for reached in accumulate(lengths, initial=0.0)]
    return list(zip(tokens, edges[:-1], edges[1:], strict=True))


@cache
def _letters(token: int) -> float:
    text = _tokenizer().decode([token]).strip()
    return _MARK_LETTERS if text in _MARKS else float(max(1, len(text)))


@cache
def _tokenizer() -> Any:
    from whisper.tokenizer import get_tokenizer  # noqa: PLC0415

    return get_tokenizer(multilingual=True, num_languages=99, language="en", task="transcribe")


def _mask(mel: Floats, *, rng: random.Random) -> None:
    """Hide some bands and some moments (SpecAugment, Park et al. 2019)."""
    for _ in range(2):
        width = rng.randint(0, 7)
        first = rng.randint(0, BANDS - width)
        mel[:, first : first + width] = mel.mean()
    for _ in range(len(mel) // 300 + 1):
        width = rng.randint(0, 8)
        first = rng.randint(0, max(1, len(mel) - width))
        mel[first : first + width] = mel.mean()


def _band_centres() -> npt.NDArray[np.float64]:
    from whisper.audio import mel_filters  # noqa: PLC0415

    filters = mel_filters("cpu", BANDS).numpy()
    centres: npt.NDArray[np.float64] = (filters * np.linspace(0, 8000, filters.shape[1])).sum(axis=1) / filters.sum(
        axis=1
    )
    return centres
