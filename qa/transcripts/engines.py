"""The speech models of the settings, loaded once per worker."""

import os
import threading
from dataclasses import dataclass

from qa.settings import Settings
from transcribe.recogniser import Recogniser
from transcribe.speakers import Choice, choose_diariser
from transcribe.vad import SileroVad, Vad
from transcribe.whisper_engine import load_whisper


@dataclass(frozen=True, slots=True)
class Engines:
    """What every transcription needs."""

    recogniser: Recogniser
    vad: Vad


_engines: dict[tuple[str, ...], Engines] = {}
_speakers: dict[tuple[str, ...], Choice] = {}
_loading = threading.Lock()


def engines_of(settings: Settings) -> Engines:
    """Return the models of the settings; the first call loads them, which takes seconds.

    Raises ``ModelError`` when the speech model cannot be loaded.
    """
    wanted = (settings.asr_model, str(settings.models), str(settings.speech_threads))
    with _loading:
        if wanted not in _engines:
            recogniser = load_whisper(
                settings.asr_model,
                folder=settings.models,
                cache=settings.data_dir / "cache",
                threads=threads_of(settings),
            )
            _engines[wanted] = Engines(recogniser, SileroVad())
        return _engines[wanted]


def speakers_of(settings: Settings) -> Choice:
    """Return what tells the speakers of mono recordings apart; loaded only once such a recording comes."""
    wanted = (settings.speaker_model, str(settings.models), settings.hub_token, str(settings.speech_threads))
    with _loading:
        if wanted not in _speakers:
            _speakers[wanted] = choose_diariser(
                settings.speaker_model,
                models=settings.models,
                token=settings.hub_token or None,
                threads=threads_of(settings),
            )
        return _speakers[wanted]


def threads_of(settings: Settings) -> int:
    """Return how many processor threads the models may use."""
    return settings.speech_threads or max(1, (os.cpu_count() or 1) // max(1, settings.worker_threads))
