"""What a Whisper decoder hears of windows: keys and values of its cross-attention, made once, and the heads that follow.

Every pass of the decoder over a window needs, for each of its layers, keys and values of the whole window. They cost
an eighth of what encoding it does, so the vote on the language, decoding and timing share them.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Rows of the vocabulary's scores that are held at a time.
SCORED_ROWS = 256


@dataclass(frozen=True, slots=True)
class Crossing:
    """What one layer of the decoder knows of windows, laid out head by head as attention reads it.

    ``keys`` are (windows, heads, width of a head, 1500), ``values`` (windows, heads, 1500, width of a head).
    """

    keys: Any
    values: Any

    def attended(self, queries: Any) -> tuple[Any, None]:
        """Return what ``queries``, (rows, tokens, width), find in the windows; one window serves any number of rows.

        The same as whisper's ``qkv_attention`` without weights, which reads keys and values across the heads and takes
        twice as long for a single token.
        """
        rows, tokens, width = queries.shape
        heads, size = self.keys.shape[1:3]
        asked = queries.view(rows, tokens, heads, size).transpose(1, 2) * size**-0.5
        weights = (asked @ self.keys).float().softmax(dim=-1).to(queries.dtype)
        return (weights @ self.values).transpose(1, 2).reshape(rows, tokens, width), None

    def of(self, place: int) -> "Crossing":
        """What it knows of the window at ``place`` alone."""
        return Crossing(self.keys[place : place + 1], self.values[place : place + 1])


@dataclass(slots=True, eq=False)
class EncodedWindow:
    """A window as the encoder left it, (1500, width), and what decoding made of it: each layer's, or nothing yet."""

    states: Any
    crossing: list[Crossing] = field(default_factory=list)


def crossing_bytes(network: Any) -> int:
    """What keys and values of one window take of memory."""
    dims = network.dims
    number = 2 if network.device.type != "cpu" else 4
    return int(2 * dims.n_text_layer * dims.n_audio_ctx * dims.n_text_state * number)


def crossed(network: Any, windows: Sequence[EncodedWindow]) -> list[Crossing]:
    """Return each layer's keys and values of ``windows`` together; each window keeps its share."""
    import torch  # noqa: PLC0415

    fresh = [window for window in windows if not window.crossing]
    states = torch.stack([window.states for window in fresh]) if fresh else None
    stacked = []
    for layer, block in enumerate(network.decoder.blocks):
        made = None if states is None else _made(block.cross_attn, states)
        if made is not None and len(fresh) == len(windows):
            whole = made
        else:
            known = [made.of(fresh.index(one)) if made and one in fresh else one.crossing[layer] for one in windows]
            whole = Crossing(torch.cat([one.keys for one in known]), torch.cat([one.values for one in known]))
        stacked.append(whole)
        for place, window in enumerate(windows):
            # The share replaces what the window had, so that nothing is held twice.
            window.crossing[layer : layer + 1] = [whole.of(place)]
    return stacked


def _made(attention: Any, states: Any) -> Crossing:
    """The keys and values that a layer makes of ``states``, (windows, 1500, width)."""
    windows, frames, width = states.shape
    keys, values = (
        part(states).view(windows, frames, attention.n_head, width // attention.n_head)
        for part in (attention.key, attention.value)
    )
    return Crossing(keys.permute(0, 2, 3, 1).contiguous(), values.transpose(1, 2).contiguous())


@contextmanager
def hearing(network: Any, windows: Sequence[EncodedWindow]) -> Iterator[Any]:
    """Give the states of ``windows`` together; the decoder takes their keys and values from them inside the block."""
    import torch  # noqa: PLC0415

    attentions = [block.cross_attn for block in network.decoder.blocks]
    with torch.inference_mode():
        known = crossed(network, windows)
    states = torch.stack([window.states for window in windows])
    # The decoder asks for keys and values, and what it gets for them is not read: the layer knows its own.
    nothing = states.new_zeros(1).expand(states.shape)
    try:
        for attention, made in zip(attentions, known, strict=True):
            attention.key.forward = attention.value.forward = lambda _states: nothing
            attention.qkv_attention = lambda queries, _keys, _values, _mask=None, made=made: made.attended(queries)
        yield states
    finally:
        for attention in attentions:
            attention.__dict__.pop("qkv_attention", None)
            for part in (attention.key, attention.value):
                part.__dict__.pop("forward", None)


def attention_to(
    network: Any,
    windows: Sequence[EncodedWindow],
    *,
    texts: Sequence[Sequence[int]],
    tokenizer: Any,
    frames: Sequence[int],
) -> list[tuple[NDArray[np.float32], list[float]]]:
    """Return for each window what its text attends to, (heads, tokens + 1, frames), and each token's probability.

    ``texts`` are tokens, at least one for a window; the row after them is that of the text's end. ``frames`` is how
    many of a window's frames hold sound. The heads are the model's alignment heads; a value is how far a token's
    attention to a frame stands out among the tokens, in standard deviations.

    The texts go through the layers as one row, which needs no padding; only attention is apart.
    """
    import torch  # noqa: PLC0415

    if not windows:
        return []
    head = [*tokenizer.sot_sequence, tokenizer.no_timestamps]
    device = windows[0].states.device
    rows = [torch.tensor([*head, *text, tokenizer.eot], device=device) for text in texts]
    lengths = [len(row) for row in rows]
    with torch.inference_mode():
        for window in windows:
            if not window.crossing:
                crossed(network, [window])
        last, queries = _through_layers(network, windows, rows=rows)
        standing = [
            _standing(_weights(network, window, queries=[layer[place] for layer in queries], frames=count))
            for place, (window, count) in enumerate(zip(windows, frames, strict=True))
        ]
        # The row before a token tells its probability; the end of the text needs none.
        before = torch.cat([row[len(head) - 1 : -2] for row in last.split(lengths)])
        said = torch.cat([row[len(head) : -1] for row in rows])
        chances = _chances(before, said, vocabulary=network.decoder.token_embedding.weight[: tokenizer.eot])
    return [
        (weights[:, len(head) - 1 : -1].cpu().numpy(), part.tolist())
        for weights, part in zip(standing, chances.split([len(text) for text in texts]), strict=True)
    ]


def _through_layers(network: Any, windows: Sequence[EncodedWindow], *, rows: Sequence[Any]) -> tuple[Any, list[Any]]:
    """Return the decoder's last states, (tokens of all rows, width), and each layer's queries to each window."""
    import torch  # noqa: PLC0415

    decoder, lengths = network.decoder, [len(row) for row in rows]
    states = torch.cat([decoder.token_embedding(row) + decoder.positional_embedding[: len(row)] for row in rows])
    states = states[None].to(windows[0].states.dtype)
    queries = []
    for layer, block in enumerate(decoder.blocks):
        normal = block.attn_ln(states)
        own = [part(normal).split(lengths, dim=1) for part in (block.attn.query, block.attn.key, block.attn.value)]
        mixed = [block.attn.qkv_attention(*parts, mask=decoder.mask)[0] for parts in zip(*own, strict=True)]
        states = states + block.attn.out(torch.cat(mixed, dim=1))
        queries.append(block.cross_attn.query(block.cross_attn_ln(states)).split(lengths, dim=1))
        mixed = [window.crossing[layer].attended(query)[0] for query, window in zip(queries[-1], windows, strict=True)]
        states = states + block.cross_attn.out(torch.cat(mixed, dim=1))
        states = states + block.mlp(block.mlp_ln(states))
    return decoder.ln(states)[0], queries


def _weights(network: Any, window: EncodedWindow, *, queries: Sequence[Any], frames: int) -> Any:
    """Attention of the alignment heads over the first ``frames`` of ``window``: (heads, tokens, frames), summing to 1."""
    import torch  # noqa: PLC0415

    width = network.dims.n_text_state // network.dims.n_text_head
    found = []
    for layer, place in network.alignment_heads.indices().T.tolist():
        part = slice(place * width, (place + 1) * width)
        keys = window.crossing[layer].keys[0, place, :, :frames]
        found.append(queries[layer][0, :, part] @ keys * width**-0.5)
    return torch.stack(found).float().softmax(dim=-1)


def _standing(weights: Any) -> Any:
    """How far attention to a frame stands out among the tokens, in standard deviations."""
    import torch  # noqa: PLC0415

    spread, mean = torch.std_mean(weights, dim=-2, keepdim=True, unbiased=False)
    # A frame that every token attends to alike, such as not at all, tells nothing.
    return (weights - mean) / spread.clamp_min(torch.finfo(spread.dtype).tiny)


def _chances(states: Any, tokens: Any, *, vocabulary: Any) -> Any:
    """The probability of each of ``tokens`` after the state before it, among ``vocabulary``, (tokens, width)."""
    import torch  # noqa: PLC0415

    found = []
    for some, said in zip(states.split(SCORED_ROWS), tokens.split(SCORED_ROWS), strict=True):
        scores = (some @ vocabulary.to(some.dtype).T).float()
        # In one go log_softmax takes a quarter of the time of logsumexp.
        found.append(scores.log_softmax(dim=-1).gather(1, said[:, None])[:, 0].exp())
    return torch.cat(found)
