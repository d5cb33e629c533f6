"""The recogniser that is asked for by name, and what is wrong with the request before anything is loaded."""

from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from transcribe.devices import AUTO, check_device
from transcribe.errors import N_, ModelError
from transcribe.faster_engine import NOT_INSTALLED, FasterEngine, load_faster
from transcribe.http_engine import HttpEngine, Server, parts_of
from transcribe.passes import BATCH
from transcribe.recogniser import Recogniser
from transcribe.whisper_engine import WhisperEngine, load_whisper

ENGINES = (WhisperEngine.engine, FasterEngine.engine, HttpEngine.engine)

UNKNOWN = N_("There is no engine {name}. Choose one of {known}.")


@dataclass(frozen=True, slots=True)
class Choice:
    """An engine of ``ENGINES`` and a model by the name it has there; ``batch`` 0 leaves the number to the engine.
    ``device`` is one of ``DEVICES``; a server has its own.

    Models by name lie in ``models``; ``cache`` keeps unpacked ones; ``server`` is only looked at by that engine.
    """

    engine: str
    model: str
    models: Path | None = None
    cache: Path | None = None
    threads: int | None = None
    batch: int = 0
    device: str = AUTO
    server: Server = field(default_factory=lambda: Server(""))


def check_choice(choice: Choice) -> None:
    """Refuse, with a ``ModelError``, an unknown engine or device, an engine that is not installed, and a server without an address."""
    if choice.engine not in ENGINES:
        raise ModelError(UNKNOWN, name=choice.engine, known=", ".join(ENGINES))
    check_device(choice.device)
    if choice.engine == FasterEngine.engine and find_spec("faster_whisper") is None:
        raise ModelError(NOT_INSTALLED, name="faster_whisper")
    if choice.engine == HttpEngine.engine:
        parts_of(choice.server)


def load_recogniser(choice: Choice) -> Recogniser:
    """Load what ``choice`` asks for, which takes seconds; raises ``ModelError`` when it cannot be had."""
    check_choice(choice)
    if choice.engine == WhisperEngine.engine:
        return load_whisper(
            choice.model,
            folder=choice.models,
            cache=choice.cache,
            threads=choice.threads,
            device=choice.device,
            batch=choice.batch or BATCH,
        )
    if choice.engine == FasterEngine.engine:
        return load_faster(
            choice.model,
            folder=choice.models,
            threads=choice.threads,
            device=choice.device,
            batch=choice.batch or BATCH,
        )
    return HttpEngine(choice.server, model=choice.model, batch=choice.batch or 1)
