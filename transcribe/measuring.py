"""What Whisper costs on this machine: encoder and decoder timed at true shapes with random weights, within a budget.

Random weights cost what real ones do. One or two shapes are timed; the others follow by their arithmetic, see
``extrapolated``. Nothing is downloaded and nothing of a model is needed.
"""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from transcribe.ct2_convert import convert
from transcribe.devices import CPU, CUDA
from transcribe.errors import ModelError
from transcribe.faster_engine import FasterEngine, view_of
from transcribe.passes import BATCH
from transcribe.whisper_engine import WhisperEngine
from transcribe.whisper_files import NEEDS_WHISPER
from transcribe.whisper_shapes import FRAMES, SHAPES

#: Seconds that all measuring may take, and the part of it after which nothing new is begun.
BUDGET_SECONDS, ENOUGH = 20.0, 0.7
#: Speech of a window, its tokens (92 are measured in a full one), and the steps of the decoder that are timed.
WINDOW_SECONDS, WINDOW_TOKENS, STEPS = 28.0, 92, 6
#: What the chain costs beyond the bare network: word times, the vote on the language, finding speech.
CHAIN = 1.2
FIRST, SECOND = "tiny", "base"
#: Whisper's tokens for the start, English, transcribing and no times, and for the end.
PROMPT, END = [50_258, 50_259, 50_359, 50_363], 50_257

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds for one window on ``threads`` processor threads, or with a GPU: its encoder, and a token of its decoder.

    ``token_seconds`` is the share of one window of a batch as the engine makes them.
    """

    engine: str
    device: str
    model: str
    threads: int
    encoder_seconds: float
    token_seconds: float

    @property
    def factor(self) -> float:
        """Seconds of computing for a second of speech, whole chain."""
        return CHAIN * (self.encoder_seconds + WINDOW_TOKENS * self.token_seconds) / WINDOW_SECONDS


@dataclass(frozen=True, slots=True)
class Machine:
    """What the machine has: cores this process may use, bytes of memory free now, and whether torch sees a GPU."""

    cores: int
    memory_bytes: int
    gpu: str = ""
    gpu_bytes: int = 0
    #: Programs that wanted a core in the minute before; 0 where that is not known.
    load: float = 0.0


def look() -> Machine:
    """Look at the machine. Raises ``ModelError`` where the speech libraries are not installed."""
    torch = _torch()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    if not torch.cuda.is_available():
        return Machine(cores, free_memory(), load=load)
    properties = torch.cuda.get_device_properties(0)
    return Machine(
        cores, free_memory(), gpu=str(properties.name), gpu_bytes=int(torch.cuda.mem_get_info(0)[0]), load=load
    )


def busy(machine: Machine) -> bool:
    """Whether other programs took so much of the processor before that a measurement says little."""
    return machine.load > max(0.7, 0.5 * machine.cores)


def free_memory() -> int:
    """Bytes that programs can still have: what Linux calls available, elsewhere half of what there is."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, StopIteration):
        pages = os.sysconf("SC_PHYS_PAGES") if hasattr(os, "sysconf") else 0
        return pages * os.sysconf("SC_PAGE_SIZE") // 2 if pages > 0 else 0


def measure(machine: Machine, *, budget_seconds: float = BUDGET_SECONDS, clock: Clock = time.monotonic) -> list[Timing]:
    """Time the engines that are installed; what the budget has no room for is left out. The first timing always is.

    openai-whisper is timed on one thread, on all cores and on powers of two between; faster-whisper in int8 likewise.
    On a GPU both are timed in half precision.
    """
    end = clock() + ENOUGH * budget_seconds
    found: list[Timing] = []
    before = _torch().get_num_threads()
    try:
        for work in _works(machine, clock=clock):
            if found and clock() > end:
                break
            found += work()
    finally:
        _torch().set_num_threads(before)
    return found


def extrapolated(timings: list[Timing]) -> list[Timing]:
    """A timing of every multilingual size for each engine, device and number of threads that was timed.

    Arithmetic of large layers runs at the same speed whatever their size, so the encoder's seconds grow as its
    operations, and the decoder's as its own, from the largest shape that was timed.
    """
    largest: dict[tuple[str, str, int], Timing] = {}
    for one in timings:
        key = (one.engine, one.device, one.threads)
        if key not in largest or SHAPES[one.model].parameters > SHAPES[largest[key].model].parameters:
            largest[key] = one
    measured = {(one.engine, one.device, one.threads, one.model): one for one in timings}
    return [
        measured.get((engine, device, threads, model)) or scaled(base, model)
        for (engine, device, threads), base in largest.items()
        for model in SIZES
    ]


#: The sizes a company chooses between, from the fastest to the best.
SIZES = ("tiny", "base", "small", "medium", "large-v3-turbo")


def scaled(timing: Timing, model: str) -> Timing:
    """What ``model`` would take where another one took ``timing``."""
    own, other = SHAPES[timing.model], SHAPES[model]
    return Timing(
        timing.engine,
        timing.device,
        model,
        timing.threads,
        timing.encoder_seconds * other.encoder_operations / own.encoder_operations,
        timing.token_seconds * other.token_operations / own.token_operations,
    )


def thread_counts(cores: int) -> list[int]:
    """One, every power of two below ``cores``, and ``cores``; the two that matter most first."""
    between = [2**power for power in range(1, 12) if 2**power < cores]
    return list(dict.fromkeys([1, cores, *reversed(between)]))


def _works(machine: Machine, *, clock: Clock) -> Iterator[Callable[[], list[Timing]]]:
    """What there is to time, the most telling first."""
    counts = thread_counts(machine.cores)
    yield lambda: [time_whisper(FIRST, threads=counts[0], clock=clock)]
    yield lambda: time_faster(FIRST, counts=counts[:2], clock=clock)
    if machine.gpu:
        yield lambda: time_faster(SECOND, counts=[1], device=CUDA, clock=clock)
        yield lambda: [time_whisper(SECOND, device=CUDA, clock=clock)]
    for threads in counts[1:]:
        yield lambda threads=threads: [time_whisper(FIRST, threads=threads, clock=clock)]  # type: ignore[misc]
    yield lambda: [time_whisper(SECOND, threads=machine.cores, clock=clock)]


def time_whisper(model: str, *, threads: int = 1, device: str = CPU, clock: Clock = time.monotonic) -> Timing:
    """Time openai-whisper at the shape of ``model``: one encoder pass and some steps of a full batch.

    A GPU's first pass, which sets it up, is not counted.
    """
    torch = _torch()
    torch.set_num_threads(threads)
    network, shape = random_network(model).to(device), SHAPES[model]
    kind = torch.float16 if device == CUDA else torch.float32
    sound = torch.randn(1, shape.mels, 2 * FRAMES).to(device, kind)

    def now() -> float:
        """The time when everything asked for is done."""
        if device == CUDA:
            torch.cuda.synchronize()
        return clock()

    with torch.inference_mode():
        if device == CUDA:
            network.encoder(sound)
        begun = now()
        encoded = network.encoder(sound).expand(BATCH, -1, -1).contiguous()
        encoder = now() - begun
        cache, hooks = network.install_kv_cache_hooks()
        tokens = torch.full((BATCH, 1), 300, device=device)
        begun = now()
        network.decoder(tokens, encoded, kv_cache=cache)
        once = now() - begun
        begun = now()
        for _ in range(STEPS):
            network.decoder(tokens, encoded, kv_cache=cache)
        step = (now() - begun) / STEPS
        for hook in hooks:
            hook.remove()
    # What the first step takes longer is the sound's keys and values, made once for each window.
    encoder += max(0.0, once - step) / BATCH
    return Timing(WhisperEngine.engine, device, model, threads, encoder, step / BATCH)


def time_faster(model: str, *, counts: list[int], device: str = CPU, clock: Clock = time.monotonic) -> list[Timing]:
    """Time faster-whisper at the shape of ``model`` on each number of threads; nothing where it is not installed."""
    torch = _torch()
    with tempfile.TemporaryDirectory() as scratch:
        checkpoint, folder = Path(scratch) / f"{model}-random.pt", Path(scratch) / "ct2"
        network = random_network(model)
        torch.save({"dims": network.dims.__dict__, "model_state_dict": network.state_dict()}, checkpoint)
        kind = "float16" if device == CUDA else "int8"
        try:
            convert(str(checkpoint), folder, precision=kind)
        except ModelError:
            return []
        import ctranslate2  # noqa: PLC0415 - that it was converted shows that it is installed

        if device == CUDA and not ctranslate2.get_cuda_device_count():
            return []
        return [
            _time_loaded(
                ctranslate2.models.Whisper(str(folder), device=device, compute_type=kind, intra_threads=threads),
                Timing(FasterEngine.engine, device, model, threads, 0, 0), clock=clock,
            )
            for threads in counts
        ]  # fmt: skip


def _time_loaded(loaded: Any, what: Timing, *, clock: Clock) -> Timing:
    """Fill in what the encoder and a token of ``loaded`` take; a GPU's first pass, which sets it up, is not counted."""
    mel = np.zeros((SHAPES[what.model].mels, 2 * FRAMES), np.float32)

    def seconds(tokens: int) -> float:
        """Encode and generate exactly so many tokens, on any weights: the end is suppressed."""
        begun = clock()
        encoded = loaded.encode(view_of([mel]), to_cpu=True)
        if tokens:
            loaded.generate(encoded, [PROMPT], max_length=len(PROMPT) + tokens, suppress_tokens=[END])
        return clock() - begun

    if what.device == CUDA:
        seconds(1)
    encoder, short, long = seconds(0), seconds(1), seconds(1 + STEPS)
    return replace(what, encoder_seconds=encoder, token_seconds=max(0.0, long - short) / STEPS)


def random_network(model: str) -> Any:
    """A Whisper of the shape of ``model`` with random weights."""
    torch = _torch()
    from whisper.model import ModelDimensions, Whisper  # noqa: PLC0415

    shape = SHAPES[model]
    torch.manual_seed(0)
    dims = ModelDimensions(
        shape.mels, FRAMES, shape.width, shape.heads, shape.encoder_layers, shape.vocabulary, 448, shape.width,
        shape.heads, shape.decoder_layers,
    )  # fmt: skip
    return Whisper(dims).eval()


def _torch() -> Any:
    try:
        import torch  # noqa: PLC0415 - a machine that only serves pages never loads it
    except ModuleNotFoundError as error:
        raise ModelError(NEEDS_WHISPER, name=error.name) from error
    return torch
