"""Times of words from a Whisper decoder's cross-attention, by dynamic time warping in numpy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

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
    *,
    encoded: Any,
    tokens: Sequence[int],
    tokenizer: Any,
    seconds: float,
    cross: Mapping[Any, Any] | None = None,
) -> list[TimedWord]:
    """Align decoded text ``tokens`` with the window whose encoder output is ``encoded``.

    ``encoded`` has the shape (1500, width); its first ``seconds`` hold sound. The method is openai-whisper's: the
    attention of the model's alignment heads, normalised over tokens and smoothed, and the cheapest monotone path.
    ``cross`` holds the cross-attention's keys and values of this window, each (1, 1500, width) by the layer that made
    it, where decoding left them behind; they are half of the work.
    """
    words, word_tokens = tokenizer.split_to_word_tokens([*tokens, tokenizer.eot])
    if len(words) < 2:
        return []
    frames = max(1, min(len(encoded), round(seconds * FRAMES_A_SECOND)))
    attention, probabilities = _attention(
        network, encoded=encoded, tokens=tokens, tokenizer=tokenizer, frames=frames, cross=cross
    )
    rows, columns = cheapest_path(-attention)
    return words_on_path(words, word_tokens, rows=rows, columns=columns, probabilities=probabilities)


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


def _attention(
    network: Any,
    *,
    encoded: Any,
    tokens: Sequence[int],
    tokenizer: Any,
    frames: int,
    cross: Mapping[Any, Any] | None,
) -> tuple[NDArray[np.float64], list[float]]:
    """Return attention of shape (tokens + 1, frames) and the probability of each token."""
    import torch  # noqa: PLC0415
    from whisper.model import disable_sdpa  # noqa: PLC0415

    head = [*tokenizer.sot_sequence, tokenizer.no_timestamps]
    row = torch.tensor([[*head, *tokens, tokenizer.eot]], device=encoded.device)
    kept: dict[int, Any] = {}
    hooks = [
        block.cross_attn.register_forward_hook(lambda _, __, out, layer=layer: kept.__setitem__(layer, out[-1][0]))
        for layer, block in enumerate(network.decoder.blocks)
    ]
    try:
        with torch.inference_mode(), disable_sdpa():
            # The decoder takes the length of the first entry for the number of tokens it has seen: none.
            known = {None: torch.zeros(1, 0, 1), **cross} if cross else None
            logits = network.decoder(row, encoded[None], kv_cache=known)[0]
            said = logits[len(head) - 1 : -2, : tokenizer.eot].float().log_softmax(dim=-1)
            chosen = said[torch.arange(len(tokens)), torch.tensor(list(tokens))].exp().tolist()
            heads = network.alignment_heads.indices().T.tolist()
            weights = torch.stack([kept[layer][index] for layer, index in heads])[..., :frames].float().softmax(dim=-1)
            spread, mean = torch.std_mean(weights, dim=-2, keepdim=True, unbiased=False)
            smooth = _median(((weights - mean) / spread).cpu().numpy())
    finally:
        for hook in hooks:
            hook.remove()
    return smooth.mean(axis=0)[len(head) - 1 : -1].astype(np.float64), chosen


def _median(weights: NDArray[np.float32]) -> NDArray[np.float32]:
    half = MEDIAN_WIDTH // 2
    padded = np.pad(weights, ((0, 0), (0, 0), (half, half)), mode="reflect")
    around = np.lib.stride_tricks.sliding_window_view(padded, MEDIAN_WIDTH, axis=-1)
    return np.asarray(np.partition(around, half, axis=-1)[..., half])


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
