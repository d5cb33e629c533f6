"""Where the demo voice fails, in figures: ``python -m benchmarks.demo_voice.measure [--model PATH]``.

Word error rates in per cent on sentences that were never taught, and how many words each is taken over: sentences of
calls (``calls``), long numbers (``numbers``), sentences of calls in noise 10 and 5 dB under the speech (``noise_10``,
``noise_5``), free sentences written by hand (``free``) and the words of sentences in another order (``shuffled``).
Everything goes over a telephone line and is packed into windows as the product packs it. The same figures come out
every time; needs espeak-ng.
"""

import argparse
import json
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.signal import resample_poly

from benchmarks.demo_voice import telephone
from benchmarks.demo_voice.drills import drills, unseen
from benchmarks.demo_voice.grammar import LANGUAGES, grammar, held_out
from benchmarks.demo_voice.synthesis import SAMPLE_RATE, SynthesisError, speak
from benchmarks.demo_voice.training_data import voice_of_turn
from transcribe.audio import SPEECH_RATE
from transcribe.packing import GAP_MS, LIMIT_MS
from transcribe.whisper_engine import WhisperEngine, load_whisper

Samples = npt.NDArray[np.float32]

#: How far the hiss of a good line lies under the speech, in decibels; and how loud speech is.
_QUIET_DB, _LEVEL = 35.0, 0.1
#: Sentences of a trial that are drawn, and how many of them one voice says.
_SENTENCES, _SENTENCES_OF_VOICE = 24, 2


@dataclass(frozen=True, slots=True)
class Trial:
    """What is tried, and how many decibels the noise lies under the speech."""

    name: str
    kind: str
    under_db: float = _QUIET_DB


TRIALS = (
    Trial("calls", "calls"),
    Trial("numbers", "numbers"),
    Trial("noise_10", "calls", under_db=10.0),
    Trial("noise_5", "calls", under_db=5.0),
    Trial("free", "free"),
    Trial("shuffled", "shuffled"),
)


def measure(engine: WhisperEngine) -> dict[str, float]:
    """Every figure, by trial and language; some minutes on one core."""
    figures: dict[str, float] = {}
    for trial in TRIALS:
        for language in LANGUAGES:
            found = _tried(trial, language=language, engine=engine)
            figures |= {f"{name}_{trial.name}_{language}": value for name, value in found.items()}
    return figures


def sentences_of_trial(kind: str, *, language: str) -> list[str]:
    """Return sentences that were never taught, the same ones every time."""
    if kind == "free":
        return list(unseen(language))
    rng = random.Random(f"trial {kind} {language}")
    makers = {
        "calls": grammar(language).sentence,
        "numbers": drills(language).number,
        "shuffled": grammar(language).shuffled,
    }
    found: list[str] = []
    while len(found) < _SENTENCES:
        text = makers[kind](rng)
        if held_out(text):
            found.append(text)
    return found


def _tried(trial: Trial, *, language: str, engine: WhisperEngine) -> dict[str, float]:
    import jiwer  # noqa: PLC0415 - only where words are judged
    from whisper.normalizers import BasicTextNormalizer  # noqa: PLC0415

    normal = BasicTextNormalizer()
    windows, said = _windows(trial, language=language)
    heard = engine.recognise_many(windows, language=language, report_window=lambda _done: None)
    errors = words = 0
    for truth, guess in zip(said, heard, strict=True):
        written = normal("".join(f" {word.text}" for word in guess))
        judged = jiwer.process_words(normal(truth), written)
        errors += judged.substitutions + judged.deletions + judged.insertions
        words += len(normal(truth).split())
    guesses = [engine.detect_language(window, among=LANGUAGES) for window in windows]
    right = sum(max(guess, key=lambda one: guess[one]) == language for guess in guesses)
    return {"wer": round(100 * errors / words, 1), "words": words, "language_wrong": len(windows) - right}


def _windows(trial: Trial, *, language: str) -> tuple[list[Samples], list[str]]:
    """Return windows of 16 kHz sound and what is said in each."""
    rng = random.Random(f"voices {trial.kind} {language}")
    generator = np.random.default_rng(5)
    sentences = sentences_of_trial(trial.kind, language=language)
    gap = np.zeros(GAP_MS * SPEECH_RATE // 1000, np.float32)
    windows: list[Samples] = []
    said: list[str] = []
    for first in range(0, len(sentences), _SENTENCES_OF_VOICE):
        texts = sentences[first : first + _SENTENCES_OF_VOICE]
        try:
            speech = speak(texts, voice=voice_of_turn(language, rng=rng))
        except SynthesisError:
            continue
        clip = np.concatenate([gap, _on_the_line(speech.samples, under_db=trial.under_db, generator=generator)])
        if not windows or len(windows[-1]) + len(clip) > LIMIT_MS * SPEECH_RATE // 1000:
            windows.append(clip)
            said.append(" ".join(texts))
        else:
            windows[-1] = np.concatenate([windows[-1], clip])
            said[-1] = " ".join([said[-1], *texts])
    return windows, said


def _on_the_line(samples: Samples, *, under_db: float, generator: np.random.Generator) -> Samples:
    narrow = telephone.narrow(samples, rate=SAMPLE_RATE)
    spoken = narrow * np.float32(_LEVEL / max(telephone.level(narrow), 1e-6))
    line = telephone.companded(telephone.noisy(spoken, under_db=under_db, generator=generator))
    return np.asarray(resample_poly(line, SPEECH_RATE // telephone.RATE, 1), np.float32)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure a model and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="demo-voice", help="a name or the path of a checkpoint")
    given = parser.parse_args(arguments)
    print(json.dumps(measure(load_whisper(given.model, threads=1)), indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
