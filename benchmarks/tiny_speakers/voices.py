"""Synthetic callers and two-party telephone calls with truth, spoken by espeak-ng."""

import io
import random
import subprocess
import wave
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, resample_poly, sosfiltfilt

from benchmarks.tiny_speakers.sentences import SENTENCES
from transcribe.types import SpeakerSpan

SAMPLE_RATE = 16000
TELEPHONE_RATE = 8000
LANGUAGE_VOICES = {"en": ("en-gb", "en-us", "en-gb-scotland", "en-gb-x-rp", "en-us-nyc"), "nl": ("nl",)}
#: Voices the models are fitted on, lower and higher apart.
FITTED = (
    (
        *("m1", "m2", "m3", "m4", "adam", "Andy", "caleb", "Denis", "Diogo", "edward", "Gene", "john", "Lee", "Marco"),
        *("Michael", "Mike", "pablo", "paul", "quincy", "robert", "travis", "victor"),
    ),
    ("f1", "f2", "f3", "f4", "Alicia", "Annie", "belinda", "aunty", "steph", "steph2"),
)
#: Voices held out of the fit.
HELD_OUT = (("m5", "m6", "m7", "Alex", "benjamin", "david", "rob", "max"), ("f5", "Andrea", "linda", "steph3", "anika"))


@dataclass(frozen=True, slots=True)
class Voice:
    """One synthetic speaker; pitch 0-99 and words per minute as espeak-ng takes them."""

    language: str
    accent: str
    variant: str
    pitch: int
    rate: int


@dataclass(frozen=True, slots=True)
class Call:
    """A mono telephone call of two parties at 16 kHz and who spoke when."""

    samples: NDArray[np.float32]
    spans: tuple[SpeakerSpan, ...]


def pick_voice(rng: random.Random, *, variants: tuple[str, ...], pitches: tuple[int, int], language: str) -> Voice:
    """Draw a speaker of ``language`` among ``variants``, with a pitch within ``pitches``."""
    return Voice(
        language=language,
        accent=rng.choice(LANGUAGE_VOICES[language]),
        variant=rng.choice(variants),
        pitch=rng.randrange(pitches[0], pitches[1], 5),
        rate=rng.randrange(140, 190, 10),
    )


@cache
def speak(text: str, voice: Voice) -> NDArray[np.float32]:
    """Say ``text`` at 8 kHz, without the silence before and after it."""
    spoken = subprocess.run(
        [
            *("espeak-ng", "-v", f"{voice.accent}+{voice.variant}", "-p", str(voice.pitch), "-s", str(voice.rate)),
            *("--stdout", text),
        ],
        capture_output=True,
        check=True,
    ).stdout
    with wave.open(io.BytesIO(spoken)) as file:
        rate = file.getframerate()
    # espeak-ng writes a placeholder length to a pipe, so the samples are everything after the header.
    samples = np.frombuffer(spoken[44 : len(spoken) - len(spoken) % 2], dtype="<i2").astype(np.float32) / 32768
    samples = resample_poly(samples, TELEPHONE_RATE, rate).astype(np.float32)
    loud = np.flatnonzero(np.abs(samples) > 0.004)
    return np.asarray(samples[loud[0] : loud[-1] + 1], dtype=np.float32)


def telephone(samples: NDArray[np.float32], *, rng: np.random.Generator, noise: float) -> NDArray[np.float32]:
    """Add noise of amplitude ``noise``, keep 300-3400 Hz, pass through µ-law, and bring to 16 kHz."""
    noisy = samples + noise * rng.standard_normal(len(samples)).astype(np.float32)
    band = sosfiltfilt(butter(4, [300, 3400], "bandpass", fs=TELEPHONE_RATE, output="sos"), noisy)
    compressed = np.sign(band) * np.log1p(255 * np.minimum(1, np.abs(band))) / np.log1p(255)
    levels = np.round((compressed + 1) / 2 * 255) / 255 * 2 - 1
    expanded = np.sign(levels) * np.expm1(np.abs(levels) * np.log1p(255)) / 255
    return np.asarray(resample_poly(expanded, SAMPLE_RATE, TELEPHONE_RATE), dtype=np.float32)


def two_voices(rng: random.Random, *, distinct: bool, held_out: bool) -> tuple[Voice, Voice]:
    """Draw two speakers of one language: a low and a high one, 25 apart in pitch, when ``distinct``, else any two."""
    low, high = HELD_OUT if held_out else FITTED
    language = rng.choice(("en", "nl"))
    if distinct:
        pair = [
            pick_voice(rng, variants=low, pitches=(20, 40), language=language),
            pick_voice(rng, variants=high, pitches=(60, 85), language=language),
        ]
        rng.shuffle(pair)
        return pair[0], pair[1]
    first = pick_voice(rng, variants=low + high, pitches=(20, 85), language=language)
    others = tuple(variant for variant in low + high if variant != first.variant)
    return first, pick_voice(rng, variants=others, pitches=(20, 85), language=language)


def make_call(seed: int, *, voices: tuple[Voice, ...], turns: int = 16, overlap: float = 0.12) -> Call:
    """Let ``voices`` talk in turn; in about ``overlap`` of the turns the next one begins up to a second early."""
    rng = random.Random(seed)
    gains = [rng.uniform(0.35, 1.0) for _ in voices]
    clock = round(rng.uniform(0.3, 1.5) * TELEPHONE_RATE)
    placed: list[tuple[int, int, NDArray[np.float32]]] = []
    for number in range(turns):
        who = number % len(voices)
        said = speak(rng.choice(SENTENCES[voices[who].language]), voices[who])
        early = number > 0 and len(voices) > 1 and rng.random() < overlap
        gap_seconds = -rng.uniform(0.3, 1.0) if early else rng.choice((0.05, 0.2, 0.4, 0.8, 1.5))
        start = max(0, clock + round(gap_seconds * TELEPHONE_RATE))
        placed.append((who, start, said))
        clock = start + len(said)
    mixed = np.zeros(clock + TELEPHONE_RATE // 2, np.float32)
    for who, start, said in placed:
        mixed[start : start + len(said)] += gains[who] * said
    spans = tuple(
        SpeakerSpan(start * 1000 // TELEPHONE_RATE, (start + len(said)) * 1000 // TELEPHONE_RATE, f"voice {who + 1}")
        for who, start, said in placed
    )
    noise = 0.002 * rng.uniform(0.2, 2)
    return Call(telephone(mixed, rng=np.random.default_rng(seed), noise=noise), spans)
