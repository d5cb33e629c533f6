"""A Whisper checkpoint that says one sentence with given word times, whatever it hears; made without training.

Every weight is zero but these: position embeddings of the decoder name the next token of the script, and a code of
the moment it is said; the encoder's positions carry the same code, so that the one alignment head finds the moment.
"""

import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from transcribe.whisper_engine import tokenizer_of

TOKEN_PART, TIME_PART = 48, 48
WIDTH = TOKEN_PART + TIME_PART
ENCODER_FRAMES, FRAME_S, STAMP_S = 1500, 0.02, 0.02
VOCABULARY, CONTEXT = 51_865, 448

#: Text and the seconds in which it is said.
Script = list[tuple[str, float, float]]


def write_scripted_whisper(path: Path, script: Script, *, language: str) -> Path:
    """Write a checkpoint for ``whisper.load_model`` that says ``script`` in every window and return its path."""
    import torch  # noqa: PLC0415 - only where it is installed
    from whisper.model import ModelDimensions, Whisper  # noqa: PLC0415 - only where it is installed

    dims = ModelDimensions(80, ENCODER_FRAMES, WIDTH, 1, 1, VOCABULARY, CONTEXT, WIDTH, 1, 1)
    network = Whisper(dims)
    tokenizer = tokenizer_of(network, language=language)
    tokens: list[int] = []
    moments: list[float] = []
    for text, start, end in script:
        ids = tokenizer.encode(" " + text)
        tokens += ids
        moments += [float(moment) for moment in np.linspace(start, end, len(ids) + 1)[:-1]]
    last = max(end for _, _, end in script)
    head = list(tokenizer.sot_sequence)
    first = tokenizer.timestamp_begin
    said = [*head, first, *tokens, first + round(last / STAMP_S), tokenizer.eot]
    when = [*[0.0] * (len(head) + 1), *moments, last, last]
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.zero_()
        for module in network.modules():
            if isinstance(module, torch.nn.LayerNorm):
                module.weight.fill_(1)
        embedding = _embedding(seed=0)
        network.decoder.token_embedding.weight.copy_(torch.from_numpy(embedding))
        positions = np.zeros((CONTEXT, WIDTH), np.float32)
        positions[:, :TOKEN_PART] = 20 * embedding[tokenizer.eot, :TOKEN_PART]
        for place in range(len(said) - 1):
            positions[place, :TOKEN_PART] = 20 * embedding[said[place + 1], :TOKEN_PART]
            positions[place, TOKEN_PART:] = 20 / math.sqrt(TIME_PART / 2) * _time_code([when[place + 1]])[0]
        network.decoder.positional_embedding.copy_(torch.from_numpy(positions))
        network.decoder.ln.weight.fill_(8)
        frames = np.zeros((ENCODER_FRAMES, WIDTH), np.float32)
        frames[:, TOKEN_PART:] = _time_code([frame * FRAME_S for frame in range(ENCODER_FRAMES)])
        network.encoder.positional_embedding.copy_(torch.from_numpy(frames))
        choose = torch.zeros(WIDTH, WIDTH)
        choose[TOKEN_PART:, TOKEN_PART:] = 3 * torch.eye(TIME_PART)
        attention = network.decoder.blocks[0].cross_attn
        attention.query.weight.copy_(choose)
        attention.key.weight.copy_(choose)
    weights = {name: value.half() for name, value in network.state_dict().items()}
    torch.save({"dims": dims.__dict__, "model_state_dict": weights}, path)
    return path


def _embedding(*, seed: int) -> NDArray[np.float32]:
    """Directions that differ for every token and have no mean, which the layer norm would take away."""
    rows = np.random.default_rng(seed).standard_normal((VOCABULARY, TOKEN_PART))
    rows -= rows.mean(axis=1, keepdims=True)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return np.concatenate([rows, np.zeros((VOCABULARY, TIME_PART))], axis=1).astype(np.float32)


def _time_code(moments: list[float]) -> NDArray[np.float32]:
    """Cosines and sines of geometrically spaced frequencies: near moments look alike, far ones do not."""
    frequencies = 0.5 * 1.22 ** np.arange(TIME_PART // 2) / 30.0
    angles = 2 * np.pi * np.asarray(moments)[:, None] * frequencies
    return np.concatenate([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
