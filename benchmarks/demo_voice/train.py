"""Train the demo voice: ``python -m benchmarks.demo_voice.train --data PATH [PATH ...] --to PATH``."""

import argparse
import math
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from benchmarks.demo_voice import checkpoints
from benchmarks.demo_voice.batches import NOTHING, Batch, Vocabulary, batch, tokens_of, vocabulary
from benchmarks.demo_voice.network import TIMESTAMPS, DemoNetwork, Output, Shape
from benchmarks.demo_voice.training_data import TrainingData, load
from benchmarks.demo_voice.windows import STEPS_PER_SECOND, Composer, Hardship

_Choices = Sequence[tuple[float, float]]
#: From which part of the training on windows of which seconds are drawn, with their weights: short ones first.
_LENGTHS = ((0.0, ((5.0, 1.0),)), (0.25, ((10.0, 1.0),)), (0.5, ((10.0, 1.0), (20.0, 1.0), (30.0, 2.0))))
#: The same where training goes on: the long windows are known already and must not be forgotten.
_LATER_LENGTHS = ((0.0, ((10.0, 2.0), (20.0, 1.0), (30.0, 1.0))), (0.5, ((10.0, 1.0), (20.0, 1.0), (30.0, 1.0))))
#: How a timestamp's chance is spread over itself and its three neighbours on either side.
_BLUR = (0.05, 0.12, 0.2, 0.26, 0.2, 0.12, 0.05)
#: Steps until the learning rate is whole: from nothing, and where training goes on.
_WARM_UP_STEPS, _LATER_WARM_UP_STEPS = 100, 30
_LOWEST_RATE = 0.03
_LOG_EVERY, _SAVE_EVERY = 25, 100


@dataclass(frozen=True, slots=True)
class Losses:
    """What is made small: text and timestamps, sounds and tokens by frame, and attention beside the spoken word."""

    text: Tensor
    timestamps: Tensor
    sounds: Tensor
    spoken: Tensor
    guide: Tensor

    @property
    def whole(self) -> Tensor:
        """The weighted sum."""
        return self.text + 0.5 * self.timestamps + 0.4 * self.sounds + 0.5 * self.spoken + 0.3 * self.guide


def main(arguments: Sequence[str] | None = None) -> int:
    """Train for the given minutes or steps and write a checkpoint that Whisper loads."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="what training_data wrote")
    parser.add_argument("--to", type=Path, required=True, help="where the checkpoint goes; .pt is added")
    parser.add_argument("--from", type=Path, dest="start", help="a checkpoint to go on from, .pt or .pt.xz")
    parser.add_argument("--mean", action="store_true", help="write the mean with that checkpoint too, as …-mean.pt")
    parser.add_argument("--minutes", type=float, default=120, help="how long to train")
    parser.add_argument("--steps", type=int, default=0, help="stop after so many steps")
    parser.add_argument("--rate", type=float, default=3e-3, help="learning rate of the matrices")
    parser.add_argument("--audio-seconds", type=float, default=240, help="seconds of sound in a step")
    parser.add_argument("--loud-noise", type=float, default=0.0, help="share of the noise that is loud, 0 to 1")
    parser.add_argument(
        "--precision",
        choices=("bfloat16", "float32"),
        default="bfloat16",
        help="take float32 on a processor without arithmetic for bfloat16",
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args(arguments)
    torch.manual_seed(given.seed)
    torch.set_num_threads(given.threads)
    data = [load(path) for path in given.data]
    try:
        start = checkpoints.read(given.start) if given.start else None
        words = vocabulary(_known(data, start=start))
    except checkpoints.CheckpointError as error:
        print(error, file=sys.stderr)
        return 1
    composer = Composer(data, hardship=Hardship(loud=given.loud_noise))
    network = DemoNetwork(
        [*words.text, *words.signs],
        first_timestamp=words.tokenizer.timestamp_begin,
        sounds=len(composer.sounds),
        shape=Shape(),
    )
    if start:
        start.fill(network)

    lengths, warm_up = (_LATER_LENGTHS, _LATER_WARM_UP_STEPS) if start else (_LENGTHS, _WARM_UP_STEPS)
    optimisers = _optimisers(network, rate=given.rate, with_muon=given.precision == "bfloat16")
    rng = random.Random(given.seed)
    began, step, done = time.monotonic(), 0, 0.0
    while done < 1 and (not given.steps or step < given.steps):
        seconds = _length(done, lengths=lengths, rng=rng)
        made = batch(composer, words, seconds=seconds, audio_seconds=given.audio_seconds, rng=rng)
        share = min(1.0, (step + 1) / warm_up) * _cosine(done)
        with torch.autocast("cpu", torch.bfloat16, enabled=given.precision == "bfloat16"):
            output = network(made.mel, made.tokens, first_step=made.first_step, first_position=made.first_position)
            losses = losses_of(output, made, words=words)
        _step(network, losses, optimisers=optimisers, share=share)
        step += 1
        if step % _LOG_EVERY == 0 or step == given.steps:
            print(_shown(losses, step=step, minutes=(time.monotonic() - began) / 60), flush=True)
        if step % _SAVE_EVERY == 0:
            checkpoints.save(network, given.to.with_suffix(".pt"))
        done = (time.monotonic() - began) / 60 / given.minutes
    checkpoints.save(network, given.to.with_suffix(".pt"))
    if start and given.mean:
        checkpoints.save_mean(start, given.to.with_suffix(".pt"), to=given.to.with_name(f"{given.to.name}-mean.pt"))
    return 0


def _known(data: Sequence[TrainingData], *, start: checkpoints.Start | None) -> set[int]:
    """Return the text tokens to train on; where training goes on, no new ones."""
    wanted = tokens_of(data)
    if start is None:
        return wanted
    if new := wanted - set(start.text):
        raise checkpoints.CheckpointError(
            f"The data holds {len(new)} text tokens that {len(start.text)} of the checkpoint do not cover: "
            "leave their words out, or train from nothing.",
        )
    return set(start.text)


def losses_of(output: Output, made: Batch, *, words: Vocabulary) -> Losses:
    """Compare what the network made of a batch with the truth."""
    learnt = made.targets.flatten() != NOTHING
    targets = made.targets.flatten()[learnt]
    logits = functional.linear(output.hidden.flatten(0, 1)[learnt], output.table).float()
    chances = logits.log_softmax(-1)
    first = words.first_timestamp_row
    stamps = targets >= first
    text = -chances.gather(1, targets[:, None])[~stamps, 0].sum() / len(targets)
    near = (targets[stamps][:, None] + torch.arange(-3, 4)).clamp(first, first + TIMESTAMPS - 1)
    timestamps = -(chances[stamps].gather(1, near) * torch.tensor(_BLUR)).sum() / len(targets)
    sounds = functional.cross_entropy(output.sounds.flatten(0, 1).float(), made.sounds.flatten())
    steps = (made.spoken.flatten() != NOTHING).nonzero()[:, 0]
    # A third of the steps teaches as much as all of them.
    steps = steps[torch.rand(len(steps)) < 0.33]
    spoken = torch.zeros(())
    if len(steps):
        rows = functional.linear(output.spoken.flatten(0, 1)[steps], output.table[: len(words.text)]).float()
        spoken = functional.cross_entropy(rows, made.spoken.flatten()[steps])
    return Losses(text, timestamps, sounds, spoken, _guide(output, made))


def _guide(output: Output, made: Batch) -> Tensor:
    """Ask every head of the guided layers to look at the word being written; the last layer at the token itself."""
    moments = (torch.arange(made.sounds.shape[1]) + 0.5) / STEPS_PER_SECOND
    lost = torch.zeros(())
    for number, weights in enumerate(output.attention):
        last = number == len(output.attention) - 1
        start, end = made.spans[..., 0 if last else 2], made.spans[..., 1 if last else 3]
        slack = 0.05 if last else 0.1
        inside = (moments >= (start - slack)[..., None]) & (moments <= (end + slack)[..., None])
        guided = inside.any(-1)
        mass = torch.einsum("bhlt,blt->bhl", weights, inside.float())
        lost = lost - ((mass + 1e-4).log() * guided[:, None]).sum() / (guided.sum() * weights.shape[1] + 1e-6)
    return lost / len(output.attention)


def _step(
    network: DemoNetwork, losses: Losses, *, optimisers: Sequence[tuple[torch.optim.Optimizer, float]], share: float
) -> None:
    for optimiser, rate in optimisers:
        for group in optimiser.param_groups:
            group["lr"] = rate * share
        optimiser.zero_grad(set_to_none=True)
    losses.whole.backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), 2.0)
    for optimiser, _rate in optimisers:
        optimiser.step()


def _optimisers(network: DemoNetwork, *, rate: float, with_muon: bool) -> list[tuple[torch.optim.Optimizer, float]]:
    """Return Muon for the matrices of the blocks and AdamW for all else, each with its learning rate.

    Muon reckons in bfloat16 whatever it is given. Where that is slow it costs more than all the rest of a step, and
    AdamW takes its place; Muon's rate is scaled to match.
    """
    named = list(network.named_parameters())
    matrices = [weight for name, weight in named if "blocks" in name and weight.dim() == 2]
    others = [weight for name, weight in named if not ("blocks" in name and weight.dim() == 2)]
    first: torch.optim.Optimizer = torch.optim.AdamW(matrices, lr=rate, betas=(0.9, 0.98), weight_decay=0.02)
    if with_muon:
        first = torch.optim.Muon(matrices, lr=rate, weight_decay=0.02, momentum=0.95, adjust_lr_fn="match_rms_adamw")
    adam = torch.optim.AdamW(others, lr=rate * 2 / 3, betas=(0.9, 0.98), weight_decay=0.0)
    return [(first, rate), (adam, rate * 2 / 3)]


def _length(done: float, *, lengths: Sequence[tuple[float, _Choices]], rng: random.Random) -> float:
    choices = [weighted for start, weighted in lengths if done >= start][-1]
    return rng.choices([seconds for seconds, _weight in choices], [weight for _seconds, weight in choices])[0]


def _cosine(done: float) -> float:
    return _LOWEST_RATE + (1 - _LOWEST_RATE) * 0.5 * (1 + math.cos(math.pi * min(1.0, done)))


def _shown(losses: Losses, *, step: int, minutes: float) -> str:
    parts = {
        "text": losses.text,
        "timestamps": losses.timestamps,
        "sounds": losses.sounds,
        "spoken": losses.spoken,
        "guide": losses.guide,
    }
    return f"step {step}  {minutes:.1f} min  " + "  ".join(
        f"{name} {value.item():.3f}" for name, value in parts.items()
    )


if __name__ == "__main__":
    sys.exit(main())
