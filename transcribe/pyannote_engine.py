"""Speakers of a mono recording by pyannote.audio, from a folder or from the hub's cache; nothing is downloaded."""

import os
import sys
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from transcribe.devices import CPU, torch_device
from transcribe.diariser import MAX_SPEAKERS, MIN_SPEAKERS
from transcribe.errors import N_, ModelError
from transcribe.pyannote_refusals import NO_NAME, check_folder, check_token, explained, is_hub_name
from transcribe.shared_frames import share_frames
from transcribe.torchaudio_shim import ensure_torchaudio
from transcribe.types import Progress, Report, Span, SpeakerSpan, silent
from transcribe.whisper_files import NOT_HERE

SAMPLE_RATE = 16000
#: The speaker model that is asked for when no other is named (CC-BY-4.0).
COMMUNITY_MODEL = "pyannote/speaker-diarization-community-1"
#: A shorter recording holds no voice that could be compared.
SHORTEST_SECONDS = 0.5
#: Where each of pyannote's steps begins and ends, in per cent of the whole.
STEPS = {
    "segmentation": (0, 40),
    "speaker_counting": (40, 40),
    "embeddings": (40, 98),
    "discrete_diarization": (98, 99),
}


@dataclass(frozen=True, slots=True)
class SpeakerModel:
    """Which speaker model to load: a folder wins over a name; ``token`` is the hub's, needed for gated models only."""

    folder: Path | None = None
    name: str = COMMUNITY_MODEL
    token: str | None = None
    cache_folder: Path | None = None


class Segment(Protocol):
    """A stretch in pyannote's own form, in seconds."""

    start: float
    end: float


class Annotation(Protocol):
    """Who speaks when, in pyannote's own form."""

    def itertracks(self, *, yield_label: bool) -> Iterable[tuple[Segment, object, str]]:
        """Each stretch with its track and its speaker."""
        ...


class Output(Protocol):
    """pyannote's answer: everybody, and the one who is heard best at each moment."""

    speaker_diarization: Annotation
    exclusive_speaker_diarization: Annotation


class Pipeline(Protocol):
    """The part of pyannote's pipeline that is used here."""

    def __call__(self, file: dict[str, object], **options: object) -> Output:
        """Diarise one waveform."""
        ...

    def to(self, device: object) -> object:
        """Move its networks to a device of torch."""
        ...


def prepare_pyannote() -> None:
    """Import pyannote with its telemetry off, with the hub's client offline and with a torchaudio that loads.

    pyannote reports every file's duration to its makers unless told not to before it is imported. The hub's client
    reads at its import whether it may ask anybody. Raises ``ModelError`` when the speech libraries are not installed.
    """
    _stay_silent()
    with quiet():
        try:
            ensure_torchaudio()
            import_module("pyannote.audio")
        except ModuleNotFoundError as error:
            raise ModelError(
                N_("Telling speakers apart needs the speech libraries, and {name} is not installed."), name=error.name
            ) from error


def _stay_silent() -> None:
    """Tell the libraries that are about to be imported to report to nobody and to ask nobody."""
    os.environ["PYANNOTE_METRICS_ENABLED"] = "0"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    os.environ.setdefault("HF_HUB_OFFLINE", "1")


@contextmanager
def quiet() -> Iterator[None]:
    """Keep the warnings of pyannote's own code, which nobody can act on, from the log, and its prints from the output.

    What it prints goes to standard error: standard output may be JSON that somebody reads.
    """
    with warnings.catch_warnings(), redirect_stdout(sys.stderr):
        warnings.simplefilter("ignore")
        yield


class PyannoteDiariser:
    """Tells speakers apart with a pyannote pipeline, loaded once."""

    def __init__(self, model: SpeakerModel, *, threads: int | None = None, device: str = CPU) -> None:
        """Load ``model``; ``threads`` limits torch, ``device`` is one of ``DEVICES``. Raises ``ModelError`` with what to do about it."""
        self._pipeline = load(model, device=device)
        share_frames(self._pipeline)
        self._threads = threads
        self._name = f"pyannote:{model.folder.name if model.folder else model.name}"

    @property
    def name(self) -> str:
        """The name stored with a transcript and shown to its reader."""
        return self._name

    def diarise(
        self,
        samples: NDArray[np.float32],
        *,
        speech: Sequence[Span] | None = None,
        max_speakers: int = MAX_SPEAKERS,
        report: Report = silent,
    ) -> list[SpeakerSpan]:
        """Return the exclusive turns in mono 16 kHz ``samples``, and as covered spans who speaks beneath them.

        The model finds speech by itself, in what is left of ``samples``. Raises ``ModelError`` when the model fails,
        ``CancelledError`` when ``report`` asks to stop.
        """
        del speech
        if len(samples) < SHORTEST_SECONDS * SAMPLE_RATE:
            return []
        import torch  # noqa: PLC0415 - loaded only where speakers are told apart

        if self._threads:
            torch.set_num_threads(self._threads)
        waveform = torch.from_numpy(np.array(samples, dtype=np.float32)[None])
        with quiet():
            try:
                # As a mapping: pyannote's own reading of files loses most of some telephone formats without a word.
                output = self._pipeline(
                    {"waveform": waveform, "sample_rate": SAMPLE_RATE, "uri": "recording"},
                    min_speakers=MIN_SPEAKERS,
                    max_speakers=max_speakers,
                    hook=_hook(report),
                )
            except (RuntimeError, ValueError, MemoryError) as error:
                raise ModelError(
                    N_("The speaker model {model} failed on this recording ({reason})."),
                    model=self._name,
                    reason=type(error).__name__,
                ) from error
        report(Progress("speakers", 100, 100))
        return joined(
            exclusive=_spans(output.exclusive_speaker_diarization), everybody=_spans(output.speaker_diarization)
        )


def load(model: SpeakerModel, *, device: str = CPU) -> Pipeline:
    """Open a pyannote pipeline from its folder, else from the cache; nobody is asked for what is not here.

    It runs on ``device``, one of ``DEVICES``.

    Raises ``ModelError`` that says which of the known things is wrong and what to do.
    """
    if model.folder is not None:
        check_folder(model.folder)
    check_token(model.token)
    folder = model.folder or cached_folder(model)
    if folder is None:
        raise not_here(model)
    prepare_pyannote()
    import torch  # noqa: PLC0415
    from pyannote.audio import Pipeline as Loaded  # noqa: PLC0415

    source = str(folder)
    with quiet():
        try:
            pipeline: Pipeline | None = Loaded.from_pretrained(
                source, token=model.token, cache_dir=str(model.cache_folder) if model.cache_folder else None
            )
        except Exception as error:
            # Whatever a loader raises on a foreign file reaches the user as a sentence; the cause stays attached.
            raise explained(error, model=source) from error
    if pipeline is None:
        raise ModelError(N_("The speaker model {model} could not be loaded."), model=source)
    pipeline.to(torch.device(torch_device(device)))
    return pipeline


def not_here(model: SpeakerModel) -> ModelError:
    """The refusal of a model that is nowhere on this machine, or whose name can be none."""
    if not is_hub_name(model.name):
        return ModelError(NO_NAME, model=model.name)
    folder = model.cache_folder.parent if model.cache_folder else Path()
    return ModelError(NOT_HERE, name=model.name, folder=str(folder / model.name.rsplit("/", 1)[-1]))


def cached_folder(model: SpeakerModel) -> Path | None:
    """Where its own cache or the hub's usual one holds the whole of ``model``, if one does."""
    _stay_silent()
    try:
        from huggingface_hub import try_to_load_from_cache  # noqa: PLC0415 - comes with pyannote
    except ModuleNotFoundError:
        return None
    for cache in (model.cache_folder, None):
        try:
            found = try_to_load_from_cache(model.name, "config.yaml", cache_dir=str(cache) if cache else None)
            if isinstance(found, str):
                check_folder(Path(found).parent)
                return Path(found).parent
        except (ValueError, ModelError):
            continue
    return None


def joined(*, exclusive: Iterable[SpeakerSpan], everybody: Iterable[SpeakerSpan]) -> list[SpeakerSpan]:
    """The exclusive turns, and marked as covered what each speaker says outside their own ones; sorted by start."""
    own = sorted(exclusive, key=lambda span: span.start_ms)
    spans = list(own)
    for span in everybody:
        start_ms = span.start_ms
        for turn in own:
            if turn.speaker != span.speaker or turn.end_ms <= start_ms or turn.start_ms >= span.end_ms:
                continue
            if turn.start_ms > start_ms:
                spans.append(SpeakerSpan(start_ms, turn.start_ms, span.speaker, covered=True))
            start_ms = turn.end_ms
        if start_ms < span.end_ms:
            spans.append(SpeakerSpan(start_ms, span.end_ms, span.speaker, covered=True))
    return sorted(spans, key=lambda span: (span.start_ms, span.end_ms))


def _spans(annotation: Annotation) -> list[SpeakerSpan]:
    found = (
        SpeakerSpan(max(0, round(segment.start * 1000)), round(segment.end * 1000), str(label))
        for segment, _, label in annotation.itertracks(yield_label=True)
    )
    return [span for span in found if span.end_ms > span.start_ms]


class _Hook(Protocol):
    def __call__(self, step: str, artefact: object, **options: object) -> None: ...


def _hook(report: Report) -> _Hook:
    def told(step: str, artefact: object, **options: object) -> None:
        del artefact
        start, end = STEPS.get(step, (99, 99))
        done, total = options.get("completed"), options.get("total")
        share = done / total if isinstance(done, int) and isinstance(total, int) and total else 1.0
        report(Progress("speakers", min(99, round(start + share * (end - start))), 100))

    return told
