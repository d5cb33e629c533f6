"""Windows as tensors: the tokens Whisper would write about each, and where in the sound each token is spoken."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from benchmarks.demo_voice.network import TIMESTAMPS
from benchmarks.demo_voice.training_data import TrainingData
from benchmarks.demo_voice.windows import STEPS_PER_SECOND, WHOLE_SECONDS, Composer, Window

#: A token longer than this sequence would not fit Whisper's context.
_LONGEST = 440
#: Share of the windows that begin with what was said before.
_PROMPTED = 0.15
#: Whisper allows no later time, in seconds, at the beginning of a window.
_FIRST_STAMP = 1.0
#: Marks a place of the target where nothing is learnt.
NOTHING = -1


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The tokens in use: text, then Whisper's own signs, then timestamps; a row is a place in that order."""

    tokenizer: Any
    text: tuple[int, ...]
    signs: tuple[int, ...]
    rows: dict[int, int]

    @property
    def first_timestamp_row(self) -> int:
        """The row of 0.00 s."""
        return len(self.text) + len(self.signs)


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch; times are seconds from the start of each window.

    ``spans`` (batch, length, 4) says for the token written after each place when it and its word are spoken;
    ``spoken`` (batch, steps) is the text row spoken in each encoder step, or ``NOTHING``.
    """

    mel: Tensor
    sounds: Tensor
    tokens: Tensor
    targets: Tensor
    spans: Tensor
    spoken: Tensor
    first_step: Tensor
    first_position: Tensor


@dataclass(frozen=True, slots=True)
class _Written:
    token: int
    learnt: bool
    span: tuple[float, float, float, float] | None = None
    #: What is to be written in this place; empty where it is the token itself.
    target: int | None = None


def tokens_of(data: Sequence[TrainingData]) -> set[int]:
    """Return every text token of the training data."""
    turns = (turn for part in data for turn in part.turns)
    return {token for turn in turns for words in turn.sentences for word in words for token in word.tokens}


def vocabulary(tokens: Iterable[int]) -> Vocabulary:
    """Put the text tokens and what Whisper's prompts need in order."""
    from whisper.tokenizer import get_tokenizer  # noqa: PLC0415

    tokenizer = get_tokenizer(multilingual=True, num_languages=99, language="en", task="transcribe")
    text = sorted(tokens)
    signs = [tokenizer.sot, tokenizer.eot, tokenizer.transcribe, tokenizer.no_timestamps, tokenizer.no_speech]
    signs += [tokenizer.sot_prev, *(tokenizer.special_tokens[f"<|{language}|>"] for language in ("en", "nl"))]
    known = [*text, *signs, *range(tokenizer.timestamp_begin, tokenizer.timestamp_begin + TIMESTAMPS)]
    rows = {token: row for row, token in enumerate(known)}
    return Vocabulary(tokenizer, tuple(text), tuple(signs), rows)


def batch(composer: Composer, words: Vocabulary, *, seconds: float, audio_seconds: float, rng: random.Random) -> Batch:
    """Compose windows of ``seconds`` that together last about ``audio_seconds``."""
    whole = seconds >= WHOLE_SECONDS
    samples = []
    for _ in range(max(2, int(audio_seconds / seconds))):
        window = composer.window(seconds=seconds, rng=rng)
        # Short windows lie anywhere in the 30 s; a whole one begins at its beginning.
        shift = 0 if whole else rng.choice((0, rng.randrange(int(1500 - seconds * STEPS_PER_SECOND))))
        earlier = composer.earlier(window.language, rng=rng) if rng.random() < _PROMPTED else []
        written = _prompt(earlier, words=words)
        written += _written(window, words=words, shift=shift, timed=rng.random() > 0.3)
        if len(written) <= _LONGEST:
            place = 0 if whole or rng.random() < 0.5 or len(written) > 220 else rng.randrange(200)
            samples.append((window, written, shift, place))
    length = max(len(written) for _window, written, _shift, _place in samples) - 1
    count, steps = len(samples), len(samples[0][0].sounds)
    tokens = np.full((count, length), words.rows[words.tokenizer.eot])
    targets = np.full((count, length), NOTHING)
    spans = np.full((count, length, 4), np.nan, np.float32)
    spoken = np.full((count, steps), NOTHING)
    for number, (_window, written, _shift, _place) in enumerate(samples):
        rows = [words.rows[one.token] for one in written]
        tokens[number, : len(rows) - 1] = rows[:-1]
        for place, one in enumerate(written[1:]):
            if one.learnt:
                targets[number, place] = rows[place + 1] if one.target is None else words.rows[one.target]
            if one.span is not None:
                spans[number, place] = one.span
                if rows[place + 1] < len(words.text):
                    first = int(one.span[0] * STEPS_PER_SECOND)
                    spoken[number, first : max(first + 1, int(one.span[1] * STEPS_PER_SECOND))] = rows[place + 1]
            # A wrong word now and then teaches the decoder to find its place again by listening.
            if 0 < rows[place] < len(words.text) and rng.random() < 0.05:
                tokens[number, place] = rng.randrange(len(words.text))
    mel = torch.from_numpy(np.stack([window.mel for window, *_rest in samples])).transpose(1, 2).contiguous()
    return Batch(
        mel=mel,
        sounds=torch.from_numpy(np.stack([window.sounds for window, *_rest in samples])),
        tokens=torch.from_numpy(tokens),
        targets=torch.from_numpy(targets),
        spans=torch.from_numpy(spans),
        spoken=torch.from_numpy(spoken),
        first_step=torch.tensor([shift for _window, _written, shift, _place in samples]),
        first_position=torch.tensor([place for _window, _written, _shift, place in samples]),
    )


def _prompt(earlier: Sequence[int], *, words: Vocabulary) -> list[_Written]:
    """Return what was said before, as Whisper is given it; nothing of it is learnt."""
    if not earlier:
        return []
    return [_Written(token, learnt=False) for token in (words.tokenizer.sot_prev, *earlier)]


def _written(window: Window, *, words: Vocabulary, shift: int, timed: bool) -> list[_Written]:
    """Return what Whisper would write about a window: language, task, timestamps around each sentence, text, end."""
    signs = words.tokenizer
    timed = timed or window.silent

    def stamp(moment: float, *, latest: float | None = None) -> _Written:
        written = moment if latest is None else min(moment, latest)
        row = min(TIMESTAMPS - 1, max(0, round(written * STEPS_PER_SECOND) + shift))
        near, far = moment - 0.08, moment + 0.08
        return _Written(signs.timestamp_begin + row, learnt=True, span=(near, far, near - 0.07, far + 0.07))

    language = signs.special_tokens[f"<|{window.language}|>"]
    written = [
        _Written(signs.sot, learnt=False),
        # In silence the first thing to be written is that nobody speaks; Whisper gives itself a language all the same.
        _Written(language, learnt=True, target=signs.no_speech if window.silent else None),
        _Written(signs.transcribe, learnt=True),
    ]
    if not timed:
        written.append(_Written(signs.no_timestamps, learnt=True))
    if window.silent:
        written.append(_Written(signs.timestamp_begin, learnt=True))
    for place, sentence in enumerate(window.sentences):
        first = place == 0 and shift == 0
        written += [stamp(sentence.start, latest=_FIRST_STAMP if first else None)] if timed else []
        written += [
            _Written(one.token, learnt=True, span=(one.start, one.end, one.word_start, one.word_end))
            for one in sentence.tokens
        ]
        written += [stamp(sentence.end)] if timed else []
    if window.cut_at is not None and timed:
        written.append(stamp(window.cut_at, latest=None if window.sentences or shift else _FIRST_STAMP))
    end, slack = (window.sentences[-1].end if window.sentences else 0.0), 0.2 if window.cut_at is not None else 0.4
    written.append(_Written(signs.eot, learnt=timed or window.cut_at is None, span=(end, end + slack) * 2))
    return written
