"""Times of words from a Whisper decoder's cross-attention, by dynamic time warping in numpy."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transcribe.crossing import EncodedWindow, attention_to

#: Encoder frames a second.
FRAMES_A_SECOND = 50
#: Frames over which attention is smoothed by its median, as openai-whisper does.
MEDIAN_WIDTH = 7

DIAGONAL, UP, LEFT = 0, 1, 2


@dataclass(frozen=True, slots=True)
class TimedWord:
    """A word with its punctuation, in seconds from the start of the window."""

    text: str
    start: float
    end: float
    probability: float


def timed_words(
    network: Any,
    windows: Sequence[EncodedWindow],
    *,
    texts: Sequence[Sequence[int]],
    tokenizer: Any,
    seconds: Sequence[float],
) -> list[list[TimedWord]]:
    """Align the decoded text tokens of each window with its sound, all in one pass of the decoder.

    Of each window the first ``seconds`` hold sound. The method is openai-whisper's: the attention of the model's
    alignment heads, normalised over tokens and smoothed, and the cheapest monotone path.
    """
    # A model unsure of itself may write a language's sign in the middle of the text; it is no word.
    texts = [[token for token in text if token < tokenizer.eot] for text in texts]
    parts = [tokenizer.split_to_word_tokens([*text, tokenizer.eot]) for text in texts]
    frames = [max(1, min(len(window.states), round(length * FRAMES_A_SECOND)))
              for window, length in zip(windows, seconds, strict=True)]  # fmt: skip
    worth = [place for place, (words, _) in enumerate(parts) if len(words) > 1]
    followed = attention_to(
        network,
        [windows[place] for place in worth],
        texts=[texts[place] for place in worth],
        tokenizer=tokenizer,
        frames=[frames[place] for place in worth],
    )
    found: list[list[TimedWord]] = [[] for _ in texts]
    for place, (weights, probabilities) in zip(worth, followed, strict=True):
        rows, columns = cheapest_path(-running_median(weights, width=MEDIAN_WIDTH).mean(axis=0).astype(np.float64))
        words, word_tokens = parts[place]
        found[place] = words_on_path(words, word_tokens, rows=rows, columns=columns, probabilities=probabilities)
    return found


def words_on_path(
    words: Sequence[str],
    word_tokens: Sequence[Sequence[int]],
    *,
    rows: NDArray[np.intp],
    columns: NDArray[np.intp],
    probabilities: Sequence[float],
) -> list[TimedWord]:
    """Time ``words``, the last of which is the end of the text, by a path from tokens (rows) to frames (columns)."""
    firsts = np.concatenate([[True], np.diff(rows) > 0])
    # When each token begins; the end-of-text token closes the last word.
    begins = columns[firsts] / FRAMES_A_SECOND
    edges = np.concatenate([[0], np.cumsum([len(part) for part in word_tokens[:-1]])])
    found = [
        TimedWord(text, float(begins[first]), float(begins[last]), float(np.mean(probabilities[first:last])))
        for text, first, last in zip(words, edges[:-1], edges[1:], strict=False)
    ]
    return joined_punctuation(found)


def running_median(values: NDArray[np.float32], *, width: int) -> NDArray[np.float32]:
    """The median of ``width`` values, an odd number, around each along the last axis; the ends are mirrored.

    Of half of the values and two more, neither the least nor the greatest is the median of all: both go, another comes.
    """
    half = width // 2
    padded = np.pad(values, [(0, 0)] * (values.ndim - 1) + [(half, half)], mode="reflect")
    shifted = [padded[..., place : place + values.shape[-1]] for place in range(width)]
    left, coming = shifted[: half + 2], shifted[half + 2 :]
    while len(left) > 1:
        for place in range(len(left) - 1):  # the greatest to the end
            left[place], left[place + 1] = _ordered(left[place], left[place + 1])
        for place in range(len(left) - 2, 0, -1):  # the least to the front
            left[place - 1], left[place] = _ordered(left[place - 1], left[place])
        left, coming = left[1:-1] + coming[:1], coming[1:]
    return left[0]


def _ordered(one: NDArray[np.float32], other: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    return np.minimum(one, other), np.maximum(one, other)


def cheapest_path(cost: NDArray[np.float64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the rows and columns of the cheapest monotone path through ``cost``, corner to corner.

    Where two ways cost the same, the step along the row is taken.
    """
    rows, columns = cost.shape
    # Cells of one anti-diagonal do not depend on each other: in the flat matrix they lie ``columns`` apart.
    total = np.full((rows + 1) * (columns + 1), np.inf)
    total[0] = 0.0
    came = np.full(total.shape, LEFT, np.int8)
    local = np.zeros((rows + 1, columns + 1))
    local[1:, 1:] = cost
    flat = local.ravel()
    for diagonal in range(2, rows + columns + 1):
        first, last = max(1, diagonal - columns), min(rows, diagonal - 1)
        low, high = first * columns + diagonal, last * columns + diagonal + 1
        here = slice(low, high, columns)
        corner = total[low - columns - 2 : high - columns - 2 : columns]
        above = total[low - columns - 1 : high - columns - 1 : columns]
        left = total[low - 1 : high - 1 : columns]
        best = np.minimum(np.minimum(corner, above), left)
        total[here] = best + flat[here]
        came[here] = np.where(left <= best, LEFT, np.where(corner <= best, DIAGONAL, UP))
    return _walked_back(came.reshape(rows + 1, columns + 1))


def _walked_back(came: NDArray[np.int8]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    row, column = came.shape[0] - 1, came.shape[1] - 1
    path: list[tuple[int, int]] = []
    while row > 0 or column > 0:
        path.append((row - 1, column - 1))
        step = UP if column == 0 else LEFT if row == 0 else came[row, column]
        row -= step != LEFT
        column -= step != UP
    rows, columns = np.array(path[::-1], dtype=np.intp).T
    return rows, columns


def joined_punctuation(words: Sequence[TimedWord]) -> list[TimedWord]:
    """Join opening marks to the word after them and closing marks to the word before."""
    joined: list[TimedWord] = []
    opening = ""
    begun: float | None = None
    for word in words:
        mark = word.text.strip()
        if mark and word.text.startswith(" ") and mark in "\"'“¿([{-":
            opening += word.text if not opening else mark
            begun = word.start if begun is None else begun
        elif mark and mark in "\"'.。,，!！?？:：”)]}、" and not word.text.startswith(" ") and joined and not opening:
            last = joined[-1]
            joined[-1] = TimedWord(last.text + mark, last.start, last.end, last.probability)
        else:
            start = word.start if begun is None else begun
            text = opening + word.text.lstrip() if opening else word.text
            joined.append(TimedWord(text, start, word.end, word.probability))
            opening, begun = "", None
    if opening:
        joined.append(TimedWord(opening, begun or 0.0, words[-1].end, words[-1].probability))
    return joined
