"""Whisper over a window that still grows: it is held to the text that was settled and goes on from there."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from transcribe.audio import SPEECH_RATE
from transcribe.crossing import EncodedWindow, hearing
from transcribe.passes import SECONDS_A_STAMP, WINDOW, WORTH_A_PASS, Decoded, later
from transcribe.types import Word
from transcribe.whisper_engine import WhisperEngine, tokenizer_of


@dataclass(frozen=True, slots=True)
class WhisperState:
    """Where the present pass over a window begins, in samples, and its tokens so far, times among them."""

    start: int = 0
    tokens: tuple[int, ...] = ()


class WhisperHearing:
    """Goes on decoding a window: one encoder pass, and decoder steps only for what is new."""

    def __init__(self, engine: WhisperEngine) -> None:
        self._engine = engine

    def after(self, words: Sequence[Word], *, language: str) -> WhisperState:
        """The state in a window that begins with ``words``, timed from its start."""
        if not words:
            return WhisperState()
        tokenizer = tokenizer_of(self._engine.network, language=language)
        begin = self._engine.first_stamp(language=language) + round(words[0].start_ms / 1000 / SECONDS_A_STAMP)
        return WhisperState(0, (begin, *tokenizer.encode(" " + " ".join(word.text for word in words))))

    def on(
        self, samples: NDArray[np.float32], *, state: WhisperState, language: str, prompt: str
    ) -> list[tuple[Word, WhisperState]]:
        """Return the words that follow ``state``; a text that ends before the window does is heard on, as in a whole."""
        found: list[tuple[Word, WhisperState]] = []
        while len(samples) - state.start >= WORTH_A_PASS or not (state.start or state.tokens or found):
            piece = samples[state.start : state.start + WINDOW]
            (encoded,) = self._engine.encode([piece])
            decoded = decoded_on(self._engine, encoded, said=state.tokens, language=language, prompt=prompt)
            if decoded.silence:
                break
            words = self._words(decoded, encoded=encoded, samples=len(piece), state=state, language=language)
            found += words
            rest = self._rest(decoded.tokens, language=language)
            if not rest:
                break
            state = WhisperState(state.start + max(WORTH_A_PASS, rest))
        return found

    def again(self, samples: NDArray[np.float32], *, language: str, prompt: str) -> list[Word]:
        """Hear by itself a stretch in which no words were found."""
        return self._engine.recognise(samples, language=language, prompt=prompt) if self._engine.checked else []

    def _words(
        self, decoded: Decoded, *, encoded: EncodedWindow, samples: int, state: WhisperState, language: str
    ) -> list[tuple[Word, WhisperState]]:
        """The new words of one pass, each with the tokens up to its end."""
        first_stamp = self._engine.first_stamp(language=language)
        places = [place for place, token in enumerate(decoded.tokens) if token < first_stamp]
        text = [decoded.tokens[place] for place in places]
        if not text:
            return []
        (timed,) = self._engine.timed([encoded], texts=[text], language=language, seconds=[samples / SPEECH_RATE])
        ends = _token_ends(self._engine, text, words=[word.text for word in timed], language=language)
        found = []
        for word, end in zip(timed, ends, strict=True):
            upto = places[end - 1] + 1 if end else 0
            if upto > len(state.tokens) and word.text.strip():
                start_ms, end_ms = round(word.start * 1000), round(word.end * 1000)
                heard = Word(word.text.strip(), start_ms, max(start_ms, end_ms), word.probability)
                (placed,) = later([heard], samples=state.start)
                found.append((placed, WhisperState(state.start, decoded.tokens[:upto])))
        return found

    def _rest(self, tokens: Sequence[int], *, language: str) -> int:
        """Where, in samples of the pass, a text broke off that is to be heard on; 0 where it came to its end."""
        first_stamp = self._engine.first_stamp(language=language)
        stamps = [token - first_stamp for token in tokens[-2:] if token >= first_stamp]
        return round(stamps[0] * SECONDS_A_STAMP * SPEECH_RATE) if len(stamps) == 2 and len(tokens) > 2 else 0


def _token_ends(engine: WhisperEngine, text: Sequence[int], *, words: Sequence[str], language: str) -> list[int]:
    """How many of the tokens ``text`` each of ``words``, with all before it, takes.

    Words carry the punctuation that the tokens set apart, so both are counted by their signs other than spaces.
    """
    tokenizer = tokenizer_of(engine.network, language=language)
    _texts, parts = tokenizer.split_to_word_tokens(list(text))
    counts = list(accumulate(len(part) for part in parts))
    signs = list(accumulate(len("".join(part.split())) for part in _texts))
    return [
        next((count for count, upto in zip(counts, signs, strict=True) if upto >= wanted), len(text))
        for wanted in accumulate(len("".join(word.split())) for word in words)
    ]


def decoded_on(
    engine: WhisperEngine, encoded: EncodedWindow, *, said: Sequence[int], language: str, prompt: str
) -> Decoded:
    """Decode one window greedily from the tokens ``said`` on; the text that comes back begins with them."""
    import torch  # noqa: PLC0415
    from whisper.decoding import DecodingOptions, DecodingTask  # noqa: PLC0415

    options = DecodingOptions(
        language=language, prompt=prompt or None, prefix=list(said) or None, fp16=encoded.states.dtype == torch.float16
    )
    task = DecodingTask(engine.network, options)
    # Rules about times look at the text from here on: what was said is text, not a prompt.
    task.sample_begin -= len(said)
    for rule in task.logit_filters:
        if hasattr(rule, "sample_begin"):
            rule.sample_begin = task.sample_begin
    with hearing(engine.network, [encoded]) as states:
        (found,) = task.run(states)
    return Decoded(tuple(found.tokens), found.avg_logprob, found.no_speech_prob, found.compression_ratio)
