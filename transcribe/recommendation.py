"""Which engine, model and threads suit a machine, from what Whisper was measured to cost on it."""

from collections.abc import Sequence
from dataclasses import dataclass

from transcribe.devices import CPU, CUDA
from transcribe.faster_engine import FasterEngine
from transcribe.measuring import SIZES, Machine, Timing
from transcribe.whisper_shapes import SHAPES

#: A night of transcribing, and the share of a stereo call that is speech when each party is silent half of the time:
#: two channels, half of each.
NIGHT_HOURS, SPEECH_SHARE = 12.0, 1.0
#: Hours of calls that a night must be able to take before a size is advised: some calls of every agent, not all of them.
WANTED_HOURS = 8.0
#: What a size needs beside its numbers: the program itself, and the windows of a batch.
PROGRAM_BYTES, BATCH_BYTES_A_WIDTH = 1_200 * 2**20, 512 * 2**10
#: Part of the free memory that models may take.
SHARE_OF_MEMORY = 0.8


@dataclass(frozen=True, slots=True)
class Option:
    """One size on one engine with so many worker threads of so many processor threads each.

    ``factor`` is the seconds of computing for a second of speech in one worker thread; ``night_hours`` are the hours
    of stereo calls that all of them transcribe in a night.
    """

    timing: Timing
    worker_threads: int
    needed_bytes: int

    @property
    def factor(self) -> float:
        """Seconds of computing for a second of speech, in one worker thread."""
        return self.timing.factor

    @property
    def night_hours(self) -> float:
        """Hours of stereo calls, half silent each, in a night."""
        return NIGHT_HOURS * self.worker_threads / (self.factor * SPEECH_SHARE)


@dataclass(frozen=True, slots=True)
class Advice:
    """What is advised, none where nothing fits into memory, and the best way to run every size on every engine."""

    best: Option | None
    options: tuple[Option, ...]


def recommend(timings: Sequence[Timing], *, machine: Machine, wanted_hours: float = WANTED_HOURS) -> Advice:
    """Choose the largest size with which a night takes ``wanted_hours`` of calls, on the engine that is fastest for it.

    Where no size is fast enough, the one that takes most hours is advised, which is the smallest that fits.
    """
    options: dict[tuple[str, str, str], Option] = {}
    for timing in timings:
        option = _fitting(timing, machine=machine)
        key = (timing.engine, timing.device, timing.model)
        if option is not None and (key not in options or option.night_hours > options[key].night_hours):
            options[key] = option
    every = tuple(options.values())
    fast = [option for option in every if option.night_hours >= wanted_hours]
    if fast:
        return Advice(max(fast, key=lambda option: (SIZES.index(option.timing.model), option.night_hours)), every)
    return Advice(max(every, key=lambda option: option.night_hours, default=None), every)


def needed_bytes(timing: Timing, *, worker_threads: int = 1) -> int:
    """About what the memory of a machine, or of its GPU, must have free: each worker thread has a model of its own."""
    shape = SHAPES[timing.model]
    bytes_a_number = {(FasterEngine.engine, CUDA): 2, (FasterEngine.engine, CPU): 1}.get(
        (timing.engine, timing.device), 4
    )
    own = shape.parameters * bytes_a_number + shape.width * BATCH_BYTES_A_WIDTH
    return PROGRAM_BYTES + worker_threads * own


def _fitting(timing: Timing, *, machine: Machine) -> Option | None:
    """As many worker threads as cores and memory have room for; on a GPU one. Nothing where not even one fits."""
    on_gpu = timing.device == CUDA
    room = SHARE_OF_MEMORY * (machine.gpu_bytes if on_gpu else machine.memory_bytes)
    workers = 1 if on_gpu else max(1, machine.cores // timing.threads)
    while workers and needed_bytes(timing, worker_threads=workers) > room:
        workers -= 1
    return Option(timing, workers, needed_bytes(timing, worker_threads=workers)) if workers else None
