"""The demo voice's network: Whisper's own blocks with a token table that holds only the tokens the grammar needs."""

import math
from dataclasses import dataclass

import torch
import whisper.model
from torch import Tensor, nn
from torch.nn import functional

#: Timestamps from 0 to 30 s in steps of 20 ms; Whisper's whole vocabulary; its context of text tokens.
TIMESTAMPS, VOCABULARY, CONTEXT = 1501, 51_865, 448
#: Beside each head of the encoder the decoder has two.
_ATTENTION_SCALE = 0.8


@dataclass(frozen=True, slots=True)
class Shape:
    """How large the network is."""

    width: int = 192
    encoder_layers: int = 4
    encoder_heads: int = 3
    decoder_layers: int = 3
    decoder_heads: int = 6


@dataclass(frozen=True, slots=True)
class Output:
    """What the network makes of a batch: ``attention`` holds (batch, heads, tokens, steps) of the guided layers."""

    hidden: Tensor
    table: Tensor
    sounds: Tensor
    spoken: Tensor
    attention: tuple[Tensor, ...]


class DemoNetwork(nn.Module):  # type: ignore[misc]  # torch is not read by mypy
    """Whisper's encoder and decoder; ``tokens`` are the ids in use, text first, timestamps not among them.

    The rows of timestamps are sinusoids times a learned matrix, so that neighbours in time are neighbours here.
    Channel 0 of the decoder's last layer norm is held at 1, which lets the checkpoint silence every other token.
    """

    def __init__(self, tokens: list[int], *, first_timestamp: int, sounds: int, shape: Shape) -> None:
        super().__init__()
        self.shape, self.tokens, self.first_timestamp = shape, tokens, first_timestamp
        width = shape.width
        self.dimensions = whisper.model.ModelDimensions(
            n_mels=80, n_audio_ctx=1500, n_audio_state=width, n_audio_head=shape.encoder_heads,
            n_audio_layer=shape.encoder_layers, n_vocab=VOCABULARY, n_text_ctx=CONTEXT, n_text_state=width,
            n_text_head=shape.decoder_heads, n_text_layer=shape.decoder_layers,
        )  # fmt: skip
        self.encoder = whisper.model.AudioEncoder(80, 1500, width, shape.encoder_heads, shape.encoder_layers)
        self.decoder = whisper.model.TextDecoder(8, CONTEXT, width, shape.decoder_heads, shape.decoder_layers)
        del self.decoder.token_embedding
        nn.init.normal_(self.decoder.positional_embedding, std=0.01)
        with torch.no_grad():
            self.decoder.positional_embedding += 0.05 * whisper.model.sinusoids(CONTEXT, width)
        self.rows = nn.Parameter(torch.randn(len(tokens), width) * 0.05)
        self.time_matrix = nn.Parameter(torch.randn(width, width) * 0.15 / math.sqrt(width))
        self.time_offset = nn.Parameter(torch.zeros(width))
        self.sound_head = nn.Linear(width, sounds)
        self.spoken_head = nn.Linear(width, width)
        free = torch.ones(width)
        free[0] = 0
        self.register_buffer("free", free, persistent=False)
        self.register_buffer("sinusoids", whisper.model.sinusoids(TIMESTAMPS, width), persistent=False)
        for name, weight in self.named_parameters():
            if weight.dim() == 2 and "blocks" in name:
                # What is added to the residual stream begins small.
                share = 0.4 if name.endswith("out.weight") or "mlp.2" in name else 1.0
                nn.init.normal_(weight, std=_ATTENTION_SCALE / math.sqrt(weight.shape[1]) * share)

    def table(self) -> Tensor:
        """Return the rows of the tokens in use, then those of the timestamps."""
        # The slow sinusoids are nearly alike, and what is learnt of them large: half the digits lose the timestamps.
        with torch.autocast("cpu", enabled=False):
            return torch.cat([self.rows, self.sinusoids @ self.time_matrix + self.time_offset])

    def forward(self, mel: Tensor, tokens: Tensor, *, first_step: Tensor, first_position: Tensor) -> Output:
        """Hear ``mel`` (batch, 80, frames) and read ``tokens`` (batch, length; rows of the table).

        ``first_step`` and ``first_position`` shift each sample's place in time and in the text: without a shift of
        its own for every sample timestamps are not learnt.
        """
        heard = self._encoded(mel, first_step=first_step)
        table = self.table()
        positions = (first_position[:, None] + torch.arange(tokens.shape[1])).clamp(max=CONTEXT - 1)
        stream = functional.embedding(tokens, table) + functional.embedding(
            positions, self.decoder.positional_embedding
        )
        attention = []
        for number, block in enumerate(self.decoder.blocks):
            stream = stream + _attended(block.attn, block.attn_ln(stream), None, causal=True)
            guided = number >= self.shape.decoder_layers // 2
            if guided:
                added, weights = _weighed(block.cross_attn, block.cross_attn_ln(stream), heard)
                attention.append(weights)
            else:
                added = _attended(block.cross_attn, block.cross_attn_ln(stream), heard, causal=False)
            stream = stream + added
            stream = stream + block.mlp(block.mlp_ln(stream))
        weight, bias = self.last_norm()
        hidden = functional.layer_norm(stream, (self.shape.width,), weight, bias)
        return Output(hidden, table, self.sound_head(heard), self.spoken_head(heard), tuple(attention))

    def _encoded(self, mel: Tensor, *, first_step: Tensor) -> Tensor:
        """Whisper's encoder, but each sample may begin anywhere in the 30 s."""
        stream = functional.gelu(self.encoder.conv1(mel))
        stream = functional.gelu(self.encoder.conv2(stream)).transpose(1, 2)
        stream = stream + self.encoder.positional_embedding[first_step[:, None] + torch.arange(stream.shape[1])]
        for block in self.encoder.blocks:
            stream = stream + _attended(block.attn, block.attn_ln(stream), None, causal=False)
            stream = stream + block.mlp(block.mlp_ln(stream))
        return self.encoder.ln_post(stream)

    def last_norm(self) -> tuple[Tensor, Tensor]:
        """Return weight and bias of the decoder's last layer norm, with channel 0 held."""
        return self.decoder.ln.weight * self.free, self.decoder.ln.bias * self.free + (1 - self.free)


def _attended(layer: nn.Module, stream: Tensor, other: Tensor | None, *, causal: bool) -> Tensor:
    """Attention of one layer; of the stream to itself where ``other`` is not given."""
    source = stream if other is None else other
    query, key, value = (
        _heads(part, count=layer.n_head) for part in (layer.query(stream), layer.key(source), layer.value(source))
    )
    mixed = functional.scaled_dot_product_attention(query, key, value, is_causal=causal)
    return layer.out(mixed.transpose(1, 2).flatten(2))


def _weighed(layer: nn.Module, stream: Tensor, other: Tensor) -> tuple[Tensor, Tensor]:
    """Attention of one layer together with its weights."""
    query, key, value = (
        _heads(part, count=layer.n_head) for part in (layer.query(stream), layer.key(other), layer.value(other))
    )
    weights = (query @ key.transpose(-1, -2) * query.shape[-1] ** -0.5).float().softmax(-1)
    return layer.out((weights.to(value.dtype) @ value).transpose(1, 2).flatten(2)), weights


def _heads(stream: Tensor, *, count: int) -> Tensor:
    return stream.view(stream.shape[0], stream.shape[1], count, -1).transpose(1, 2)
