"""Checkpoints of the demo voice: Whisper loads them, and training goes on from them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import whisper.model

from benchmarks.demo_voice.network import TIMESTAMPS, VOCABULARY, DemoNetwork
from transcribe.errors import ModelError
from transcribe.whisper_files import unpacked

#: What the last layer norm's constant channel makes of a token that was never trained: it is never chosen.
_NEVER = -60.0
_EMBEDDING = "decoder.token_embedding.weight"
#: Whisper's multilingual text tokens come first, its timestamps last.
_TEXT_TOKENS, _FIRST_TIMESTAMP = 50_257, VOCABULARY - TIMESTAMPS


class CheckpointError(Exception):
    """Training cannot go on from this file; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Start:
    """Where training goes on from: the text tokens it knows, in order, and its weights by Whisper's names."""

    text: tuple[int, ...]
    weights: dict[str, Any]

    def fill(self, network: DemoNetwork) -> None:
        """Give ``network``, made for the same tokens, the weights.

        What Whisper has no place for is found again: the matrix of the timestamps from their rows, exactly. The
        heads that name sounds and tokens in every frame begin at nothing, so that they learn before they teach.
        """
        weights = {name: weight.float() for name, weight in self.weights.items()}
        embedding = weights.pop(_EMBEDDING)
        weights["rows"] = embedding[torch.tensor(network.tokens)]
        known = torch.cat([network.sinusoids, torch.ones(TIMESTAMPS, 1)], dim=1)
        found = torch.linalg.lstsq(known.double(), embedding[_FIRST_TIMESTAMP:].double(), driver="gelsd").solution
        weights["time_matrix"], weights["time_offset"] = found[:-1].float(), found[-1].float()
        for name, weight in network.state_dict().items():
            if name not in weights:
                weights[name] = torch.zeros_like(weight)
        network.load_state_dict(weights)


def save(network: DemoNetwork, path: Path) -> None:
    """Write a checkpoint that plain ``whisper.load_model`` reads, in half precision."""
    whole = whisper.model.Whisper(network.dimensions).state_dict()
    own = network.state_dict()
    for name in whole:
        if name in own:
            whole[name] = own[name].clone()
    whole["decoder.ln.weight"], whole["decoder.ln.bias"] = (part.detach().clone() for part in network.last_norm())
    rows = torch.zeros(VOCABULARY, network.shape.width)
    rows[:, 0] = _NEVER
    timestamps = range(network.first_timestamp, network.first_timestamp + TIMESTAMPS)
    rows[torch.tensor([*network.tokens, *timestamps])] = network.table().detach()
    whole[_EMBEDDING] = rows
    halves = {name: value.half() for name, value in whole.items()}
    torch.save({"dims": vars(network.dimensions), "model_state_dict": halves}, path)


def save_mean(start: Start, path: Path, *, to: Path) -> None:
    """Write the mean of the weights where training began and of those in ``path``, in half precision."""
    made = torch.load(path, map_location="cpu", weights_only=True)
    weights = made["model_state_dict"]
    means = {name: ((start.weights[name].float() + weight.float()) / 2).half() for name, weight in weights.items()}
    torch.save({**made, "model_state_dict": means}, to)


def read(path: Path) -> Start:
    """Read what ``save`` wrote, packed with xz or not; raises ``CheckpointError`` for any other file."""
    try:
        with unpacked(path) as plain:
            weights = torch.load(plain, map_location="cpu", weights_only=True)["model_state_dict"]
        trained = weights[_EMBEDDING][:_TEXT_TOKENS, 0] != _NEVER
    except ModelError as error:
        raise CheckpointError(str(error)) from error
    except (KeyError, TypeError) as error:
        raise CheckpointError(f"{path} is no checkpoint of a Whisper.") from error
    if trained.all():
        raise CheckpointError(f"{path} is a Whisper, but not one that this program trained.")
    return Start(text=tuple(trained.nonzero()[:, 0].tolist()), weights=weights)
