"""The speech models of the settings, loaded once in each thread of a worker: no two threads may use one at once."""

import os
import threading
from dataclasses import dataclass

from qa.settings import Settings
from transcribe.engines import Choice as EngineChoice
from transcribe.engines import load_recogniser
from transcribe.http_engine import Server
from transcribe.recogniser import Recogniser
from transcribe.speakers import Choice, choose_diariser
from transcribe.vad import SileroVad, Vad


@dataclass(frozen=True, slots=True)
class Engines:
    """What every transcription needs."""

    recogniser: Recogniser
    vad: Vad


_engines: dict[tuple[int, EngineChoice], Engines] = {}
_speakers: dict[tuple[int, str, str, str, str], Choice] = {}
_loading = threading.Lock()


def engines_of(settings: Settings) -> Engines:
    """Return this thread's models of the settings; the first call loads them, which takes seconds.

    Raises ``ModelError`` when the speech model cannot be loaded.
    """
    choice = recogniser_choice(settings)
    wanted = (threading.get_ident(), choice)
    with _loading:
        if wanted not in _engines:
            _engines[wanted] = Engines(load_recogniser(choice), SileroVad())
        return _engines[wanted]


def recogniser_choice(settings: Settings, *, engine: str | None = None, model: str | None = None) -> EngineChoice:
    """Return the recogniser that the settings name, or the given engine and model in their place."""
    return EngineChoice(
        engine=engine or settings.asr_engine,
        model=model or settings.asr_model,
        models=settings.models,
        cache=settings.data_dir / "cache",
        threads=threads_of(settings),
        batch=settings.asr_batch,
        device=settings.speech_device,
        server=Server(settings.asr_server, key=settings.asr_server_key, outside=settings.asr_server_outside),
    )


def speakers_of(settings: Settings) -> Choice:
    """Return what tells the speakers of mono recordings apart; loaded only once such a recording comes."""
    own = f"{threads_of(settings)} {settings.speech_device}"
    wanted = (threading.get_ident(), settings.speaker_model, str(settings.models), settings.hub_token, own)
    with _loading:
        if wanted not in _speakers:
            _speakers[wanted] = choose_diariser(
                settings.speaker_model,
                models=settings.models,
                token=settings.hub_token or None,
                threads=threads_of(settings),
                device=settings.speech_device,
            )
        return _speakers[wanted]


def threads_of(settings: Settings) -> int:
    """Return how many processor threads the models may use."""
    return settings.speech_threads or max(1, (os.cpu_count() or 1) // max(1, settings.worker_threads))
