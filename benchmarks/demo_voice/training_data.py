"""Speech for training: ``python -m benchmarks.demo_voice.training_data --seed N --turns N --to PATH``.

Writes ``PATH.mel.npy``, the mel power of every turn one after the other, and ``PATH.jsonl``, what is said in each.
"""

import argparse
import json
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.signal import resample_poly

from benchmarks.demo_voice.drills import drills
from benchmarks.demo_voice.grammar import LANGUAGES, grammar, held_out
from benchmarks.demo_voice.synthesis import SAMPLE_RATE, Speech, SynthesisError, Voice, speak

#: Mel frames a second, and bands, as Whisper has them.
FRAMES_PER_SECOND, BANDS = 100, 80
_RATE = 16_000
_VARIANTS = ("m1", "m2", "m3", "m4", "f1", "f2", "f3", "f4")
_ACCENTS = {"en": ("en-us", "en-us", "en-gb-x-rp", "en", "en"), "nl": ("nl",)}
_SHORTEST_SECONDS, _LONGEST_SECONDS = 0.3, 14.0

Mel = npt.NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class TurnWord:
    """One word: its Whisper tokens and its time in seconds from the start of the turn."""

    tokens: tuple[int, ...]
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class TrainingTurn:
    """One turn: where its frames lie in the array, its sentences as words, its sounds by name with their start."""

    language: str
    first_frame: int
    frames: int
    sentences: tuple[tuple[TurnWord, ...], ...]
    sounds: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class TrainingData:
    """Turns with the logarithm (base 10) of their mel power, (frames, 80)."""

    mel: Mel
    turns: tuple[TrainingTurn, ...]


def main(arguments: Sequence[str] | None = None) -> int:
    """Synthesise the turns and write them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--turns", type=int, required=True)
    parser.add_argument("--drills", type=float, default=0.0, help="share of the sentences that are drills, 0 to 1")
    parser.add_argument("--to", type=Path, required=True)
    given = parser.parse_args(arguments)
    try:
        save(given.to, made=synthesised(seed=given.seed, count=given.turns, drilled=given.drills))
    except SynthesisError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def sentences_of_turn(language: str, *, rng: random.Random, drilled: float = 0.0) -> list[str]:
    """Return one to three sentences that are not held out; some are words without order or in another order.

    ``drilled`` is the share that are drills.
    """
    count = rng.choices((1, 2, 3), (0.6, 0.3, 0.1))[0]
    found: list[str] = []
    while len(found) < count:
        chance = rng.random()
        if drilled and rng.random() < drilled:
            text = _drill(language, rng=rng)
        elif chance < 0.08:
            text = grammar(language).scattered(rng)
        elif chance < 0.2:
            text = grammar(language).shuffled(rng)
        else:
            text = grammar(language).sentence(rng)
        # There are few very short sentences, and each would be heard thousands of times.
        if (len(text.split()) < 3 and rng.random() < 0.6) or held_out(text):
            continue
        found.append(text)
    return found


def _drill(language: str, *, rng: random.Random) -> str:
    kinds = drills(language)
    return rng.choices((kinds.number, kinds.free, kinds.stitched), (4, 3, 3))[0](rng)


def voice_of_turn(language: str, *, rng: random.Random) -> Voice:
    """Return a random voice among those the demo voice is made for."""
    variant = "" if rng.random() < 0.1 else "+" + rng.choice(_VARIANTS)
    return Voice(
        rng.choice(_ACCENTS[language]) + variant,
        rate=rng.randint(135, 180),
        pitch=rng.randint(30, 70),
        inflection=rng.randint(35, 65),
        word_gap=rng.choice((0, 0, 0, 1, 2, 4)),
    )


def synthesised(*, seed: int, count: int, drilled: float = 0.0) -> TrainingData:
    """Make ``count`` turns, ``drilled`` the share of drills; those that espeak-ng gives no good times for, or that are too short or long, are left out.

    Raises ``SynthesisError`` when nothing could be made at all, as where espeak-ng is missing.
    """
    from whisper.tokenizer import get_tokenizer  # noqa: PLC0415 - slow to import, and only needed here

    tokenizer = get_tokenizer(multilingual=True, num_languages=99, language="en", task="transcribe")
    rng = random.Random(seed)
    pieces: list[Mel] = []
    turns: list[TrainingTurn] = []
    first, refused = 0, None
    for _ in range(count):
        language = rng.choice(LANGUAGES)
        said, voice = sentences_of_turn(language, rng=rng, drilled=drilled), voice_of_turn(language, rng=rng)
        try:
            speech = speak(said, voice=voice)
        except SynthesisError as error:
            refused = error
            continue
        if not _SHORTEST_SECONDS <= speech.duration <= _LONGEST_SECONDS:
            continue
        mel = _mel_power(speech)
        sentences = tuple(
            tuple(
                TurnWord(tuple(tokenizer.encode(" " + word.text)), word.start, word.end)
                for word in speech.words
                if word.sentence == number
            )
            for number in range(len(said))
        )
        sounds = tuple((sound.name, sound.start) for sound in speech.sounds)
        turns.append(TrainingTurn(language, first, len(mel), sentences, sounds))
        pieces.append(mel)
        first += len(mel)
    if not pieces:
        raise refused or SynthesisError("No turn was made; ask for more of them.")
    return TrainingData(np.concatenate(pieces), tuple(turns))


def _mel_power(speech: Speech) -> Mel:
    """Return the logarithm of the power in Whisper's mel bands, (frames, 80), not yet scaled as Whisper scales it."""
    import torch  # noqa: PLC0415
    from whisper.audio import HOP_LENGTH, N_FFT, mel_filters  # noqa: PLC0415

    samples = torch.from_numpy(resample_poly(speech.samples, _RATE // 50, SAMPLE_RATE // 50).astype(np.float32))
    spectrum = torch.stft(samples, N_FFT, HOP_LENGTH, window=torch.hann_window(N_FFT), return_complex=True)
    power = mel_filters("cpu", BANDS) @ (spectrum[..., :-1].abs() ** 2)
    return np.asarray(power.clamp_min(1e-10).log10().T.contiguous().half().numpy())


def save(path: Path, *, made: TrainingData) -> None:
    """Write ``path.mel.npy`` and ``path.jsonl``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    np.save(path.with_suffix(".mel.npy"), made.mel)
    with path.with_suffix(".jsonl").open("w", encoding="utf-8") as file:
        for turn in made.turns:
            sentences = [[[list(word.tokens), word.start, word.end] for word in words] for words in turn.sentences]
            file.write(
                json.dumps([turn.language, turn.first_frame, turn.frames, sentences, turn.sounds], ensure_ascii=False)
            )
            file.write("\n")


def load(path: Path) -> TrainingData:
    """Read what ``save`` wrote."""
    turns = []
    for line in path.with_suffix(".jsonl").read_text(encoding="utf-8").splitlines():
        language, first, frames, sentences, sounds = json.loads(line)
        words = tuple(
            tuple(TurnWord(tuple(tokens), start, end) for tokens, start, end in sentence) for sentence in sentences
        )
        turns.append(TrainingTurn(language, first, frames, words, tuple((name, start) for name, start in sounds)))
    return TrainingData(np.load(path.with_suffix(".mel.npy"), mmap_mode="r"), tuple(turns))


if __name__ == "__main__":
    sys.exit(main())
